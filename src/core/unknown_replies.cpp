// SPDX-License-Identifier: Apache-2.0
#include "core/unknown_replies.hpp"

namespace mynah::core {

namespace {

constexpr std::chrono::minutes period{1};
constexpr int per_period = 5;
constexpr std::size_t most_speakers = 4096;

}  // namespace

bool unknown_replies::may_answer(const std::string& speaker, clock::time_point now) {
  if (speakers_.size() >= most_speakers) {
    std::erase_if(speakers_, [now](const auto& each) { return now - each.second.since > period; });
    if (speakers_.size() >= most_speakers) return false;
  }
  window& own = speakers_[speaker];
  if (own.answers == 0 || now - own.since > period) {
    own.since = now;
    own.answers = 0;
  }
  return ++own.answers <= per_period;
}

}  // namespace mynah::core
