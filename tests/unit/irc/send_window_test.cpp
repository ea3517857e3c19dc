// SPDX-License-Identifier: Apache-2.0
#include "send_window.hpp"

#include <deque>

#include "catch.hpp"
#include "flood_memory.hpp"
#include "round_trips.hpp"

using namespace mynah::irc;
using namespace std::chrono_literals;

namespace {

using time_point = mynah::clock::time_point;

const time_point start{1000s};

/// A server that reads lines as `budget` allows, and kills who leaves too much unread.
class server_model {
 public:
  std::chrono::milliseconds one_way = 20ms;
  double ahead = 10;      ///< lines it reads at once
  double per_second = 1;  ///< and then
  std::size_t most_bytes = 8192;
  std::size_t most_lines = 1'000'000;

  void arrive(std::size_t bytes, bool probe, time_point at) {
    waiting_.push_back({bytes, probe, at});
  }
  /// Reads what it may by now; gives the times at which PONGs are on their way.
  void run(time_point now, std::deque<time_point>& pongs) {
    std::size_t bytes = 0;
    std::size_t lines = 0;
    for (const line& each : waiting_) {
      if (each.at > now) break;
      bytes += each.bytes;
      ++lines;
    }
    killed = killed || bytes > most_bytes || lines > most_lines;
    credit_ =
        std::min(ahead, credit_ + per_second * std::chrono::duration<double>(now - last_).count());
    last_ = now;
    while (!waiting_.empty() && waiting_.front().at <= now && credit_ >= 1) {
      credit_ -= 1;
      if (waiting_.front().probe) {
        pongs.push_back(now + one_way);
      } else {
        ++read;
      }
      waiting_.pop_front();
    }
  }

  std::size_t read = 0;
  bool killed = false;

 private:
  struct line {
    std::size_t bytes;
    bool probe;
    time_point at;
  };
  std::deque<line> waiting_;
  double credit_ = 10;
  time_point last_ = start;
};

// How long until the server has read so many lines of so many bytes.
std::chrono::milliseconds time_for(std::size_t lines, std::size_t bytes, server_model& server) {
  send_window window;
  std::deque<time_point> pongs;
  std::size_t sent = 0;
  time_point now = start;
  for (; server.read < lines && !server.killed && now < start + 3h; now += 5ms) {
    server.run(now, pongs);
    while (!pongs.empty() && pongs.front() <= now) {
      window.probe_answered(now);
      pongs.pop_front();
    }
    for (; sent < lines && window.open(bytes, now); ++sent) {
      window.sent(bytes, now);
      server.arrive(bytes, false, now + server.one_way);
    }
    if (sent < lines && !window.open(bytes, now) && window.wants_probe()) {
      window.sent(16, now);
      window.probe_sent(now);
      server.arrive(16, true, now + server.one_way);
    }
  }
  return std::chrono::duration_cast<std::chrono::milliseconds>(now - start);
}

}  // namespace

