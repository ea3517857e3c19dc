// SPDX-License-Identifier: Apache-2.0
#include "surfaces.hpp"

#include "blocks.hpp"
#include "home.hpp"
#include "suggested_prompts.hpp"

// g++ 12 inlines a coroutine frame's allocation but not its release, and takes them for a mismatch.
#if defined(__GNUC__) && !defined(__clang__) && __GNUC__ < 13
#pragma GCC diagnostic ignored "-Wmismatched-new-delete"
#endif

namespace mynah::slack {

using nlohmann::json;

surfaces::surfaces(logger log, bot_view& bot, std::shared_ptr<web_api> api,
                   std::shared_ptr<people> people, std::string token,
                   std::chrono::milliseconds lookup_limit)
    : log_(std::move(log)),
      bot_(bot),
      api_(std::move(api)),
      people_(std::move(people)),
      token_(std::move(token)),
      lookup_limit_(lookup_limit) {}

// Who somebody is must be known before it is said what they may run.
task<void> surfaces::look_up(viewer& one) {
  const bool is_known = one.is_external || people_->find(one.user) != nullptr;
  if (!is_known) co_await people_->ask(one.user, lookup_limit_);
  one.who.groups = people_->groups_of(one.user, one.is_external);
}

task<void> surfaces::call(std::string method, json arguments, log_level level,
                          std::string_view what_failed) {
  const result<json> done = co_await api_->call(method, token_, std::move(arguments));
  if (done.has_error()) log_.log(level, what_failed, {{"reason", done.error().describe()}});
}

task<void> surfaces::show_home(std::shared_ptr<surfaces> self, viewer to, std::size_t page) {
  co_await self->look_up(to);
  json arguments = json::object();
  arguments["user_id"] = to.user;
  arguments["view"] = home_view(self->bot_, to.who, page);
  co_await self->call("views.publish", std::move(arguments), log_level::warning,
                      "the App Home could not be shown");
}

task<void> surfaces::suggest(std::shared_ptr<surfaces> self, viewer to, std::string channel,
                             std::string thread) {
  co_await self->look_up(to);
  json prompts = suggested_prompts(self->bot_, to.who);
  if (prompts.empty()) co_return;
  json arguments = json::object();
  arguments["channel_id"] = channel;
  arguments["thread_ts"] = thread;
  arguments["title"] = "What you may run";
  arguments["prompts"] = std::move(prompts);
  co_await self->call("assistant.threads.setSuggestedPrompts", std::move(arguments),
                      log_level::warning, "no commands could be suggested");
}

task<bool> surfaces::admits(std::shared_ptr<surfaces> self, viewer by, event asked,
                            const command& what) {
  co_await self->look_up(by);
  asked.principal = std::move(by.who);
  const person* const known = self->people_->find(by.user);
  if (asked.principal.display.empty() && known != nullptr) asked.principal.display = known->name;
  co_return self->bot_.admit(asked, what);
}

task<void> surfaces::open_modal(std::shared_ptr<surfaces> self, std::string trigger, json view) {
  json arguments = json::object();
  arguments["trigger_id"] = trigger;
  arguments["view"] = std::move(view);
  co_await self->call("views.open", std::move(arguments), log_level::warning,
                      "a modal could not be opened");
}

task<void> surfaces::take_buttons_away(std::shared_ptr<surfaces> self, std::string channel,
                                       std::string ts, json blocks, std::string text,
                                       std::string by) {
  json arguments = json::object();
  arguments["channel"] = channel;
  arguments["ts"] = ts;
  arguments["text"] = text;
  arguments["blocks"] = answered(blocks, by);
  co_await self->call("chat.update", std::move(arguments), log_level::debug,
                      "the buttons of a question stay");
}

}  // namespace mynah::slack
