// SPDX-License-Identifier: Apache-2.0
// Event in to reply out, in memory: what one message costs through the whole pipeline, with few and
// with many commands registered, and beside a hundred commands that never return.
#include <benchmark/benchmark.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>

#include <algorithm>
#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <mynah/async_command.hpp>
#include <mynah/bot.hpp>

#include "core/system_clock.hpp"
#include "counted_new.hpp"
#include "sqlite_under_test.hpp"
#include "temp_directory.hpp"
#include "wire_network.hpp"

namespace {

using namespace mynah;

/// Counts what a bot sends.
class counting_wire final : public mynah_bench::wire {
 public:
  void sent(const outgoing& message) override {
    benchmark::DoNotOptimize(message.body.fragments().front().value.data());
    ++count;
  }

  std::size_t count = 0;
};

/// No store: takes everything and keeps nothing.
class no_store final : public store {
 public:
  void open() override {}
  void submit(work what, done then) override {
    what = nullptr;
    then(nullptr);
  }
  void submit_reading(work what, done then) override { submit(std::move(what), std::move(then)); }
};

enum class state_in : unsigned char { memory, nothing, file };

/// A bot with `commands` more commands than ping.
class bench_bot {
 public:
  explicit bench_bot(std::size_t commands, state_in kept = state_in::memory) {
    bot_options options;
    options.log = null_sink();
    options.level = log_level::off;
    if (kept == state_in::nothing) options.store = std::make_shared<no_store>();
    if (kept == state_in::file) {
      directory_.emplace();
      options.store = mynah_test::make_sqlite(directory_->path().string(),
                                              core::make_system_clock(io.get_executor()));
      options.store->open();
    }
    bot_ = std::make_unique<bot>(io.get_executor(), std::move(options));
    mynah_bench::listen_on(wire_, *bot_);
    bot_->set("command-deadline", "1h");
    bot_->set("drain", "0");
    bot_->add(
        make_command(command_spec("ping", "").quick(), [](const arguments&) { return "pong"; }));
    bot_->add(make_command(command_spec("hang", ""), [](async_context& ctx) -> task<std::string> {
      co_await ctx.sleep(std::chrono::hours(24));
      co_return "never";
    }));
    bot_->add(make_command(command_spec("block", ""), [](context& ctx) -> std::string {
      ctx.sleep_for(std::chrono::hours(24));
      return "never";
    }));
    for (std::size_t i = 0; i < commands; ++i) {
      const std::string name = "command" + std::to_string(i);
      bot_->add(make_command(name, "^" + name + " (\\w+)$", name, "",
                             [](const arguments&) { return "x"; }));
    }
    boost::asio::co_spawn(io, bot_->run(), [](const std::exception_ptr&, result<void>) {});
    while (!wire_->is_open()) io.run_one();
    settle();
  }
  bench_bot(const bench_bot&) = delete;
  bench_bot& operator=(const bench_bot&) = delete;

  ~bench_bot() {
    bot_->stop();
    bot_->stop();
    io.restart();
    io.run();
  }

  void say(const char* text) { wire_->push(mynah_bench::wire::said(text)); }

  void settle() {
    io.restart();
    io.poll();
  }

  [[nodiscard]] std::size_t sent() const noexcept { return wire_->count; }

  boost::asio::io_context io{1};

 private:
  std::optional<mynah_test::temp_directory> directory_;
  std::shared_ptr<counting_wire> wire_ = std::make_shared<counting_wire>();
  std::unique_ptr<bot> bot_;
};

void ping(benchmark::State& state) {
  bench_bot bot(static_cast<std::size_t>(state.range(0)));
  constexpr int batch = 1'000;
  for (int i = 0; i < batch; ++i) bot.say("!ping");
  bot.settle();
  const std::size_t before = allocations();
  std::size_t answered = bot.sent();
  for (auto _ : state) {
    for (int i = 0; i < batch; ++i) bot.say("!ping");
    bot.settle();
  }
  answered = bot.sent() - answered;
  const auto messages = static_cast<std::size_t>(state.iterations()) * batch;
  if (answered != messages) state.SkipWithError("not every ping was answered");
  state.SetItemsProcessed(static_cast<std::int64_t>(messages));
  state.counters["allocations"] = benchmark::Counter(static_cast<double>(allocations() - before) /
                                                     static_cast<double>(messages));
}

// The same without a store, and with a file.
void ping_kept(benchmark::State& state, state_in kept) {
  bench_bot bot(0, kept);
  constexpr int batch = 1'000;
  for (auto _ : state) {
    for (int i = 0; i < batch; ++i) bot.say("!ping");
    bot.settle();
  }
  state.SetItemsProcessed(state.iterations() * batch);
}

// One ping at a time, as a user sees it, while nothing or a hundred commands hang.
void ping_beside_hung(benchmark::State& state) {
  bench_bot bot(0);
  for (int i = 0; i < state.range(0); ++i) bot.say(i % 2 == 0 ? "!hang" : "!block");
  bot.settle();
  std::vector<double> times;
  for (auto _ : state) {
    const auto start = std::chrono::steady_clock::now();
    const std::size_t before = bot.sent();
    bot.say("!ping");
    while (bot.sent() == before) bot.settle();
    times.push_back(
        std::chrono::duration<double, std::micro>(std::chrono::steady_clock::now() - start)
            .count());
  }
  std::sort(times.begin(), times.end());
  state.counters["p50_us"] = times[times.size() / 2];
  state.counters["p99_us"] = times[times.size() * 99 / 100];
}

}  // namespace

BENCHMARK(ping)->Arg(0)->Arg(100)->Arg(10'000);
BENCHMARK_CAPTURE(ping_kept, nowhere, state_in::nothing);
BENCHMARK_CAPTURE(ping_kept, in memory, state_in::memory);
BENCHMARK_CAPTURE(ping_kept, in a file, state_in::file);
BENCHMARK(ping_beside_hung)->Arg(0)->Arg(100);
