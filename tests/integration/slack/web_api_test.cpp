// SPDX-License-Identifier: Apache-2.0
// What the bot says gets there, once and in order, whatever the Web API does.
#include <future>

#include "catch.hpp"
#include "slack_bot.hpp"

using namespace mynah_test;
using mynah_test::slack::fault;
using mynah_test::slack::fault_kind;

namespace {

using texts = std::vector<std::string>;

mynah_test::slack::options unlimited() {
  mynah_test::slack::options made;
  made.rate_limits = false;
  return made;
}

running_bot::settings quick(const slack_place& at) {
  auto made = at.settings();
  made["pacing"] = "no";
  made["call-timeout"] = "5s";
  return made;
}

mynah::command_ptr count_up() {
  auto run = [](mynah::context& ctx) {
    for (int i = 1; i <= 5; ++i) ctx.reply("line " + std::to_string(i));
  };
  return mynah::make_command(mynah::command_spec("count", "Counts"), run);
}

}  // namespace

TEST_CASE("answers stay in order when Slack asks to wait", "[slack][web]") {
  slack_place at(unlimited());
  slack_bot bot(quick(at), {count_up(), ping()});
  bot.wait_until_online();
  fault storm;
  storm.method = "chat.postMessage";
  storm.kind = GENERATE(fault_kind::rate_limited, fault_kind::rate_limited_200);
  storm.times = 3;
  storm.retry_after = 1;
  at.slack.inject(storm);
  at.slack.post(at.world.general, at.world.alice, "!count");
  REQUIRE(bot.forward_until(at, std::chrono::seconds(1),
                            [&] { return at.slack.posted_count(at.world.general) >= 5; }));
  CHECK(at.answers(at.world.general) == texts{"line 1", "line 2", "line 3", "line 4", "line 5"});
}

TEST_CASE("the documented pace is kept, so that Slack never has to ask", "[slack][web]") {
  slack_place at;
  slack_bot bot(at.settings(), {count_up()});
  bot.wait_until_online();
  at.slack.post(at.world.general, at.world.alice, "!count");
  at.slack.post(at.world.general, at.world.bob, "!count");
  for (int i = 0; i < 12; ++i) {
    bot.forward(std::chrono::seconds(1));
    at.slack.advance(std::chrono::seconds(1));
  }
  REQUIRE(bot.forward_until(at, std::chrono::seconds(1), [&] {
    at.slack.advance(std::chrono::seconds(1));
    return at.slack.posted_count(at.world.general) >= 10;
  }));
  for (const auto& each : at.slack.calls("chat.postMessage")) {
    CHECK(each.value("status", 0) == 200);
  }
}

TEST_CASE("an answer that may have been posted is looked up, not posted twice", "[slack][web]") {
  slack_place at(unlimited());
  slack_bot bot(quick(at), {count_up()});
  bot.wait_until_online();
  fault trouble;
  trouble.method = "chat.postMessage";
  trouble.kind = GENERATE(fault_kind::cut_after, fault_kind::cut_answer, fault_kind::cut_before,
                          fault_kind::server_error, fault_kind::garbage, fault_kind::hang_after);
  trouble.text = "<html>sorry</html>";
  trouble.times = 2;
  trouble.after = 1;
  at.slack.inject(trouble);
  at.slack.post(at.world.general, at.world.alice, "!count");
  REQUIRE(at.slack.wait_until(
      [&] {
        bot.forward(std::chrono::seconds(1));
        return at.slack.posted_count(at.world.general) >= 5;
      },
      std::chrono::seconds(30)));
  CHECK(at.answers(at.world.general) == texts{"line 1", "line 2", "line 3", "line 4", "line 5"});
}

TEST_CASE("in a thread, too", "[slack][web]") {
  slack_place at(unlimited());
  slack_bot bot(quick(at), {ping()});
  bot.wait_until_online();
  fault trouble;
  trouble.method = "chat.postMessage";
  trouble.kind = fault_kind::cut_after;
  at.slack.inject(trouble);
  mynah_test::slack::post_options more;
  more.thread_ts = at.slack.post(at.world.general, at.world.bob, "a thread");
  at.slack.post(at.world.general, at.world.alice, "!ping", more);
  bot.wait_for_log("whether an answer was posted is unknown");
  REQUIRE(bot.forward_until(at, std::chrono::milliseconds(100),
                            [&] { return at.slack.call_count("conversations.replies") == 1; }));
  at.slack.post(at.world.general, at.world.alice, "!ping");
  REQUIRE(at.has_said(2));
  CHECK(at.answers(at.world.general) == texts{"pong", "pong"});
}

TEST_CASE("connections that Slack closed while nobody used them are no trouble", "[slack][web]") {
  slack_place at(unlimited());
  slack_bot bot(quick(at), {ping()});
  bot.wait_until_online();
  const bool announced = GENERATE(true, false);
  at.slack.close_after(1, announced);
  for (std::size_t i = 1; i <= 5; ++i) {
    at.slack.post(at.world.general, at.world.alice, "!ping");
    REQUIRE(at.has_said(i));
  }
  at.slack.close_after(0);
  at.slack.close_idle();
  at.slack.post(at.world.general, at.world.alice, "!ping");
  REQUIRE(at.has_said(6));
  CHECK(at.slack.posted_count(at.world.general) == 6);
}

TEST_CASE("what Slack refuses is said in the log, and the next answer comes", "[slack][web]") {
  slack_place at(unlimited());
  slack_bot bot(quick(at), {ping()});
  bot.wait_until_online();
  fault refusal;
  refusal.method = "chat.postMessage";
  refusal.kind = fault_kind::api_error;
  refusal.text = "restricted_action";
  refusal.times = 4;
  at.slack.inject(refusal);
  at.slack.post(at.world.general, at.world.alice, "!ping");
  at.slack.post(at.world.general, at.world.alice, "!ping");
  REQUIRE(bot.forward_until(at, std::chrono::seconds(5),
                            [&] { return at.slack.posted_count(at.world.general) >= 1; }));
  CHECK(bot.log().find("restricted_action") != std::string::npos);
}

