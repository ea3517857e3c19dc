// SPDX-License-Identifier: Apache-2.0
#include "send_queue.hpp"

namespace mynah::irc {

bool send_queue::push_urgent(std::string line) {
  if (urgent_.size() >= most_urgent) return false;
  urgent_.push_back(std::move(line));
  return true;
}

bool send_queue::push(const std::string& room, queued_line line) {
  if (size_ >= most_lines) return false;
  const auto [place, added] = lanes_.try_emplace(room);
  lane& of = place->second;
  if (added) {
    of.room = room;
    turns_.push_back(&of);
  } else if (of.lines.size() >= most_room_lines) {
    return false;
  }
  of.lines.push_back(std::move(line));
  ++size_;
  return true;
}

bool send_queue::would_leave_at_once(std::size_t lines, std::size_t bytes, time_point now) {
  if (!window_ && pace_.is_off()) return size() + lines <= most_at_once;
  if (!empty() || lines != 1) return false;
  return window_ ? window_->open(bytes, now) : pace_.ready_at() <= now;
}

send_queue::time_point send_queue::ready_at(time_point now) {
  if (!urgent_.empty()) return time_point::min();
  drop_withdrawn();
  if (turns_.empty()) return time_point::max();
  if (!window_) return pace_.ready_at();
  const std::size_t bytes = turns_.front()->lines.front().text.size();
  return window_->open(bytes, now) ? time_point::min() : window_->look_again();
}

queued_line send_queue::pop(time_point now) {
  queued_line line;
  if (!urgent_.empty()) {
    line.text = std::move(urgent_.front());
    urgent_.pop_front();
    if (window_) window_->sent(line.text.size(), now);
    return line;
  }
  lane* const turn = turns_.front();
  turns_.pop_front();
  line = std::move(turn->lines.front());
  turn->lines.pop_front();
  --size_;
  if (turn->lines.empty()) {
    lanes_.erase(lanes_.find(turn->room));
  } else if (line.continues) {
    turns_.push_front(turn);
  } else {
    turns_.push_back(turn);
  }
  if (window_) {
    window_->sent(line.text.size(), now);
  } else {
    pace_.sent(now);
  }
  return line;
}

bool send_queue::wants_probe(time_point now) {
  if (!window_ || !urgent_.empty()) return false;
  drop_withdrawn();
  return !turns_.empty() && !window_->open(turns_.front()->lines.front().text.size(), now) &&
         window_->wants_probe();
}

void send_queue::probe_sent(std::size_t bytes, time_point now) noexcept {
  if (!window_) return;
  window_->sent(bytes, now);
  window_->probe_sent(now);
}

void send_queue::probe_answered(time_point now) noexcept {
  if (window_) window_->probe_answered(now);
}

void send_queue::all_read(time_point now) noexcept {
  if (window_) window_->all_read(now);
}

// Only a part that nothing of has been sent yet: the server waits for the rest of the others.
void send_queue::drop_withdrawn() {
  while (!turns_.empty()) {
    lane* const turn = turns_.front();
    std::deque<queued_line>& lines = turn->lines;
    while (!lines.empty() && lines.front().of && lines.front().of->withdrawn &&
           lines.front().of->parts[lines.front().part].now == delivery_part::state::waiting) {
      lines.pop_front();
      --size_;
    }
    if (!lines.empty()) return;
    turns_.pop_front();
    lanes_.erase(lanes_.find(turn->room));
  }
}

}  // namespace mynah::irc
