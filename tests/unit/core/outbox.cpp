// SPDX-License-Identifier: Apache-2.0
// Replies that leave at once, beside those that wait.
#include "core/outbox.hpp"

#include <boost/asio/io_context.hpp>
#include <boost/asio/strand.hpp>

#include <stdexcept>

#include "catch.hpp"
#include "core/system_clock.hpp"
#include "net/condition.hpp"

using namespace mynah;

namespace {

/// A connection that takes messages at once, or one by one, as a test wants.
class fake_conn final : public conn {
 public:
  explicit fake_conn(const boost::asio::any_io_executor& executor) : opened_(executor) {}

  task<result<event>> recv() override { co_return failure(errc::closed); }
  task<void> close() override { co_return; }
  task<result<receipt>> send(const outgoing& message) override {
    while (!open) co_await opened_.wait();
    sent += "slowly " + message.body.plain() + ";";
    co_return receipt();
  }
  bool send_now(const outgoing& message) override {
    if (throws) throw std::runtime_error("a plugin's mistake");
    if (!at_once) return false;
    sent += "at once " + message.body.plain() + ";";
    return true;
  }
  void working(const address& where, bool is, std::string_view answers) noexcept override {
    shown += where.room + (is ? " works for " : " rests after ") + std::string(answers) + ";";
  }
  void let_go() {
    open = true;
    opened_.notify_all();
  }

  std::string sent;
  std::string shown;
  bool at_once = true;
  bool throws = false;
  bool open = false;

 private:
  net::condition opened_;
};

class fixture {
 public:
  fixture() { box->attach(connection); }
  ~fixture() { box->close(); }

  void push(const std::string& room, const std::string& text) {
    box->push(outgoing(address("net", room), reply(text)));
    io.restart();
    io.poll();
  }

  boost::asio::io_context io{1};
  fake_conn connection{io.get_executor()};
  std::shared_ptr<core::outbox> box =
      std::make_shared<core::outbox>(boost::asio::any_io_executor(io.get_executor()),
                                     core::make_system_clock(io.get_executor()), logger(), nullptr);
};

}  // namespace

TEST_CASE("what a connection takes at once needs no queue") {
  fixture test;
  test.push("#a", "one");
  test.push("#a", "two");
  CHECK(test.connection.sent == "at once one;at once two;");
  CHECK(test.box->waiting() == 0);
}

TEST_CASE("nothing passes what waits in its room") {
  fixture test;
  test.connection.at_once = false;
  test.push("#a", "one");
  test.connection.at_once = true;
  test.push("#a", "two");
  CHECK(test.connection.sent.empty());
  test.push("#b", "elsewhere");
  CHECK(test.connection.sent == "at once elsewhere;");
  test.connection.let_go();
  test.io.restart();
  test.io.poll();
  CHECK(test.connection.sent == "at once elsewhere;slowly one;slowly two;");
  test.push("#a", "three");
  CHECK(test.connection.sent.ends_with(";at once three;"));
}

TEST_CASE("what a connection throws is no loss") {
  fixture test;
  test.connection.throws = true;
  test.connection.open = true;
  test.push("#a", "one");
  CHECK(test.connection.sent == "slowly one;");
}

TEST_CASE("without a connection everything waits") {
  fixture test;
  auto other = std::make_shared<core::outbox>(boost::asio::any_io_executor(test.io.get_executor()),
                                              core::make_system_clock(test.io.get_executor()),
                                              logger(), nullptr);
  other->push(outgoing(address("net", "#a"), reply("one")));
  CHECK(other->waiting() == 1);
  other->attach(test.connection);
  test.connection.let_go();
  test.io.poll();
  CHECK(test.connection.sent == "slowly one;");
}

TEST_CASE("a connection hears of each command that works, and of its end") {
  fixture test;
  const address here("net", "#a");
  test.box->working(here, true, "e1");
  test.box->working(here, true, "e2");
  CHECK(test.connection.shown == "#a works for e1;#a works for e2;");
  test.box->working(here, false, "e1");
  CHECK(test.connection.shown.ends_with(";#a rests after e1;"));
  test.box->working(address("net", "#b"), true, "e3");
  test.box->working(address("net", "#b"), true, "e3");
  test.box->working(here, false, "e2");
  CHECK(test.connection.shown.ends_with(";#b works for e3;#b works for e3;#a rests after e2;"));
  // Of what it was never told it does not hear.
  test.box->working(here, false, "e2");
  CHECK(test.connection.shown.ends_with(";#b works for e3;#a rests after e2;"));

  fake_conn next(test.io.get_executor());
  test.box->attach(next);
  CHECK(next.shown == "#b works for e3;#b works for e3;");
  test.box->working(address("net", "#b"), false, "e3");
  CHECK(next.shown.ends_with(";#b rests after e3;"));
  test.box->attach(test.connection);  // which lives longer
}
