// SPDX-License-Identifier: Apache-2.0
#include "send_queue.hpp"

#include <boost/asio/io_context.hpp>

#include "catch.hpp"

using namespace mynah::irc;
using namespace std::chrono_literals;

namespace {

using time_point = mynah::clock::time_point;

const time_point start{1000s};

// Everything that may be sent at this time.
std::string ready(send_queue& queue, time_point now) {
  std::string out;
  while (queue.ready_at(now) <= now) out += queue.pop(now).text;
  return out;
}

}  // namespace

TEST_CASE("a burst, then one line per interval", "[irc][send_queue]") {
  send_queue queue(pace(3, 2s));
  for (const char* line : {"1", "2", "3", "4", "5"}) queue.push("#c", queued_line(line));
  CHECK(ready(queue, start) == "123");
  CHECK(queue.ready_at(start) == start + 2s);
  CHECK(ready(queue, start + 1999ms).empty());
  CHECK(ready(queue, start + 2s) == "4");
  CHECK(ready(queue, start + 3s).empty());
  CHECK(ready(queue, start + 4s) == "5");
  CHECK(queue.empty());
  CHECK(queue.ready_at(start) == time_point::max());
  // After silence the bucket is full again, not fuller.
  for (const char* line : {"1", "2", "3", "4", "5"}) queue.push("#c", queued_line(line));
  CHECK(ready(queue, start + 1h) == "123");
}

TEST_CASE("urgent lines wait for nothing and cost nothing", "[irc][send_queue]") {
  send_queue queue(pace(1, 2s));
  queue.push("#c", queued_line("1"));
  queue.push("#c", queued_line("2"));
  CHECK(ready(queue, start) == "1");
  REQUIRE(queue.push_urgent("P"));
  REQUIRE(queue.push_urgent("Q"));
  CHECK(ready(queue, start) == "PQ");
  CHECK(ready(queue, start + 2s) == "2");
}

TEST_CASE("no interval, no limit", "[irc][send_queue]") {
  send_queue queue(pace(5, 0ms));
  for (int i = 0; i < 100; ++i) queue.push("#c", queued_line("x"));
  CHECK(ready(queue, start).size() == 100);
}

TEST_CASE("rooms take turns, lines of one room keep their order", "[irc][send_queue]") {
  send_queue queue(pace(100, 1s));
  for (const char* line : {"a1", "a2", "a3", "a4"}) queue.push("#a", queued_line(line));
  for (const char* line : {"b1", "b2"}) queue.push("#b", queued_line(line));
  queue.push("#c", queued_line("c1"));
  CHECK(queue.size() == 7);
  CHECK(ready(queue, start) == "a1b1c1a2b2a3a4");
}

TEST_CASE("withdrawn lines are not sent", "[irc][send_queue]") {
  boost::asio::io_context io;
  send_queue queue(pace(1, 2s));
  const auto gone = std::make_shared<delivery>(io.get_executor(), "#c");
  gone->parts.resize(3);
  const auto kept = std::make_shared<delivery>(io.get_executor(), "#c");
  kept->parts.resize(1);
  queue.push("#c", queued_line("1", gone, 0));
  queue.push("#c", queued_line("2", gone, 1));
  queue.push("#c", queued_line("3", kept, 0));
  queue.push("#d", queued_line("4", gone, 2));
  CHECK(ready(queue, start) == "1");
  gone->withdrawn = true;
  CHECK(ready(queue, start + 2s) == "3");
  CHECK(ready(queue, start + 1h).empty());
  CHECK(queue.empty());
  CHECK(queue.size() == 0);
}

TEST_CASE("what belongs together is not parted, withdrawn or not", "[irc][send_queue]") {
  boost::asio::io_context io;
  send_queue queue(pace(100, 1s));
  const auto batch = std::make_shared<delivery>(io.get_executor(), "#a");
  batch->parts.resize(2);
  queue.push("#a", queued_line("<", batch, 0, true));
  queue.push("#a", queued_line("x", batch, 0, true));
  queue.push("#a", queued_line(">", batch, 0));
  queue.push("#a", queued_line("y", batch, 1));
  queue.push("#b", queued_line("b"));
  std::string out = queue.pop(start).text;
  batch->waiting = 2;
  batch->begin(batch->parts[0]);
  batch->withdrawn = true;
  REQUIRE(queue.push_urgent("P"));
  CHECK(out + ready(queue, start) == "<Px>b");
}

TEST_CASE("a thousand rooms take turns in no time", "[irc][send_queue]") {
  send_queue queue(pace(1, 0ms));
  for (int line = 0; line < 10; ++line) {
    for (int room = 0; room < 1000; ++room) {
      REQUIRE(queue.push("#" + std::to_string(room), queued_line(std::to_string(room))));
    }
  }
  CHECK(queue.size() == 10'000);
  bool in_turn = true;
  for (int i = 0; i < 10'000; ++i) {
    in_turn = in_turn && queue.pop(start).text == std::to_string(i % 1000);
  }
  CHECK(in_turn);
  CHECK(queue.empty());
}

TEST_CASE("the queue is bounded and says so", "[irc][send_queue]") {
  send_queue queue(pace(1, 2s));
  for (std::size_t i = 0; i < send_queue::most_room_lines; ++i) {
    REQUIRE(queue.push("#a", queued_line("x")));
  }
  CHECK_FALSE(queue.push("#a", queued_line("x")));
  CHECK(queue.push("#b", queued_line("x")));
  CHECK(queue.has_room_for(send_queue::most_lines - queue.size()));
  CHECK_FALSE(queue.has_room_for(send_queue::most_lines - queue.size() + 1));
  for (std::size_t i = 1; i < send_queue::most_room_lines; ++i) {
    REQUIRE(queue.push("#b", queued_line("x")));
  }
  CHECK_FALSE(queue.push("#c", queued_line("x")));
  CHECK(queue.size() == send_queue::most_lines);
}

TEST_CASE("a server that asks and does not read fills no memory", "[irc][send_queue]") {
  send_queue queue(pace(1, 2s));
  for (std::size_t i = 0; i < send_queue::most_urgent; ++i) REQUIRE(queue.push_urgent("x"));
  CHECK_FALSE(queue.push_urgent("x"));
  CHECK(queue.size() == send_queue::most_urgent);
  (void)queue.pop(start);
  CHECK(queue.push_urgent("x"));
}
