// SPDX-License-Identifier: Apache-2.0
// Cards, questions, modals, App Home.
#include <mynah/async_command.hpp>
#include <mynah/builtins.hpp>

#include "catch.hpp"
#include "slack_bot.hpp"

using namespace mynah_test;
using mynah_test::slack::json;

namespace {

mynah::command_ptr menu() {
  auto run = [](const mynah::arguments&) -> mynah::reply {
    mynah::card shown("Deploy <web>?");
    shown.field("version", "1.2").text("Since *Monday*").action("Ship it", "note ship");
    shown.action("Wait", "note wait");
    return shown;
  };
  return mynah::make_command(mynah::command_spec("menu", "Shows a card").quick(), run);
}

mynah::command_ptr release() {
  return mynah::make_command(
      mynah::command_spec("release", "Releases"),
      [](mynah::async_context& ctx) -> mynah::task<std::string> {
        const mynah::ask_options options =
            mynah::ask_options(std::chrono::minutes(1)).choice("staging").choice("prod");
        const std::string where = co_await ctx.ask("Which environment?", options);
        co_return "releasing to " + where;
      });
}

// The action_id of the button with this label.
std::string button(const json& message, const std::string& label) {
  for (const json& block : message.value("blocks", json::array())) {
    for (const json& element : block.value("elements", json::array())) {
      const json text = element.value("text", json::object());
      if (text.is_object() && text.value("text", "") == label) return element["action_id"];
    }
  }
  throw std::runtime_error("no button " + label + " in " + message.dump());
}

bool has_buttons(const json& message) {
  for (const json& block : message.value("blocks", json::array())) {
    if (block.value("type", "") == "actions") return true;
  }
  return false;
}

}  // namespace

TEST_CASE("a button of a card is a command of whoever clicks, checked as such",
          "[slack][buttons]") {
  slack_place at;
  noted_command note;
  const std::string alice = "slack/" + at.world.team + "/" + at.world.alice;
  slack_bot bot(at.settings(), {menu(), note.make(true)},
                {{"role", "noter=note"}, {"grant", alice + "=noter"}});
  bot.wait_until_online();
  at.slack.post(at.world.general, at.world.bob, "!menu");
  REQUIRE(at.has_said(1));
  const json card = at.slack.posted(at.world.general)[0];
  const std::string ts = card["ts"];
  at.slack.press(at.world.general, ts, at.world.bob, button(card, "Ship it"));
  REQUIRE(at.slack.wait_until([&] { return at.slack.ephemerals().size() == 1; }));
  CHECK(note.runs().empty());
  at.slack.press(at.world.general, ts, at.world.alice, button(card, "Ship it"));
  REQUIRE(at.has_said(2));
  REQUIRE(note.runs().size() == 1);
  CHECK(note.runs()[0] == std::pair<std::string, std::string>(alice, "ship"));
  CHECK(at.slack.violations().empty());
}

TEST_CASE("a click that is delivered twice runs once, an old one not at all", "[slack][buttons]") {
  slack_place at;
  noted_command note;
  json card;
  {
    slack_bot bot(at.settings(), {menu(), note.make()});
    bot.wait_until_online();
    at.slack.post(at.world.general, at.world.bob, "!menu");
    REQUIRE(at.has_said(1));
    card = at.slack.posted(at.world.general)[0];
    at.slack.duplicate_envelopes(3);
    at.slack.press(at.world.general, card["ts"], at.world.alice, button(card, "Wait"));
    at.slack.duplicate_envelopes(1);
    REQUIRE(at.has_said(2));
  }
  auto settings = at.settings();
  settings["button-life"] = "1ms";
  slack_bot bot(settings, {menu(), note.make()});
  bot.wait_until_online();
  at.slack.press(at.world.general, card["ts"], at.world.alice, button(card, "Wait"));
  REQUIRE(at.slack.wait_until([&] { return at.slack.ephemerals().size() == 1; }));
  CHECK(at.slack.ephemerals()[0].value("text", "").find("older than") != std::string::npos);
  CHECK(note.count("wait") == 1);
}

TEST_CASE("a question shows buttons, which only the asked can use", "[slack][buttons]") {
  slack_place at;
  slack_bot bot(at.settings(), {release()});
  bot.wait_until_online();
  at.slack.post(at.world.general, at.world.alice, "!release");
  REQUIRE(at.has_said(1));
  const json question = at.slack.posted(at.world.general)[0];
  const std::string ts = question["ts"];
  at.slack.press(at.world.general, ts, at.world.bob, button(question, "prod"));
  REQUIRE(at.slack.wait_until([&] { return at.slack.ephemerals().size() == 1; }));
  CHECK(has_buttons(at.slack.message(at.world.general, ts)));
  at.slack.press(at.world.general, ts, at.world.alice, button(question, "prod"));
  REQUIRE(at.has_said(2));
  CHECK(at.answers(at.world.general)[1] == "releasing to prod");
  REQUIRE(
      at.slack.wait_until([&] { return !has_buttons(at.slack.message(at.world.general, ts)); }));
  CHECK(at.slack.violations().empty());
}

