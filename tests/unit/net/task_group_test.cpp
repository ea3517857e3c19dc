// SPDX-License-Identifier: Apache-2.0
#include "net/task_group.hpp"

#include <stdexcept>
#include <string>
#include <vector>

#include <boost/asio/io_context.hpp>

#include "catch.hpp"
#include "manual_clock.hpp"
#include "net/sleep.hpp"
#include "spawned.hpp"

using mynah::task;
using mynah::net::task_group;
using mynah_test::manual_clock;
using mynah_test::settle;
using mynah_test::spawned;
using namespace std::chrono_literals;

namespace {

task<void> until_stopped(task_group& group, int& finished) {
  co_await group.stopped();
  ++finished;
}

task<void> stubborn(mynah::clock& clock, int& finished) {
  co_await mynah::net::sleep_for(clock, 1h);
  ++finished;
}

task<void> throwing() {
  throw std::runtime_error("broken");
  co_return;
}

task<void> join_bounded(task_group& group, mynah::clock& clock, int& outcome) {
  const bool all = co_await group.join_for(clock, 10s);
  outcome = all ? 1 : 0;
}

}  // namespace

TEST_CASE("a task group stops softly, then hard", "[net][task_group]") {
  boost::asio::io_context io;
  manual_clock clock;
  int finished = 0;
  int outcome = -1;
  task_group group(io.get_executor(), mynah::logger());
  group.spawn("polite", until_stopped(group, finished));
  group.spawn("stubborn", stubborn(clock, finished));
  settle(io);
  CHECK(group.size() == 2);
  CHECK_FALSE(group.stopping());

  group.stop();
  CHECK(group.stop_token().stop_requested());
  spawned joined(io.get_executor(), join_bounded(group, clock, outcome));
  settle(io);
  CHECK(finished == 1);
  CHECK(group.size() == 1);
  clock.advance(10s);
  settle(io);
  CHECK(outcome == 0);

  group.cancel();
  spawned end(io.get_executor(), group.join());
  settle(io);
  CHECK(end.done());
  CHECK(group.empty());
  CHECK(finished == 1);
  CHECK(clock.timers() == 0);
}

TEST_CASE("joining an empty task group ends at once", "[net][task_group]") {
  boost::asio::io_context io;
  manual_clock clock;
  int outcome = -1;
  task_group group(io.get_executor(), mynah::logger());
  spawned joined(io.get_executor(), join_bounded(group, clock, outcome));
  settle(io);
  CHECK(outcome == 1);
}

TEST_CASE("what a member throws is logged and the others go on", "[net][task_group]") {
  boost::asio::io_context io;
  manual_clock clock;
  std::vector<std::string> lines;
  auto sink = [&lines](const mynah::log_record& record) {
    std::string line(record.message);
    for (const auto& [key, value] : record.fields) {
      line.append(" ").append(key).append("=").append(value);
    }
    lines.push_back(line);
  };
  int finished = 0;
  task_group group(io.get_executor(), mynah::logger(sink, mynah::log_level::info, "test"));
  group.spawn("one", stubborn(clock, finished));
  group.spawn("two", throwing());
  settle(io);
  CHECK(lines == std::vector<std::string>{"a task failed task=two error=broken"});
  CHECK(group.size() == 1);
  clock.advance(1h);
  settle(io);
  CHECK(finished == 1);
}

TEST_CASE("a member spawned after cancel is cancelled", "[net][task_group]") {
  boost::asio::io_context io;
  manual_clock clock;
  int finished = 0;
  task_group group(io.get_executor(), mynah::logger());
  group.cancel();
  group.spawn("late", stubborn(clock, finished));
  settle(io);
  CHECK(group.empty());
  CHECK(finished == 0);
}

TEST_CASE("members of a group may outlive it", "[net][task_group]") {
  boost::asio::io_context io;
  manual_clock clock;
  int finished = 0;
  {
    task_group group(io.get_executor(), mynah::logger());
    group.spawn("left behind", stubborn(clock, finished));
    settle(io);
  }
  settle(io);
  CHECK(finished == 0);
  CHECK(clock.timers() == 0);
}

TEST_CASE("a group may be cancelled while its members end by themselves", "[net][task_group]") {
  boost::asio::io_context io;
  manual_clock clock;
  int finished = 0;
  {
    task_group group(io.get_executor(), mynah::logger());
    group.spawn("polite", until_stopped(group, finished));
    settle(io);
    group.stop();
    // From outside the executor: delivered after the member's end.
    group.cancel();
  }
  settle(io);
  CHECK(finished == 1);
}
