// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <mynah/clock.hpp>
#include <mynah/task.hpp>

namespace mynah::net {

/// Waits until `when`, on the bot's clock. A time that has passed completes soon, never at once.
///
/// Errors: throws boost::system::system_error(operation_aborted) when cancelled.
/// Cancellation: terminal, partial and total.
/// Object lifetime: the clock must outlive the wait.
[[nodiscard]] task<void> sleep_until(mynah::clock& clock, mynah::clock::time_point when);

/// Waits for a time from now on.
[[nodiscard]] task<void> sleep_for(mynah::clock& clock, mynah::clock::duration time);

}  // namespace mynah::net
