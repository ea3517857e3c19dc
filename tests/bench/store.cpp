// SPDX-License-Identifier: Apache-2.0
// How long opening the store `sqlite` takes when there is a lot in it.
#include <benchmark/benchmark.h>

#include <chrono>
#include <filesystem>
#include <memory>
#include <string>

#include <mynah/store.hpp>
#include <mynah/testkit/virtual_clock.hpp>

#include "sqlite_under_test.hpp"
#include "state_directory.hpp"

namespace {

using namespace mynah;

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

void open_with_a_million(benchmark::State& state) {
  const mynah_bench::state_directory where("store-bench-state");
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
      static_cast<double>(std::filesystem::file_size(where.file("mynah.db"))) / (1U << 20U);
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

BENCHMARK(open_with_a_million)->Iterations(5)->Unit(benchmark::kMillisecond)->UseRealTime();
