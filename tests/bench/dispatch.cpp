// SPDX-License-Identifier: Apache-2.0
// Text -> command: one line against many registered patterns, beside a bare RE2::Set and loops over
// precompiled RE2 and std::regex in the same run.
#include <benchmark/benchmark.h>
#include <re2/re2.h>
#include <re2/set.h>

#include <memory>
#include <regex>
#include <string>
#include <vector>

#include "core/router.hpp"

namespace {

enum class kind { anchored, some_unanchored };

std::vector<std::string> patterns(std::size_t count, kind which) {
  std::vector<std::string> made;
  made.reserve(count);
  for (std::size_t i = 0; i < count; ++i) {
    const std::string name = "command" + std::to_string(i);
    const bool anchored = which == kind::anchored || i % 10 != 9;
    made.push_back((anchored ? "^" : "") + name + " (\\w+) (\\d+)$");
  }
  return made;
}

// Lines for commands all over the list, so that no cache line is always the right one.
std::vector<std::string> lines(std::size_t count, bool hit) {
  std::vector<std::string> made;
  for (std::size_t i = 0; i < 64; ++i) {
    const std::size_t command = (i * 7'919) % count;
    made.push_back((hit ? "command" : "comment") + std::to_string(command) + " web 17");
  }
  return made;
}

void route(benchmark::State& state, kind which, bool hit) {
  const auto count = static_cast<std::size_t>(state.range(0));
  mynah::core::router router;
  for (const std::string& pattern : patterns(count, which)) router.add(pattern, 0, "bench");
  router.build();
  const std::vector<std::string> said = lines(count, hit);
  for (const std::string& line : said) {
    if (router.find(line).has_value() != hit) state.SkipWithError("wrong answer");
  }
  std::size_t i = 0;
  for (auto _ : state) {
    benchmark::DoNotOptimize(router.find(said[i++ % said.size()]));
  }
}

void bare_set(benchmark::State& state, bool hit) {
  const auto count = static_cast<std::size_t>(state.range(0));
  RE2::Options options;
  options.set_max_mem(512 << 20);
  RE2::Set set(options, RE2::UNANCHORED);
  for (const std::string& pattern : patterns(count, kind::anchored)) set.Add(pattern, nullptr);
  if (!set.Compile()) state.SkipWithError("does not compile");
  const std::vector<std::string> said = lines(count, hit);
  std::vector<int> found;
  std::size_t i = 0;
  for (auto _ : state) {
    found.clear();
    benchmark::DoNotOptimize(set.Match(said[i++ % said.size()], &found));
  }
}

void loop_re2(benchmark::State& state, bool hit) {
  const auto count = static_cast<std::size_t>(state.range(0));
  std::vector<std::unique_ptr<RE2>> compiled;
  for (const std::string& pattern : patterns(count, kind::anchored)) {
    compiled.push_back(std::make_unique<RE2>(pattern));
  }
  const std::vector<std::string> said = lines(count, hit);
  std::size_t i = 0;
  for (auto _ : state) {
    const std::string& line = said[i++ % said.size()];
    std::string first;
    std::string second;
    for (const auto& each : compiled) {
      if (RE2::PartialMatch(line, *each, &first, &second)) break;
    }
    benchmark::DoNotOptimize(second);
  }
}

void loop_std_regex(benchmark::State& state, bool hit) {
  const auto count = static_cast<std::size_t>(state.range(0));
  std::vector<std::regex> compiled;
  for (const std::string& pattern : patterns(count, kind::anchored)) compiled.emplace_back(pattern);
  const std::vector<std::string> said = lines(count, hit);
  std::size_t i = 0;
  for (auto _ : state) {
    const std::string& line = said[i++ % said.size()];
    std::smatch found;
    for (const auto& each : compiled) {
      if (std::regex_search(line, found, each)) break;
    }
    benchmark::DoNotOptimize(found);
  }
}

}  // namespace

BENCHMARK_CAPTURE(route, anchored / hit, kind::anchored, true)
    ->Arg(10)
    ->Arg(100)
    ->Arg(1'000)
    ->Arg(10'000);
BENCHMARK_CAPTURE(route, anchored / miss, kind::anchored, false)
    ->Arg(10)
    ->Arg(100)
    ->Arg(1'000)
    ->Arg(10'000);
BENCHMARK_CAPTURE(route, unanchored10 / hit, kind::some_unanchored, true)
    ->Arg(10)
    ->Arg(100)
    ->Arg(1'000)
    ->Arg(10'000);
BENCHMARK_CAPTURE(route, unanchored10 / miss, kind::some_unanchored, false)
    ->Arg(10)
    ->Arg(100)
    ->Arg(1'000)
    ->Arg(10'000);
BENCHMARK_CAPTURE(bare_set, hit, true)->Arg(10)->Arg(100)->Arg(1'000)->Arg(10'000);
BENCHMARK_CAPTURE(loop_re2, hit, true)->Arg(10)->Arg(100)->Arg(1'000)->Arg(10'000);
BENCHMARK_CAPTURE(loop_re2, miss, false)->Arg(10)->Arg(100)->Arg(1'000)->Arg(10'000);
BENCHMARK_CAPTURE(loop_std_regex, hit, true)->Arg(10)->Arg(100)->Arg(1'000);
