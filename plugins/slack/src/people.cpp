// SPDX-License-Identifier: Apache-2.0
#include "people.hpp"

#include <algorithm>

#include <mynah/reply.hpp>

#include "net/with_deadline.hpp"

#include "json_fields.hpp"
#include "scopes.hpp"

// g++ 12 inlines a coroutine frame's allocation but not its release, and takes them for a mismatch.
#if defined(__GNUC__) && !defined(__clang__) && __GNUC__ < 13
#pragma GCC diagnostic ignored "-Wmismatched-new-delete"
#endif

namespace mynah::slack {

namespace {

using nlohmann::json;

// Those who spoke in the last minutes; more are asked for again.
constexpr std::size_t most_users = 10'000;
// So that a user is not kept out for long because Slack was slow once.
constexpr std::chrono::seconds unknown_life{5};

person person_of(const json& answer) {
  const json& user = object_in(answer, "user");
  const json& profile = object_in(user, "profile");
  person made;
  made.is_known = true;
  made.is_guest = is_true_in(user, "is_restricted") || is_true_in(user, "is_ultra_restricted");
  for (const std::string_view name :
       {text_in(profile, "display_name"), text_in(user, "real_name"), text_in(user, "name")}) {
    if (!made.name.empty() || name.empty()) continue;
    made.name = sanitised(name.substr(0, 100));
  }
  return made;
}

person worst_case() {
  person made;
  made.is_guest = true;
  return made;
}

}  // namespace

people::people(std::shared_ptr<mynah::clock> clock, logger log, std::shared_ptr<web_api> api,
               std::string token, std::string_view scopes)
    : clock_(std::move(clock)),
      log_(std::move(log)),
      api_(std::move(api)),
      token_(std::move(token)),
      asks_users_(has_scope(scopes, "users:read")),
      asks_groups_(has_scope(scopes, "usergroups:read")) {
  if (!asks_users_) {
    log_.warning("without the scope users:read guests are not known, so everybody counts as one");
  }
}

const person* people::find(const std::string& user) const {
  static const person unknown = worst_case();
  if (!asks_users_) return &unknown;
  const auto found = users_.find(user);
  return found == users_.end() || found->second.until <= clock_->now() ? nullptr
                                                                       : &found->second.who;
}

void people::keep(const std::string& user, person who, std::chrono::milliseconds time) {
  const auto now = clock_->now();
  if (users_.size() >= most_users) {
    std::erase_if(users_, [now](const auto& each) { return each.second.until <= now; });
    if (users_.size() >= most_users) users_.clear();
  }
  entry& kept = users_[user];
  kept.who = std::move(who);
  kept.until = now + time;
}

task<void> people::ask(std::string user, std::chrono::milliseconds limit) {
  const auto self = shared_from_this();
  json arguments = json::object();
  arguments["user"] = user;
  call_options how;
  how.patience = limit;
  result<json> answer = co_await net::with_deadline(
      *self->clock_, limit, self->api_->call("users.info", self->token_, std::move(arguments), how),
      "users.info");
  if (answer.has_value()) {
    self->keep(user, person_of(*answer), user_life);
    co_return;
  }
  self->log_.warning("whether a user is a guest is not known, so it counts as one",
                     {{"user", user}, {"reason", answer.error().describe()}});
  self->keep(user, worst_case(), unknown_life);
}

std::vector<std::string> people::groups_of(const std::string& user, bool is_external) const {
  std::vector<std::string> names;
  if (is_external) {
    names.emplace_back("external");
  } else {
    const person* const known = find(user);
    if (known == nullptr || known->is_guest) names.emplace_back("guest");
  }
  if (!groups_from_ || clock_->now() - *groups_from_ > group_life) return names;
  const auto found = groups_.find(user);
  if (found == groups_.end()) return names;
  for (const std::string& each : found->second) names.push_back("usergroup/" + each);
  return names;
}

task<void> people::refresh_groups() {
  const auto self = shared_from_this();
  self->groups_due_ = self->clock_->now() + group_refresh;
  if (!self->asks_groups_) co_return;
  json arguments = json::object();
  arguments["include_users"] = true;
  const result<json> answer =
      co_await self->api_->call("usergroups.list", self->token_, std::move(arguments));
  if (answer.has_error()) {
    self->log_.warning("user groups are not known", {{"reason", answer.error().describe()}});
    // Sooner than usual, but not at once.
    self->groups_due_ = self->clock_->now() + std::chrono::minutes(1);
    co_return;
  }
  std::unordered_map<std::string, std::vector<std::string>> by_user;
  for (const json& group : array_in(*answer, "usergroups")) {
    const std::string id(text_in(group, "id"));
    const std::optional<std::int64_t> deleted = number_in(group, "date_delete");
    if (id.empty() || (deleted && *deleted != 0)) continue;
    for (const json& user : array_in(group, "users")) {
      if (user.is_string()) by_user[user.get<std::string>()].push_back(id);
    }
  }
  self->groups_ = std::move(by_user);
  self->groups_from_ = self->clock_->now();
}

void people::user_changed(const std::string& user) {
  users_.erase(user);
}

}  // namespace mynah::slack
