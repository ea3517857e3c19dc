// SPDX-License-Identifier: Apache-2.0
// What the store adds to SQLite: journaled commands, as a bot makes them, against a loop over bare
// SQLite that does the same writes; and how long opening takes when there is a lot.
#include <benchmark/benchmark.h>

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <filesystem>
#include <memory>
#include <mutex>
#include <stdexcept>
#include <string>

#include <sqlite3.h>

#include <mynah/store.hpp>
#include <mynah/testkit/virtual_clock.hpp>

#include "sqlite_under_test.hpp"
#include "temp_directory.hpp"

namespace {

using namespace mynah;
using namespace std::chrono_literals;

constexpr int per_iteration = 2'048;
const std::string body(200, 'b');

/// On the disk that holds the build, not in a file system in memory.
class directory {
 public:
  directory() : path_(std::filesystem::current_path() / "store-bench-state") {
    std::filesystem::remove_all(path_);
    std::filesystem::create_directory(path_);
  }
  directory(const directory&) = delete;
  directory& operator=(const directory&) = delete;
  ~directory() { std::filesystem::remove_all(path_); }
  [[nodiscard]] std::string path() const { return path_.string(); }

 private:
  std::filesystem::path path_;
};

/// Bare SQLite, every call of it on the spot.
class bare {
 public:
  explicit bare(const std::string& file) {
    check(sqlite3_open(file.c_str(), &database_));
    run("PRAGMA journal_mode = WAL");
    run("PRAGMA synchronous = FULL");
    run("PRAGMA wal_autocheckpoint = 2000");
    run("PRAGMA cache_size = -8192");
    run("CREATE TABLE event (input TEXT, id TEXT, time INTEGER, PRIMARY KEY (input, id))"
        " WITHOUT ROWID");
    run("CREATE TABLE item (id INTEGER PRIMARY KEY, queue TEXT, body BLOB)");
    run("CREATE INDEX item_queue ON item (queue, id)");
    event_ = prepare("INSERT INTO event VALUES ('irc', ?1, 1)");
    add_ = prepare("INSERT INTO item VALUES (?1, 'journal', ?2)");
    finish_ = prepare("DELETE FROM item WHERE id = ?1");
  }
  bare(const bare&) = delete;
  bare& operator=(const bare&) = delete;
  ~bare() {
    for (sqlite3_stmt* each : {event_, add_, finish_}) sqlite3_finalize(each);
    sqlite3_close(database_);
  }

  void run(const char* text) { check(sqlite3_exec(database_, text, nullptr, nullptr, nullptr)); }

  void arrive(std::int64_t number) {
    const std::string id = std::to_string(number);
    sqlite3_bind_text(event_, 1, id.data(), static_cast<int>(id.size()), SQLITE_STATIC);
    step(event_);
    sqlite3_bind_int64(add_, 1, number);
    sqlite3_bind_blob(add_, 2, body.data(), static_cast<int>(body.size()), SQLITE_STATIC);
    step(add_);
  }

  void leave(std::int64_t number) {
    sqlite3_bind_int64(finish_, 1, number);
    step(finish_);
  }

 private:
  static void check(int code) {
    if (code != SQLITE_OK) throw std::runtime_error(sqlite3_errstr(code));
  }
  sqlite3_stmt* prepare(const char* text) {
    sqlite3_stmt* made = nullptr;
    check(sqlite3_prepare_v2(database_, text, -1, &made, nullptr));
    return made;
  }
  static void step(sqlite3_stmt* what) {
    if (sqlite3_step(what) != SQLITE_DONE) throw std::runtime_error("step");
    check(sqlite3_reset(what));
  }

