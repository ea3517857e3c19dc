// SPDX-License-Identifier: Apache-2.0
#include "catch.hpp"

#include <future>
#include <vector>

#include "core/blocking_pool.hpp"

using mynah::core::blocking_pool;

TEST_CASE("work that blocks delays no other work") {
  std::promise<void> gate;
  const std::shared_future<void> open = gate.get_future().share();
  std::vector<std::future<void>> ended;
  blocking_pool pool;
  const auto submit = [&](std::function<void()> work) {
    const auto done = std::make_shared<std::promise<void>>();
    ended.push_back(done->get_future());
    pool.submit([done, work = std::move(work)] {
      work();
      done->set_value();
    });
  };
  for (int i = 0; i < 100; ++i) submit([open] { open.wait(); });
  submit([] {});
  REQUIRE(ended.back().wait_for(std::chrono::seconds(30)) == std::future_status::ready);
  gate.set_value();
  for (auto& each : ended) {
    REQUIRE(each.wait_for(std::chrono::seconds(30)) == std::future_status::ready);
  }
}

TEST_CASE("a pool that goes away leaves busy threads to themselves") {
  const auto gate = std::make_shared<std::promise<void>>();
  const auto began = std::make_shared<std::promise<void>>();
  const auto ended = std::make_shared<std::promise<void>>();
  {
    blocking_pool pool;
    pool.submit([began, ended, open = gate->get_future().share()] {
      began->set_value();
      open.wait();
      ended->set_value();
    });
    REQUIRE(began->get_future().wait_for(std::chrono::seconds(30)) == std::future_status::ready);
  }
  gate->set_value();
  CHECK(ended->get_future().wait_for(std::chrono::seconds(30)) == std::future_status::ready);
}
