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

class scene {
 public:
  emulator slack{manual()};
  small_world world{slack};
  api_client app{slack, world.app.app_token};

  std::string url() { return app.call("apps.connections.open")["url"]; }
  bool settled() {
    return slack.wait_until([this] { return slack.deliveries().pending == 0; });
  }
  std::vector<std::string> broken_rules() {
    std::vector<std::string> made;
    for (const json& one : slack.violations()) made.push_back(one["rule"]);
    return made;
  }
  bool breaks(const std::string& rule) {
    return slack.wait_until([this, rule] {
      const json all = slack.violations();
      return !all.empty() && all.back()["rule"] == rule;
    });
  }
};

}  // namespace

TEST_CASE("a connection says hello, then envelopes come", "[slack emulator]") {
  scene s;
  link_client link(s.slack, s.url());
  const json hello = link.read();
  CHECK(hello["type"] == "hello");
  CHECK(hello["num_connections"] == 1);
  CHECK(hello["connection_info"]["app_id"] == s.world.app.app_id);
  s.slack.post(s.world.general, s.world.alice, "hi");
  const json envelope = link.read();
  CHECK(envelope["type"] == "events_api");
  CHECK(envelope["accepts_response_payload"] == false);
  CHECK(envelope["retry_attempt"] == 0);
  CHECK(envelope["payload"]["event"]["text"] == "hi");
  CHECK(envelope["payload"]["event"]["channel_type"] == "channel");
  link.acknowledge(envelope);
  CHECK(s.settled());
  CHECK(s.slack.violations().empty());
}

TEST_CASE("a ticket is for one connection, and not for long", "[slack emulator]") {
  scene s;
  const std::string url = s.url();
  link_client link(s.slack, url);
  CHECK_THROWS(link_client(s.slack, url));
  const std::string late = s.url();
  s.slack.advance(31s);
  CHECK_THROWS(link_client(s.slack, late));
}

TEST_CASE("what is not acknowledged comes again three times", "[slack emulator]") {
  scene s;
  link_client link(s.slack, s.url());
  (void)link.read();
  s.slack.post(s.world.general, s.world.alice, "hi");
  const json first = link.read();
  s.slack.advance(3s);
  json again = link.read();
  CHECK(again["retry_attempt"] == 1);
  CHECK(again["retry_reason"] == "timeout");
  CHECK(again["payload"]["event_id"] == first["payload"]["event_id"]);
  CHECK(again["envelope_id"] != first["envelope_id"]);
  s.slack.advance(3s);
  s.slack.advance(60s);
  CHECK(link.read()["retry_attempt"] == 2);
  s.slack.advance(3s);
  s.slack.advance(300s);
  CHECK(link.read()["retry_attempt"] == 3);
  s.slack.advance(3s);
  CHECK(s.slack.deliveries().lost == 1);
  // Too late.
  link.acknowledge(first);
  CHECK(s.breaks("acknowledged_late_or_twice"));
}

