// SPDX-License-Identifier: Apache-2.0
#include "api_client.hpp"
#include "catch.hpp"

using namespace mynah_test::slack;

namespace {

fault trouble(fault_kind kind) {
  fault made;
  made.method = "chat.postMessage";
  made.kind = kind;
  return made;
}

}  // namespace

TEST_CASE("calls fail as asked, done or not done", "[slack emulator]") {
  emulator slack;
  const small_world world(slack);
  const json message = {{"channel", world.general}, {"text", "x"}};
  const auto post = [&] {
    api_client bot(slack, world.bot.bot_token);
    return bot.raw("POST", "/api/chat.postMessage", message.dump(),
                   "application/json; charset=utf-8");
  };
  slack.inject(trouble(fault_kind::server_error));
  CHECK(post().status == 503);
  slack.inject(trouble(fault_kind::cut_before));
  CHECK_THROWS(post());
  CHECK(slack.posted_count(world.general) == 0);
  slack.inject(trouble(fault_kind::cut_after));
  CHECK_THROWS(post());
  CHECK(slack.posted_count(world.general) == 1);
  slack.inject(trouble(fault_kind::cut_answer));
  CHECK_THROWS(post());
  CHECK(slack.posted_count(world.general) == 2);
  fault error = trouble(fault_kind::api_error);
  error.text = "fatal_error";
  slack.inject(error);
  CHECK(json::parse(post().body)["error"] == "fatal_error");
  fault away = trouble(fault_kind::redirect);
  away.text = "https://127.0.0.1/";
  slack.inject(away);
  CHECK(post().status == 302);
  fault huge = trouble(fault_kind::huge);
  huge.size = 1'000'000;
  slack.inject(huge);
  CHECK(json::parse(post().body)["padding"].get<std::string>().size() == 1'000'000);
  CHECK(slack.posted_count(world.general) == 3);
  CHECK(slack.call_count("chat.postMessage") == 7);
}

TEST_CASE("kept connections are closed when asked", "[slack emulator]") {
  emulator slack;
  const small_world world(slack);
  api_client bot(slack, world.bot.bot_token);
  CHECK(bot.error("auth.test").empty());
  CHECK(bot.error("auth.test").empty());
  CHECK(slack.accepted_connections() == 1);
  slack.close_idle();
  CHECK_THROWS(bot.call("auth.test"));
  api_client again(slack, world.bot.bot_token);
  slack.close_after(1, true);
  CHECK(again.raw("POST", "/api/auth.test", "", "").fields.find("connection: close") !=
        std::string::npos);
  CHECK_THROWS(again.call("auth.test"));
}

TEST_CASE("nobody is accepted for a while", "[slack emulator]") {
  emulator slack;
  const small_world world(slack);
  slack.accept_connections(false);
  CHECK_THROWS(api_client(slack, world.bot.bot_token));
  slack.accept_connections(true);
  CHECK(api_client(slack, world.bot.bot_token).error("auth.test").empty());
}
