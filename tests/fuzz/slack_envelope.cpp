// SPDX-License-Identifier: Apache-2.0
// What Slack, or somebody in its place, sends: frames of Socket Mode, bodies of requests, answers
// of the Web API. What is read becomes events, and what they say is told again.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>
#include <utility>

#include <mynah/command.hpp>
#include <mynah/utf8.hpp>

#include "plugins/slack/src/api_error.hpp"
#include "plugins/slack/src/blocks.hpp"
#include "plugins/slack/src/command_modal.hpp"
#include "plugins/slack/src/envelope.hpp"
#include "plugins/slack/src/incoming.hpp"
#include "plugins/slack/src/json_fields.hpp"
#include "plugins/slack/src/json_text.hpp"

namespace {

using namespace mynah::slack;

void require(bool holds) {
  if (!holds) std::abort();
}

reader_options options_of(bool other) {
  reader_options options;
  options.input = "slack";
  options.user_id = "U0BOT";
  options.bot_id = "B0BOT";
  options.team_id = "T1";
  if (other) {
    options.app_id = "A1";
    options.enterprise_id = "E1";
    options.edits_run = true;
    options.reply_in_thread = threading::always;
    options.heed_bots = {"B2"};
  }
  return options;
}

void check_event(const mynah::event& seen) {
  require(seen.from.input == "slack" && seen.to == "U0BOT");
  require(mynah::is_utf8(seen.text) && mynah::is_utf8(seen.raw()) && mynah::is_utf8(seen.id));
  require(mynah::address::parse(seen.from.to_string()) == seen.from);
  // Nobody can be made the bot's own, or the other way round.
  if (seen.from.user == "U0BOT" && seen.type == mynah::event_type::message &&
      seen.tag("slack.command").empty()) {
    require(seen.origin == mynah::event_origin::self);
  }
  if (seen.principal.id.empty()) require(!seen.principal.verified());
}

mynah::command_spec command() {
  return mynah::command_spec("say", "x")
      .parameter(mynah::parameter::string("who").optional())
      .parameter(mynah::parameter::integer("count").flag().optional())
      .parameter(mynah::parameter::boolean("loud").flag())
      .parameter(mynah::parameter::string("words").optional().rest());
}

void check_payload(envelope_type type, const nlohmann::json& payload) {
  for (const bool other : {false, true}) {
    const reader one(options_of(other));
    const incoming got = one.read(type, nlohmann::json(payload));
    // Read again, it is the same event.
    const incoming again = one.read(type, nlohmann::json(payload));
    require(got.event.has_value() == again.event.has_value());
    if (got.event) {
      if (!got.event->from.room.empty()) check_event(*got.event);
      require(got.event->id == again.event->id);
    }
    require(got.response_url.empty() || got.response_url.starts_with("https://"));
    if (got.clicked) {
      require(button_value::parse(got.clicked->to_string()) == got.clicked);
    }
    (void)origin_of(got.view);
    const mynah::filled_form sent = read_submission(got.view, command());
    (void)dump_json(error_payload(sent));
    const nlohmann::json* const blocks = field(got.message, "blocks");
    if (blocks != nullptr) require(answered(*blocks, "by").size() <= 50);
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  if (auto frame = parse_envelope(bytes)) {
    const acknowledgement told = acknowledge(frame->envelope_id, &frame->payload);
    require(told.text.size() < acknowledgement_bytes || frame->envelope_id.size() > 1000);
    const auto read = parse_json(told.text);
    require(read.has_value() && text_in(*read, "envelope_id") == frame->envelope_id);
    check_payload(frame->type, frame->payload);
  }
  for (const std::string_view type : {"application/json", "application/x-www-form-urlencoded"}) {
    if (const auto got = parse_http(type, bytes)) check_payload(got->type, got->payload);
  }
  for (const unsigned status : {200U, 429U, 404U, 500U}) {
    const api_outcome judged = outcome_of("api.test", status, bytes.substr(0, 20), bytes);
    require(judged.ok() == !judged.why.code());
    require(!judged.ok() || (status == 200 && is_true_in(judged.answer, "ok")));
    require(mynah::is_utf8(judged.why.message()));
  }
  return 0;
}
