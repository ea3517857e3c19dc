// SPDX-License-Identifier: Apache-2.0
#include "send_window.hpp"

#include <algorithm>

namespace mynah::irc {

bool send_window::open(std::size_t bytes, time_point now) noexcept {
  if (probe_ && now >= probe_->sent_at + answer_limit) {
    probe_.reset();
    if (!mute_) forgotten_until_ = now;
    mute_ = true;
    window_ = first_lines;
    proven_ = false;
  }
  forget(now);
  if (lines_ == 0) return true;
  return lines_ < window_ && bytes_ + bytes <= (proven_ ? proven_bytes : most_bytes);
}

send_window::time_point send_window::look_again() const noexcept {
  const bool waits = probe_ && !mute_;
  return waits ? probe_->sent_at + answer_limit : forgotten_until_ + forgotten_after;
}

void send_window::sent(std::size_t bytes, time_point now) noexcept {
  if (lines_ == 0) forgotten_until_ = now;
  ++lines_;
  bytes_ += bytes;
  if (streak_lines_ == 0) streak_since_ = now;
  ++streak_lines_;
  if (!probe_) return;
  ++probe_->lines_after;
  probe_->bytes_after += bytes;
}

void send_window::probe_sent(time_point now) noexcept {
  probe_.emplace(now);
}

void send_window::probe_answered(time_point now) noexcept {
  if (!probe_) return;
  const probe answered = *probe_;
  probe_.reset();
  mute_ = false;
  // Less, if some of them are forgotten by now.
  lines_ = std::min(lines_, answered.lines_after);
  bytes_ = std::min(bytes_, answered.bytes_after);
  forgotten_until_ = now;
  const auto took = now - answered.sent_at;
  if (!quickest_ || took < *quickest_) quickest_ = took;
  if (took > *quickest_ + late_by) {
    window_ = first_lines;
    proven_ = false;
    start_streak(now);
    return;
  }
  const std::size_t read = streak_lines_ - std::min(streak_lines_, lines_);
  if (read >= proof_lines) {
    // Measured over the last of them only: a slow hour before says nothing about now.
    proven_ = proven_ || now - streak_since_ <= proof_per_line * static_cast<long>(read);
    start_streak(now);
  }
  window_ = std::min(window_ * 2, proven_ ? proven_lines : most_lines);
}

void send_window::all_read(time_point now) noexcept {
  lines_ = 0;
  bytes_ = 0;
  probe_.reset();
  start_streak(now);
}

void send_window::forget(time_point now) noexcept {
  // While a PING is out its PONG is better knowledge, if it comes.
  if ((probe_ && !mute_) || lines_ == 0 || now <= forgotten_until_) return;
  const auto steps = (now - forgotten_until_) / forgotten_after;
  if (steps >= static_cast<long>(lines_)) {
    lines_ = 0;
    bytes_ = 0;
    return;
  }
  const auto gone = static_cast<std::size_t>(steps);
  bytes_ -= bytes_ / lines_ * gone;
  lines_ -= gone;
  forgotten_until_ += forgotten_after * steps;
}

void send_window::start_streak(time_point now) noexcept {
  streak_since_ = now;
  streak_lines_ = lines_;
}

}  // namespace mynah::irc
