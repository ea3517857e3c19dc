// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <optional>
#include <string>
#include <string_view>

#include <mynah/clock.hpp>

namespace mynah::irc {

/// How long the server takes to answer.
class lag {
 public:
  mynah::clock::duration last{};
  mynah::clock::duration smoothed{};  ///< each answer counts for an eighth
};

/// The PINGs that we sent, and what their PONGs tell.
class round_trips {
 public:
  using time_point = mynah::clock::time_point;

  /// PINGs remembered without an answer; older ones are forgotten.
  static constexpr std::size_t most_open = 16;

  /// A PING with this token leaves now.
  void sent(std::string token, time_point now);
  /// The token for a PING that leaves now, as no other before.
  [[nodiscard]] std::string next(time_point now);
  /// A PONG came. False if it answers none of ours.
  bool answered(std::string_view token, time_point now);
  /// Something answered a PING and does not say which: the oldest, as servers answer in order.
  bool answered_in_order(time_point now);
  /// Whether this is the token of a PING of ours, answered or not.
  [[nodiscard]] static bool is_token(std::string_view text) noexcept;

  /// Nothing until the first answer.
  [[nodiscard]] const std::optional<lag>& measured() const noexcept { return measured_; }
  /// Goes up by one whenever the last PING that `next` numbered is answered.
  [[nodiscard]] std::uint64_t numbered_answers() const noexcept { return numbered_answers_; }

 private:
  class open_ping {
   public:
    open_ping(std::string token, time_point sent_at, bool numbered)
        : token(std::move(token)), sent_at(sent_at), numbered(numbered) {}

    std::string token;
    time_point sent_at;
    bool numbered;
  };

  void remember(open_ping one);
  void settle(std::deque<open_ping>::iterator which, time_point now);

  std::deque<open_ping> open_;
  std::uint64_t last_number_ = 0;
  std::uint64_t numbered_answers_ = 0;
  std::optional<lag> measured_;
};

}  // namespace mynah::irc
