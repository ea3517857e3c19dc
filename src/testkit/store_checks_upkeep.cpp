// SPDX-License-Identifier: Apache-2.0
// Checks of trimming, and of what a restart keeps.
#include "testkit/store_checks.hpp"

namespace mynah::testkit {

namespace {

using namespace std::chrono_literals;

using wall_time = transaction::wall_time;

std::size_t trim(checked_store& t, wall_time events, wall_time audit, wall_time buried,
                 std::size_t n = 1'000) {
  std::size_t gone = 0;
  t.write([&](transaction& tx) { gone = tx.trim(events, audit, buried, n); });
  return gone;
}

void append_audit(checked_store& t, const std::string& raw) {
  audit_entry entry;
  entry.raw = raw;
  entry.time = t.clock().wall();
  t.write([&](transaction& tx) { tx.append_audit(entry); });
}

std::string audit(checked_store& t, const std::string& words = "") {
  std::string result;
  t.read([&](transaction& tx) {
    result.clear();
    audit_query query;
    query.words = words;
    query.limit = 1'000;
    for (const audit_entry& entry : tx.find_audit(query).entries) result += entry.raw + "|";
  });
  return result;
}

std::int64_t bury_one(checked_store& t) {
  std::int64_t id = 0;
  t.write([&](transaction& tx) {
    const lease held = tx.enqueue_claimed("q", "", "buried", 1h);
    expect(tx.bury(held, "bad"), "a claim holds");
    id = held.item;
  });
  return id;
}

void by_age(checked_store& t) {
  t.write([](transaction& tx) {
    tx.put("s", "k", "v");
    tx.append_event("irc", "old");
    tx.enqueue("q", "", "open");
    tx.enqueue_claimed("q", "", "claimed", 1h);
  });
  append_audit(t, "old");
  bury_one(t);
  t.pass(24h);
  const wall_time middle = t.clock().wall();
  t.write([](transaction& tx) { tx.append_event("irc", "new"); });
  append_audit(t, "new");
  const std::int64_t kept = bury_one(t);

  expect(trim(t, {}, {}, {}) == 0, "nothing is older than the beginning of time");
  expect(trim(t, middle, {}, {}) == 1, "one event is old");
  expect(trim(t, {}, middle, {}) == 1, "one audit entry is old");
  expect(trim(t, {}, {}, middle) == 1, "one item set aside is old");
  expect(trim(t, middle, middle, middle) == 0, "then nothing is left to trim");

  t.write([](transaction& tx) {
    expect(tx.append_event("irc", "old"), "an old event is forgotten");
    expect(!tx.append_event("irc", "new"), "a new one is not");
    expect(tx.get("s", "k") == "v", "values stay");
  });
  expect(audit(t) == "new|" && audit(t, "old").empty() && audit(t, "new") == "new|",
         "old audit entries are forgotten, and their words");
  const auto left = t.items("q");
  expect(
      left.size() == 3 && left[0].body == "open" && left[1].body == "claimed" && left[2].id == kept,
      "items that are open stay, however old");
}

void since_set_aside(checked_store& t) {
  t.write([](transaction& tx) { tx.enqueue("q", "", "body"); });
  t.pass(24h * 100);
  t.write([](transaction& tx) {
    const auto got = tx.claim("q", 1, 1h);
    expect(got.size() == 1 && tx.bury(got[0].held(), "bad"), "a claim holds");
  });
  const wall_time now = t.clock().wall();
  expect(trim(t, {}, {}, now) == 0 && t.items("q").size() == 1,
         "an old item that was set aside just now stays");
  expect(trim(t, {}, {}, now + 1s) == 1, "it goes later");
}

void in_steps(checked_store& t) {
  t.write([](transaction& tx) {
    for (int i = 0; i < 50; ++i) {
      tx.append_event("irc", std::to_string(i));
      audit_entry entry;
      entry.time = tx.now();
      tx.append_audit(entry);
    }
  });
  t.pass(1s);
  const wall_time now = t.clock().wall();
  std::size_t gone = 0;
  for (int i = 0; i < 100; ++i) {
    const std::size_t step = trim(t, now, now, now, 10);
    expect(step <= 20, "about as many as asked for");
    if (step == 0) break;
    gone += step;
  }
  expect(gone == 100 && audit(t).empty(), "call after call all of them go");
}

void audit_ids(checked_store& t) {
  append_audit(t, "1");
  append_audit(t, "2");
  std::int64_t last = 0;
  t.write([&](transaction& tx) { last = tx.append_audit(audit_entry()); });
  t.pass(1s);
  expect(trim(t, {}, t.clock().wall(), {}) == 3, "all are old");
  const auto expect_growing = [&] {
    t.write([&](transaction& tx) {
      expect(tx.append_audit(audit_entry()) > last, "ids grow though all entries are gone");
    });
  };
  expect_growing();
  if (t.restart()) expect_growing();
}

void restart(checked_store& t) {
  audit_entry entry;
  entry.raw = "kept words";
  lease held;
  t.write([&](transaction& tx) {
    tx.put("s", "k", "v");
    tx.append_event("irc", "1");
    tx.enqueue("q", "g", "a");
    held = tx.enqueue_claimed("q", "g", "b", 1h);
    expect(tx.bury(held, "bad"), "a claim holds");
    entry.id = tx.append_audit(entry);
  });
  if (!t.restart()) return;
  t.write([&](transaction& tx) {
    expect(tx.get("s", "k") == "v", "values survive");
    expect(!tx.append_event("irc", "1"), "events survive");
    audit_query query;
    query.words = "words kept";
    const audit_page page = tx.find_audit(query);
    expect(page.entries.size() == 1 && page.entries[0] == entry, "the audit survives");
  });
  const auto items = t.items("q");
  expect(items.size() == 2 && items[0].body == "a" && items[0].group == "g" &&
             items[1].buried == "bad" && items[1].held() == held && items[1].attempts == 1,
         "queues survive");
}

}  // namespace

void add_upkeep_checks(std::vector<store_check>& to) {
  to.emplace_back("what is old is trimmed, and nothing else", by_age);
  to.emplace_back("what is set aside ages from then on", since_set_aside);
  to.emplace_back("trimming goes in steps", in_steps);
  to.emplace_back("ids of the audit grow after trimming", audit_ids);
  to.emplace_back("what was done survives a restart", restart);
}

}  // namespace mynah::testkit
