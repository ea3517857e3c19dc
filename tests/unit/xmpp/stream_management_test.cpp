// SPDX-License-Identifier: Apache-2.0
#include "stream_management.hpp"

#include <deque>
#include <random>

#include "catch.hpp"
#include "namespaces.hpp"

using namespace mynah::xmpp;

namespace {

using ids = std::vector<std::uint64_t>;

element answer() {
  return element("enabled", ns::sm)
      .set("id", "s1")
      .set("resume", "true")
      .set("max", "300")
      .set("location", "[2001:db8::1]:5222");
}

stream_management enabled() {
  stream_management made;
  (void)made.enable();
  made.enabled(answer());
  return made;
}

ids kept(const stream_management& from) {
  ids made;
  for (const kept_stanza& each : from.kept()) made.push_back(each.id);
  return made;
}

}  // namespace

TEST_CASE("stanzas are kept until they are acknowledged", "[xmpp][stream_management]") {
  stream_management sm;
  sm.sent("<before/>", 1);
  CHECK_FALSE(sm.is_on());
  CHECK(sm.kept().empty());
  CHECK(sm.enable().to_xml() == "<enable xmlns='urn:xmpp:sm:3' resume='true'/>");
  CHECK(sm.is_on());
  // Counts already, before the answer.
  sm.sent("<a/>", 10);
  sm.enabled(answer());
  sm.sent("<b/>", 11);
  sm.sent("<c/>", 12);
  CHECK(kept(sm) == ids{10, 11, 12});
  CHECK(sm.acknowledged(2).freed == ids{10, 11});
  CHECK(sm.acknowledged(2).freed.empty());
  CHECK(sm.kept().front().xml == "<c/>");
  CHECK(sm.acknowledged(3).freed == ids{12});
}

TEST_CASE("more than was sent cannot be acknowledged", "[xmpp][stream_management]") {
  stream_management sm = enabled();
  sm.sent("<a/>", 1);
  sm.sent("<b/>", 2);
  (void)sm.acknowledged(1);
  for (const std::uint32_t h : {3U, 0U, 0xFFFFFFFFU}) {
    const acknowledgement got = sm.acknowledged(h);
    CHECK(got.freed.empty());
    REQUIRE(got.error);
    CHECK(got.error->condition == "undefined-condition");
    REQUIRE(got.error->application);
    CHECK(got.error->application->to_xml() == "<handled-count-too-high xmlns='urn:xmpp:sm:3' h='" +
                                                  std::to_string(h) + "' send-count='2'/>");
    CHECK(kept(sm) == ids{2});
  }
}

TEST_CASE("stanzas that came are acknowledged without gaps", "[xmpp][stream_management]") {
  stream_management sm;
  (void)sm.enable();
  CHECK(sm.received() == counted_stanza(0, false));
  sm.handled(0);
  CHECK(sm.h() == 0);
  sm.enabled(answer());
  const auto a = sm.received();
  const auto b = sm.received();
  const auto c = sm.received();
  CHECK(sm.unhandled() == 3);
  sm.handled(c.number);
  sm.handled(b.number);
  sm.handled(b.number);
  CHECK(sm.h() == 0);
  CHECK(sm.unhandled() == 1);
  sm.handled(a.number);
  CHECK(sm.h() == 3);
  sm.handled(a.number);
  sm.handled(c.number + 1);
  CHECK(sm.h() == 3);
  CHECK(sm.unhandled() == 0);
}

TEST_CASE("a session is resumed", "[xmpp][stream_management]") {
  stream_management sm = enabled();
  CHECK(sm.is_resumable());
  CHECK(sm.most_seconds() == 300);
  CHECK(sm.location() == "[2001:db8::1]:5222");
  for (std::uint64_t i = 1; i <= 4; ++i) sm.sent("<s/>", i);
  const auto first = sm.received();
  const auto second = sm.received();
  const auto third = sm.received();
  sm.handled(first.number);
  sm.handled(third.number);
  CHECK(sm.resume().to_xml() == "<resume xmlns='urn:xmpp:sm:3' previd='s1' h='1'/>");
  // Ends while the answer is under way; the peer repeats it all the same.
  sm.handled(second.number);
  CHECK(sm.resumed(3).freed == ids{1, 2, 3});
  CHECK(kept(sm) == ids{4});
  CHECK(sm.received() == counted_stanza(second.number, true));
  CHECK(sm.received() == counted_stanza(third.number, true));
  CHECK(sm.received() == counted_stanza(third.number + 1, false));
  CHECK(sm.h() == 3);
  sm.handled(third.number + 1);
  CHECK(sm.h() == 4);
  CHECK(sm.acknowledged(4).freed == ids{4});
}

TEST_CASE("a session cannot always be resumed", "[xmpp][stream_management]") {
  stream_management sm;
  (void)sm.enable();
  sm.enabled(element("enabled", ns::sm).set("id", "s1"));
  CHECK_FALSE(sm.is_resumable());
  (void)sm.enable();
  sm.enabled(element("enabled", ns::sm).set("id", "s1").set("resume", "1").set("max", "x"));
  CHECK(sm.is_resumable());
  CHECK(sm.most_seconds() == 0);
}

