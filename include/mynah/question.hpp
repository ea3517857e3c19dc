// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <mynah/reply.hpp>

namespace mynah {

/// Looks at an answer; returns what is wrong with it, or nothing if it is good.
using answer_validator = std::function<std::optional<std::string>(std::string_view answer)>;

/// How a question is asked. A class with constructors, so that it may stand inside `co_await`.
class ask_options {
 public:
  ask_options();
  ask_options(const ask_options&);
  ask_options(ask_options&&) noexcept;
  ask_options& operator=(const ask_options&);
  ask_options& operator=(ask_options&&) noexcept;
  ~ask_options();
  // NOLINTNEXTLINE(google-explicit-constructor): may stand in braces
  ask_options(std::chrono::milliseconds timeout, std::vector<std::string> choices = {},
              answer_validator validator = {});

  ask_options& timeout(std::chrono::milliseconds limit);
  /// Adds an acceptable answer; the asked may give its number or its text (case ignored).
  ask_options& choice(std::string label);
  ask_options& validator(answer_validator check);
  /// Wrong answers before the question is given up; at least 1.
  ask_options& attempts(int count);

  std::chrono::milliseconds time_limit = std::chrono::minutes(2);
  std::vector<std::string> choices;
  answer_validator check;
  int max_attempts = 3;
};

}  // namespace mynah
