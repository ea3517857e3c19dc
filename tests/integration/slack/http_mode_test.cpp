// SPDX-License-Identifier: Apache-2.0
// Events, commands and clicks as signed requests.
#include "catch.hpp"
#include "certificates.hpp"
#include "http_place.hpp"

using namespace mynah_test;
using mynah_test::slack::signing;

namespace {

/// The bot does TLS itself, with a certificate of this authority.
running_bot::settings with_tls(const http_place& at, certificate_authority& by) {
  auto made = at.settings();
  const certificate own = by.issue("IP:127.0.0.1");
  made["listen-cert"] = own.file;
  made["listen-key"] = own.key_file;
  return made;
}

std::string now_ts(const http_place& at) {
  return std::to_string(static_cast<long long>(at.slack.now())) + ".000100";
}

constexpr const char* json_type = "application/json";
constexpr const char* form_type = "application/x-www-form-urlencoded";

}  // namespace

TEST_CASE("everything works by HTTP, too", "[slack][http]") {
  http_place at;
  noted_command note;
  slack_bot bot(at.settings(), {note.make(), ping()});
  bot.wait_until_online();
  const auto verified = at.slack.verify_url(at.world.app.app_id);
  CHECK(verified.status == 200);
  at.slack.post(at.world.general, at.world.alice, "!ping");
  REQUIRE(at.has_said(1));
  at.slack.post(at.world.dm, at.world.alice, "note direct");
  REQUIRE(at.slack.wait_until([&] { return note.count("direct") == 1; }));
  const auto asked = at.slack.slash_command(at.world.app.app_id, at.world.general, at.world.alice,
                                            "/mynah", "note \"by slash\"");
  REQUIRE(at.slack.wait_until([&] { return note.count("by slash") == 1; }));
  REQUIRE(at.slack.wait_until(
      [&] { return at.slack.acknowledgement(asked.id).value("acknowledged", false); }));
  REQUIRE(at.slack.wait_until([&] { return at.slack.deliveries().pending == 0; }));
  CHECK(at.slack.deliveries().redelivered == 0);
}

TEST_CASE("the bot does TLS itself, with its certificate", "[slack][http]") {
  certificate_authority authority;
  http_place at(authority.file());
  noted_command note;
  slack_bot bot(with_tls(at, authority), {note.make(), ping()});
  bot.wait_until_online();
  CHECK(at.slack.verify_url(at.world.app.app_id).status == 200);
  at.slack.post(at.world.general, at.world.alice, "!ping");
  REQUIRE(at.has_said(1));
  at.slack.slash_command(at.world.app.app_id, at.world.general, at.world.alice, "/mynah",
                         "note \"by slash\"");
  REQUIRE(at.slack.wait_until([&] { return note.count("by slash") == 1; }));
  REQUIRE(at.slack.wait_until([&] { return at.slack.deliveries().pending == 0; }));
  CHECK(at.slack.deliveries().redelivered == 0);
  CHECK(at.slack.violations().empty());
}

TEST_CASE("a certificate that Slack does not accept brings no events", "[slack][http]") {
  certificate_authority authority;
  certificate_authority other;
  http_place at(authority.file());
  noted_command note;
  slack_bot bot(with_tls(at, other), {note.make()});
  bot.wait_until_online();
  CHECK(at.slack.verify_url(at.world.app.app_id).status == 0);
  at.slack.post(at.world.general, at.world.alice, "!note x");
  CHECK(at.slack.wait_until([&] { return at.slack.deliveries().redelivered > 0; }));
  CHECK(note.runs().empty());
}

TEST_CASE("what Slack has not signed, or not now, is refused and does nothing", "[slack][http]") {
  http_place at;
  noted_command note;
  slack_bot bot(at.settings(), {note.make()});
  bot.wait_until_online();
  mynah_test::slack::json event;
  event["type"] = "event_callback";
  event["team_id"] = at.world.team;
  event["event_id"] = "Ev0";
  event["event"] = {{"type", "message"},         {"channel", at.world.general},
                    {"channel_type", "channel"}, {"user", at.world.alice},
                    {"text", "!note forged"},    {"ts", now_ts(at)}};
  const auto answer_to = [&](const signing& how) {
    return at.slack.post_signed(at.world.app.app_id, at.url(), event.dump(), json_type, how).status;
  };
  signing how;
  SECTION("another secret") {
    how.wrong_signature = true;
  }
  SECTION("no signature") {
    how.without_signature = true;
  }
  SECTION("no time") {
    how.without_timestamp = true;
  }
  SECTION("replayed later") {
    how.timestamp_offset = std::chrono::seconds(-400);
  }
  SECTION("from the future") {
    how.timestamp_offset = std::chrono::seconds(400);
  }
  SECTION("another version") {
    how.version = "v1";
  }
  CHECK(answer_to(how) == 401);
  CHECK(note.runs().empty());
  CHECK(answer_to(signing()) == 200);
  REQUIRE(at.slack.wait_until([&] { return note.count("forged") == 1; }));
}

