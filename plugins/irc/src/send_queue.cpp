// SPDX-License-Identifier: Apache-2.0
#include "send_queue.hpp"

#include <algorithm>

namespace mynah::irc {

void send_queue::push(const std::string& room, std::string line, std::shared_ptr<delivery> of) {
  auto place = std::find_if(lanes_.begin(), lanes_.end(),
                            [&room](const lane& each) { return each.room == room; });
  if (place == lanes_.end()) place = lanes_.emplace(lanes_.end(), room);
  if (of) ++of->left;
  place->lines.emplace_back(std::move(line), std::move(of));
}

std::size_t send_queue::size() const noexcept {
  std::size_t count = urgent_.size();
  for (const lane& each : lanes_) count += each.lines.size();
  return count;
}

mynah::clock::time_point send_queue::ready_at() {
  if (!urgent_.empty()) return mynah::clock::time_point::min();
  drop_withdrawn();
  return lanes_.empty() ? mynah::clock::time_point::max() : pace_.ready_at();
}

queued_line send_queue::pop(mynah::clock::time_point now) {
  if (!urgent_.empty()) {
    queued_line line(std::move(urgent_.front()), nullptr);
    urgent_.pop_front();
    return line;
  }
  lane turn = std::move(lanes_.front());
  lanes_.pop_front();
  queued_line line = std::move(turn.lines.front());
  turn.lines.pop_front();
  if (!turn.lines.empty()) lanes_.push_back(std::move(turn));
  pace_.sent(now);
  return line;
}

void send_queue::drop_withdrawn() {
  while (!lanes_.empty()) {
    std::deque<queued_line>& lines = lanes_.front().lines;
    while (!lines.empty() && lines.front().of && lines.front().of->withdrawn) lines.pop_front();
    if (!lines.empty()) return;
    lanes_.pop_front();
  }
}

}  // namespace mynah::irc