TEST_CASE("numbers of a former session are ignored", "[xmpp][stream_management]") {
  stream_management sm = enabled();
  const auto old = sm.received();
  sm.sent("<a/>", 7);
  // As after <failed h='0'/>.
  CHECK(sm.acknowledged(0).freed.empty());
  CHECK(sm.stop() == std::vector<kept_stanza>{kept_stanza("<a/>", 7)});
  CHECK_FALSE(sm.is_on());
  CHECK_FALSE(sm.is_resumable());
  (void)sm.enable();
  sm.enabled(answer());
  const auto now = sm.received();
  CHECK_FALSE(now.repeated);
  CHECK(now.number > old.number);
  sm.handled(old.number);
  CHECK(sm.h() == 0);
  sm.handled(now.number);
  CHECK(sm.h() == 1);
}

TEST_CASE("there is a limit to what is kept", "[xmpp][stream_management]") {
  stream_management sm(3, 100);
  (void)sm.enable();
  sm.enabled(answer());
  sm.sent("<a/>", 1);
  sm.sent("<a/>", 2);
  CHECK_FALSE(sm.is_full());
  sm.sent("<a/>", 3);
  CHECK(sm.is_full());
  (void)sm.acknowledged(2);
  CHECK_FALSE(sm.is_full());
  sm.sent(std::string(96, 'x'), 4);
  CHECK(sm.is_full());
  (void)sm.acknowledged(3);
  CHECK_FALSE(sm.is_full());
}

TEST_CASE("counters wrap", "[xmpp][stream_management]") {
  stream_management sm(10, 1000, 0xFFFFFFFEU);
  (void)sm.enable();
  sm.enabled(answer());
  for (std::uint64_t i = 1; i <= 5; ++i) {
    sm.sent("<a/>", i);
    sm.handled(sm.received().number);
  }
  CHECK(sm.h() == 3);
  CHECK(sm.acknowledged(0xFFFFFFFFU).freed == ids{1});
  CHECK(sm.acknowledged(1).freed == ids{2, 3});
  CHECK(sm.acknowledged(4).error);
  CHECK(sm.acknowledged(0xFFFFFFFFU).error);
  CHECK(sm.acknowledged(4).error->application->attr("send-count") == "3");
  CHECK(sm.resume().attr("h") == "3");
  CHECK(sm.resumed(3).freed == ids{4, 5});
}

TEST_CASE("nothing is lost or doubled over many cuts", "[xmpp][stream_management][property]") {
  std::mt19937 random(5);
  for (int round = 0; round < 200; ++round) {
    stream_management sm(10, 1000, 0xFFFFFFF0U);
    (void)sm.enable();
    sm.enabled(answer());
    // The peer: what it sent and was not told of, and how many came to it.
    std::deque<int> waiting;
    std::uint32_t peer_acknowledged = 0xFFFFFFF0U;
    std::uint32_t peer_h = 0xFFFFFFF0U;
    int made = 0;
    std::vector<std::uint64_t> in_work;
    std::vector<int> run;
    std::vector<std::uint64_t> arrived;
    std::uint64_t sent = 0;
    const auto deliver = [&](int what) {
      const counted_stanza got = sm.received();
      if (got.repeated) return;
      run.push_back(what);
      in_work.push_back(got.number);
    };
    const auto finish_one = [&] {
      const std::size_t which = random() % in_work.size();
      sm.handled(in_work[which]);
      in_work.erase(in_work.begin() + static_cast<std::ptrdiff_t>(which));
    };
    const auto tell_h = [&](std::uint32_t h) {
      for (; peer_acknowledged != h; ++peer_acknowledged) {
        REQUIRE_FALSE(waiting.empty());
        waiting.pop_front();
      }
    };
    for (int step = 0; step < 200; ++step) {
      switch (random() % 6) {
        case 0:
        case 1:
          waiting.push_back(made);
          deliver(made++);
          break;
        case 2:
          if (!in_work.empty()) finish_one();
          break;
        case 3:
          sm.sent("<a/>", ++sent);
          arrived.push_back(sent);
          ++peer_h;
          break;
        case 4:
          tell_h(sm.h());
          REQUIRE_FALSE(sm.acknowledged(peer_h).error);
          break;
        default: {
          // Some on either side are lost with the connection.
          for (std::size_t lost = random() % 3; lost > 0; --lost) waiting.push_back(made++);
          for (std::size_t lost = random() % 3; lost > 0; --lost) sm.sent("<a/>", ++sent);
          const element asked = sm.resume();
          if (!in_work.empty()) finish_one();
          tell_h(*read_h(asked));
          REQUIRE_FALSE(sm.resumed(peer_h).error);
          for (const kept_stanza& each : sm.kept()) {
            arrived.push_back(each.id);
            ++peer_h;
          }
          for (const int each : waiting) deliver(each);
        }
      }
    }
    std::vector<int> all_run(static_cast<std::size_t>(made));
    for (int i = 0; i < made; ++i) all_run[static_cast<std::size_t>(i)] = i;
    REQUIRE(run == all_run);
    ids all_sent(sent);
    for (std::uint64_t i = 0; i < sent; ++i) all_sent[i] = i + 1;
    REQUIRE(arrived == all_sent);
  }
}

TEST_CASE("h is read", "[xmpp][stream_management]") {
  const auto read = [](std::string_view h) { return read_h(element("a", ns::sm).set("h", h)); };
  CHECK(read("0") == 0U);
  CHECK(read("4294967295") == 0xFFFFFFFFU);
  CHECK_FALSE(read("4294967296"));
  CHECK_FALSE(read(""));
  CHECK_FALSE(read("-1"));
  CHECK_FALSE(read("1x"));
}
