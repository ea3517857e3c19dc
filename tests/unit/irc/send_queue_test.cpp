// SPDX-License-Identifier: Apache-2.0
#include "send_queue.hpp"

#include "catch.hpp"

using namespace mynah::irc;
using namespace std::chrono_literals;

namespace {

using time_point = mynah::clock::time_point;

const time_point start{1000s};

// Everything that may be sent at this time.
std::string ready(send_queue& queue, time_point now) {
  std::string out;
  while (queue.ready_at() <= now) out += queue.pop(now).text;
  return out;
}

}  // namespace

TEST_CASE("a burst, then one line per interval", "[irc][send_queue]") {
  send_queue queue(pace(3, 2s));
  for (const char* line : {"1", "2", "3", "4", "5"}) queue.push("#c", line);
  CHECK(ready(queue, start) == "123");
  CHECK(queue.ready_at() == start + 2s);
  CHECK(ready(queue, start + 1999ms).empty());
  CHECK(ready(queue, start + 2s) == "4");
  CHECK(ready(queue, start + 3s).empty());
  CHECK(ready(queue, start + 4s) == "5");
  CHECK(queue.empty());
  CHECK(queue.ready_at() == time_point::max());
  // After silence the bucket is full again, not fuller.
  for (const char* line : {"1", "2", "3", "4", "5"}) queue.push("#c", line);
  CHECK(ready(queue, start + 1h) == "123");
}

TEST_CASE("urgent lines wait for nothing and cost nothing", "[irc][send_queue]") {
  send_queue queue(pace(1, 2s));
  queue.push("#c", "1");
  queue.push("#c", "2");
  CHECK(ready(queue, start) == "1");
  queue.push_urgent("P");
  queue.push_urgent("Q");
  CHECK(ready(queue, start) == "PQ");
  CHECK(ready(queue, start + 2s) == "2");
}

TEST_CASE("no interval, no limit", "[irc][send_queue]") {
  send_queue queue(pace(5, 0ms));
  for (int i = 0; i < 100; ++i) queue.push("#c", "x");
  CHECK(ready(queue, start).size() == 100);
}

TEST_CASE("rooms take turns, lines of one room keep their order", "[irc][send_queue]") {
  send_queue queue(pace(100, 1s));
  for (const char* line : {"a1", "a2", "a3", "a4"}) queue.push("#a", line);
  for (const char* line : {"b1", "b2"}) queue.push("#b", line);
  queue.push("#c", "c1");
  CHECK(queue.size() == 7);
  CHECK(ready(queue, start) == "a1b1c1a2b2a3a4");
}

TEST_CASE("withdrawn lines are not sent", "[irc][send_queue]") {
  send_queue queue(pace(1, 2s));
  const auto gone = std::make_shared<delivery>();
  const auto kept = std::make_shared<delivery>();
  queue.push("#c", "1", gone);
  queue.push("#c", "2", gone);
  queue.push("#c", "3", kept);
  queue.push("#d", "4", gone);
  CHECK(gone->left == 3);
  CHECK(ready(queue, start) == "1");
  gone->withdrawn = true;
  CHECK(ready(queue, start + 2s) == "3");
  CHECK(ready(queue, start + 1h).empty());
  CHECK(queue.empty());
}
