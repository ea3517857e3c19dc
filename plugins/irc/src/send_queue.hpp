// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <deque>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include <mynah/clock.hpp>

#include "pace.hpp"

namespace mynah::irc {

/// Lines of one reply on their way out, as the one who waits for them sees it.
class delivery {
 public:
  std::size_t left = 0;    ///< lines not yet taken by the writer
  bool withdrawn = false;  ///< nobody waits any more: the lines left are not sent
};

/// A line for the wire, and the reply it belongs to, if any.
class queued_line {
 public:
  queued_line() = default;
  queued_line(std::string text, std::shared_ptr<delivery> of)
      : text(std::move(text)), of(std::move(of)) {}

  std::string text;
  std::shared_ptr<delivery> of;
};

/// What waits to be sent, in the order in which it should go: urgent lines at once (PONG, QUIT,
/// registration), then the others at their pace, rooms taking turns, so that a long reply in one
/// room does not silence the rest. Lines of one room keep their order.
class send_queue {
 public:
  explicit send_queue(pace allowed) : pace_(allowed) {}

  void push_urgent(std::string line) { urgent_.push_back(std::move(line)); }
  void push(const std::string& room, std::string line, std::shared_ptr<delivery> of = nullptr);

  [[nodiscard]] bool empty() const noexcept { return urgent_.empty() && lanes_.empty(); }
  /// Lines that wait, withdrawn ones included.
  [[nodiscard]] std::size_t size() const noexcept;

  /// When `pop` will give something: in the past means now, the largest time means when something
  /// is pushed.
  [[nodiscard]] mynah::clock::time_point ready_at();
  /// Takes the next line. Only when `ready_at` has come.
  [[nodiscard]] queued_line pop(mynah::clock::time_point now);

 private:
  class lane {
   public:
    explicit lane(std::string room) : room(std::move(room)) {}

    std::string room;
    std::deque<queued_line> lines;
  };

  void drop_withdrawn();

  pace pace_;
  std::deque<std::string> urgent_;
  std::deque<lane> lanes_;  // none is empty; the front's turn is next
};

}  // namespace mynah::irc