TEST_CASE("a token that is revoked in the middle ends the bot, and it says why", "[slack][web]") {
  slack_place at(unlimited());
  std::promise<void> started;
  auto run = [&started](mynah::context& ctx) -> std::string {
    started.set_value();
    ctx.sleep_for(std::chrono::seconds(20));
    return "done";
  };
  slack_bot bot(quick(at), {mynah::make_command(mynah::command_spec("work", "Works"), run)});
  bot.wait_until_online();
  const bool told = GENERATE(true, false);
  at.slack.post(at.world.general, at.world.alice, "!work");
  REQUIRE(started.get_future().wait_for(std::chrono::seconds(20)) == std::future_status::ready);
  if (told) {
    at.slack.send_event(
        at.world.app.app_id, at.world.team,
        {{"type", "tokens_revoked"}, {"tokens", {{"bot", {at.world.bot.bot_user_id}}}}});
  } else {
    at.slack.set_token_error(at.world.bot.bot_token, "token_revoked");
    bot.forward(std::chrono::seconds(21));
  }
  const mynah::result<void> outcome = bot.wait_for_end();
  REQUIRE(outcome.has_error());
  CHECK(outcome.error().code() == mynah::errc::authentication_failed);
  CHECK(outcome.error().describe().find("revoked") != std::string::npos);
  CHECK(bot.log().find(at.world.bot.bot_token) == std::string::npos);
}

TEST_CASE("whichever call says that the token is dead ends the bot", "[slack][web]") {
  mynah_test::slack::new_app as_assistant;
  as_assistant.events.insert("assistant_thread_started");
  slack_place at(unlimited(), as_assistant);
  auto settings = quick(at);
  settings["assistant"] = "yes";
  slack_bot bot(settings, {ping()});
  bot.wait_until_online();
  const char* const error = GENERATE("invalid_auth", "token_revoked", "account_inactive");
  const auto revoke = [&] { at.slack.set_token_error(at.world.bot.bot_token, error); };
  std::string told_by;
  SECTION("who somebody is") {
    revoke();
    at.slack.slash_command(at.world.app.app_id, at.world.general, at.world.alice, "/mynah", "ping");
    told_by = "users.info";
  }
  SECTION("the App Home") {
    at.slack.open_home(at.world.app.app_id, at.world.alice);
    REQUIRE(at.slack.wait_until([&] { return at.slack.call_count("views.publish") == 1; }));
    revoke();
    at.slack.open_home(at.world.app.app_id, at.world.alice);
    told_by = "views.publish";
  }
  SECTION("the conversation with somebody") {
    at.slack.post(at.world.general, at.world.alice, "!ping");
    REQUIRE(at.has_said(1));
    revoke();
    at.slack.global_shortcut(at.world.app.app_id, at.world.alice, "ping");
    told_by = "conversations.open";
  }
  SECTION("who is in a group, which nobody asked for") {
    revoke();
    told_by = "usergroups.list";
    REQUIRE(bot.forward_until(at, std::chrono::seconds(60),
                              [&] { return at.slack.call_count("usergroups.list") >= 2; }));
  }
  SECTION("what is suggested to an assistant's user") {
    at.slack.open_assistant(at.world.app.app_id, at.world.alice);
    const char* const suggests = "assistant.threads.setSuggestedPrompts";
    REQUIRE(at.slack.wait_until([&] { return at.slack.call_count(suggests) == 1; }));
    revoke();
    at.slack.open_assistant(at.world.app.app_id, at.world.alice);
    told_by = suggests;
  }
  const mynah::result<void> outcome = bot.wait_for_end();
  REQUIRE(outcome.has_error());
  CHECK(outcome.error().code() == mynah::errc::authentication_failed);
  CHECK(outcome.error().describe().find(error) != std::string::npos);
  CHECK(outcome.error().describe().find(told_by) != std::string::npos);
  CHECK(bot.log().find(at.world.bot.bot_token) == std::string::npos);
}

TEST_CASE("what the token may not do is no reason to end", "[slack][web]") {
  slack_place at(unlimited());
  slack_bot bot(quick(at), {ping()});
  bot.wait_until_online();
  fault refusal;
  refusal.method = "views.publish";
  refusal.kind = fault_kind::api_error;
  refusal.text = GENERATE("missing_scope", "not_allowed_token_type");
  at.slack.inject(refusal);
  at.slack.open_home(at.world.app.app_id, at.world.alice);
  bot.wait_for_log("the App Home could not be shown");
  at.slack.post(at.world.general, at.world.alice, "!ping");
  REQUIRE(at.has_said(1));
}

TEST_CASE("no token, secret or ticket is ever logged", "[slack][web]") {
  slack_place at(unlimited());
  slack_bot bot(quick(at), {ping()});
  bot.wait_until_online();
  at.slack.refuse_upgrades(500, 2);
  at.slack.drop();
  REQUIRE(
      bot.forward_until(at, std::chrono::seconds(1), [&] { return at.slack.connections() >= 1; }));
  at.slack.post(at.world.general, at.world.alice, "!ping");
  at.slack.advance(std::chrono::seconds(5));
  REQUIRE(at.has_said(1));
  const std::string log = bot.log();
  CHECK(log.find("xoxb-") == std::string::npos);
  CHECK(log.find("xapp-") == std::string::npos);
  CHECK(log.find("ticket=") == std::string::npos);
}
