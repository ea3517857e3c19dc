// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <utility>

#include <mynah/clock.hpp>

namespace mynah::net {

/// A timer of the bot's clock that is forgotten with this object, also when a coroutine's frame is
/// destroyed while suspended.
///
/// The action may still run, or be running, while the object is destroyed on another thread: let it
/// hold weak references.
/// Object lifetime: the clock must live longer.
class armed_timer {
 public:
  armed_timer(mynah::clock& clock, mynah::clock::time_point when, std::function<void()> action)
      : clock_(clock), id_(clock.call_at(when, std::move(action))) {}
  armed_timer(const armed_timer&) = delete;
  armed_timer& operator=(const armed_timer&) = delete;
  ~armed_timer() { clock_.cancel(id_); }

 private:
  mynah::clock& clock_;
  mynah::clock::timer_id id_;
};

}  // namespace mynah::net
