// SPDX-License-Identifier: Apache-2.0
// No space, files that must not grow, works that misbehave.
#include <atomic>
#include <chrono>
#include <csignal>
#include <filesystem>
#include <thread>

#include <sqlite3.h>
#include <sys/resource.h>

#include "catch.hpp"
#include "errors.hpp"
#include "opened.hpp"

namespace {

using namespace mynah;
using namespace mynah_test;
using namespace std::chrono_literals;

/// As long as it lives no file of this process grows beyond a size.
class file_size_limit {
 public:
  explicit file_size_limit(rlim_t bytes) {
    before_signal_ = std::signal(SIGXFSZ, SIG_IGN);
    getrlimit(RLIMIT_FSIZE, &before_);
    rlimit now = before_;
    now.rlim_cur = bytes;
    setrlimit(RLIMIT_FSIZE, &now);
  }
  file_size_limit(const file_size_limit&) = delete;
  file_size_limit& operator=(const file_size_limit&) = delete;
  ~file_size_limit() {
    setrlimit(RLIMIT_FSIZE, &before_);
    std::signal(SIGXFSZ, before_signal_);
  }

 private:
  rlimit before_{};
  void (*before_signal_)(int) = nullptr;
};

const std::string large(100'000, 'x');

std::uintmax_t size(const temp_directory& in, const char* file) {
  return std::filesystem::file_size(in.file(file));
}

}  // namespace

TEST_CASE("without space a transaction fails, and works when there is some", "[store][sqlite]") {
  const temp_directory in;
  const auto store = opened(in.path().string());
  put(*store, "before", "v");
  {
    const file_size_limit limit(1'000'000);
    int written = 0;
    std::optional<store_error> why;
    try {
      for (; written < 1'000; ++written) {
        store->write([&](transaction& tx) {
          tx.put("s", "count", std::to_string(written + 1));
          tx.put("s", "large" + std::to_string(written), large);
        });
      }
    } catch (const store_error& error) {
      why = error;
    }
    REQUIRE(why);
    CHECK(why->problem() == store_problem::full);
    CHECK_FALSE(is_permanent(why->problem()));
    CHECK_THAT(why->what(), ContainsSubstring(in.file("mynah.db")));
    CHECK_THAT(why->what(), ContainsSubstring("make space"));
    CHECK(written > 0);
    CHECK(value_of(*store, "count") == std::to_string(written));
    CHECK(value_of(*store, "large" + std::to_string(written)) == "none");
    CHECK(value_of(*store, "before") == "v");
  }
  put(*store, "after", large);
  CHECK(value_of(*store, "after") == large);
}

TEST_CASE("what is too large fails alone, its neighbours do not", "[store][sqlite]") {
  const temp_directory in;
  const auto store = opened(in.path().string());
  put(*store, "before", "v");
  const file_size_limit limit(1'000'000);
  std::atomic<int> good = 0;
  std::atomic<int> bad = 0;
  for (int i = 0; i < 50; ++i) {
    store->submit(
        [i](transaction& tx) {
          tx.put("s", std::to_string(i), i == 20 ? std::string(2'000'000, 'x') : "small");
        },
        [&](const std::exception_ptr& why) { ++(why == nullptr ? good : bad); });
  }
  CHECK(value_of(*store, "before") == "v");
  store->write([](transaction&) {});
  CHECK(good == 49);
  CHECK(bad == 1);
  CHECK(value_of(*store, "49") == "small");
}

TEST_CASE("work that catches what a part of it threw does not leave the rest", "[store][sqlite]") {
  const temp_directory in;
  const auto store = opened(in.path().string());
  put(*store, "before", "v");
  const file_size_limit limit(1'000'000);
  const auto too_much = [](transaction& tx) {
    // More than the cache holds, so that it does not wait for the commit.
    for (int i = 0; i < 200; ++i) tx.put("s", "large" + std::to_string(i), large);
  };
  const auto careless = [&](transaction& tx) {
    tx.put("s", "first", "v");
    CHECK_THROWS_AS(too_much(tx), store_error);
    // And on as if nothing had happened.
    CHECK_THROWS_AS(tx.put("s", "second", "v"), store_error);
  };
  CHECK_THROWS_AS(store->write(careless), store_error);
  CHECK(value_of(*store, "first") == "none");
  CHECK(value_of(*store, "second") == "none");
}

TEST_CASE("another program that holds the file is waited for", "[store][sqlite]") {
  const temp_directory in;
  const auto store = opened(in.path().string());
  put(*store, "k", "1");
  sqlite3* shell = nullptr;
  REQUIRE(sqlite3_open(in.file("mynah.db").c_str(), &shell) == SQLITE_OK);
  REQUIRE(sqlite3_exec(shell, "BEGIN IMMEDIATE", nullptr, nullptr, nullptr) == SQLITE_OK);
  {
    std::jthread later([&] {
      std::this_thread::sleep_for(200ms);
      sqlite3_exec(shell, "COMMIT", nullptr, nullptr, nullptr);
    });
    CHECK(value_of(*store, "k") == "1");
    put(*store, "k", "2");
  }
  sqlite3_close(shell);
  CHECK(value_of(*store, "k") == "2");
}

TEST_CASE("the file and its log do not grow for ever", "[store][sqlite]") {
  const temp_directory in;
  const auto busy_day = [&](int day) {
    const auto store = opened(in.path().string());
    for (int step = 0; step < 20; ++step) {
      store->write([&](transaction& tx) {
        for (int i = 0; i < 200; ++i) {
          const std::string number = std::to_string(day * 10'000 + step * 200 + i);
          tx.append_event("irc", number);
          audit_entry entry;
          entry.time = tx.now();
          entry.raw = entry.line = "deploy web" + number;
          tx.append_audit(entry);
          const lease held = tx.enqueue_claimed("q", "", number, 1h);
          CHECK((i % 10 == 0 ? tx.bury(held, "bad") : tx.finish(held)));
        }
      });
    }
    std::size_t gone = 1;
    while (gone != 0) {
      store->write([&](transaction& tx) {
        const auto soon = tx.now() + 1s;
        gone = tx.trim(soon, soon, soon, 1'000);
      });
    }
    CHECK(size(in, "mynah.db-wal") < 12U << 20U);
  };
  for (int day = 0; day < 2; ++day) busy_day(day);
  const std::uintmax_t early = size(in, "mynah.db");
  for (int day = 2; day < 8; ++day) busy_day(day);
  CHECK(size(in, "mynah.db") < early + early / 4);
}

TEST_CASE("pages of which there are too many are given back", "[store][sqlite]") {
  const temp_directory in;
  {
    const auto store = opened(in.path().string());
    store->write([](transaction& tx) {
      for (int i = 0; i < 100; ++i) tx.put("s", std::to_string(i), large);
    });
    store->write([](transaction& tx) {
      for (int i = 0; i < 100; ++i) tx.erase("s", std::to_string(i));
    });
    for (int i = 0; i < 10; ++i) {
      store->write([](transaction& tx) { tx.trim({}, {}, {}, 1'000); });
    }
  }
  CHECK(size(in, "mynah.db") < 5'000'000);
}

TEST_CASE("reading sees whole transactions while others are written", "[store][sqlite]") {
  const temp_directory in;
  const auto store = opened(in.path().string());
  std::atomic<bool> stop = false;
  std::jthread writing([&] {
    for (int i = 0; !stop; ++i) {
      store->write([i](transaction& tx) {
        tx.put("s", "a", std::to_string(i));
        tx.put("s", "b", std::to_string(i));
      });
    }
  });
  for (int i = 0; i < 200; ++i) {
    store->read([](transaction& tx) { CHECK(tx.get("s", "a") == tx.get("s", "b")); });
  }
  stop = true;
}

TEST_CASE("every problem has advice, and names the file", "[store][sqlite]") {
  const auto problem = [](int code) {
    const store_error error = sqlite::make_error(nullptr, code, "/var/mynah.db");
    CHECK_THAT(error.what(), ContainsSubstring("/var/mynah.db: "));
    return error.problem();
  };
  CHECK(problem(SQLITE_FULL) == store_problem::full);
  CHECK(problem(SQLITE_BUSY) == store_problem::busy);
  CHECK(problem(SQLITE_BUSY_SNAPSHOT) == store_problem::busy);
  CHECK(problem(SQLITE_READONLY_DIRECTORY) == store_problem::read_only);
  CHECK(problem(SQLITE_CORRUPT_VTAB) == store_problem::corrupt);
  CHECK(problem(SQLITE_NOTADB) == store_problem::corrupt);
  CHECK(problem(SQLITE_IOERR_FSYNC) == store_problem::failed);
  for (const auto each :
       {store_problem::full, store_problem::busy, store_problem::read_only, store_problem::corrupt,
        store_problem::newer, store_problem::in_use, store_problem::failed}) {
    CHECK_FALSE(sqlite::advice(each).empty());
  }
}
