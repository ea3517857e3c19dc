// SPDX-License-Identifier: Apache-2.0
// Checks of transactions as such: all or nothing, in order, reported once.
#include <atomic>
#include <condition_variable>
#include <mutex>
#include <set>
#include <thread>

#include "testkit/store_checks.hpp"

namespace mynah::testkit {

namespace {

using namespace std::chrono_literals;

/// Counts ends of transactions, and waits for them.
class endings {
 public:
  explicit endings(std::size_t expected) : counts_(expected), good_(expected) {}

  store::done of(std::size_t i) {
    return [this, i](const std::exception_ptr& why) {
      const std::lock_guard lock(mutex_);
      ++counts_[i];
      good_[i] = why == nullptr;
      ++total_;
      changed_.notify_all();
    };
  }

  void wait() {
    std::unique_lock lock(mutex_);
    const bool all = changed_.wait_for(lock, 60s, [this] { return total_ >= counts_.size(); });
    expect(all, "`done` is called for every transaction");
  }

  void expect_once() {
    const std::lock_guard lock(mutex_);
    for (const int count : counts_) expect(count == 1, "`done` is called once for each");
  }

  [[nodiscard]] bool good(std::size_t i) {
    const std::lock_guard lock(mutex_);
    return good_[i];
  }

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  std::size_t total_ = 0;
  std::vector<int> counts_;
  std::vector<bool> good_;
};

class upset : public std::runtime_error {
 public:
  upset() : std::runtime_error("upset") {}
};

std::int64_t number(transaction& tx, const std::string& key) {
  return std::stoll(tx.get("s", key).value_or("0"));
}

/// All there is, as text.
std::string everything(checked_store& t) {
  std::string result;
  t.read([&](transaction& tx) {
    result.clear();
    tx.scan("s", "", [&](std::string_view key, std::string_view value) {
      result += std::string(key) + "=" + std::string(value) + "\n";
      return true;
    });
    tx.scan_queue("q", 0, [&](const queue_item& item) {
      result += std::to_string(item.id) + "/" + std::to_string(item.token) + " " + item.group +
                " " + item.body + " " + std::to_string(item.attempts) + " " +
                std::to_string(item.due.time_since_epoch().count()) + " " +
                std::to_string(item.until.time_since_epoch().count()) + " " + item.buried + "\n";
      return true;
    });
    audit_query all;
    all.limit = 100;
    for (const audit_entry& entry : tx.find_audit(all).entries) {
      result += std::to_string(entry.id) + " " + entry.raw + "\n";
    }
  });
  return result;
}

void change_everything(transaction& tx) {
  tx.put("s", "old", "changed");
  tx.put("s", "new", "added");
  tx.erase("s", "gone");
  tx.put("s", "gone", "again");
  tx.append_event("irc", "new");
  tx.enqueue("q", "g", "new");
  tx.enqueue_claimed("q", "g", "new", 1h);
  const auto claimed = tx.claim("q", 3, 1h);
  expect(claimed.size() == 3, "three items wait");
  expect(tx.update(claimed[0].held(), "changed") && tx.extend(claimed[0].held(), 2h),
         "a claim holds");
  expect(tx.finish(claimed[1].held()) && tx.bury(claimed[2].held(), "why"), "a claim holds");
  audit_entry entry;
  entry.raw = "new";
  tx.append_audit(entry);
  const auto soon = tx.now() + 1s;
  expect(tx.trim(soon, soon, soon, 100) >= 4, "all but open items can be trimmed");
}

void roll_back(checked_store& t) {
  t.write([](transaction& tx) {
    tx.put("s", "old", "value");
    tx.put("s", "gone", "value");
    tx.append_event("irc", "old");
    for (const char* body : {"1", "2", "3", "4"}) tx.enqueue("q", "", body);
    const auto claimed = tx.claim("q", 1, 1h);
    expect(tx.bury(claimed.at(0).held(), "bad"), "a claim holds");
    audit_entry entry;
    entry.raw = "old";
    tx.append_audit(entry);
  });
  const std::string before = everything(t);
  bool thrown = false;
  try {
    t.write([](transaction& tx) {
      change_everything(tx);
      throw upset();
    });
  } catch (const upset&) {
    thrown = true;
  }
  expect(thrown, "what `work` throws comes out");
  expect(everything(t) == before, "nothing is left of a transaction that threw");
  t.write([](transaction& tx) {
    expect(!tx.append_event("irc", "old"), "events that it trimmed are there");
    expect(tx.append_event("irc", "new"), "events that it appended are not");
    audit_query words;
    words.words = "new";
    expect(tx.find_audit(words).entries.empty(), "words that it appended are not found");
    words.words = "old";
    expect(tx.find_audit(words).entries.size() == 1, "words that it trimmed are");
  });
}

void order(checked_store& t) {
  constexpr std::size_t count = 1'000;
  endings ends(count);
  for (std::size_t i = 0; i < count; ++i) {
    t.tested().submit(
        [i](transaction& tx) {
          expect(number(tx, "n") == static_cast<std::int64_t>(i), "those before it are done");
          tx.put("s", "n", std::to_string(i + 1));
        },
        ends.of(i));
  }
  ends.wait();
  ends.expect_once();
  t.read([](transaction& tx) { expect(number(tx, "n") == count, "all took effect in order"); });
}

void failing_neighbours(checked_store& t) {
  constexpr std::size_t count = 300;
  endings ends(count);
  for (std::size_t i = 0; i < count; ++i) {
    t.tested().submit(
        [i](transaction& tx) {
          tx.put("s", "n", std::to_string(number(tx, "n") + 1));
          tx.enqueue("q", "", std::to_string(i));
          if (i % 7 == 3) throw upset();
        },
        ends.of(i));
  }
  ends.wait();
  ends.expect_once();
  for (std::size_t i = 0; i < count; ++i) {
    expect(ends.good(i) == (i % 7 != 3), "only those that threw failed");
  }
  std::vector<std::string> expected;
  for (std::size_t i = 0; i < count; ++i) {
    if (i % 7 != 3) expected.push_back(std::to_string(i));
  }
  std::vector<std::string> bodies;
  for (const queue_item& item : t.items("q")) bodies.push_back(item.body);
  expect(bodies == expected, "the others took effect once, in order");
  t.read([&](transaction& tx) {
    expect(number(tx, "n") == static_cast<std::int64_t>(expected.size()), "and not twice");
  });
}

void threads(checked_store& t) {
  constexpr std::size_t each = 100;
  constexpr std::size_t count = 4;
  endings ends(count * each);
  {
    std::vector<std::jthread> running;
    for (std::size_t thread = 0; thread < count; ++thread) {
      running.emplace_back([&, thread] {
        for (std::size_t i = 0; i < each; ++i) {
          t.tested().submit(
              [](transaction& tx) { tx.put("s", "n", std::to_string(number(tx, "n") + 1)); },
              ends.of(thread * each + i));
        }
      });
    }
  }
  ends.wait();
  ends.expect_once();
  t.read([](transaction& tx) { expect(number(tx, "n") == count * each, "nothing got lost"); });
}

void competing_claims(checked_store& t) {
  t.write([](transaction& tx) {
    for (int i = 0; i < 100; ++i) tx.enqueue("q", "", "body");
  });
  std::mutex mutex;
  std::multiset<std::int64_t> seen;
  {
    std::vector<std::jthread> running;
    for (int thread = 0; thread < 4; ++thread) {
      running.emplace_back([&] {
        std::vector<queue_item> mine;
        do {
          t.write([&](transaction& tx) { mine = tx.claim("q", 3, 1h); });
          const std::lock_guard lock(mutex);
          for (const queue_item& item : mine) seen.insert(item.id);
        } while (!mine.empty());
      });
    }
  }
  expect(seen.size() == 100 && std::set<std::int64_t>(seen.begin(), seen.end()).size() == 100,
         "each item is claimed by one thread");
}

void reading(checked_store& t) {
  for (int i = 0; i < 100; ++i) {
    t.write([i](transaction& tx) { tx.put("s", "n", std::to_string(i)); });
    t.read([i](transaction& tx) { expect(number(tx, "n") == i, "what is done can be read"); });
  }
  bool thrown = false;
  try {
    t.read([](transaction&) { throw upset(); });
  } catch (const upset&) {
    thrown = true;
  }
  expect(thrown, "what reading `work` throws comes out");
}

void reading_only(checked_store& t) {
  const std::vector<store::work> writing = {
      [](transaction& tx) { tx.put("s", "k", "v"); },
      [](transaction& tx) { tx.put_if("s", "k", std::nullopt, "v"); },
      [](transaction& tx) { tx.append_event("irc", "1"); },
      [](transaction& tx) { tx.enqueue("q", "", "body"); },
      [](transaction& tx) {
        audit_entry entry;
        entry.raw = "new";
        tx.append_audit(entry);
      },
  };
  for (const store::work& each : writing) {
    bool thrown = false;
    try {
      t.read(each);
    } catch (const std::exception&) {
      thrown = true;
    }
    expect(thrown, "work that only reads cannot write");
  }
  expect(everything(t).empty(), "nothing was written");
}

void time(checked_store& t) {
  t.pass(12345ms);
  t.write(
      [&](transaction& tx) { expect(tx.now() == t.clock().wall(), "`now` is the clock's time"); });
}

void destruction(checked_store& t) {
  constexpr std::size_t count = 300;
  endings ends(2 * count);
  for (std::size_t i = 0; i < count; ++i) {
    t.tested().submit([i](transaction& tx) { tx.put("s", std::to_string(i), ""); }, ends.of(2 * i));
    t.tested().submit_reading([](transaction& tx) { static_cast<void>(tx.get("s", "0")); },
                              ends.of(2 * i + 1));
  }
  const bool survives = t.restart();
  ends.expect_once();
  for (std::size_t i = 0; i < 2 * count; ++i) expect(ends.good(i), "all were done");
  if (!survives) return;
  t.read([](transaction& tx) {
    for (std::size_t i = 0; i < count; ++i) {
      expect(tx.get("s", std::to_string(i)).has_value(), "what was submitted is there");
    }
  });
}

}  // namespace

void add_transaction_checks(std::vector<store_check>& to) {
  to.emplace_back("work that throws leaves nothing", roll_back);
  to.emplace_back("transactions take effect in the order of submit, and are reported once", order);
  to.emplace_back("work that throws does not disturb its neighbours", failing_neighbours);
  to.emplace_back("transactions may be submitted from many threads", threads);
  to.emplace_back("an item is claimed by one at a time", competing_claims);
  to.emplace_back("reading sees what is done", reading);
  to.emplace_back("reading cannot write", reading_only);
  to.emplace_back("time is the clock's", time);
  to.emplace_back("what was submitted is finished before the end", destruction);
}

}  // namespace mynah::testkit
