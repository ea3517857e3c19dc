// SPDX-License-Identifier: Apache-2.0
#include "envelope.hpp"

#include "catch.hpp"
#include "json_fields.hpp"

using namespace mynah::slack;
using nlohmann::json;

namespace {

envelope read(std::string_view frame) {
  auto got = parse_envelope(frame);
  REQUIRE(got.has_value());
  return std::move(*got);
}

}  // namespace

TEST_CASE("a hello tells about the connection", "[slack][envelope]") {
  const envelope got = read(
      R"({"type":"hello","num_connections":2,"debug_info":{"host":"applink-1","build_number":99,)"
      R"("approximate_connection_time":18060},"connection_info":{"app_id":"A1"}})");
  CHECK(got.type == envelope_type::hello);
  CHECK(got.connections == 2);
  CHECK(got.connection_life == std::chrono::seconds(18060));
  CHECK(got.app_id == "A1");
  const envelope bare = read(R"({"type":"hello","num_connections":"2","debug_info":7})");
  CHECK(bare.connections == 0);
  CHECK(bare.connection_life.count() == 0);
}

TEST_CASE("a disconnect has a reason", "[slack][envelope]") {
  const auto reason = [](const std::string& name) {
    return read(R"({"type":"disconnect","reason":)" + name + "}").reason;
  };
  CHECK(reason("\"warning\"") == disconnect_reason::warning);
  CHECK(reason("\"refresh_requested\"") == disconnect_reason::refresh_requested);
  CHECK(reason("\"too_many_websockets\"") == disconnect_reason::too_many_websockets);
  CHECK(reason("\"link_disabled\"") == disconnect_reason::link_disabled);
  CHECK(reason("\"new\"") == disconnect_reason::other);
  CHECK(reason("5") == disconnect_reason::other);
}

TEST_CASE("envelopes carry payloads", "[slack][envelope]") {
  const envelope event = read(
      R"({"type":"events_api","envelope_id":"e-1","payload":{"event_id":"Ev1"},)"
      R"("accepts_response_payload":false,"retry_attempt":2,"retry_reason":"timeout","new":1})");
  CHECK(event.type == envelope_type::events_api);
  CHECK(event.envelope_id == "e-1");
  CHECK(text_in(event.payload, "event_id") == "Ev1");
  CHECK_FALSE(event.accepts_response_payload);
  CHECK(event.retry_attempt == 2);
  CHECK(event.retry_reason == "timeout");
  const envelope slash = read(
      R"({"type":"slash_commands","envelope_id":"e-2","payload":{},"accepts_response_payload":true})");
  CHECK(slash.type == envelope_type::slash_commands);
  CHECK(slash.accepts_response_payload);
  CHECK(slash.retry_attempt == 0);
  CHECK(read(R"({"type":"interactive","envelope_id":"x"})").payload.is_null());
  // In a string it is the same.
  CHECK(
      text_in(read(R"({"type":"interactive","envelope_id":"x","payload":"{\"a\":\"b\"}"})").payload,
              "a") == "b");
  CHECK(read(R"({"type":"interactive","envelope_id":"x","payload":"text"})").payload == "text");
  CHECK(read(R"({"type":"interactive","envelope_id":"x","payload":[1]})").payload.is_array());
}

TEST_CASE("unknown envelopes can be acknowledged", "[slack][envelope]") {
  const envelope got = read(R"({"type":"brand_new","envelope_id":"e","payload":{}})");
  CHECK(got.type == envelope_type::other);
  CHECK(got.type_name == "brand_new");
  CHECK(got.envelope_id == "e");
  CHECK(read(R"({"envelope_id":"e"})").type == envelope_type::other);
}

TEST_CASE("frames that are no envelope are refused", "[slack][envelope]") {
  for (const std::string_view frame :
       {"", "null", "[]", "3", "\"hello\"", "{}", "{\"type\":5}", "Ping from applink",
        "{\"type\":", "{\"type\":\"hello\"}x", "{\"type\":\"h\xFF\"}"}) {
    CAPTURE(frame);
    const auto got = parse_envelope(frame);
    REQUIRE(got.has_error());
    CHECK(got.error().code() == mynah::errc::protocol);
    CHECK_FALSE(got.error().message().empty());
  }
}

