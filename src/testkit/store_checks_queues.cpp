// SPDX-License-Identifier: Apache-2.0
// Checks of queues: who gets what, when.
#include "testkit/store_checks.hpp"

namespace mynah::testkit {

namespace {

using namespace std::chrono_literals;
using namespace std::string_literals;

/// Bodies of what a claim gets, one after the other.
std::string claimed(checked_store& t, std::size_t n = 100, std::chrono::milliseconds time = 1h) {
  std::string result;
  t.write([&](transaction& tx) {
    result.clear();
    for (const queue_item& item : tx.claim("q", n, time)) result += item.body;
  });
  return result;
}

queue_item claim_one(checked_store& t, std::chrono::milliseconds time = 1h) {
  std::vector<queue_item> result;
  t.write([&](transaction& tx) { result = tx.claim("q", 1, time); });
  expect(result.size() == 1, "an item can be claimed");
  return result.front();
}

void enqueue(checked_store& t, const std::string& group, const std::string& bodies) {
  t.write([&](transaction& tx) {
    for (const char c : bodies) tx.enqueue("q", group, std::string(1, c));
  });
}

void fields(checked_store& t) {
  const std::string body = "body\0\xff"s + std::string(1U << 20U, 'x');
  const auto added = t.clock().wall();
  std::int64_t id = 0;
  t.write([&](transaction& tx) { id = tx.enqueue("q\xff", "g\0"s, body, added + 1s); });
  const auto waiting = t.items("q\xff");
  expect(waiting.size() == 1 && waiting[0].id == id && waiting[0].queue == "q\xff" &&
             waiting[0].group == "g\0"s && waiting[0].body == body && waiting[0].attempts == 0 &&
             waiting[0].token == 0 && waiting[0].added == added && waiting[0].due == added + 1s &&
             waiting[0].buried.empty(),
         "an item is kept as it was added");
  t.pass(1s);
  std::vector<queue_item> got;
  t.write([&](transaction& tx) { got = tx.claim("q\xff", 5, 10s); });
  expect(got.size() == 1 && got[0].id == id && got[0].body == body && got[0].group == "g\0"s,
         "it is handed out as it was added");
  expect(got[0].attempts == 1 && got[0].token > 0 && got[0].until == t.clock().wall() + 10s,
         "and with what the claim gives");
  const auto shown = t.items("q\xff");
  expect(shown.size() == 1 && shown[0].held() == got[0].held() && shown[0].until == got[0].until,
         "scan_queue shows the claim");
}

void oldest_first(checked_store& t) {
  enqueue(t, "", "abcde");
  t.write([](transaction& tx) { tx.enqueue("other", "", "x"); });
  expect(claimed(t, 0).empty(), "none asked for, none given");
  expect(claimed(t, 2) == "ab", "the oldest, and not more than asked for");
  expect(claimed(t) == "cde", "what is claimed is not handed out again");
  expect(claimed(t).empty(), "then there is nothing");
}

void due(checked_store& t) {
  const auto now = t.clock().wall();
  t.write([&](transaction& tx) {
    tx.enqueue("q", "", "a", now + 2s);
    tx.enqueue("q", "", "b", now + 1s);
    tx.enqueue("q", "", "c");
  });
  expect(claimed(t) == "c", "only what is due");
  t.pass(999ms);
  expect(claimed(t).empty(), "not a moment before");
  t.pass(1ms);
  expect(claimed(t) == "b", "in that moment");
  t.pass(1h);
  expect(claimed(t).find('a') != std::string::npos, "and after it");
}

void groups(checked_store& t) {
  enqueue(t, "g", "ab");
  enqueue(t, "h", "c");
  enqueue(t, "", "d");
  enqueue(t, "g", "e");
  const queue_item a = claim_one(t);
  expect(a.body == "a", "the oldest");
  expect(claimed(t) == "cd", "nothing of a group whose first is claimed");
  t.write([&](transaction& tx) { expect(tx.finish(a.held()), "a claim holds"); });
  expect(claimed(t) == "be", "one claim may have several of a group, in order");
  enqueue(t, "h", "f");
  expect(claimed(t).empty(), "nothing of a group whose first is claimed, if it is new");
}

void group_waits(checked_store& t) {
  const auto now = t.clock().wall();
  t.write([&](transaction& tx) { tx.enqueue("q", "g", "a", now + 10s); });
  enqueue(t, "g", "b");
  t.write([&](transaction& tx) { tx.enqueue("p", "g", "x"); });
  expect(claimed(t).empty(), "nothing of a group whose first is not due");
  t.write([](transaction& tx) {
    expect(tx.claim("p", 9, 1h).size() == 1, "groups of other queues are others");
  });
  t.pass(10s);
  const queue_item a = claim_one(t, 1s);
  t.write([&](transaction& tx) { expect(tx.release(a.held(), tx.now() + 5s), "a claim holds"); });
  expect(claimed(t).empty(), "nothing of a group whose first was given back for later");
  t.pass(5s);
  const queue_item again = claim_one(t, 1s);
  expect(again.id == a.id && again.attempts == 2, "the first comes first again");
  t.write([&](transaction& tx) { expect(tx.bury(again.held(), "bad"), "a claim holds"); });
  expect(claimed(t) == "b", "what is set aside holds up nobody");
}

void added_claimed(checked_store& t) {
  enqueue(t, "g", "a");
  lease held;
  t.write([&](transaction& tx) { held = tx.enqueue_claimed("q", "g", "b", 10s); });
  enqueue(t, "g", "c");
  const auto all = t.items("q");
  expect(all.size() == 3 && all[1].held() == held && all[1].attempts == 1 &&
             all[1].until == t.clock().wall() + 10s,
         "it is claimed at once, whatever waits before it");
  expect(claimed(t, 100, 1h) == "a", "others do not get it, nor what is behind it");
  t.write([&](transaction& tx) { expect(tx.finish(held), "the lease holds"); });
  t.pass(10s);
  expect(claimed(t).empty(), "what is finished does not come back; its group waits for the first");
}

void set_aside(checked_store& t) {
  enqueue(t, "", "ab");
  const queue_item a = claim_one(t);
  t.write([&](transaction& tx) { expect(tx.bury(a.held(), "no such room"), "a claim holds"); });
  expect(claimed(t) == "b", "claim passes it over");
  t.pass(48h);
  const auto all = t.items("q");
  expect(all.size() == 2 && all[0].buried == "no such room", "scan_queue shows it, and why");
  std::optional<queue_item> got;
  t.write([&](transaction& tx) { got = tx.claim_item("q", a.id, 10s); });
  expect(
      got && got->body == "a" && got->buried.empty() && got->token > a.token && got->attempts == 2,
      "claim_item gets it");
  t.write([&](transaction& tx) {
    expect(tx.release(got->held()), "the claim holds");
    expect(tx.claim("q", 1, 1h).size() == 1, "then it waits as any other");
  });
  const queue_item again = t.items("q").at(0);
  t.write([&](transaction& tx) { expect(tx.bury(again.held(), ""), "the claim holds"); });
  expect(!t.items("q").at(0).buried.empty(), "a reason is there, even if none was given");
}

void one_item(checked_store& t) {
  const auto now = t.clock().wall();
  std::int64_t id = 0;
  t.write([&](transaction& tx) {
    tx.enqueue("q", "g", "a");
    id = tx.enqueue("q", "g", "b", now + 1h);
  });
  t.write([&](transaction& tx) {
    expect(!tx.claim_item("q", id + 1'000'000, 1s), "not what is not there");
    expect(!tx.claim_item("p", id, 1s), "nor what is in another queue");
    const auto got = tx.claim_item("q", id, 10s);
    expect(got && got->id == id && got->body == "b" && got->until == tx.now() + 10s,
           "else at once, whatever its group and when it is due");
    expect(!tx.claim_item("q", id, 1s), "unless a lease on it runs");
  });
  t.pass(10s);
  t.write([&](transaction& tx) {
    expect(tx.claim_item("q", id, 10s).has_value(), "it can be claimed when the lease is over");
  });
}

void scan_queue(checked_store& t) {
  enqueue(t, "g", "abcd");
  t.write([](transaction& tx) { tx.enqueue("p", "", "x"); });
  const auto all = t.items("q");
  expect(all.size() == 4 && all[0].body == "a" && all[3].body == "d", "all, oldest first");
  t.read([&](transaction& tx) {
    std::string seen;
    tx.scan_queue("q", all[0].id, [&](const queue_item& item) {
      seen += item.body;
      return seen.size() < 2;
    });
    expect(seen == "bc", "those above `after`, until told to stop");
  });
  t.write([&](transaction& tx) {
    tx.scan_queue("q", 0, [&](const queue_item& item) {
      const auto got = tx.claim_item("q", item.id, 1s);
      expect(got && tx.finish(got->held()), "what is shown may be finished");
      return true;
    });
  });
  expect(t.items("q").empty(), "each was shown once");
}

}  // namespace

void add_queue_checks(std::vector<store_check>& to) {
  to.emplace_back("an item is kept and handed out as it was added", fields);
  to.emplace_back("claim gives the oldest, and not what is claimed", oldest_first);
  to.emplace_back("an item is not handed out before it is due", due);
  to.emplace_back("items of a group are handed out in order", groups);
  to.emplace_back("a group waits for its first, unless that was set aside", group_waits);
  to.emplace_back("an item may be claimed as it is added", added_claimed);
  to.emplace_back("what is set aside is kept, and can be claimed alone", set_aside);
  to.emplace_back("claim_item takes any item on which no lease runs", one_item);
  to.emplace_back("scan_queue visits all items, oldest first", scan_queue);
}

}  // namespace mynah::testkit