  sqlite3* database_ = nullptr;
  sqlite3_stmt* event_ = nullptr;
  sqlite3_stmt* add_ = nullptr;
  sqlite3_stmt* finish_ = nullptr;
};

// `in flight` commands arrive in one commit and leave in the next.
void bare_sqlite(benchmark::State& state) {
  const directory where;
  bare database(where.path() + "/bare.db");
  std::int64_t number = 0;
  const std::int64_t in_flight = state.range(0);
  for (auto _ : state) {
    for (int done = 0; done < per_iteration; done += static_cast<int>(in_flight)) {
      database.run("BEGIN IMMEDIATE");
      for (std::int64_t i = 0; i < in_flight; ++i) database.arrive(number + i);
      database.run("COMMIT");
      database.run("BEGIN IMMEDIATE");
      for (std::int64_t i = 0; i < in_flight; ++i) database.leave(number + i);
      database.run("COMMIT");
      number += in_flight;
    }
  }
  state.SetItemsProcessed(state.iterations() * per_iteration);
}

audit_entry entry_of(std::int64_t number) {
  audit_entry entry;
  entry.time = std::chrono::system_clock::now();
  entry.job = static_cast<std::uint64_t>(number);
  entry.event = "event" + std::to_string(number);
  entry.who = "irc/user" + std::to_string(number % 100);
  entry.display = "user";
  entry.where = "irc/#ops/user";
  entry.room = "irc/#ops";
  entry.raw = "!deploy web" + std::to_string(number % 1'000) + " please";
  entry.line = "deploy web" + std::to_string(number % 1'000) + " please";
  entry.arguments = "target=web" + std::to_string(number % 1'000);
  entry.command = "deploy";
  entry.decision = "allowed: grant";
  entry.outcome = "ok";
  return entry;
}

/// Commands that are in flight, each two transactions one after the other.
class traffic {
 public:
  traffic(store& to, bool audited) : to_(to), audited_(audited) {}

  /// Runs so many, and no more than so many at a time.
  void run(int count, int in_flight) {
    left_ = count - in_flight;
    running_ = in_flight;
    for (int i = 0; i < in_flight; ++i) arrive();
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [this] { return running_ == 0; });
  }

 private:
  void arrive() {
    const std::int64_t number = ++number_;
    const auto held = std::make_shared<lease>();
    to_.submit(
        [number, held](transaction& tx) {
          tx.append_event("irc", std::to_string(number));
          *held = tx.enqueue_claimed("journal", "", body, 1h);
        },
        [this, number, held](const std::exception_ptr& why) {
          if (why != nullptr) std::terminate();
          leave(number, held);
        });
  }

  void leave(std::int64_t number, const std::shared_ptr<lease>& held) {
    to_.submit(
        [this, number, held](transaction& tx) {
          tx.finish(*held);
          if (audited_) tx.append_audit(entry_of(number));
        },
        [this](const std::exception_ptr& why) {
          if (why != nullptr) std::terminate();
          if (left_-- > 0) return arrive();
          const std::lock_guard lock(mutex_);
          if (--running_ == 0) changed_.notify_all();
        });
  }

  store& to_;
  bool audited_;
  std::atomic<std::int64_t> number_ = 0;
  std::atomic<int> left_ = 0;
  std::mutex mutex_;
  std::condition_variable changed_;
  int running_ = 0;
};

void store_commands(benchmark::State& state, bool audited) {
  const directory where;
  const auto tested =
      mynah_test::make_sqlite(where.path(), std::make_shared<testkit::virtual_clock>());
  tested->open();
  traffic commands(*tested, audited);
  for (auto _ : state) commands.run(per_iteration, static_cast<int>(state.range(0)));
  state.SetItemsProcessed(state.iterations() * per_iteration);
}

void journaled(benchmark::State& state) {
  store_commands(state, false);
}
void journaled_and_audited(benchmark::State& state) {
  store_commands(state, true);
}

void open_with_a_million(benchmark::State& state) {
  const directory where;
  const auto clock = std::make_shared<testkit::virtual_clock>();
  {
    const auto filled = mynah_test::make_sqlite(where.path(), clock);
    filled->open();
    for (int i = 0; i < 1'000'000; i += 10'000) {
      filled->write([i](transaction& tx) {
        for (int j = i; j < i + 10'000; ++j) {
          tx.append_event("irc:libera", "1700000000.00" + std::to_string(j));
          tx.append_audit(entry_of(j));
        }
      });
    }
  }
  state.counters["MiB"] =
      static_cast<double>(std::filesystem::file_size(where.path() + "/mynah.db")) / (1U << 20U);
  for (auto _ : state) {
    auto opened = mynah_test::make_sqlite(where.path(), clock);
    opened->open();
    opened->write([](transaction& tx) { tx.put("s", "k", "v"); });
    state.PauseTiming();
    opened.reset();
    state.ResumeTiming();
  }
}

}  // namespace

BENCHMARK(bare_sqlite)->Arg(1)->Arg(16)->Arg(256)->UseRealTime();
BENCHMARK(journaled)->Arg(1)->Arg(16)->Arg(256)->UseRealTime();
BENCHMARK(journaled_and_audited)->Arg(1)->Arg(16)->Arg(256)->UseRealTime();
BENCHMARK(open_with_a_million)->Iterations(5)->Unit(benchmark::kMillisecond)->UseRealTime();
