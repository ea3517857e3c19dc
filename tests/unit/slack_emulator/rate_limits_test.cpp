// SPDX-License-Identifier: Apache-2.0
#include "api_client.hpp"
#include "catch.hpp"

using namespace mynah_test::slack;
using namespace std::chrono_literals;

namespace {

options manual() {
  options how;
  how.manual_time = true;
  return how;
}

}  // namespace

TEST_CASE("one message a second to each channel, and a small burst", "[slack emulator]") {
  emulator slack(manual());
  const small_world world(slack);
  api_client bot(slack, world.bot.bot_token);
  const json message = {{"channel", world.general}, {"text", "x"}};
  for (int i = 0; i < 5; ++i) CHECK(bot.error("chat.postMessage", message).empty());
  const raw_answer refused =
      bot.raw("POST", "/api/chat.postMessage", message.dump(), "application/json; charset=utf-8");
  CHECK(refused.status == 429);
  CHECK(refused.fields.find("retry-after: 1\r\n") != std::string::npos);
  CHECK(json::parse(refused.body)["error"] == "ratelimited");
  CHECK(slack.posted_count(world.general) == 5);
  // Another channel, another method: not limited by that.
  CHECK(bot.error("chat.postMessage", {{"channel", world.dm}, {"text", "x"}}).empty());
  CHECK(bot.error("auth.test").empty());
  slack.advance(1s);
  CHECK(bot.error("chat.postMessage", message).empty());
  CHECK(bot.error("chat.postMessage", message) == "ratelimited");
  CHECK(slack.violations().empty());
}

TEST_CASE("tiers are kept for each method", "[slack emulator]") {
  emulator slack(manual());
  const small_world world(slack);
  api_client bot(slack, world.bot.bot_token);
  for (int i = 0; i < 20; ++i) CHECK(bot.error("users.list").empty());
  CHECK(bot.error("users.list") == "ratelimited");
  CHECK(bot.error("users.info", {{"user", world.alice}}, body_kind::form).empty());
  slack.advance(3s);
  CHECK(bot.error("users.list").empty());
}

TEST_CASE("limits can be off, and injected all the same", "[slack emulator]") {
  options how = manual();
  how.rate_limits = false;
  emulator slack(how);
  const small_world world(slack);
  api_client bot(slack, world.bot.bot_token);
  const json message = {{"channel", world.general}, {"text", "x"}};
  for (int i = 0; i < 50; ++i) CHECK(bot.error("chat.postMessage", message).empty());
  fault limit;
  limit.method = "chat.postMessage";
  limit.kind = fault_kind::rate_limited;
  limit.retry_after = 7;
  slack.inject(limit);
  CHECK(bot.error("chat.postMessage", message) == "ratelimited");
  CHECK(bot.error("chat.postMessage", message) == "ratelimited");
  CHECK(bot.error("chat.postMessage", {{"channel", world.dm}, {"text", "x"}}).empty());
  slack.advance(7s);
  CHECK(bot.error("chat.postMessage", message).empty());
}
