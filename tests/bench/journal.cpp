// SPDX-License-Identifier: Apache-2.0
// Commands that change something, through the whole bot and an SQLite file, with so many in flight:
// received and recorded, recorded as started, run, settled with audit and answer, answered. Beside
// it bare SQLite, which writes the same rows in as many commits, every commit for all that are in
// flight: what no bot can be faster than.
#include <benchmark/benchmark.h>

#include <sqlite3.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>

#include <algorithm>
#include <chrono>
#include <deque>
#include <memory>
#include <stdexcept>
#include <string>
#include <vector>

#include <mynah/bot.hpp>

#include "core/system_clock.hpp"
#include "sqlite_under_test.hpp"
#include "state_directory.hpp"
#include "wire_network.hpp"

namespace {

using namespace mynah;
using steady = std::chrono::steady_clock;

constexpr std::size_t per_iteration = 2'048;

void report(benchmark::State& state, std::vector<double>& times) {
  std::sort(times.begin(), times.end());
  state.counters["p50_us"] = times[times.size() / 2];
  state.counters["p99_us"] = times[times.size() * 99 / 100];
  state.SetItemsProcessed(static_cast<std::int64_t>(times.size()));
}

/// A network with so many impatient users: each gives the next command when the last is answered.
class crowd final : public mynah_bench::wire {
 public:
  std::deque<steady::time_point> asked;  ///< answers of one room come in order
  std::vector<double> times;
  std::size_t left = 0;
  std::size_t running = 0;
  std::uint64_t number = 0;

  void ask() {
    event next = said("!deploy web" + std::to_string(number % 1000) + " please");
    next.id = "1700000000.00" + std::to_string(++number);
    next.delivery = number;
    asked.push_back(steady::now());
    push(std::move(next));
  }

