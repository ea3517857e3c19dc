// SPDX-License-Identifier: Apache-2.0
#include "net/connecting_input.hpp"

#include <utility>

// g++ 12 inlines a coroutine frame's allocation but not its release, and takes them for a mismatch.
#if defined(__GNUC__) && !defined(__clang__) && __GNUC__ < 13
#pragma GCC diagnostic ignored "-Wmismatched-new-delete"
#endif

namespace mynah::net {

task<result<void>> connecting_input::start() {
  result<std::unique_ptr<conn>> opened = co_await open();
  if (opened.has_error()) co_return opened.error();
  first_ = std::move(*opened);
  co_return result<void>();
}

task<result<std::unique_ptr<conn>>> connecting_input::stream() {
  std::unique_ptr<conn> handed = std::exchange(first_, nullptr);
  if (handed) co_return std::move(handed);
  result<std::unique_ptr<conn>> opened = co_await open();
  co_return std::move(opened);
}

task<void> connecting_input::stop() {
  const std::unique_ptr<conn> unused = std::exchange(first_, nullptr);
  if (unused) co_await unused->close();
}

}  // namespace mynah::net
