// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <boost/asio/awaitable.hpp>

namespace mynah {

/// A coroutine of mynah. Before writing `co_await` for g++ 12, read docs/coroutines.md: a few
/// everyday spellings are miscompiled there.
template <class T = void>
using task = boost::asio::awaitable<T>;

}  // namespace mynah
