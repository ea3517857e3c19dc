// SPDX-License-Identifier: Apache-2.0
#include "net/backoff.hpp"

#include <algorithm>

namespace mynah::net {

namespace {

// splitmix64: small, and good enough to keep clients out of step.
std::uint64_t random_step(std::uint64_t& state) noexcept {
  state += 0x9e3779b97f4a7c15U;
  std::uint64_t z = state;
  z = (z ^ (z >> 30U)) * 0xbf58476d1ce4e5b9U;
  z = (z ^ (z >> 27U)) * 0x94d049bb133111ebU;
  return z ^ (z >> 31U);
}

}  // namespace

backoff::backoff(milliseconds first, milliseconds longest, std::uint64_t seed,
                 milliseconds healthy) noexcept
    : first_(std::max(first, milliseconds(1))),
      longest_(std::max(longest, first_)),
      healthy_(healthy),
      step_(first_),
      state_(seed) {}

backoff::milliseconds backoff::next() noexcept {
  const auto half = step_ / 2;
  const auto spread = static_cast<std::uint64_t>((step_ - half).count()) + 1;
  const auto extra = milliseconds(static_cast<std::int64_t>(random_step(state_) % spread));
  // Not `step_ * 2 > longest_`: that could overflow.
  step_ = step_ > longest_ / 2 ? longest_ : step_ * 2;
  return half + extra;
}

void backoff::throttled() noexcept {
  step_ = longest_;
}

void backoff::reset() noexcept {
  step_ = first_;
}

void backoff::connected(time_point when) noexcept {
  up_since_ = when;
}

void backoff::lost(time_point when) noexcept {
  if (up_since_ && when - *up_since_ >= healthy_) reset();
  up_since_.reset();
}

}  // namespace mynah::net
