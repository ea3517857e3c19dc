// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <deque>
#include <memory>
#include <optional>
#include <string>
#include <unordered_map>
#include <utility>

#include <mynah/clock.hpp>

#include "delivery.hpp"
#include "pace.hpp"
#include "send_window.hpp"

namespace mynah::irc {

/// A line for the wire, and the part of a reply that it belongs to, if any.
class queued_line {
 public:
  queued_line() = default;
  explicit queued_line(std::string text, std::shared_ptr<delivery> of = nullptr,
                       std::size_t part = 0, bool continues = false)
      : text(std::move(text)), of(std::move(of)), part(part), continues(continues) {}

  std::string text;
  std::shared_ptr<delivery> of;
  std::size_t part = 0;    ///< of the delivery
  bool continues = false;  ///< the next line of the room must follow before those of other rooms
};

/// What waits to be sent, in the order in which it should go: urgent lines at once (PONG, QUIT,
/// registration), then the others as the pace allows, rooms taking turns, so that a long reply in
/// one room does not silence the rest. Lines of one room keep their order. Every operation takes
/// the same time, however many rooms wait.
class send_queue {
 public:
  using time_point = mynah::clock::time_point;

  /// Lines that may wait; who has more gets no for an answer.
  static constexpr std::size_t most_lines = 20'000;
  /// Of those, in one room.
  static constexpr std::size_t most_room_lines = 10'000;
  /// Urgent lines besides; nobody has that many but who does not read.
  static constexpr std::size_t most_urgent = 5'000;
  /// Without a pace: lines that the writer takes in a few turns.
  static constexpr std::size_t most_at_once = 500;

  /// At a fixed pace.
  explicit send_queue(pace allowed) : pace_(allowed) {}
  /// As fast as the server reads.
  explicit send_queue(send_window learning) : window_(learning) {}

  /// False, and nothing is done, if there is no room for it: the server asks and does not read.
  [[nodiscard]] bool push_urgent(std::string line);
  /// False, and nothing is done, if there is no room for it.
  bool push(const std::string& room, queued_line line);
  [[nodiscard]] bool has_room_for(std::size_t lines) const noexcept {
    return size_ + lines <= most_lines;
  }

  /// Whether so much more would leave with the next turn of the writer.
  [[nodiscard]] bool would_leave_at_once(std::size_t lines, std::size_t bytes, time_point now);

  [[nodiscard]] bool empty() const noexcept { return urgent_.empty() && turns_.empty(); }
  /// Lines that wait, withdrawn ones included.
  [[nodiscard]] std::size_t size() const noexcept { return urgent_.size() + size_; }

  /// When `pop` will give something: in the past means now, the largest time means when something
  /// is pushed or a PONG comes.
  [[nodiscard]] time_point ready_at(time_point now);
  /// Takes the next line. Only when `ready_at` has come.
  [[nodiscard]] queued_line pop(time_point now);

  /// Whether a PING should go, so that its PONG lets out what waits.
  [[nodiscard]] bool wants_probe(time_point now);
  void probe_sent(std::size_t bytes, time_point now) noexcept;
  void probe_answered(time_point now) noexcept;
  /// The server has read all that was sent.
  void all_read(time_point now) noexcept;

 private:
  class lane {
   public:
    std::string room;
    std::deque<queued_line> lines;
  };

  void drop_withdrawn();

  pace pace_{1, std::chrono::milliseconds(0)};
  std::optional<send_window> window_;
  std::deque<std::string> urgent_;
  std::unordered_map<std::string, lane> lanes_;  // none is empty
  std::deque<lane*> turns_;                      // each of them once; the front's turn is next
  std::size_t size_ = 0;                         // of the lanes
};

}  // namespace mynah::irc
