// SPDX-License-Identifier: Apache-2.0
// Checks of leases: what a claim allows, and when no more.
#include <limits>

#include "testkit/store_checks.hpp"

namespace mynah::testkit {

namespace {

using namespace std::chrono_literals;

queue_item add_and_claim(checked_store& t, std::chrono::milliseconds time) {
  std::vector<queue_item> got;
  t.write([&](transaction& tx) {
    tx.enqueue("q", "", "body");
    got = tx.claim("q", 1, time);
  });
  expect(got.size() == 1, "an item can be claimed");
  return got.front();
}

std::vector<queue_item> claim(checked_store& t, std::chrono::milliseconds time) {
  std::vector<queue_item> got;
  t.write([&](transaction& tx) { got = tx.claim("q", 100, time); });
  return got;
}

/// All that a lease allows is refused, and changes nothing.
void expect_stale(checked_store& t, const lease& held, const std::string& why) {
  const auto before = t.items("q");
  t.write([&](transaction& tx) {
    expect(!tx.extend(held, 1h), "extend is refused: " + why);
    expect(!tx.update(held, "changed"), "update is refused: " + why);
    expect(!tx.release(held), "release is refused: " + why);
    expect(!tx.bury(held, "why"), "bury is refused: " + why);
    expect(!tx.finish(held), "finish is refused: " + why);
  });
  const auto after = t.items("q");
  expect(before.size() == after.size(), "no item went: " + why);
  for (std::size_t i = 0; i < before.size(); ++i) {
    expect(before[i].held() == after[i].held() && before[i].body == after[i].body &&
               before[i].until == after[i].until && before[i].due == after[i].due &&
               before[i].buried == after[i].buried && before[i].attempts == after[i].attempts,
           "nothing changed: " + why);
  }
}

void run_out(checked_store& t) {
  const queue_item first = add_and_claim(t, 10s);
  t.pass(10s - 1ms);
  expect(claim(t, 10s).empty(), "while the lease runs nobody else gets the item");
  t.pass(1ms);
  const auto second = claim(t, 10s);
  expect(second.size() == 1 && second[0].id == first.id, "then somebody else does");
  expect(second[0].token > first.token && second[0].attempts == 2, "with a higher token");
  expect_stale(t, first.held(), "somebody else has it");
  t.write([&](transaction& tx) {
    expect(tx.update(second[0].held(), "changed"), "the new claim may change it");
    expect(tx.finish(second[0].held()), "and finish it");
  });
  expect(t.items("q").empty(), "what is finished is gone");
  expect_stale(t, second[0].held(), "it is gone");
  expect_stale(t, first.held(), "it is gone");
}

void still_the_latest(checked_store& t) {
  const queue_item late = add_and_claim(t, 1s);
  t.pass(1h);
  t.write([&](transaction& tx) {
    expect(tx.extend(late.held(), 10s), "the latest claim may go on, though its lease ran out");
  });
  expect(claim(t, 1s).empty(), "then nobody else gets it");
  t.pass(10s);
  t.write([&](transaction& tx) { expect(tx.finish(late.held()), "or be finished"); });
}

void extend(checked_store& t) {
  const queue_item held = add_and_claim(t, 10s);
  t.pass(5s);
  t.write([&](transaction& tx) { expect(tx.extend(held.held(), 20s), "a claim holds"); });
  expect(t.items("q").at(0).until == t.clock().wall() + 20s, "it ends that long from now");
  t.pass(20s - 1ms);
  expect(claim(t, 1s).empty(), "it runs so long");
  t.pass(1ms);
  expect(claim(t, 1s).size() == 1, "and no longer");
}

void release(checked_store& t) {
  const queue_item held = add_and_claim(t, 1h);
  t.write([&](transaction& tx) {
    expect(tx.update(held.held(), "half done"), "a claim holds");
    expect(tx.release(held.held()), "a claim holds");
  });
  expect_stale(t, held.held(), "it was given back");
  const auto next = claim(t, 1h);
  expect(next.size() == 1 && next[0].body == "half done" && next[0].attempts == 2 &&
             next[0].token > held.token,
         "it is handed out at once, as it was left");
  t.write([&](transaction& tx) {
    expect(tx.release(next[0].held(), tx.now() + 10s), "a claim holds");
  });
  t.pass(10s - 1ms);
  expect(claim(t, 1h).empty(), "given back for later, it waits");
  t.pass(1ms);
  const auto last = claim(t, 1h);
  expect(last.size() == 1, "until then");
  t.write([&](transaction& tx) { expect(tx.bury(last[0].held(), "bad"), "a claim holds"); });
  expect_stale(t, last[0].held(), "it was set aside");
}

void foreign(checked_store& t) {
  const queue_item held = add_and_claim(t, 1h);
  expect_stale(t, lease(held.id, held.token + 1), "a token that nobody was given");
  expect_stale(t, lease(held.id, 0), "no token");
  expect_stale(t, lease(held.id + 1, held.token), "another item");
  t.write([](transaction& tx) { tx.enqueue("q", "", "waiting"); });
  const auto all = t.items("q");
  expect_stale(t, all.at(1).held(), "it was never claimed");
}

void numbers(checked_store& t) {
  std::int64_t token = 0;
  std::int64_t id = 0;
  const auto higher = [](std::int64_t& last, std::int64_t next, const std::string& what) {
    expect(next > last, what);
    last = next;
  };
  for (int round = 0; round < 3; ++round) {
    std::vector<std::int64_t> ids;
    std::vector<std::int64_t> tokens;
    t.write([&](transaction& tx) {
      ids.clear();
      tokens.clear();
      ids.push_back(tx.enqueue("p", "", ""));
      const lease held = tx.enqueue_claimed("q", "", "", 1ms);
      ids.push_back(held.item);
      tokens.push_back(held.token);
      for (int i = 0; i < 5; ++i) ids.push_back(tx.enqueue("q", "", ""));
      for (const queue_item& item : tx.claim("q", 5, 1ms)) tokens.push_back(item.token);
      const auto got = tx.claim_item("p", ids[0], 1ms);
      expect(got.has_value(), "an item can be claimed");
      tokens.push_back(got->token);
    });
    for (const std::int64_t each : ids) higher(id, each, "each id is higher than all before");
    for (const std::int64_t each : tokens) higher(token, each, "each token is");
    t.pass(1s);
    t.write([](transaction& tx) {
      for (const char* queue : {"p", "q"}) {
        for (const queue_item& item : tx.claim(queue, 1'000, 1h)) {
          expect(tx.finish(item.held()), "a claim holds");
        }
      }
    });
    t.write([&](transaction& tx) {
      const lease held = tx.enqueue_claimed("q", "", "", 1h);
      expect(held.item > id && held.token > token, "also after all items are finished");
      expect(tx.finish(held), "a claim holds");
    });
    if (!t.restart()) return;
  }
}

void without_end(checked_store& t) {
  const queue_item held = add_and_claim(t, std::chrono::milliseconds::max());
  t.write([](transaction& tx) { tx.enqueue("q", "", "", transaction::wall_time::max()); });
  t.pass(24h * 365);
  expect(claim(t, 1s).empty(), "the longest lease runs for ever, the latest due never comes");
  t.write([&](transaction& tx) {
    expect(tx.extend(held.held(), std::chrono::milliseconds::max()), "it can be extended");
  });
}

void restart(checked_store& t) {
  const queue_item held = add_and_claim(t, 10s);
  if (!t.restart()) return;
  t.pass(10s);
  const auto got = claim(t, 10s);
  expect(
      got.size() == 1 && got[0].id == held.id && got[0].token > held.token && got[0].attempts == 2,
      "it can be claimed at the latest when its lease is over");
  expect_stale(t, held.held(), "somebody else has it");
}

}  // namespace

void add_lease_checks(std::vector<store_check>& to) {
  to.emplace_back("a lease runs out, and changes nothing when the item is somebody else's",
                  run_out);
  to.emplace_back("the latest claim holds after its lease", still_the_latest);
  to.emplace_back("a lease can be extended", extend);
  to.emplace_back("an item can be given back, at once or for later", release);
  to.emplace_back("only the lease of the latest claim changes an item", foreign);
  to.emplace_back("ids and tokens grow and never come twice", numbers);
  to.emplace_back("a lease may be without end", without_end);
  to.emplace_back("claims of a process that is gone end", restart);
}

}  // namespace mynah::testkit
