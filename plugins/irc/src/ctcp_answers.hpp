// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <deque>
#include <optional>
#include <string>

#include <mynah/clock.hpp>

#include "ctcp.hpp"

namespace mynah::irc {

/// Answers to CTCP queries, few: four in ten seconds, so that nobody makes the bot flood itself
/// out.
class ctcp_answers {
 public:
  static constexpr std::size_t burst = 4;
  static constexpr std::chrono::seconds window{10};

  /// `version` and `source` (an address; empty: none) as they are told.
  ctcp_answers(std::string version, std::string source)
      : version_(std::move(version)), source_(std::move(source)) {}

  /// The text of the NOTICE that answers; nothing for what we do not answer, or not so often.
  /// `wall` is for TIME, told in UTC.
  [[nodiscard]] std::optional<std::string> answer(const ctcp& query, mynah::clock::time_point now,
                                                  mynah::clock::wall_time wall);

 private:
  [[nodiscard]] std::optional<std::string> content(const ctcp& query,
                                                   mynah::clock::wall_time wall) const;

  std::string version_;
  std::string source_;
  std::deque<mynah::clock::time_point> answered_;
};

}  // namespace mynah::irc
