// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <boost/asio/io_context.hpp>

#include <mynah/log.hpp>
#include <mynah/store.hpp>
#include <mynah/task.hpp>

#include "catch.hpp"
#include "manual_clock.hpp"
#include "spawned.hpp"

namespace mynah_test {

/// A store that outlives who keeps entries in it: `Keeper`, of one input and one account.
template <class Keeper, class Entry>
class kept_things {
 public:
  explicit kept_things(std::string account) : account_(std::move(account)) {}

  [[nodiscard]] Keeper open(const std::string& input = "xmpp") const {
    return open(input, account_);
  }
  [[nodiscard]] Keeper open(const std::string& input, const std::string& account) const {
    return {store, clock, mynah::logger(), input, account};
  }

  [[nodiscard]] std::vector<Entry> load(const std::string& input = "xmpp") {
    return load(input, account_);
  }
  [[nodiscard]] std::vector<Entry> load(const std::string& input, const std::string& account) {
    Keeper from = open(input, account);
    std::optional<std::vector<Entry>> found;
    auto look = [](Keeper& in, std::optional<std::vector<Entry>>& out) -> mynah::task<void> {
      auto kept = co_await in.load();
      if (kept.has_value()) out = *kept;
    };
    spawned looking(io.get_executor(), look(from, found));
    CHECK(run_until(io, [&] { return looking.done(); }));
    return found.value();
  }

  boost::asio::io_context io;
  std::shared_ptr<manual_clock> clock = std::make_shared<manual_clock>();
  std::shared_ptr<mynah::store> store = mynah::make_memory_store(clock);

 private:
  std::string account_;
};

}  // namespace mynah_test
