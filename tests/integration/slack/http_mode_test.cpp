// SPDX-License-Identifier: Apache-2.0
// Events, commands and clicks as signed requests.
#include "catch.hpp"
#include "certificates.hpp"
#include "loopback.hpp"
#include "slack_bot.hpp"

using namespace mynah_test;
using mynah_test::slack::signing;

namespace {

/// A workspace whose app posts to a port of this machine.
class http_place : public slack_place {
 public:
  /// Over TLS if there is an authority that Slack accepts.
  explicit http_place(const std::string& ca_file = {})
      : slack_place(slack::options(), app()), port_(free_port()), has_tls_(!ca_file.empty()) {
    slack.set_http_urls(world.app.app_id, url(), url(), url(), ca_file);
  }

  [[nodiscard]] std::string url() const {
    return (has_tls_ ? "https://127.0.0.1:" : "http://127.0.0.1:") + std::to_string(port_) +
           "/slack";
  }
  [[nodiscard]] running_bot::settings settings() const {
    return {{"bot-token", world.bot.bot_token},
            {"mode", "http"},
            {"signing-secret", world.app.signing_secret},
            {"listen", local(port_)},
            {"api-url", slack.api_url()},
            {"ca-file", slack.ca_file()}};
  }

 private:
  static slack::new_app app() {
    slack::new_app made;
    made.socket_mode = false;
    return made;
  }

  std::uint16_t port_;
  bool has_tls_;
};

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
