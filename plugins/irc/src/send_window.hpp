// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstddef>
#include <optional>

#include <mynah/clock.hpp>

namespace mynah::irc {

/// How much may be sent, learned from the server: what it has not read yet is kept below what any
/// server lets a client leave unread, so it never has a reason to end the connection.
///
/// Servers that hold back ("fake lag", RFC 1459's two seconds a line) let lines wait in a receive
/// queue of a few thousand bytes or some twenty lines, and kill a client that overfills it. A PING
/// behind the lines tells how far they have read: its PONG comes when everything before it is gone.
/// So at most a window of lines is sent ahead of the last PONG. Where the server reads at once,
/// the PONG is back after one round trip and the window is what limits the speed; where it holds
/// back, the PONGs come at its speed, and so do the lines.
///
/// The window is small at first. It grows while PONGs are prompt, and becomes large only when the
/// server has read more than any that holds back would have; a PONG that lags makes it small again.
/// No PING is needed for a few lines now and then: unread lines are also forgotten at the pace of
/// RFC 1459, one in two seconds; and so they are where the server answers no PING.
///
/// Thread safety: a value.
class send_window {
 public:
  using time_point = mynah::clock::time_point;

  // Known limits of what may be unread: 1,000 bytes (ircd 2.11, ircu), 2,048 (ngircd), 8,192
  // (InspIRCd, UnrealIRCd); 20 lines (hybrid, ratbox and their heirs). InspIRCd reads 10 lines
  // ahead, then one a second; ngircd three a second; RFC 1459 five, then one in two seconds.
  static constexpr std::size_t first_lines = 5;
  static constexpr std::size_t most_lines = 10;
  static constexpr std::size_t most_bytes = 1000;
  static constexpr std::size_t proven_lines = 60;
  static constexpr std::size_t proven_bytes = 1500;
  /// So many lines at this rate are read by no server that holds back.
  static constexpr std::size_t proof_lines = 60;
  static constexpr std::chrono::milliseconds proof_per_line{100};
  /// One line is forgotten in this time without being proven read.
  static constexpr std::chrono::seconds forgotten_after{2};
  /// Slower than the quickest by this is late.
  static constexpr std::chrono::milliseconds late_by{400};
  /// A server that has not answered a PING by then does not answer it at all; it is asked again.
  static constexpr std::chrono::seconds answer_limit{60};

  /// Whether a line of so many bytes may go now.
  [[nodiscard]] bool open(std::size_t bytes, time_point now) noexcept;
  /// Whether a PING should go, because a line waits and only its PONG lets it out soon.
  [[nodiscard]] bool wants_probe() const noexcept { return !probe_; }
  /// When to look again, if no PONG comes.
  [[nodiscard]] time_point look_again() const noexcept;

  void sent(std::size_t bytes, time_point now) noexcept;
  /// A PING is sent, by `sent`, too.
  void probe_sent(time_point now) noexcept;
  void probe_answered(time_point now) noexcept;
  /// The server has read everything: it answered in another way.
  void all_read(time_point now) noexcept;

  [[nodiscard]] std::size_t unread_lines() const noexcept { return lines_; }
  [[nodiscard]] std::size_t unread_bytes() const noexcept { return bytes_; }
  [[nodiscard]] bool proven() const noexcept { return proven_; }

 private:
  class probe {
   public:
    explicit probe(time_point sent_at) noexcept : sent_at(sent_at) {}

    time_point sent_at;
    std::size_t lines_after = 0;
    std::size_t bytes_after = 0;
  };

  void forget(time_point now) noexcept;
  void start_streak(time_point now) noexcept;

  std::size_t window_ = first_lines;
  bool proven_ = false;
  bool mute_ = false;      // did not answer the last PING
  std::size_t lines_ = 0;  // sent and not known to be read
  std::size_t bytes_ = 0;
  time_point forgotten_until_{};
  std::optional<probe> probe_;
  std::optional<mynah::clock::duration> quickest_;
  time_point streak_since_{};  // no late PONG since then
  std::size_t streak_lines_ = 0;
};

}  // namespace mynah::irc
