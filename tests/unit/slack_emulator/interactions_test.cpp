// SPDX-License-Identifier: Apache-2.0
#include "api_client.hpp"
#include "catch.hpp"

using namespace mynah_test::slack;
using namespace std::chrono_literals;

namespace {

options manual() {
  options how;
  how.manual_time = true;
  how.rate_limits = false;
  return how;
}

class scene {
 public:
  scene() { (void)link.read(); }

  emulator slack{manual()};
  small_world world{slack};
  api_client bot{slack, world.bot.bot_token};
  link_client link{slack,
                   api_client(slack, world.app.app_token).call("apps.connections.open")["url"]};

  interaction command() {
    return slack.slash_command(world.app.app_id, world.general, world.alice, "/deploy", "web");
  }
  json modal() {
    return {{"type", "modal"},
            {"title", {{"type", "plain_text"}, {"text", "T"}}},
            {"submit", {{"type", "plain_text"}, {"text", "Go"}}},
            {"blocks",
             json::array({{{"type", "input"},
                           {"block_id", "b"},
                           {"label", {{"type", "plain_text"}, {"text", "L"}}},
                           {"element", {{"type", "plain_text_input"}, {"action_id", "a"}}}}})}};
  }
};

}  // namespace

TEST_CASE("a command is answered in its acknowledgement, or is lost", "[slack emulator]") {
  scene s;
  const interaction asked = s.command();
  const json envelope = s.link.read();
  CHECK(envelope["type"] == "slash_commands");
  CHECK(envelope["accepts_response_payload"] == true);
  CHECK(envelope["payload"]["command"] == "/deploy");
  s.link.write(
      json{{"envelope_id", envelope["envelope_id"]}, {"payload", {{"text", "ok"}}}}.dump());
  CHECK(s.slack.wait_until([&] { return s.slack.ephemerals().size() == 1; }));
  CHECK(s.slack.acknowledgement(asked.id)["payload"]["text"] == "ok");

  const interaction lost = s.command();
  (void)s.link.read();
  s.slack.advance(3s);
  CHECK(s.slack.acknowledgement(lost.id)["failed"] == true);
  CHECK(s.slack.deliveries().lost == 1);
}

TEST_CASE("a response_url takes five posts in thirty minutes", "[slack emulator]") {
  scene s;
  const interaction asked = s.command();
  const std::string body = R"({"response_type":"in_channel","text":"x"})";
  api_client anybody(s.slack, "");
  CHECK(anybody.post(asked.response_url, "{}").status == 500);
  for (int i = 0; i < 5; ++i) CHECK(anybody.post(asked.response_url, body).body == "ok");
  CHECK(anybody.post(asked.response_url, body).status == 404);
  CHECK(s.slack.posted_count(s.world.general) == 5);
  const interaction late = s.command();
  s.slack.advance(31min);
  CHECK(anybody.post(late.response_url, body).status == 404);
  CHECK(anybody.post(late.response_url + "x", body).status == 404);
}

TEST_CASE("a trigger is good once and for three seconds", "[slack emulator]") {
  scene s;
  const auto open = [&](const std::string& trigger) {
    return s.bot.error("views.open", {{"trigger_id", trigger}, {"view", s.modal()}});
  };
  const std::string trigger = s.command().trigger_id;
  CHECK(open(trigger).empty());
  CHECK(open(trigger) == "exchanged_trigger_id");
  CHECK(open("1.2.3") == "invalid_trigger_id");
  const std::string late = s.command().trigger_id;
  s.slack.advance(4s);
  CHECK(open(late) == "expired_trigger_id");
}

TEST_CASE("only a button that is there can be pressed", "[slack emulator]") {
  scene s;
  const json blocks = json::array(
      {{{"type", "actions"},
        {"block_id", "b"},
        {"elements", json::array({{{"type", "button"},
                                   {"action_id", "go"},
                                   {"value", "17"},
                                   {"text", {{"type", "plain_text"}, {"text", "Go"}}}}})}}});
  const std::string ts = s.bot.call(
      "chat.postMessage", {{"channel", s.world.general}, {"text", "?"}, {"blocks", blocks}})["ts"];
  (void)s.link.read();
  CHECK_THROWS_AS(s.slack.press(s.world.general, ts, s.world.alice, "stop"), std::invalid_argument);
  s.slack.press(s.world.general, ts, s.world.alice, "go");
  const json envelope = s.link.read();
  CHECK(envelope["type"] == "interactive");
  CHECK(envelope["accepts_response_payload"] == false);
  const json payload = envelope["payload"];
  CHECK(payload["type"] == "block_actions");
  CHECK(payload["actions"][0]["value"] == "17");
  CHECK(payload["container"]["message_ts"] == ts);
  CHECK(s.bot
            .error("chat.update", {{"channel", s.world.general},
                                   {"ts", ts},
                                   {"text", "done"},
                                   {"blocks", json::array()}})
            .empty());
  CHECK_THROWS_AS(s.slack.press(s.world.general, ts, s.world.alice, "go"), std::invalid_argument);
}

TEST_CASE("a modal is submitted, refused and closed", "[slack emulator]") {
  scene s;
  const std::string trigger = s.command().trigger_id;
  (void)s.link.read();
  const std::string view =
      s.bot.call("views.open", {{"trigger_id", trigger}, {"view", s.modal()}})["view"]["id"];
  CHECK_THROWS_AS(s.slack.submit_view(view, s.world.bob, {}), std::invalid_argument);
  CHECK_THROWS_AS(s.slack.submit_view(view, s.world.alice, json::object()), std::invalid_argument);
  const auto submit = [&](const json& answer) {
    s.slack.submit_view(view, s.world.alice, {{"b", {{"a", "text"}}}});
    const json envelope = s.link.read();
    CHECK(envelope["payload"]["view"]["state"]["values"]["b"]["a"]["value"] == "text");
    json acknowledgement = {{"envelope_id", envelope["envelope_id"]}};
    if (!answer.is_null()) acknowledgement["payload"] = answer;
    s.link.write(acknowledgement.dump());
  };
  submit({{"response_action", "errors"}, {"errors", {{"b", "no"}}}});
  CHECK(s.slack.wait_until([&] { return s.slack.view_of(s.world.alice).contains("errors"); }));
  submit({{"response_action", "errors"}, {"errors", {{"nonesuch", "no"}}}});
  CHECK(s.slack.wait_until([&] { return s.slack.violations().size() == 1; }));
  CHECK(s.bot.error("views.update", {{"view_id", view}, {"view", s.modal()}, {"hash", "old"}}) ==
        "hash_conflict");
  submit(nullptr);
  CHECK(s.slack.wait_until([&] { return s.slack.view_of(s.world.alice).is_null(); }));
  CHECK(s.bot.error("views.update", {{"view_id", view}, {"view", s.modal()}}) == "not_found");
}
