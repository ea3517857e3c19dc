// SPDX-License-Identifier: Apache-2.0
// Masking of what holds no secret, which is nearly everything a bot says.
#include <benchmark/benchmark.h>

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <mynah/redactor.hpp>
#include <mynah/reply.hpp>

namespace {

// Text that no two runs of one test see in the same order.
std::string noise(std::size_t size, std::uint32_t& seed) {
  constexpr std::string_view letters =
      "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-";
  std::string text;
  while (text.size() < size) {
    seed = seed * 1'664'525U + 1'013'904'223U;
    text += letters[(seed >> 16U) % letters.size()];
  }
  return text;
}

mynah::redactor secrets(std::size_t count, std::uint32_t& seed) {
  std::vector<std::string> made;
  for (std::size_t i = 0; i < count; ++i) made.push_back(noise(40, seed));
  return mynah::redactor(std::move(made));
}

void redact_reply(benchmark::State& state) {
  std::uint32_t seed = 1;
  const mynah::redactor safe = secrets(static_cast<std::size_t>(state.range(0)), seed);
  std::vector<mynah::reply> replies;
  for (int i = 0; i < 64; ++i) {
    std::string words;
    while (words.size() < 100) words += noise(1 + seed % 9, seed) + ' ';
    words.resize(100);
    replies.emplace_back(std::move(words));
  }
  std::size_t i = 0;
  for (auto _ : state) {
    mynah::reply& each = replies[i++ % replies.size()];
    each = safe.redact(std::move(each));
    benchmark::DoNotOptimize(each);
  }
}

void redact_long_text(benchmark::State& state) {
  std::uint32_t seed = 1;
  const mynah::redactor safe = secrets(10, seed);
  const std::string text = noise(1U << 20U, seed);
  for (auto _ : state) benchmark::DoNotOptimize(safe.suspects(text));
}

void compile(benchmark::State& state) {
  std::uint32_t seed = 1;
  for (auto _ : state) {
    benchmark::DoNotOptimize(secrets(static_cast<std::size_t>(state.range(0)), seed));
  }
}

}  // namespace

BENCHMARK(redact_reply)->Arg(0)->Arg(1)->Arg(10);
BENCHMARK(redact_long_text)->Unit(benchmark::kMillisecond);
BENCHMARK(compile)->Arg(1)->Arg(10)->Unit(benchmark::kMillisecond);