TEST_CASE("acknowledgements are one small object", "[slack][envelope]") {
  CHECK(acknowledge("e-1").text == R"({"envelope_id":"e-1"})");
  CHECK(acknowledge("a\"\\\n").text == R"({"envelope_id":"a\"\\\n"})");
  const json answer = {{"text", "done"}};
  const acknowledgement with = acknowledge("e-1", &answer);
  CHECK(with.is_complete);
  CHECK(json::parse(with.text) == json({{"envelope_id", "e-1"}, {"payload", answer}}));
}

TEST_CASE("acknowledgements stay below Slack's limit", "[slack][envelope]") {
  const std::size_t around = acknowledge("e-1").text.size() + std::string(R"(,"payload":)").size();
  for (const std::size_t more : {0U, 1U, 2U}) {
    const json text = std::string(acknowledgement_bytes - around - 2 - 1 + more, 'x');
    const acknowledgement made = acknowledge("e-1", &text);
    CAPTURE(more);
    CHECK(made.text.size() < acknowledgement_bytes);
    CHECK(made.is_complete == (more == 0));
    CHECK(text_in(json::parse(made.text), "envelope_id") == "e-1");
    if (more == 0) CHECK(made.text.size() == acknowledgement_bytes - 1);
  }
}

TEST_CASE("requests of HTTP mode hold the same", "[slack][envelope]") {
  const auto event = parse_http("application/json; charset=utf-8",
                                R"({"type":"event_callback","event_id":"Ev1"})");
  REQUIRE(event.has_value());
  CHECK(event->type == envelope_type::events_api);
  CHECK(text_in(event->payload, "event_id") == "Ev1");
  CHECK_FALSE(event->challenge.has_value());

  const auto challenge =
      parse_http("Application/JSON", R"({"type":"url_verification","challenge":"3eZ"})");
  REQUIRE(challenge.has_value());
  CHECK(challenge->challenge == "3eZ");

  const auto slash = parse_http("application/x-www-form-urlencoded",
                                "command=%2Fdeploy&text=a+%26amp%3B+b&user_id=U1&text=other");
  REQUIRE(slash.has_value());
  CHECK(slash->type == envelope_type::slash_commands);
  CHECK(text_in(slash->payload, "command") == "/deploy");
  CHECK(text_in(slash->payload, "text") == "a &amp; b");

  const auto click = parse_http("application/x-www-form-urlencoded",
                                "payload=%7B%22type%22%3A%22block_actions%22%7D");
  REQUIRE(click.has_value());
  CHECK(click->type == envelope_type::interactive);
  CHECK(text_in(click->payload, "type") == "block_actions");

  const auto check = parse_http("application/x-www-form-urlencoded", "ssl_check=1&token=x");
  REQUIRE(check.has_value());
  CHECK(check->is_certificate_check);
}

TEST_CASE("other requests are refused", "[slack][envelope]") {
  struct row {
    std::string_view type;
    std::string_view body;
  };
  for (const row& each :
       {row{"application/json", ""}, row{"application/json", "[]"}, row{"application/json", "{"},
        row{"application/json", R"({"type":"url_verification"})"},
        row{"application/json", R"({"type":"url_verification","challenge":1})"},
        row{"application/jsonx", "{}"}, row{"", ""}, row{"text/plain", "hello"},
        row{"application/x-www-form-urlencoded", "payload=%5B%5D"},
        row{"application/x-www-form-urlencoded", "payload="},
        row{"application/x-www-form-urlencoded", "text=x"}}) {
    CAPTURE(each.type, each.body);
    const auto got = parse_http(each.type, each.body);
    REQUIRE(got.has_error());
    CHECK(got.error().code() == mynah::errc::protocol);
  }
}
