// SPDX-License-Identifier: Apache-2.0
#include "core/journal_record.hpp"

#include <nlohmann/json.hpp>

#include <utility>

#include "core/json_text.hpp"

namespace mynah::core {

namespace {

using nlohmann::json;

// First in the text, and of one length, so that the mark can be changed in place.
constexpr std::string_view received_mark = "received ";
constexpr std::string_view started_mark = "started  ";

std::int64_t microseconds(std::chrono::system_clock::time_point time) {
  return std::chrono::duration_cast<std::chrono::microseconds>(time.time_since_epoch()).count();
}

std::chrono::system_clock::time_point moment(std::int64_t microseconds) {
  return std::chrono::system_clock::time_point(
      std::chrono::duration_cast<std::chrono::system_clock::duration>(
          std::chrono::microseconds(microseconds)));
}

// What is empty is left out: most of it is, and every byte is written twice.
void put_text(json_text& out, std::string_view key, std::string_view value) {
  if (!value.empty()) out.key(key).string(value);
}

void put_flag(json_text& out, std::string_view key, bool value) {
  if (value) out.key(key).boolean(true);
}

void put_pair(json_text& out, std::string_view first, std::string_view second) {
  out.open_array().string(first).string(second).close_array();
}

std::string text(const json& from, const char* key) {
  const auto found = from.find(key);
  return found == from.end() ? std::string() : found->get<std::string>();
}

std::int64_t number(const json& from, const char* key) {
  const auto found = from.find(key);
  return found == from.end() ? 0 : found->get<std::int64_t>();
}

bool flag(const json& from, const char* key) {
  const auto found = from.find(key);
  return found != from.end() && found->get<bool>();
}

void put_address(json_text& out, std::string_view key, const address& where) {
  out.key(key).open_object();
  put_text(out, "input", where.input);
  put_text(out, "room", where.room);
  put_text(out, "user", where.user);
  put_text(out, "thread", where.thread);
  put_flag(out, "direct", where.direct);
  out.close_object();
}

address address_of(const json& from) {
  return {text(from, "input"), text(from, "room"), text(from, "user"), text(from, "thread"),
          flag(from, "direct")};
}

void put_principal(json_text& out, std::string_view key, const principal& who) {
  out.key(key).open_object();
  put_text(out, "input", who.input);
  put_text(out, "id", who.id);
  put_text(out, "display", who.display);
  put_flag(out, "verified", who.verified());
  if (!who.groups.empty()) {
    out.key("groups").open_array();
    for (const std::string& each : who.groups) out.string(each);
    out.close_array();
  }
  out.close_object();
}

void put_event(json_text& out, std::string_view key, const event& said) {
  out.key(key).open_object();
  out.key("type").number(static_cast<int>(said.type));
  put_flag(out, "addressed", said.addressed);
  if (said.normalised) out.key("raw").string(said.raw_text);
  put_text(out, "id", said.id);
  put_address(out, "from", said.from);
  put_principal(out, "who", said.principal);
  put_text(out, "to", said.to);
  put_text(out, "text", said.text);
  if (!said.meta.empty()) {
    out.key("meta").open_array();
    for (const auto& [name, value] : said.meta) put_pair(out, name, value);
    out.close_array();
  }
  if (said.time.time_since_epoch().count() != 0) out.key("time").number(microseconds(said.time));
  out.close_object();
}

event event_of(const json& from) {
  const json& who = from.at("who");
  event said(static_cast<event_type>(number(from, "type")), address_of(from.at("from")),
             principal(text(who, "input"), text(who, "id"),
                       flag(who, "verified") ? assurance::verified : assurance::unverified,
                       text(who, "display")),
             text(from, "text"));
  if (const auto groups = who.find("groups"); groups != who.end()) {
    for (const json& each : *groups) said.principal.groups.push_back(each.get<std::string>());
  }
  said.addressed = flag(from, "addressed");
  said.normalised = from.contains("raw");
  said.raw_text = text(from, "raw");
  said.id = text(from, "id");
  said.to = text(from, "to");
  if (const auto tags = from.find("meta"); tags != from.end()) {
    for (const json& tag : *tags) {
      said.meta.emplace_back(tag.at(0).get<std::string>(), tag.at(1).get<std::string>());
    }
  }
  if (from.contains("time")) said.time = moment(number(from, "time"));
  return said;
}

void put_card(json_text& out, std::string_view key, const card& framed) {
  out.key(key).open_object();
  out.key("title").string(framed.title);
  put_text(out, "text", framed.body);
  put_text(out, "image", framed.image_url);
  if (!framed.fields.empty()) {
    out.key("fields").open_array();
    for (const auto& [name, value] : framed.fields) put_pair(out, name, value);
    out.close_array();
  }
  if (!framed.actions.empty()) {
    out.key("actions").open_array();
    for (const card_action& each : framed.actions) {
      out.open_array().string(each.label).string(each.command);
      if (!each.question.empty()) out.string(each.question);
      out.close_array();
    }
    out.close_array();
  }
  out.close_object();
}

card card_of(const json& from) {
  card framed(text(from, "title"));
  framed.text(text(from, "text")).image(text(from, "image"));
  if (const auto fields = from.find("fields"); fields != from.end()) {
    for (const json& each : *fields) {
      framed.field(each.at(0).get<std::string>(), each.at(1).get<std::string>());
    }
  }
  if (const auto actions = from.find("actions"); actions != from.end()) {
    for (const json& each : *actions) {
      framed.action(each.at(0).get<std::string>(), each.at(1).get<std::string>());
      if (each.size() > 2) framed.actions.back().question = each.at(2).get<std::string>();
    }
  }
  return framed;
}

void put_reply(json_text& out, std::string_view key, const reply& message) {
  out.key(key).open_object();
  out.key("pieces").open_array();
  for (const fragment& each : message.fragments()) {
    out.open_array().number(static_cast<int>(each.kind)).string(each.value);
    if (!each.extra.empty()) out.string(each.extra);
    out.close_array();
  }
  out.close_array();
  if (message.framed() != nullptr) put_card(out, "card", *message.framed());
  put_flag(out, "ephemeral", message.ephemeral());
  out.close_object();
}

reply reply_of(const json& from) {
  reply message;
  for (const json& each : from.at("pieces")) {
    auto value = each.at(1).get<std::string>();
    auto extra = each.size() > 2 ? each.at(2).get<std::string>() : std::string();
    switch (static_cast<fragment_kind>(each.at(0).get<int>())) {
      case fragment_kind::text:
        message.text(std::move(value));
        break;
      case fragment_kind::untrusted:
        message.untrusted(std::move(value));
        break;
      case fragment_kind::code:
        message.code(std::move(value));
        break;
      case fragment_kind::code_block:
        message.code_block(std::move(value), std::move(extra));
        break;
      case fragment_kind::emphasis:
        message.emphasis(std::move(value));
        break;
      case fragment_kind::link:
        message.link(std::move(value), std::move(extra));
        break;
    }
  }
  if (const auto framed = from.find("card"); framed != from.end()) message.with(card_of(*framed));
  if (flag(from, "ephemeral")) message.only_to_caller();
  return message;
}

}  // namespace

std::string command_body(const event& said, std::string_view line, std::string_view command,
                         std::uint64_t job, std::chrono::system_clock::time_point received) {
  json_text out(received_mark);
  out.open_object();
  put_event(out, "said", said);
  out.key("line").string(line);
  out.key("command").string(command);
  out.key("job").number(static_cast<std::int64_t>(job));
  out.key("received").number(microseconds(received));
  out.close_object();
  return std::move(out).take();
}

std::string started_body(std::string_view body) {
  std::string out(body);
  out.replace(0, started_mark.size(), started_mark);
  return out;
}

std::string message_body(const outgoing& message, std::uint64_t job) {
  json_text out;
  out.open_object();
  put_address(out, "to", message.to);
  put_reply(out, "body", message.body);
  put_text(out, "stamp", message.stamp);
  put_text(out, "answers", message.answers);
  out.key("job").number(static_cast<std::int64_t>(job));
  out.close_object();
  return std::move(out).take();
}

std::optional<command_record> command_of(std::string_view body) {
  command_record record;
  if (body.starts_with(started_mark)) {
    record.started = true;
  } else if (!body.starts_with(received_mark)) {
    return std::nullopt;
  }
  try {
    const json from = json::parse(body.substr(started_mark.size()));
    record.said = event_of(from.at("said"));
    record.line = text(from, "line");
    record.command = text(from, "command");
    record.job = static_cast<std::uint64_t>(number(from, "job"));
    record.received = moment(number(from, "received"));
    return record;
  } catch (const json::exception&) {
    return std::nullopt;
  }
}

std::optional<message_record> message_of(std::string_view body) {
  try {
    const json from = json::parse(body);
    message_record record;
    record.message.to = address_of(from.at("to"));
    record.message.body = reply_of(from.at("body"));
    record.message.stamp = text(from, "stamp");
    record.message.answers = text(from, "answers");
    record.job = static_cast<std::uint64_t>(number(from, "job"));
    return record;
  } catch (const json::exception&) {
    return std::nullopt;
  }
}

}  // namespace mynah::core
