// SPDX-License-Identifier: Apache-2.0
#include "timeline.hpp"

namespace mynah_test::slack {

timeline::timeline(boost::asio::io_context& context, bool manual)
    : manual_(manual),
      wall_start_(
          static_cast<std::uint64_t>(std::chrono::duration_cast<std::chrono::microseconds>(
                                         std::chrono::system_clock::now().time_since_epoch())
                                         .count())),
      timer_(context) {}

timeline::time_point timeline::now() const {
  return (manual_ ? start_ : std::chrono::steady_clock::now()) + ahead_;
}

std::uint64_t timeline::wall() const {
  return wall_start_ +
         static_cast<std::uint64_t>(
             std::chrono::duration_cast<std::chrono::microseconds>(now() - start_).count());
}

timeline::timer_id timeline::after(duration pause, std::function<void()> action) {
  const std::pair<time_point, timer_id> place(now() + pause, ++last_);
  const bool first = actions_.empty() || place < actions_.begin()->first;
  times_.emplace(last_, place.first);
  actions_.emplace(place, std::move(action));
  if (first) arm();
  return place.second;
}

void timeline::cancel(timer_id timer) {
  const auto found = times_.find(timer);
  if (found == times_.end()) return;
  actions_.erase({found->second, timer});
  times_.erase(found);
}

void timeline::advance(duration step) {
  const time_point until = now() + step;
  while (!actions_.empty() && actions_.begin()->first.first <= until) {
    auto due = actions_.extract(actions_.begin());
    times_.erase(due.key().second);
    if (due.key().first > now()) ahead_ += due.key().first - now();
    due.mapped()();
  }
  if (until > now()) ahead_ += until - now();
  arm();
}

void timeline::fire() {
  while (!actions_.empty() && actions_.begin()->first.first <= now()) {
    auto due = actions_.extract(actions_.begin());
    times_.erase(due.key().second);
    due.mapped()();
  }
  arm();
}

void timeline::arm() {
  if (manual_ || actions_.empty()) return;
  timer_.expires_at(actions_.begin()->first.first - ahead_);
  timer_.async_wait([this](const boost::system::error_code& error) {
    if (!error) fire();
  });
}

}  // namespace mynah_test::slack