  void sent(const outgoing&) override {
    const auto took = steady::now() - asked.front();
    asked.pop_front();
    times.push_back(std::chrono::duration<double, std::micro>(took).count());
    if (left == 0) {
      --running;
    } else {
      --left;
      ask();
    }
  }
};

void journaled(benchmark::State& state) {
  const mynah_bench::state_directory where("journal-bench-state");
  boost::asio::io_context io(1);
  const auto users = std::make_shared<crowd>();
  bot_options options;
  options.log = null_sink();
  options.level = log_level::off;
  options.clock = core::make_system_clock(io.get_executor());
  options.store = mynah_test::make_sqlite(where.path(), options.clock);
  options.store->open();
  bot bot(io.get_executor(), std::move(options));
  mynah_bench::listen_on(users, bot);
  bot.add(make_command(command_spec("deploy", "")
                           .parameter(parameter::string("target"))
                           .parameter(parameter::string("how").optional())
                           .changes()
                           .quick(),
                       [](const arguments& args) { return "deployed " + args.string("target"); }));
  bot.set("role", "deployer=deploy");
  bot.set("grant", "wire/alice=deployer");
  boost::asio::co_spawn(io, bot.run(), [](const std::exception_ptr&, result<void>) {});
  while (!users->is_open()) io.run_one();
  const auto in_flight = static_cast<std::size_t>(state.range(0));
  for (auto _ : state) {
    users->left = per_iteration - in_flight;
    users->running = in_flight;
    for (std::size_t i = 0; i < in_flight; ++i) users->ask();
    while (users->running != 0) io.run_one();
  }
  report(state, users->times);
  bot.stop();
  io.run();
}

/// Bare SQLite with the rows of a bot.
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
    run("CREATE INDEX event_time ON event (time)");
    run("CREATE TABLE item (id INTEGER PRIMARY KEY, queue TEXT, body BLOB)");
    run("CREATE INDEX item_queue ON item (queue, id)");
    run("CREATE TABLE audit (id INTEGER PRIMARY KEY, time INTEGER, who TEXT, place TEXT, raw TEXT,"
        " line TEXT, arguments TEXT, command TEXT, decision TEXT, outcome TEXT)");
    run("CREATE INDEX audit_time ON audit (time)");
    run("CREATE VIRTUAL TABLE words USING fts5(raw, line, arguments, command, content='')");
    event_ = prepare("INSERT INTO event VALUES ('wire', ?1, ?2)");
    add_ = prepare("INSERT INTO item VALUES (?1, ?3, ?2)");
    update_ = prepare("UPDATE item SET body = ?2 WHERE id = ?1");
    finish_ = prepare("DELETE FROM item WHERE id = ?1");
    audit_ = prepare(
        "INSERT INTO audit VALUES (?1, ?2, 'wire/alice', 'wire/#ops/alice', ?3, ?3, ?4, 'deploy',"
        " 'allowed: role deployer granted to wire/alice', 'done')");
    words_ = prepare(
        "INSERT INTO words (rowid, raw, line, arguments, command)"
        " VALUES (?1, ?2, ?2, ?3, 'deploy')");
  }
  bare(const bare&) = delete;
  bare& operator=(const bare&) = delete;
  ~bare() {
    for (sqlite3_stmt* each : {event_, add_, update_, finish_, audit_, words_}) {
      sqlite3_finalize(each);
    }
    sqlite3_close(database_);
  }

  void run(const char* text) { check(sqlite3_exec(database_, text, nullptr, nullptr, nullptr)); }

  void receive(std::int64_t number) {
    text(event_, 1, "1700000000.00" + std::to_string(number));
    sqlite3_bind_int64(event_, 2, number);
    step(event_);
    put(2 * number, received_body, "commands");
  }

  void begin(std::int64_t number) {
    sqlite3_bind_int64(update_, 1, 2 * number);
    text(update_, 2, started_body);
    step(update_);
  }

  void settle(std::int64_t number) {
    forget(2 * number);
    put(2 * number + 1, message_body, "outbox");
    const std::string line = "!deploy web" + std::to_string(number % 1000) + " please";
    const std::string arguments = "target=web" + std::to_string(number % 1000) + "\nhow=please";
    sqlite3_bind_int64(audit_, 1, number);
    sqlite3_bind_int64(audit_, 2, number);
    text(audit_, 3, line);
    text(audit_, 4, arguments);
    step(audit_);
    sqlite3_bind_int64(words_, 1, number);
    text(words_, 2, line);
    text(words_, 3, arguments);
    step(words_);
  }

  void sent(std::int64_t number) { forget(2 * number + 1); }

 private:
  static void check(int code) {
    if (code != SQLITE_OK) throw std::runtime_error(sqlite3_errstr(code));
  }
  sqlite3_stmt* prepare(const char* words) {
    sqlite3_stmt* made = nullptr;
    check(sqlite3_prepare_v2(database_, words, -1, &made, nullptr));
    return made;
  }
  static void text(sqlite3_stmt* of, int place, const std::string& value) {
    check(sqlite3_bind_text(of, place, value.data(), static_cast<int>(value.size()),
                            SQLITE_TRANSIENT));
  }
  static void step(sqlite3_stmt* what) {
    if (sqlite3_step(what) != SQLITE_DONE) throw std::runtime_error("step");
    check(sqlite3_reset(what));
  }
  void put(std::int64_t id, const std::string& body, const char* queue) {
    sqlite3_bind_int64(add_, 1, id);
    text(add_, 2, body);
    text(add_, 3, queue);
    step(add_);
  }
  void forget(std::int64_t id) {
    sqlite3_bind_int64(finish_, 1, id);
    step(finish_);
  }

  // As long as those of a bot. A body that stayed the same would not be written at all.
  const std::string received_body = "received " + std::string(301, 'c');
  const std::string started_body = "started  " + std::string(301, 'c');
  const std::string message_body = std::string(170, 'm');
  sqlite3* database_ = nullptr;
  sqlite3_stmt* event_ = nullptr;
  sqlite3_stmt* add_ = nullptr;
  sqlite3_stmt* update_ = nullptr;
  sqlite3_stmt* finish_ = nullptr;
  sqlite3_stmt* audit_ = nullptr;
  sqlite3_stmt* words_ = nullptr;
};

void bare_sqlite(benchmark::State& state) {
  const mynah_bench::state_directory where("journal-bench-state");
  bare database(where.file("bare.db"));
  const std::int64_t in_flight = state.range(0);
  std::int64_t first = 0;
  std::vector<double> times;
  const auto commit = [&database, in_flight](std::int64_t from, auto what) {
    database.run("BEGIN IMMEDIATE");
    for (std::int64_t i = 0; i < in_flight; ++i) what(from + i);
    database.run("COMMIT");
  };
  for (auto _ : state) {
    for (std::size_t done = 0; done < per_iteration; done += static_cast<std::size_t>(in_flight)) {
      const auto start = steady::now();
      // What was sent goes with the next commit: nobody waits for it.
      commit(first, [&](std::int64_t number) {
        if (number >= in_flight) database.sent(number - in_flight);
        database.receive(number);
      });
      commit(first, [&](std::int64_t number) { database.begin(number); });
      commit(first, [&](std::int64_t number) { database.settle(number); });
      const double took = std::chrono::duration<double, std::micro>(steady::now() - start).count();
      times.insert(times.end(), static_cast<std::size_t>(in_flight), took);
      first += in_flight;
    }
  }
  report(state, times);
}

}  // namespace

BENCHMARK(bare_sqlite)->Arg(1)->Arg(16)->Arg(256)->UseRealTime();
BENCHMARK(journaled)->Arg(1)->Arg(16)->Arg(256)->UseRealTime();