TEST_CASE("a signed request that somebody repeats runs nothing again", "[slack][http]") {
  http_place at;
  noted_command note;
  slack_bot bot(at.settings(), {note.make()});
  bot.wait_until_online();
  const auto status = [&](const std::string& body, const char* type) {
    return at.slack.post_signed(at.world.app.app_id, at.url(), body, type).status;
  };
  const std::string who = "&team_id=" + at.world.team + "&user_id=" + at.world.alice +
                          "&channel_id=" + at.world.general;
  const std::string slash = "command=%2Fmynah&text=note+slash&trigger_id=1.2.a" + who;
  mynah_test::slack::json chosen;
  chosen["type"] = "message_action";
  chosen["callback_id"] = "note";
  chosen["trigger_id"] = "1.2.b";
  chosen["team"] = {{"id", at.world.team}};
  chosen["user"] = {{"id", at.world.alice}};
  chosen["channel"] = {{"id", at.world.general}};
  chosen["message"] = {{"text", "shortcut"}, {"ts", now_ts(at)}};
  const std::string shortcut = "payload=" + chosen.dump();
  for (int times = 0; times < 3; ++times) {
    CHECK(status(slash, form_type) == 200);
    CHECK(status(shortcut, form_type) == 200);
  }
  at.slack.post(at.world.general, at.world.alice, "!note end");
  REQUIRE(at.slack.wait_until([&] { return note.count("end") == 1; }));
  CHECK(note.count("slash") == 1);
  CHECK(note.count("shortcut") == 1);
}

TEST_CASE("requests that are none of Slack's are refused", "[slack][http]") {
  http_place at;
  noted_command note;
  slack_bot bot(at.settings(), {note.make()});
  bot.wait_until_online();
  const auto status = [&](const std::string& url, const std::string& body) {
    return at.slack.post_signed(at.world.app.app_id, url, body, json_type).status;
  };
  CHECK(status(at.url() + "/elsewhere", "{}") == 404);
  CHECK(status(at.url(), "not json") == 400);
  CHECK(status(at.url(), std::string(2'000'000, ' ')) == 413);
  CHECK(status(at.url() + "?from=proxy", R"({"type":"event_callback"})") == 200);
}

TEST_CASE("an event that is sent again, because an answer was late, runs once", "[slack][http]") {
  http_place at;
  noted_command note;
  slack_bot bot(at.settings(), {note.make()});
  bot.wait_until_online();
  at.slack.post(at.world.general, at.world.alice, "!note once");
  REQUIRE(at.has_said(1));
  mynah_test::slack::json event;
  event["type"] = "message";
  event["channel"] = at.world.general;
  event["channel_type"] = "channel";
  event["user"] = at.world.alice;
  event["text"] = "!note twice";
  event["ts"] = now_ts(at);
  const std::string id = at.slack.send_event(at.world.app.app_id, at.world.team, event);
  at.slack.send_again(id);
  at.slack.send_again(id);
  at.slack.post(at.world.general, at.world.alice, "!note end");
  REQUIRE(at.slack.wait_until([&] { return note.count("end") == 1; }));
  CHECK(note.count("twice") == 1);
}

TEST_CASE("events of a workspace that the bot does not serve are taken, and told of",
          "[slack][http]") {
  http_place at;
  noted_command note;
  slack_bot bot(at.settings(), {note.make()});
  bot.wait_until_online();
  const std::string other = at.add_workspace();
  const auto post = [&] { return at.slack.post(at.other_channel, at.other_user, "!note there"); };
  const auto all_taken = [&] {
    return at.slack.wait_until([&] { return at.slack.deliveries().pending == 0; });
  };
  for (int times = 0; times < 3; ++times) post();
  REQUIRE(all_taken());
  // What happened there when it was made is told of, too, and with it.
  const std::string told = "no input is for it team=" + other;
  bot.wait_for_log(told + " count=1");
  const auto times_told = [&] {
    const std::string all = bot.log();
    std::size_t found = 0;
    for (auto place = all.find(told); place != std::string::npos;
         place = all.find(told, place + 1)) {
      ++found;
    }
    return found;
  };
  CHECK(times_told() == 1);
  bot.forward(std::chrono::minutes(1));
  post();
  bot.wait_for_log(told, 2);
  CHECK(times_told() == 2);
  // Slack repeats none of them.
  REQUIRE(all_taken());
  CHECK(at.slack.deliveries().redelivered == 0);
  const auto asked = at.slack.slash_command(at.world.app.app_id, at.other_channel, at.other_user,
                                            "/mynah", "note \"by slash\"");
  REQUIRE(at.slack.wait_until(
      [&] { return at.slack.acknowledgement(asked.id).value("acknowledged", false); }));
  CHECK(note.runs().empty());
  // Whose it is is looked at after the signature.
  mynah_test::slack::json event;
  event["type"] = "event_callback";
  event["team_id"] = "TFORGED";
  event["event_id"] = "Ev0";
  event["event"] = {{"type", "message"}};
  signing how;
  how.wrong_signature = true;
  CHECK(at.slack.post_signed(at.world.app.app_id, at.url(), event.dump(), json_type, how).status ==
        401);
  at.slack.post(at.world.general, at.world.alice, "!note here");
  REQUIRE(at.slack.wait_until([&] { return note.count("here") == 1; }));
  CHECK(bot.log().find("TFORGED") == std::string::npos);
}
