// SPDX-License-Identifier: Apache-2.0
#include <mynah/error_code.hpp>

#include <boost/system/system_error.hpp>

#include <mynah/reply.hpp>
#include <mynah/version.hpp>

namespace mynah {

namespace {

// Boost's base class has a protected destructor that is not virtual, as it should be.
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wnon-virtual-dtor"
class mynah_category final : public boost::system::error_category {
 public:
  const char* name() const noexcept override { return "mynah"; }

  std::string message(int value) const override {
    switch (static_cast<errc>(value)) {
      case errc::closed:
        return "connection closed";
      case errc::timed_out:
        return "timed out";
      case errc::overflow:
        return "too much is waiting";
      case errc::protocol:
        return "protocol violated by the other side";
      case errc::throttled:
        return "the server asks to wait";
      case errc::authentication_failed:
        return "login refused";
      case errc::banned:
        return "banned by the server";
      case errc::certificate_rejected:
        return "certificate rejected";
      case errc::not_sent:
        return "message not delivered";
      case errc::unconfirmed:
        return "connection lost, the message may or may not be delivered";
    }
    return "unknown error " + std::to_string(value);
  }
};
#pragma GCC diagnostic pop

}  // namespace

const boost::system::error_category& category() noexcept {
  static const mynah_category instance;
  return instance;
}

boost::system::error_code make_error_code(errc value) noexcept {
  return {static_cast<int>(value), category()};
}

bool is_permanent(const error_code& code) noexcept {
  return code == errc::authentication_failed || code == errc::banned ||
         code == errc::certificate_rejected;
}

failure::failure(error_code code, std::string message, std::string remote)
    : code_(code), message_(std::move(message)), remote_(sanitised(remote)) {
  for (char& c : remote_) {
    if (c == '\n' || c == '\t') c = ' ';  // one line in logs
  }
}

failure::failure(errc value, std::string message, std::string remote)
    : failure(make_error_code(value), std::move(message), std::move(remote)) {}

std::string failure::describe() const {
  std::string text = message_;
  const std::string reason = code_.message();
  if (text.empty()) {
    text = reason;
  } else if (text.find(reason) == std::string::npos) {
    text += ": " + reason;
  }
  if (!remote_.empty()) text += " (it said: " + remote_ + ")";
  return text;
}

void throw_exception_from_error(const failure& error, const boost::source_location& where) {
  static_cast<void>(where);
  throw boost::system::system_error(error.code(), error.message());
}

const char* version() noexcept {
  return MYNAH_VERSION;
}

}  // namespace mynah
