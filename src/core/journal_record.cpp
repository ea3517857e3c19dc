// SPDX-License-Identifier: Apache-2.0
#include "core/journal_record.hpp"

#include <nlohmann/json.hpp>

#include <utility>

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

// Text from networks is UTF-8 by contract; a plugin that breaks it must not stop the journal.
std::string text_of(const json& value) {
  return value.dump(-1, ' ', false, json::error_handler_t::replace);
}

// What is empty is left out: most of it is, and every byte is written twice.
void put(json& into, const char* key, const std::string& value) {
  if (!value.empty()) into[key] = value;
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

json to_json(const address& where) {
  json out = json::object();
  put(out, "input", where.input);
  put(out, "room", where.room);
  put(out, "user", where.user);
  put(out, "thread", where.thread);
  if (where.direct) out["direct"] = true;
  return out;
}

address address_of(const json& from) {
  return {text(from, "input"), text(from, "room"), text(from, "user"), text(from, "thread"),
          flag(from, "direct")};
}

json to_json(const event& said) {
  json out = json::object();
  out["type"] = static_cast<int>(said.type);
  if (said.addressed) out["addressed"] = true;
  if (said.normalised) out["raw"] = said.raw_text;
  put(out, "id", said.id);
  out["from"] = to_json(said.from);
  json who = json::object();
  put(who, "input", said.principal.input);
  put(who, "id", said.principal.id);
  put(who, "display", said.principal.display);
  if (said.principal.verified()) who["verified"] = true;
  out["who"] = std::move(who);
  put(out, "to", said.to);
  put(out, "text", said.text);
  if (!said.meta.empty()) {
    json tags = json::array();
    for (const auto& [key, value] : said.meta) tags.push_back({key, value});
    out["meta"] = std::move(tags);
  }
  if (said.time.time_since_epoch().count() != 0) out["time"] = microseconds(said.time);
  return out;
}

event event_of(const json& from) {
  const json& who = from.at("who");
  event said(static_cast<event_type>(number(from, "type")), address_of(from.at("from")),
             principal(text(who, "input"), text(who, "id"),
                       flag(who, "verified") ? assurance::verified : assurance::unverified,
                       text(who, "display")),
             text(from, "text"));
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

json to_json(const card& framed) {
  json out = json::object();
  out["title"] = framed.title;
  put(out, "text", framed.body);
  put(out, "image", framed.image_url);
  for (const auto& [name, value] : framed.fields) out["fields"].push_back({name, value});
  for (const card_action& each : framed.actions) {
    out["actions"].push_back({each.label, each.command});
  }
  return out;
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
    }
  }
  return framed;
}

json to_json(const reply& message) {
  json out = json::object();
  json pieces = json::array();
  for (const fragment& each : message.fragments()) {
    pieces.push_back({static_cast<int>(each.kind), each.value});
    if (!each.extra.empty()) pieces.back().push_back(each.extra);
  }
  out["pieces"] = std::move(pieces);
  if (message.framed() != nullptr) out["card"] = to_json(*message.framed());
  if (message.ephemeral()) out["ephemeral"] = true;
  return out;
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
  json out = json::object();
  out["said"] = to_json(said);
  out["line"] = line;
  out["command"] = command;
  out["job"] = job;
  out["received"] = microseconds(received);
  return std::string(received_mark) + text_of(out);
}

std::string started_body(std::string_view body) {
  std::string out(body);
  out.replace(0, started_mark.size(), started_mark);
  return out;
}

std::string message_body(const outgoing& message, std::uint64_t job) {
  json out = json::object();
  out["to"] = to_json(message.to);
  out["body"] = to_json(message.body);
  put(out, "stamp", message.stamp);
  out["job"] = job;
  return text_of(out);
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
    record.job = static_cast<std::uint64_t>(number(from, "job"));
    return record;
  } catch (const json::exception&) {
    return std::nullopt;
  }
}

}  // namespace mynah::core
