// SPDX-License-Identifier: Apache-2.0
#include "net/mailbox.hpp"

#include <memory>
#include <string>
#include <vector>

#include <boost/asio/io_context.hpp>

#include "catch.hpp"
#include "spawned.hpp"

using mynah::errc;
using mynah::result;
using mynah::task;
using mynah::net::mailbox;
using mynah_test::settle;
using mynah_test::spawned;

namespace {

using box = mailbox<std::unique_ptr<std::string>>;

bool put(box& into, const std::string& text) {
  return into.try_push(std::make_unique<std::string>(text));
}

task<void> receive(box& from, std::vector<std::string>& got, int count) {
  for (int i = 0; i < count; ++i) {
    auto value = co_await from.recv();
    if (value) {
      got.push_back(**value);
    } else {
      got.push_back(value.error().code() == errc::closed ? "closed" : "other error");
    }
  }
}

task<void> push(box& into, std::string text, std::vector<std::string>& outcome) {
  const result<void> pushed = co_await into.push(std::make_unique<std::string>(std::move(text)));
  outcome.push_back(pushed ? "pushed" : "refused");
}

using texts = std::vector<std::string>;

}  // namespace

TEST_CASE("a mailbox keeps the order", "[net][mailbox]") {
  boost::asio::io_context io;
  box messages(io.get_executor(), 4);
  texts got;
  CHECK(put(messages, "1"));
  CHECK(put(messages, "2"));
  spawned reader(io.get_executor(), receive(messages, got, 4));
  settle(io);
  CHECK(got == texts{"1", "2"});
  CHECK(put(messages, "3"));
  CHECK(put(messages, "4"));
  settle(io);
  CHECK(got == texts{"1", "2", "3", "4"});
  CHECK(reader.done());
}

TEST_CASE("a full mailbox refuses and leaves the value alone", "[net][mailbox]") {
  boost::asio::io_context io;
  box messages(io.get_executor(), 2);
  CHECK(put(messages, "1"));
  CHECK(put(messages, "2"));
  auto third = std::make_unique<std::string>("3");
  CHECK_FALSE(messages.try_push(std::move(third)));
  REQUIRE(third);
  CHECK(*third == "3");
  CHECK(**messages.try_recv() == "1");
  CHECK(messages.try_push(std::move(third)));
  CHECK(messages.size() == 2);
}

TEST_CASE("a cancelled receive loses nothing and the mailbox goes on", "[net][mailbox]") {
  boost::asio::io_context io;
  box messages(io.get_executor(), 4);
  texts first;
  texts second;
  spawned cancelled(io.get_executor(), receive(messages, first, 1));
  settle(io);

  SECTION("cancelled before the value comes") {
    cancelled.cancel();
    settle(io);
    CHECK(put(messages, "1"));
    settle(io);
    CHECK(cancelled.cancelled());
    CHECK(first.empty());
  }
  SECTION("cancelled between the value and the resumption") {
    CHECK(put(messages, "1"));
    cancelled.cancel();
    settle(io);
    CHECK(first == texts{"1"});
    CHECK(put(messages, "1"));
  }
  spawned reader(io.get_executor(), receive(messages, second, 2));
  CHECK(put(messages, "2"));
  settle(io);
  CHECK(second == texts{"1", "2"});
}

TEST_CASE("closing delivers what is inside, then says closed", "[net][mailbox]") {
  boost::asio::io_context io;
  box messages(io.get_executor(), 4);
  texts got;
  CHECK(put(messages, "1"));
  messages.close();
  messages.close();
  CHECK_FALSE(put(messages, "2"));
  spawned reader(io.get_executor(), receive(messages, got, 3));
  settle(io);
  CHECK(got == texts{"1", "closed", "closed"});
}

TEST_CASE("closing wakes receivers and senders", "[net][mailbox]") {
  boost::asio::io_context io;
  box empty(io.get_executor(), 1);
  box full(io.get_executor(), 1);
  texts got;
  texts outcome;
  CHECK(put(full, "1"));
  spawned reader(io.get_executor(), receive(empty, got, 1));
  spawned writer(io.get_executor(), push(full, "2", outcome));
  settle(io);
  CHECK_FALSE(reader.done());
  CHECK_FALSE(writer.done());
  empty.close();
  full.close();
  settle(io);
  CHECK(got == texts{"closed"});
  CHECK(outcome == texts{"refused"});
}

TEST_CASE("push waits for room", "[net][mailbox]") {
  boost::asio::io_context io;
  box messages(io.get_executor(), 1);
  texts outcome;
  texts got;
  spawned a(io.get_executor(), push(messages, "1", outcome));
  spawned b(io.get_executor(), push(messages, "2", outcome));
  spawned c(io.get_executor(), push(messages, "3", outcome));
  settle(io);
  CHECK(outcome == texts{"pushed"});
  b.cancel();
  settle(io);
  spawned reader(io.get_executor(), receive(messages, got, 2));
  settle(io);
  CHECK(got == texts{"1", "3"});
  CHECK(b.cancelled());
}

TEST_CASE("destroying a mailbox closes it under its receivers", "[net][mailbox]") {
  boost::asio::io_context io;
  auto messages = std::make_unique<box>(io.get_executor(), 4);
  texts got;
  spawned reader(io.get_executor(), receive(*messages, got, 1));
  settle(io);
  SECTION("empty") {
    messages.reset();
    settle(io);
    CHECK(got == texts{"closed"});
  }
  SECTION("with a value on its way") {
    CHECK(put(*messages, "1"));
    messages.reset();
    settle(io);
    CHECK(got == texts{"1"});
  }
}

TEST_CASE("many messages pass through a small mailbox in order", "[net][mailbox]") {
  boost::asio::io_context io;
  mailbox<int> numbers(io.get_executor(), 5);
  constexpr int count = 20000;
  bool in_order = true;
  auto write = [](mailbox<int>& into) -> task<void> {
    for (int i = 0; i < count; ++i) {
      const result<void> pushed = co_await into.push(i);
      if (!pushed) co_return;
    }
    into.close();
  };
  auto read = [](mailbox<int>& from, bool& ordered) -> task<void> {
    for (int i = 0; i < count; ++i) {
      const result<int> got = co_await from.recv();
      if (!got || *got != i) ordered = false;
    }
    const result<int> end = co_await from.recv();
    if (end) ordered = false;
  };
  spawned writer(io.get_executor(), write(numbers));
  spawned reader(io.get_executor(), read(numbers, in_order));
  io.run();
  CHECK(writer.done());
  CHECK(reader.done());
  CHECK(in_order);
}
