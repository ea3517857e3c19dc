// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <utility>

#include <boost/asio/io_context.hpp>

#include <mynah/store.hpp>

#include "catch.hpp"
#include "connection.hpp"
#include "manual_clock.hpp"
#include "spawned.hpp"

namespace mynah_test {

/// Opens connections to servers of a test, one after the other, as one bot does.
class opening_bot {
 public:
  /// Opens a connection, in place of the last one; "online" or what went wrong.
  std::string open(mynah::irc::connection_options options) {
    opened.reset();
    refused.reset();
    auto run = [](opening_bot& self, mynah::irc::connection_options with) -> mynah::task<void> {
      auto got = co_await mynah::irc::connection::open(self.clock, mynah::logger(), std::move(with),
                                                       self.policies);
      if (got) {
        self.opened = std::move(*got);
      } else {
        self.refused = got.error();
      }
    };
    spawned opening(io.get_executor(), run(*this, std::move(options)));
    CHECK(run_until(io, [&] { return opening.done(); }));
    opening.check();
    return opened ? "online" : refused->code().message() + "|" + refused->message();
  }

  /// Forgets everything but the store.
  void restart() {
    opened.reset();
    settle(io);
    policies = std::make_shared<mynah::irc::sts_policies>(store, clock, mynah::logger());
  }

  boost::asio::io_context io;
  std::shared_ptr<manual_clock> clock = std::make_shared<manual_clock>();
  std::shared_ptr<mynah::store> store = mynah::make_memory_store(clock);
  std::shared_ptr<mynah::irc::sts_policies> policies =
      std::make_shared<mynah::irc::sts_policies>(store, clock, mynah::logger());
  std::unique_ptr<mynah::irc::connection> opened;
  std::optional<mynah::failure> refused;
};

}  // namespace mynah_test
