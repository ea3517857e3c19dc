// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>

#include <boost/asio/any_io_executor.hpp>

#include <mynah/clock.hpp>

namespace mynah::core {

/// The machine's time; timers fire on `executor`.
std::shared_ptr<clock> make_system_clock(const boost::asio::any_io_executor& executor);

}  // namespace mynah::core
