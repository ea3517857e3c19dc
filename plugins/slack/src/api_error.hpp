// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <string>
#include <string_view>
#include <vector>

#include <nlohmann/json.hpp>

#include <mynah/error_code.hpp>

namespace mynah::slack {

/// What an answer of the Web API means for the caller.
enum class api_verdict : unsigned char {
  ok,
  rate_limited,   ///< again after `wait`, not earlier
  temporary,      ///< again with backoff, a limited number of times
  dead_token,     ///< never again with this token
  not_permitted,  ///< a scope is missing: never again until the app is installed anew
  wrong_call      ///< never again with these arguments
};

/// An answer of the Web API, judged.
class api_outcome {
 public:
  api_outcome() = default;

  [[nodiscard]] bool ok() const noexcept { return verdict == api_verdict::ok; }

  api_verdict verdict = api_verdict::ok;
  nlohmann::json answer;              ///< an object if `ok`
  std::string error;                  ///< Slack's word for it, e.g. `channel_not_found`
  std::string needed;                 ///< the scope that `missing_scope` names
  std::chrono::milliseconds wait{0};  ///< of `rate_limited`
  /// Of `temporary`: Slack may have done part of it, or all; a message may be there.
  bool may_have_happened = false;
  std::vector<std::string> warnings;
  /// Unless `ok`: throttled with `retry_after`, authentication_failed (dead token), unconfirmed
  /// (may have happened), else not_sent. Its message names the method and says what to do; never a
  /// token, as nothing of the request is in it.
  failure why;
};

/// Judges an answer: its status, its `Retry-After` field (empty if there is none) and its body.
/// `ok` only if the status is 200 and the body an object whose `ok` is the boolean true.
[[nodiscard]] api_outcome outcome_of(std::string_view method, unsigned status,
                                     std::string_view retry_after, std::string_view body);

}  // namespace mynah::slack