TEST_CASE("acknowledgements that Slack does not see are not seen", "[slack emulator]") {
  scene s;
  link_client link(s.slack, s.url());
  (void)link.read();
  s.slack.post(s.world.general, s.world.alice, "hi");
  const json envelope = link.read();
  const std::string good = json{{"envelope_id", envelope["envelope_id"]}}.dump();
  link.write_fragmented(good);
  CHECK(s.breaks("fragmented_acknowledgement"));
  link.write_binary(good);
  CHECK(s.breaks("binary_acknowledgement"));
  link.write(
      json{{"envelope_id", envelope["envelope_id"]}, {"pad", std::string(20'480, 'x')}}.dump());
  CHECK(s.breaks("acknowledgement_too_big"));
  link.write("null");
  CHECK(s.breaks("acknowledgement_not_an_object"));
  link.write(R"({"envelope_id":"nobody's"})");
  CHECK(s.breaks("unknown_envelope"));
  CHECK(s.slack.deliveries().pending == 1);
  link.write(json{{"envelope_id", envelope["envelope_id"]}, {"payload", {{"text", "x"}}}}.dump());
  CHECK(s.breaks("payload_not_accepted"));
  CHECK(s.settled());
  link.write(good);
  CHECK(s.breaks("acknowledged_late_or_twice"));
}

TEST_CASE("the eleventh connection is too many", "[slack emulator]") {
  scene s;
  std::vector<std::unique_ptr<link_client>> links;
  for (int i = 0; i < 10; ++i) {
    links.push_back(std::make_unique<link_client>(s.slack, s.url()));
    CHECK(links.back()->read()["type"] == "hello");
  }
  link_client more(s.slack, s.url());
  CHECK(more.read()["reason"] == "too_many_websockets");
  CHECK(more.ended());
  links.front()->close();
  CHECK(s.slack.wait_until([&] { return s.slack.connections() == 9; }));
  link_client again(s.slack, s.url());
  CHECK(again.read()["type"] == "hello");
}

TEST_CASE("what was sent on a lost connection comes on another", "[slack emulator]") {
  scene s;
  auto first = std::make_unique<link_client>(s.slack, s.url());
  (void)first->read();
  s.slack.post(s.world.general, s.world.alice, "hi");
  const json lost = first->read();
  link_client second(s.slack, s.url());
  (void)second.read();
  first->close();
  const json again = second.read();
  CHECK(again["payload"]["event_id"] == lost["payload"]["event_id"]);
  CHECK(again["retry_attempt"] == 1);
}

TEST_CASE("without a connection an event waits for its retries", "[slack emulator]") {
  scene s;
  s.slack.post(s.world.general, s.world.alice, "hi");
  s.slack.advance(1s);
  link_client link(s.slack, s.url());
  (void)link.read();
  s.slack.advance(60s);
  CHECK(link.read()["retry_attempt"] == 2);
}

TEST_CASE("a warning comes ten seconds before the end", "[slack emulator]") {
  scene s;
  link_client link(s.slack, s.url() + "&debug_reconnects=true");
  (void)link.read();
  s.slack.advance(350s);
  CHECK(link.read()["reason"] == "warning");
  CHECK(s.slack.connections() == 1);
  s.slack.advance(10s);
  CHECK(link.ended());
  CHECK(s.slack.connections() == 0);
}

TEST_CASE("envelopes come in frames, between pings", "[slack emulator]") {
  scene s;
  link_client link(s.slack, s.url());
  (void)link.read();
  s.slack.send_fragmented(R"({"type":"events_api","note":"in many frames"})", 7);
  CHECK(link.read()["note"] == "in many frames");
  s.slack.duplicate_envelopes(2);
  s.slack.post(s.world.general, s.world.alice, "twice");
  const json one = link.read();
  CHECK(link.read() == one);
  link.acknowledge(one);
  link.acknowledge(one);
  CHECK(s.settled());
  CHECK(s.slack.violations().empty());
}

TEST_CASE("upgrades are refused, and Socket Mode is switched off", "[slack emulator]") {
  scene s;
  s.slack.refuse_upgrades(503, 1);
  CHECK_THROWS(link_client(s.slack, s.url()));
  link_client link(s.slack, s.url());
  (void)link.read();
  s.slack.set_socket_mode(s.world.app.app_id, false);
  CHECK(link.read()["reason"] == "link_disabled");
  CHECK(s.app.error("apps.connections.open") == "link_disabled");
}

TEST_CASE("a flood keeps to its window", "[slack emulator]") {
  scene s;
  link_client link(s.slack, s.url());
  (void)link.read();
  s.slack.flood(s.world.general, s.world.alice, "n {n}", 100, 10);
  CHECK(s.slack.deliveries().pending == 10);
  for (int i = 0; i < 100; ++i) {
    const json envelope = link.read();
    CHECK(envelope["payload"]["event"]["text"] == "n " + std::to_string(i));
    link.acknowledge(envelope);
  }
  CHECK(s.settled());
}

TEST_CASE("a connection that died without a word is taken for alive", "[slack emulator]") {
  options how = manual();
  how.unnoticed_death = 60s;
  emulator slack(how);
  small_world world(slack);
  api_client app(slack, world.app.app_token);
  const auto url = [&] { return std::string(app.call("apps.connections.open")["url"]); };
  for (int i = 0; i < 10; ++i) {
    link_client dies(slack, url());
    CHECK(dies.read()["type"] == "hello");
  }
  REQUIRE(slack.wait_until([&] { return slack.connections() == 0; }));
  {
    link_client eleventh(slack, url());
    CHECK(eleventh.read()["reason"] == "too_many_websockets");
  }
  // What is sent on it is lost until it is sent again.
  slack.post(world.general, world.alice, "hi");
  CHECK(slack.deliveries().pending == 1);
  slack.advance(61s);
  link_client link(slack, url());
  const json hello = link.read();
  CHECK(hello["type"] == "hello");
  CHECK(hello["num_connections"] == 1);
  slack.advance(6s);
  const json envelope = link.read();
  CHECK(envelope["retry_attempt"] == 2);
  link.acknowledge(envelope);
  CHECK(slack.wait_until([&] { return slack.deliveries().pending == 0; }));
}
