// SPDX-License-Identifier: Apache-2.0
#include "core/settle_down.hpp"

#include <chrono>
#include <future>
#include <memory>

namespace mynah::core {

bool settle_down(store& busy) {
  const auto done = std::make_shared<std::promise<void>>();
  std::future<void> ended = done->get_future();
  busy.submit([](transaction&) {}, [done](const std::exception_ptr&) { done->set_value(); });
  return ended.wait_for(std::chrono::seconds(2)) == std::future_status::ready;
}

}  // namespace mynah::core
