// SPDX-License-Identifier: Apache-2.0
// What is left when the process is killed in the middle of its work.
#include <algorithm>
#include <atomic>
#include <chrono>
#include <thread>

#include "catch.hpp"
#include "child.hpp"
#include "opened.hpp"

namespace {

using namespace mynah;
using namespace mynah_test;
using namespace std::chrono_literals;

/// One transaction that touches everything, so that half of it would show.
void touch_everything(transaction& tx) {
  const int number = std::stoi(tx.get("s", "number").value_or("0")) + 1;
  tx.put("s", "number", std::to_string(number));
  tx.append_event("irc", std::to_string(number));
  tx.enqueue("q", "", std::to_string(number) + std::string(500, 'b'));
  audit_entry entry;
  entry.raw = "word" + std::to_string(number);
  tx.append_audit(entry);
}

/// How many there were; fails if one is not whole.
int expect_whole(store& in) {
  int number = 0;
  in.read([&](transaction& tx) {
    number = std::stoi(tx.get("s", "number").value_or("0"));
    int items = 0;
    tx.scan_queue("q", 0, [&](const queue_item& item) {
      ++items;
      return item.body == std::to_string(items) + std::string(500, 'b');
    });
    CHECK(items == number);
    audit_query all;
    all.limit = 1'000'000;
    CHECK(tx.find_audit(all).entries.size() == static_cast<std::size_t>(number));
    all.words = "word*";
    CHECK(tx.find_audit(all).entries.size() == static_cast<std::size_t>(number));
  });
  return number;
}

}  // namespace

TEST_CASE("a killed process leaves whole transactions only", "[store][sqlite]") {
  const temp_directory in;
  const std::string directory = in.path().string();
  int last = 0;
  for (int round = 0; round < 5; ++round) {
    child bot([&](const auto& tell) {
      const auto store = opened(directory);
      while (true) {
        for (int i = 0; i < 9; ++i) store->submit(touch_everything, [](std::exception_ptr) {});
        store->write(touch_everything);
        tell(std::stoi(value_of(*store, "number")));
      }
    });
    int done = last;
    for (int i = 0; i < 5 + 7 * round; ++i) done = std::max(done, bot.hear());
    // Somewhere inside of the next commits.
    std::this_thread::sleep_for(std::chrono::milliseconds(round));
    bot.kill();
    CHECK(done > last);
    {
      const auto beside = opened(directory, true);
      CHECK(expect_whole(*beside) >= done);
    }
    const auto store = opened(directory);
    last = expect_whole(*store);
    CHECK(last >= done);
    store->write([&](transaction& tx) {
      CHECK_FALSE(tx.append_event("irc", std::to_string(done)));
      CHECK(tx.append_event("irc", std::to_string(last + 1)));
      CHECK(tx.trim(tx.now() + 1s, {}, {}, 0) == 0);
    });
    store->write([&](transaction& tx) { tx.put("s", "number", std::to_string(last)); });
  }
}

TEST_CASE("claims of a killed process end when the file is opened", "[store][sqlite]") {
  const temp_directory in;
  const std::string directory = in.path().string();
  child bot([&](const auto& tell) {
    const auto store = opened(directory);
    store->write([](transaction& tx) {
      tx.enqueue_claimed("q", "", "a", 24h);
      tx.enqueue("q", "", "b");
      static_cast<void>(tx.claim("q", 1, 24h));
    });
    tell(1);
    std::this_thread::sleep_for(24h);
  });
  REQUIRE(bot.hear() == 1);
  bot.kill();
  const auto store = opened(directory);
  store->write([](transaction& tx) {
    const auto again = tx.claim("q", 9, 1h);
    REQUIRE(again.size() == 2);
    CHECK(again[0].attempts == 2);
  });
}
