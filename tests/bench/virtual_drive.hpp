// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>

#include <boost/asio/io_context.hpp>

#include <mynah/bot.hpp>
#include <mynah/testkit/virtual_clock.hpp>

// A bot in this process whose clock is virtual, because between its connections it waits for long.
namespace mynah_bench {

/// Runs it until `other_end` is done, which plays its server on a thread of its own; throws
/// std::runtime_error if that throws.
void run_beside(boost::asio::io_context& io, mynah::testkit::virtual_clock& clock,
                const std::function<void()>& other_end);

/// Ends it.
void stop(mynah::bot& bot, boost::asio::io_context& io, mynah::testkit::virtual_clock& clock);

}  // namespace mynah_bench
