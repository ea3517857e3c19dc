// SPDX-License-Identifier: Apache-2.0
#include "net/condition.hpp"

#include <memory>
#include <string>

#include <boost/asio/io_context.hpp>

#include "catch.hpp"
#include "spawned.hpp"

using mynah::task;
using mynah::net::condition;
using mynah_test::settle;
using mynah_test::spawned;

namespace {

task<void> note(condition& awaited, std::string& trace, char name) {
  co_await awaited.wait();
  trace += name;
}

task<void> wait_shared(std::shared_ptr<condition> awaited) {
  co_await awaited->wait();
}

}  // namespace

TEST_CASE("condition wakes in the order of waiting", "[net][condition]") {
  boost::asio::io_context io;
  condition ready(io.get_executor());
  std::string trace;
  spawned a(io.get_executor(), note(ready, trace, 'a'));
  spawned b(io.get_executor(), note(ready, trace, 'b'));
  spawned c(io.get_executor(), note(ready, trace, 'c'));
  settle(io);
  ready.notify_one();
  CHECK(trace.empty());
  settle(io);
  CHECK(trace == "a");
  ready.notify_all();
  settle(io);
  CHECK(trace == "abc");
}

TEST_CASE("a cancelled wait leaves the others alone", "[net][condition]") {
  boost::asio::io_context io;
  condition ready(io.get_executor());
  std::string trace;
  spawned a(io.get_executor(), note(ready, trace, 'a'));
  spawned b(io.get_executor(), note(ready, trace, 'b'));
  settle(io);
  a.cancel();
  a.cancel();
  settle(io);
  ready.notify_one();
  settle(io);
  CHECK(a.cancelled());
  CHECK(trace == "b");
}

TEST_CASE("a notified wait cannot be cancelled any more", "[net][condition]") {
  boost::asio::io_context io;
  condition ready(io.get_executor());
  std::string trace;
  spawned a(io.get_executor(), note(ready, trace, 'a'));
  settle(io);
  ready.notify_one();
  a.cancel();
  settle(io);
  CHECK(trace == "a");
  CHECK(a.done());
  CHECK_FALSE(a.cancelled());
}

TEST_CASE("destroying a condition ends its waits", "[net][condition]") {
  boost::asio::io_context io;
  auto ready = std::make_unique<condition>(io.get_executor());
  std::string trace;
  spawned a(io.get_executor(), note(*ready, trace, 'a'));
  settle(io);
  ready.reset();
  settle(io);
  CHECK(a.cancelled());
}

TEST_CASE("a context that ends takes waiting coroutines along", "[net][condition]") {
  // With the address sanitizer this fails if the frames leak.
  auto io = std::make_unique<boost::asio::io_context>();
  auto ready = std::make_shared<condition>(io->get_executor());
  spawned a(io->get_executor(), wait_shared(ready));
  spawned b(io->get_executor(), wait_shared(ready));
  io->poll();
  std::weak_ptr<condition> watch = ready;
  ready.reset();
  CHECK_FALSE(watch.expired());
  io.reset();
  CHECK(watch.expired());
}

TEST_CASE("a condition may outlive its context", "[net][condition]") {
  auto io = std::make_unique<boost::asio::io_context>();
  condition ready(io->get_executor());
  condition other(io->get_executor());
  spawned a(io->get_executor(), [](condition& c) -> task<void> { co_await c.wait(); }(ready));
  io->poll();
  io.reset();
  ready.notify_all();
  CHECK_FALSE(a.done());
}
