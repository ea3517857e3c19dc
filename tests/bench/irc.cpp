// SPDX-License-Identifier: Apache-2.0
// A ping through a real IRC server and back, while nothing or a hundred commands hang.
#include <benchmark/benchmark.h>

#include <algorithm>
#include <chrono>
#include <vector>

#include <mynah/async_command.hpp>

#include "irc_bot.hpp"
#include "irc_client.hpp"
#include "ngircd.hpp"

namespace {

using namespace mynah;

command_ptr hanging() {
  return make_command(command_spec("hang", "").at_once(1'000),
                      [](async_context& ctx) -> task<std::string> {
                        co_await ctx.sleep(std::chrono::hours(24));
                        co_return "never";
                      });
}

command_ptr blocking() {
  return make_command(command_spec("block", "").at_once(1'000), [](context& ctx) -> std::string {
    ctx.sleep_for(std::chrono::hours(24));
    return "never";
  });
}

void ping_on_irc(benchmark::State& state) {
  const mynah_test::ngircd server;
  mynah_test::irc_bot bot({{"server", mynah_test::local(server.port())}, {"channels", "#bench"}},
                          {mynah_test::ping(), hanging(), blocking()},
                          {{"max-jobs-per-user", "0"},
                           {"max-jobs-per-room", "0"},
                           {"notice-after", "0"},
                           {"drain", "0"}});
  mynah_test::irc_client asker(server.port(), "asker");
  asker.join("#bench");
  bot.wait_for_log("online");
  asker.say("PRIVMSG #bench :!ping");
  asker.wait_for(":pong");
  for (int i = 0; i < state.range(0); ++i) {
    asker.say(i % 2 == 0 ? "PRIVMSG #bench :!hang" : "PRIVMSG #bench :!block");
  }
  std::vector<double> times;
  for (auto _ : state) {
    const auto start = std::chrono::steady_clock::now();
    asker.say("PRIVMSG #bench :!ping");
    asker.wait_for(":pong");
    times.push_back(
        std::chrono::duration<double, std::micro>(std::chrono::steady_clock::now() - start)
            .count());
  }
  std::sort(times.begin(), times.end());
  state.counters["p50_us"] = times[times.size() / 2];
  state.counters["p99_us"] = times[times.size() * 99 / 100];
}

}  // namespace

BENCHMARK(ping_on_irc)->Arg(0)->Arg(100)->Iterations(2'000)->UseRealTime();