TEST_CASE("no server has a reason to kill us", "[irc][send_window]") {
  struct row {
    const char* name;
    double ahead;
    double per_second;
    std::size_t bytes;
    std::size_t lines;
  };
  const std::vector<row> servers = {
      {"RFC 1459, ircu", 5, 0.5, 1024, 1'000'000}, {"InspIRCd", 10, 1, 8192, 1'000'000},
      {"ngircd", 3, 3, 2048, 1'000'000},           {"ratbox", 5, 1, 100'000, 20},
      {"quick", 1e9, 1e9, 2048, 1'000'000},        {"very slow", 1, 0.3, 2048, 20},
  };
  for (const row& each : servers) {
    for (const std::size_t bytes : {20U, 80U, 250U, 480U}) {
      for (const auto delay : {1ms, 20ms, 300ms}) {
        CAPTURE(each.name, bytes, delay.count());
        server_model server;
        server.ahead = each.ahead;
        server.per_second = each.per_second;
        server.most_bytes = each.bytes;
        server.most_lines = each.lines;
        server.one_way = delay;
        const auto took = time_for(500, bytes, server);
        CHECK_FALSE(server.killed);
        CHECK(server.read == 500);
        // At least half of what the server reads goes into lines, the rest into PINGs.
        const double needed = (500 - each.ahead) / each.per_second;
        if (needed > 10) CHECK(std::chrono::duration<double>(took).count() < 2.2 * needed + 20);
      }
    }
  }
}

TEST_CASE("a server without limits gets lines as fast as it answers", "[irc][send_window]") {
  server_model server;
  server.ahead = 1e9;
  server.per_second = 1e9;
  server.one_way = 0ms;
  // The model looks every five milliseconds; some sixty lines each time.
  CHECK(time_for(5000, 25, server) < 800ms);
}

TEST_CASE("a server that stops reading makes the window small again", "[irc][send_window]") {
  send_window window;
  time_point now = start;
  for (int i = 0; i < 40; ++i) {
    while (window.open(20, now)) window.sent(20, now);
    window.sent(16, now);
    window.probe_sent(now);
    now += 10ms;
    window.probe_answered(now);
  }
  CHECK(window.proven());
  std::size_t many = 0;
  for (; window.open(20, now); ++many) window.sent(20, now);
  CHECK(many == send_window::proven_lines);
  window.probe_sent(now);
  now += 2s;
  window.probe_answered(now);
  CHECK_FALSE(window.proven());
  std::size_t few = 0;
  for (; window.open(20, now); ++few) window.sent(20, now);
  CHECK(few == send_window::first_lines);
}

TEST_CASE("a few lines now and then need no PING", "[irc][send_window]") {
  send_window window;
  time_point now = start;
  for (int i = 0; i < 100; ++i) {
    CHECK(window.open(100, now));
    window.sent(100, now);
    now += 2s;
  }
  CHECK(window.unread_lines() <= 2);
}

TEST_CASE("a server that never answers a PING gets the pace of RFC 1459", "[irc][send_window]") {
  send_window window;
  time_point now = start;
  const auto ask = [&] {
    if (window.open(20, now) || !window.wants_probe()) return;
    window.sent(16, now);
    window.probe_sent(now);
  };
  while (window.open(20, now)) window.sent(20, now);
  ask();
  CHECK_FALSE(window.open(20, now + 59s));
  CHECK(window.look_again() == now + 60s);
  now += 60s;
  std::size_t sent = 0;
  for (const time_point end = now + 240s; now < end; now += 1s) {
    for (; window.open(20, now); ++sent) window.sent(20, now);
    ask();
    CHECK(window.look_again() <= now + 2s);
  }
  // A PING now and then besides.
  CHECK(sent >= 110);
  CHECK(sent <= 125);
  window.probe_answered(now);
  CHECK(window.unread_lines() <= 1 + send_window::first_lines);
  while (window.open(20, now)) window.sent(20, now);
  ask();
  CHECK(window.look_again() == now + 60s);
}

TEST_CASE("a line is never too long for an empty window", "[irc][send_window]") {
  send_window window;
  CHECK(window.open(5000, start));
  window.sent(5000, start);
  CHECK_FALSE(window.open(1, start));
}

TEST_CASE("who was killed for flooding is careful, more each time", "[irc][flood_memory]") {
  for (const char* words : {"Closing link: (a@b) [Excess Flood]", "Closing link: [RecvQ exceeded]",
                            "Receive buffer space exhausted", "Max RecvQ exceeded"}) {
    CHECK(flood_memory::is_flood(words));
  }
  CHECK_FALSE(flood_memory::is_flood("Closing link: [Ping timeout]"));
  CHECK_FALSE(flood_memory::is_flood(""));
  flood_memory memory;
  CHECK_FALSE(memory.careful());
  const auto lines_in = [&](std::chrono::seconds time) {
    pace allowed = memory.allowed();
    int lines = 0;
    for (time_point now = start; now <= start + time; now += 500ms) {
      for (; allowed.ready_at() <= now; ++lines) allowed.sent(now);
    }
    return lines;
  };
  memory.killed();
  CHECK(memory.careful());
  CHECK(lines_in(0s) == 5);
  CHECK(lines_in(100s) == 55);
  memory.killed();
  CHECK(lines_in(0s) == 2);
  CHECK(lines_in(100s) == 27);
  for (int i = 0; i < 20; ++i) memory.killed();
  CHECK(lines_in(0s) == 1);
  CHECK(lines_in(320s) == 11);
}

TEST_CASE("PONGs tell the lag", "[irc][round_trips]") {
  round_trips pings;
  CHECK_FALSE(pings.measured());
  pings.sent("mynah", start);
  const std::string first = pings.next(start);
  const std::string second = pings.next(start);
  CHECK(second != first);
  CHECK_FALSE(pings.answered("another", start));
  CHECK(pings.answered("mynah", start + 80ms));
  REQUIRE(pings.measured());
  CHECK(pings.measured()->last == 80ms);
  CHECK(pings.measured()->smoothed == 80ms);
  CHECK(pings.numbered_answers() == 0);
  CHECK(pings.answered(first, start + 160ms));
  CHECK(pings.measured()->last == 160ms);
  CHECK(pings.measured()->smoothed == 90ms);
  CHECK_FALSE(pings.answered(first, start + 160ms));
  // Only the last that is out counts.
  CHECK(pings.numbered_answers() == 0);
  CHECK(pings.answered(second, start + 1s));
  CHECK(pings.numbered_answers() == 1);
  // A server that never answers makes nothing grow.
  for (int i = 0; i < 100; ++i) (void)pings.next(start);
  CHECK_FALSE(pings.answered("mynah-3", start));
  CHECK(pings.answered("mynah-102", start));
}

TEST_CASE("a PONG that does not say which PING it is for", "[irc][round_trips]") {
  round_trips pings;
  CHECK_FALSE(pings.answered_in_order(start));
  pings.sent("mynah", start);
  (void)pings.next(start);
  CHECK(pings.answered_in_order(start + 10ms));
  CHECK(pings.numbered_answers() == 0);
  CHECK(pings.answered_in_order(start + 20ms));
  CHECK(pings.numbered_answers() == 1);
  CHECK(pings.measured()->last == 20ms);
  CHECK_FALSE(pings.answered_in_order(start));
}
