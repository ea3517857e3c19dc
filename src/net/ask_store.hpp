// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <string>

#include <mynah/clock.hpp>
#include <mynah/error_code.hpp>
#include <mynah/store.hpp>
#include <mynah/task.hpp>

namespace mynah::net {

/// The kind of a transaction: `store::submit_reading` or `store::submit`.
enum class store_access : unsigned char { reading, writing };

/// Has the store do `work`, and waits for the end, for at most ten seconds. The store works on a
/// thread of its own, also when nobody waits any more: `work` must own what it fills in.
///
/// Errors: errc::closed with what the store says, errc::timed_out; `doing` is in front of both.
/// Cancellation: terminal, throws boost::system::system_error(operation_aborted).
/// Executor: of the coroutine that waits, a strand or a context that one thread runs. Object
/// lifetime: the clock must outlive the operation.
[[nodiscard]] task<result<void>> ask_store(mynah::clock& clock, std::shared_ptr<store> kept_in,
                                           store_access how, store::work work, std::string doing);

}  // namespace mynah::net
