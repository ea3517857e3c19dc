// SPDX-License-Identifier: Apache-2.0
#include <mynah/testkit/faults.hpp>

namespace mynah::testkit {

using namespace std::chrono_literals;

// splitmix64: every seed is a good one, also small numbers that follow each other.
std::uint64_t dice::next() noexcept {
  state_ += 0x9e3779b97f4a7c15U;
  std::uint64_t z = state_;
  z = (z ^ (z >> 30U)) * 0xbf58476d1ce4e5b9U;
  z = (z ^ (z >> 27U)) * 0x94d049bb133111ebU;
  return z ^ (z >> 31U);
}

std::uint64_t dice::below(std::uint64_t n) noexcept {
  const std::uint64_t drawn = next();  // always one number, so that the ones after it stay the same
  return n == 0 ? 0 : drawn % n;
}

bool dice::chance(double probability) noexcept {
  const double drawn = static_cast<double>(next() >> 11U) * 0x1.0p-53;
  return drawn < probability;
}

std::chrono::milliseconds dice::between(std::chrono::milliseconds from,
                                        std::chrono::milliseconds to) noexcept {
  const auto width = to < from ? 0 : static_cast<std::uint64_t>((to - from).count());
  return from + std::chrono::milliseconds(static_cast<std::int64_t>(below(width + 1)));
}

dice dice::fork(std::uint64_t purpose) const noexcept {
  dice other(state_ ^ (purpose * 0xd1342543de82ef95U));
  other.next();
  return other;
}

faults faults::everyday() {
  faults plan;
  plan.event_delayed = 0.01;
  plan.event_reordered = 0.01;
  plan.event_twice = 0.01;
  plan.acknowledgement_lost = 0.01;
  plan.send_refused = 0.005;
  plan.send_throttled = 0.01;
  plan.send_slow = 0.1;
  plan.lost_while_sending = 0.002;
  plan.connection_lost_every = 2h;
  plan.connecting_fails = 0.2;
  plan.mute_every = 8h;
  plan.deaf_every = 8h;
  plan.crash_every = 6h;
  plan.restart_every = 12h;
  plan.crash_at_transaction = 0.0005;
  plan.store_slow = 0.05;
  plan.store_fails = 0.001;
  plan.full_every = 12h;
  return plan;
}

faults faults::heavy() {
  faults plan;
  plan.event_delayed = 0.1;
  plan.event_reordered = 0.1;
  plan.event_twice = 0.1;
  plan.acknowledgement_lost = 0.1;
  plan.send_refused = 0.03;
  plan.send_throttled = 0.05;
  plan.send_slow = 0.2;
  plan.lost_while_sending = 0.05;
  plan.connection_lost_every = 60s;
  plan.connecting_fails = 0.2;
  plan.mute_every = 5min;
  plan.deaf_every = 5min;
  plan.silence = time_range(1s, 40s);
  plan.crash_every = 5min;
  plan.restart_every = 20min;
  plan.crash_at_transaction = 0.02;
  plan.down = time_range(100ms, 20s);
  plan.store_slow = 0.2;
  plan.store_fails = 0.02;
  plan.full_every = 10min;
  plan.full = time_range(1s, 30s);
  return plan;
}

}  // namespace mynah::testkit
