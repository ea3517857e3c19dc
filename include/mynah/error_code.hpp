// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <string>
#include <type_traits>
#include <utility>

#include <boost/system/error_code.hpp>
#include <boost/system/result.hpp>

namespace mynah {

using boost::system::error_code;

/// Conditions of the network that are not those of the operating system.
enum class errc {
  closed = 1,             ///< the other side ended the connection, or we did
  timed_out,              ///< a step passed its deadline
  overflow,               ///< a bounded queue or buffer is full
  protocol,               ///< the other side broke its protocol
  throttled,              ///< the server asks to wait longer before the next try
  authentication_failed,  ///< permanent: credentials were refused
  banned,                 ///< permanent: the server does not want us
  certificate_rejected,   ///< permanent: the server's certificate does not fit name or CA
  not_sent,               ///< the message could not be delivered, the connection lives
  unconfirmed,            ///< the connection is lost, and a message may or may not be delivered
};

/// Category "mynah".
const boost::system::error_category& category() noexcept;
boost::system::error_code make_error_code(errc value) noexcept;

/// Whether trying again is pointless until a human changes something.
[[nodiscard]] bool is_permanent(const error_code& code) noexcept;

/// A network error with two texts: ours, which may be shown anywhere, and what the remote side
/// said, which is untrusted and goes to rooms only as such.
class failure {
 public:
  failure() = default;
  // NOLINTBEGIN(google-explicit-constructor): `co_return mynah::errc::closed` is the point
  failure(error_code code, std::string message = {}, std::string remote = {});
  failure(errc value, std::string message = {}, std::string remote = {});
  // NOLINTEND(google-explicit-constructor)

  [[nodiscard]] const error_code& code() const noexcept { return code_; }
  /// Our words, e.g. "connecting to irc.example:6697".
  [[nodiscard]] const std::string& message() const noexcept { return message_; }
  /// The remote side's words, sanitised of control characters.
  [[nodiscard]] const std::string& remote() const noexcept { return remote_; }
  /// How long the network asks to wait before the next try; zero: it did not say.
  [[nodiscard]] std::chrono::milliseconds retry_after() const noexcept { return retry_after_; }
  failure& retry_after(std::chrono::milliseconds wait) noexcept {
    retry_after_ = wait;
    return *this;
  }
  /// For logs: message, code and remote text in one line.
  [[nodiscard]] std::string describe() const;

 private:
  error_code code_;
  std::string message_;
  std::string remote_;
  std::chrono::milliseconds retry_after_{0};
};

/// `value()` of a result that failed throws boost::system::system_error with the failure's code.
[[noreturn]] void throw_exception_from_error(const failure& error,
                                             const boost::source_location& where);

/// A value or the failure of the network.
template <class T>
using result = boost::system::result<T, failure>;

}  // namespace mynah

template <>
struct boost::system::is_error_code_enum<mynah::errc> : std::true_type {};