TEST_CASE("a question may be answered by typing, too", "[slack][buttons]") {
  slack_place at;
  slack_bot bot(at.settings(), {release()});
  bot.wait_until_online();
  at.slack.post(at.world.general, at.world.alice, "!release");
  REQUIRE(at.has_said(1));
  at.slack.post(at.world.general, at.world.alice, "1");
  REQUIRE(at.has_said(2));
  CHECK(at.answers(at.world.general)[1] == "releasing to staging");
}

TEST_CASE("the App Home shows what the user may run, and runs it", "[slack][buttons]") {
  slack_place at;
  noted_command note;
  noted_command hidden("launch");
  slack_bot bot(at.settings(), {note.make(), hidden.make(true), ping()});
  bot.wait_until_online();
  at.slack.open_home(at.world.app.app_id, at.world.alice);
  REQUIRE(at.slack.wait_until([&] { return !at.slack.view_of(at.world.alice, "home").is_null(); }));
  const json home = at.slack.view_of(at.world.alice, "home");
  const std::string text = home.dump();
  CHECK(text.find("ping") != std::string::npos);
  CHECK(text.find("note") != std::string::npos);
  CHECK(text.find("launch") == std::string::npos);

  // A command without parameters runs, and answers in the talk with the user.
  std::string run_ping;
  std::string run_note;
  for (const json& block : home["blocks"]) {
    const json accessory = block.value("accessory", json::object());
    if (!accessory.contains("action_id")) continue;
    const std::string value = accessory.value("value", "");
    if (value.find("ping") != std::string::npos) run_ping = accessory["action_id"];
    if (value.find("note") != std::string::npos) run_note = accessory["action_id"];
  }
  REQUIRE_FALSE(run_ping.empty());
  REQUIRE_FALSE(run_note.empty());
  at.slack.press_in_view(home["id"], at.world.alice, run_ping);
  REQUIRE(at.slack.wait_until([&] { return at.slack.posted_count(at.world.dm) == 1; }));

  // One with parameters asks for them in a modal.
  at.slack.press_in_view(home["id"], at.world.alice, run_note);
  REQUIRE(at.slack.wait_until([&] { return !at.slack.view_of(at.world.alice).is_null(); }));
  const json modal = at.slack.view_of(at.world.alice);
  std::string block_id;
  std::string action_id;
  for (const json& block : modal["blocks"]) {
    if (block.value("type", "") != "input") continue;
    block_id = block["block_id"];
    action_id = block["element"]["action_id"];
  }
  json values;
  values[block_id][action_id] = "say \"hi\" --x";
  at.slack.submit_view(modal["id"], at.world.alice, values);
  REQUIRE(at.slack.wait_until([&] { return at.slack.posted_count(at.world.dm) == 2; }));
  CHECK(note.count("say \"hi\" --x") == 1);
  CHECK(at.slack.violations().empty());
}

TEST_CASE("an App Home with many commands has pages", "[slack][buttons]") {
  slack_place at;
  std::vector<mynah::command_ptr> many;
  for (int i = 100; i < 250; ++i) {
    auto run = [](const mynah::arguments&) { return std::string("done"); };
    many.push_back(
        mynah::make_command(mynah::command_spec("cmd" + std::to_string(i), "Does something"), run));
  }
  slack_bot bot(at.settings(), many);
  bot.wait_until_online();
  const auto home = [&] { return at.slack.view_of(at.world.alice, "home"); };
  const auto shows = [&](const std::string& command) {
    return at.slack.wait_until(
        [&home, command] { return home().dump().find("`" + command + "`") != std::string::npos; });
  };
  at.slack.open_home(at.world.app.app_id, at.world.alice);
  REQUIRE(shows("cmd100"));
  CHECK(home().dump().find("cmd249") == std::string::npos);
  at.slack.press_in_view(home()["id"], at.world.alice, button(home(), "Next"));
  REQUIRE(shows("cmd249"));
  CHECK(home().dump().find("cmd100") == std::string::npos);
  at.slack.press_in_view(home()["id"], at.world.alice, button(home(), "Previous"));
  REQUIRE(shows("cmd100"));
  CHECK(at.slack.violations().empty());
}
