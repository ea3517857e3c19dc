// SPDX-License-Identifier: Apache-2.0
#include "api_error.hpp"

#include <algorithm>
#include <array>
#include <cstdint>
#include <utility>

#include <mynah/reply.hpp>
#include <mynah/utf8.hpp>

#include "json_fields.hpp"
#include "json_text.hpp"

namespace mynah::slack {

namespace {

using nlohmann::json;

constexpr std::chrono::seconds wait_without_field{5};
// Without the status that says so, too: what Slack's own client for Python does.
constexpr std::chrono::seconds wait_of_body{30};
constexpr std::chrono::seconds longest_wait{3600};
// An error code of Slack is a few words; anything longer is somebody else's.
constexpr std::size_t longest_code = 80;

/// A code of Slack with a meaning, and what a user has to do about it.
struct known_error {
  std::string_view code;
  api_verdict verdict;
  bool may_have_happened;
  std::string_view advice;
};

constexpr std::string_view new_token =
    "install the app again and give the bot its new token (xoxb-...)";
constexpr std::string_view new_app_token =
    "make a new app-level token (xapp-..., scope connections:write) and give it to the bot";
constexpr std::string_view other_token =
    "the bot token begins with xoxb-, the app-level token with xapp-; each works for its own calls "
    "only";

constexpr std::array known_errors = {
    known_error{"internal_error", api_verdict::temporary, true, ""},
    known_error{"fatal_error", api_verdict::temporary, true, ""},
    known_error{"request_timeout", api_verdict::temporary, true, ""},
    known_error{"service_unavailable", api_verdict::temporary, false, ""},
    known_error{"team_added_to_org", api_verdict::temporary, false, ""},
    known_error{"invalid_auth", api_verdict::dead_token, false, new_token},
    known_error{"not_authed", api_verdict::dead_token, false, "give the bot its token"},
    known_error{"account_inactive", api_verdict::dead_token, false, new_token},
    known_error{"token_revoked", api_verdict::dead_token, false, new_token},
    known_error{"token_expired", api_verdict::dead_token, false,
                "switch token rotation off for the app, and give the bot its new token"},
    known_error{"user_removed_from_team", api_verdict::dead_token, false, new_token},
    known_error{"team_disabled", api_verdict::dead_token, false, "the workspace is closed"},
    known_error{"org_login_required", api_verdict::dead_token, false,
                "the workspace moves to an organisation; install the app there"},
    known_error{"not_allowed_token_type", api_verdict::dead_token, false, other_token},
    known_error{"forbidden_team", api_verdict::dead_token, false,
                "the app may not be used in this workspace"},
    known_error{"missing_scope", api_verdict::not_permitted, false, ""},
    known_error{"no_permission", api_verdict::not_permitted, false,
                "check the scopes of the app and install it again"},
    known_error{"not_in_channel", api_verdict::wrong_call, false, "invite the bot to the channel"},
    known_error{"channel_not_found", api_verdict::wrong_call, false,
                "there is no such channel, or the bot is not in it"},
    known_error{"is_archived", api_verdict::wrong_call, false, "the channel is archived"},
};

const known_error* find_error(std::string_view code) noexcept {
  const auto* const found =
      std::find_if(known_errors.begin(), known_errors.end(),
                   [code](const known_error& each) { return each.code == code; });
  return found == known_errors.end() ? nullptr : found;
}

// Whole seconds; a date, which Slack does not send, counts as none.
std::chrono::seconds wait_of(std::string_view field, std::chrono::seconds otherwise) noexcept {
  while (field.starts_with(' ')) field.remove_prefix(1);
  while (field.ends_with(' ')) field.remove_suffix(1);
  if (field.empty()) return otherwise;
  std::int64_t seconds = 0;
  for (const char c : field) {
    if (c < '0' || c > '9') return otherwise;
    seconds = std::min<std::int64_t>(seconds * 10 + (c - '0'), longest_wait.count());
  }
  return std::max(std::chrono::seconds(seconds), std::chrono::seconds(1));
}

// Slack's words, which are shown beside ours.
std::string code_in(const json& answer) {
  const std::string_view told = text_in(answer, "error");
  const bool is_code = !told.empty() && told.size() <= longest_code &&
                       std::all_of(told.begin(), told.end(), [](char c) {
                         return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
                                (c >= '0' && c <= '9') ||
                                std::string_view("_-.: ").find(c) != std::string_view::npos;
                       });
  return is_code ? std::string(told) : std::string();
}

std::string remote_words(const json& answer) {
  std::string words(text_in(answer, "error"));
  for (const json& each : array_in(object_in(answer, "response_metadata"), "messages")) {
    if (!each.is_string()) continue;
    if (!words.empty()) words += "; ";
    words += *each.get_ptr<const json::string_t*>();
  }
  constexpr std::size_t most = 500;
  return utf8_beginning(words, most);
}

std::vector<std::string> warnings_of(const json& answer) {
  std::vector<std::string> warnings;
  std::string_view list = text_in(answer, "warning");
  while (!list.empty()) {
    const std::size_t end = std::min(list.find(','), list.size());
    if (end > 0) warnings.emplace_back(list.substr(0, end));
    list.remove_prefix(std::min(end + 1, list.size()));
  }
  for (const json& each : array_in(object_in(answer, "response_metadata"), "warnings")) {
    if (!each.is_string()) continue;
    const std::string& warning = *each.get_ptr<const json::string_t*>();
    if (std::find(warnings.begin(), warnings.end(), warning) == warnings.end()) {
      warnings.push_back(warning);
    }
  }
  return warnings;
}

errc code_of(const api_outcome& outcome) noexcept {
  switch (outcome.verdict) {
    case api_verdict::rate_limited:
      return errc::throttled;
    case api_verdict::dead_token:
      return errc::authentication_failed;
    case api_verdict::temporary:
      return outcome.may_have_happened ? errc::unconfirmed : errc::not_sent;
    case api_verdict::not_permitted:
    case api_verdict::wrong_call:
    case api_verdict::ok:
      break;
  }
  return errc::not_sent;
}

void explain(api_outcome& outcome, std::string message, std::string remote = {}) {
  outcome.why = failure(code_of(outcome), std::move(message), std::move(remote));
  outcome.why.retry_after(outcome.wait);
}

void limit(api_outcome& outcome, std::string_view method, std::chrono::seconds wait) {
  outcome.verdict = api_verdict::rate_limited;
  outcome.wait = wait;
  explain(outcome,
          std::string(method) + ": Slack asks to wait " + std::to_string(wait.count()) + " s");
}

// An answer that is not Slack's, or only a part of one: what became of the call is not known.
void not_of_slack(api_outcome& outcome, std::string_view method, std::string what) {
  outcome.verdict = api_verdict::temporary;
  outcome.may_have_happened = true;
  explain(outcome, std::string(method) + ": " + std::move(what));
}

void judge_error(api_outcome& outcome, std::string_view method, unsigned status,
                 std::string_view retry_after) {
  outcome.error = code_in(outcome.answer);
  if (outcome.error == "ratelimited" || outcome.error == "rate_limited") {
    limit(outcome, method, wait_of(retry_after, wait_of_body));
    return;
  }
  const known_error* const known = find_error(outcome.error);
  outcome.verdict = known != nullptr ? known->verdict : api_verdict::wrong_call;
  outcome.may_have_happened = known != nullptr && known->may_have_happened;
  outcome.needed = text_in(outcome.answer, "needed");
  std::string message(method);
  message += ": ";
  message += outcome.error.empty() ? "an error without a name" : outcome.error;
  if (status != 200) message += " (HTTP " + std::to_string(status) + ")";
  if (outcome.error == "missing_scope") {
    message += outcome.needed.empty() ? "; add the missing scope to the app and install it again"
                                      : "; add the scope " + sanitised(outcome.needed) +
                                            " to the app and install it again";
  } else if (known != nullptr && !known->advice.empty()) {
    // The only call with the app-level token.
    const bool is_app_token = method == "apps.connections.open" && known->advice == new_token;
    message.append("; ").append(is_app_token ? new_app_token : known->advice);
  }
  explain(outcome, std::move(message), remote_words(outcome.answer));
}

}  // namespace

api_outcome outcome_of(std::string_view method, unsigned status, std::string_view retry_after,
                       std::string_view body) {
  api_outcome outcome;
  if (status == 429) {
    outcome.error = "ratelimited";
    limit(outcome, method, wait_of(retry_after, wait_without_field));
    return outcome;
  }
  if (auto read = parse_json(body); read && read->is_object()) outcome.answer = std::move(*read);
  if (status >= 500 || status == 408) {
    outcome.error = code_in(outcome.answer);
    // A body that says more than the status does not make it final.
    outcome.verdict = api_verdict::temporary;
    const known_error* const known = find_error(outcome.error);
    outcome.may_have_happened =
        known == nullptr || known->verdict != api_verdict::temporary || known->may_have_happened;
    if (status == 503) outcome.may_have_happened = false;
    outcome.wait = wait_of(retry_after, std::chrono::seconds(0));
    explain(outcome,
            std::string(method) + ": Slack is in trouble (HTTP " + std::to_string(status) + ")",
            remote_words(outcome.answer));
    return outcome;
  }
  const json* const ok = field(outcome.answer, "ok");
  if (ok != nullptr && ok->is_boolean()) {
    if (!is_true_in(outcome.answer, "ok")) {
      judge_error(outcome, method, status, retry_after);
      return outcome;
    }
    if (status == 200) {
      outcome.warnings = warnings_of(outcome.answer);
      return outcome;
    }
  }
  if (status == 200) {
    not_of_slack(outcome, method, "the answer is not one of Slack's, or was cut off");
    return outcome;
  }
  // The call did not reach Slack: a proxy wants something, or the address is wrong. That may be
  // put right while the bot runs; a call that is too large may not.
  outcome.verdict = status == 413 ? api_verdict::wrong_call : api_verdict::temporary;
  explain(outcome,
          std::string(method) + ": HTTP " + std::to_string(status) +
              ", which Slack does not answer; is there a proxy, is --slack-api-url right?");
  return outcome;
}

}  // namespace mynah::slack
