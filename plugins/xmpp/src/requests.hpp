// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <mynah/clock.hpp>
#include <mynah/error_code.hpp>

#include "element.hpp"
#include "jid.hpp"

namespace mynah::xmpp {

/// What we asked with an iq and is not answered yet (RFC 6120, section 8.2.3). An answer counts
/// only if it has the id and comes from whom was asked. No I/O.
class requests {
 public:
  using time_point = mynah::clock::time_point;
  /// Gets the whole iq of type result. Errors: errc::not_sent with the words of the one asked;
  /// errc::timed_out; errc::closed if the session ended.
  using then = std::function<void(result<element>)>;

  /// More than a bot has open at once; further ones are refused.
  static constexpr std::size_t most_open = 1000;

  /// `prefix`: of the ids, so that nobody can guess one.
  explicit requests(std::string prefix) : prefix_(std::move(prefix)) {}

  /// The session is that of this address.
  void bound(jid own) { own_ = std::move(own); }

  /// The iq to be sent. `type`: get or set. `to`: empty for the own account.
  [[nodiscard]] element make(std::string_view type, std::string_view to, element payload,
                             time_point until, then when_answered);
  /// True if it is an iq of type result or error, which nobody else needs to see.
  bool receive(const element& got);
  /// Nobody answers any more.
  void lost();

  [[nodiscard]] time_point next_tick() const noexcept;
  void tick(time_point now);

 private:
  class open_request {
   public:
    std::string to;  ///< as `jid::to_string`, or empty
    time_point until;
    then when_answered;
  };

  [[nodiscard]] bool is_from(std::string_view from, const std::string& asked) const;

  std::string prefix_;
  std::optional<jid> own_;
  std::uint64_t count_ = 0;
  std::map<std::string, open_request, std::less<>> open_;
};

}  // namespace mynah::xmpp
