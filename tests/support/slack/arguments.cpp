// SPDX-License-Identifier: Apache-2.0
#include "arguments.hpp"

#include <algorithm>
#include <charconv>

#include "identifiers.hpp"

namespace mynah_test::slack {

namespace {

std::string lower(std::string_view text) {
  std::string made(text);
  for (char& c : made) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  return made;
}

/// "application/json; charset=utf-8" -> "application/json", and the parameter's value.
std::string media_type(std::string_view content_type) {
  std::string made = lower(content_type.substr(0, content_type.find(';')));
  while (!made.empty() && made.back() == ' ') made.pop_back();
  return made;
}

std::optional<std::string> parameter(std::string_view content_type, std::string_view name) {
  const std::string lowered = lower(content_type);
  const std::size_t at = lowered.find(std::string(name) + "=");
  if (at == std::string::npos) return std::nullopt;
  std::string_view value = content_type.substr(at + name.size() + 1);
  value = value.substr(0, value.find(';'));
  if (value.size() >= 2 && value.front() == '"') {
    value.remove_prefix(1);
    value = value.substr(0, value.find('"'));
  }
  while (!value.empty() && value.back() == ' ') value.remove_suffix(1);
  return std::string(value);
}

/// The parts of a multipart body: their header fields and content.
std::optional<std::vector<std::pair<std::string_view, std::string_view>>> parts(
    std::string_view content_type, std::string_view body) {
  const auto boundary = parameter(content_type, "boundary");
  if (!boundary || boundary->empty()) return std::nullopt;
  const std::string mark = "--" + *boundary;
  std::vector<std::pair<std::string_view, std::string_view>> made;
  std::size_t at = body.find(mark);
  while (at != std::string_view::npos) {
    at += mark.size();
    if (body.substr(at, 2) == "--") return made;
    if (body.substr(at, 2) != "\r\n") return std::nullopt;
    const std::size_t head_end = body.find("\r\n\r\n", at);
    if (head_end == std::string_view::npos) return std::nullopt;
    const std::size_t end = body.find("\r\n" + mark, head_end + 4);
    if (end == std::string_view::npos) return std::nullopt;
    made.emplace_back(body.substr(at + 2, head_end - at - 2),
                      body.substr(head_end + 4, end - head_end - 4));
    at = end + 2;
  }
  return std::nullopt;
}

}  // namespace

api_error api_error::invalid_arguments(const std::string& message) {
  return api_error("invalid_arguments",
                   {{"response_metadata", {{"messages", {"[ERROR] " + message}}}}});
}

void arguments::read_form(std::string_view text, bool query) {
  while (!text.empty()) {
    const std::size_t end = std::min(text.find('&'), text.size());
    const std::string_view pair = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
    if (pair.empty()) continue;
    const std::size_t equals = std::min(pair.find('='), pair.size());
    const std::string name = percent_decoded(pair.substr(0, equals));
    const std::string value = percent_decoded(pair.substr(std::min(equals + 1, pair.size())));
    if (name == "token") {
      (query ? token_in_query : token_in_body) = true;
    } else {
      values_[name] = value;
    }
  }
}

arguments arguments::of(std::string_view query, std::string_view content_type,
                        std::string_view body, bool takes_json) {
  arguments made;
  made.read_form(query, true);
  if (body.empty()) return made;
  const std::string type = media_type(content_type);
  if (type.empty()) throw api_error("missing_post_type");
  const auto charset = parameter(content_type, "charset");
  if (charset && lower(*charset) != "utf-8" && lower(*charset) != "utf8") {
    throw api_error("invalid_charset");
  }
  if (type == "application/json") {
    if (!charset) made.warnings.emplace_back("missing_charset");
    json parsed = json::parse(body, nullptr, false);
    if (parsed.is_discarded()) throw api_error("invalid_json");
    if (!parsed.is_object()) throw api_error("json_not_object");
    if (!takes_json) return made;
    if (parsed.contains("token")) {
      made.token_in_body = true;
      parsed.erase("token");
    }
    made.values_.update(parsed);
  } else if (type == "application/x-www-form-urlencoded") {
    if (charset) made.warnings.emplace_back("superfluous_charset");
    made.read_form(body, false);
  } else if (type == "multipart/form-data") {
    const auto found = parts(content_type, body);
    if (!found) throw api_error("invalid_form_data");
    for (const auto& [head, content] : *found) {
      if (const auto name = parameter(head, "name")) made.values_[*name] = std::string(content);
    }
    if (made.values_.erase("token") != 0) made.token_in_body = true;
  } else {
    throw api_error("invalid_post_type");
  }
  return made;
}

std::optional<std::string> arguments::text(std::string_view name) const {
  const auto found = values_.find(name);
  if (found == values_.end() || found->is_null()) return std::nullopt;
  if (found->is_string()) {
    const auto& value = found->get_ref<const std::string&>();
    if (value.empty()) return std::nullopt;
    return value;
  }
  // "ts" as a number is the classic mistake: it is no ts any more, as text.
  return found->dump();
}

std::string arguments::needed(std::string_view name) const {
  auto value = text(name);
  if (!value) throw api_error::invalid_arguments("missing required field: " + std::string(name));
  return *std::move(value);
}

bool arguments::flag(std::string_view name, bool otherwise) const {
  const auto value = text(name);
  if (!value) return otherwise;
  if (*value == "true" || *value == "1") return true;
  if (*value == "false" || *value == "0") return false;
  throw api_error::invalid_arguments("must be a boolean [json-pointer:/" + std::string(name) + "]");
}

std::int64_t arguments::number(std::string_view name, std::int64_t otherwise) const {
  const auto value = text(name);
  if (!value) return otherwise;
  std::int64_t made = 0;
  const auto read = std::from_chars(value->data(), value->data() + value->size(), made);
  if (read.ec != std::errc() || read.ptr != value->data() + value->size()) {
    throw api_error::invalid_arguments("must be a number [json-pointer:/" + std::string(name) +
                                       "]");
  }
  return made;
}

json arguments::structure(std::string_view name, const char* error) const {
  const auto found = values_.find(name);
  if (found == values_.end() || found->is_null()) return nullptr;
  if (!found->is_string()) return *found;
  const auto& value = found->get_ref<const std::string&>();
  if (value.empty()) return nullptr;
  json made = json::parse(value, nullptr, false);
  if (made.is_discarded()) throw api_error(error);
  return made;
}

std::vector<std::string> arguments::list(std::string_view name) const {
  std::vector<std::string> made;
  const auto found = values_.find(name);
  if (found == values_.end()) return made;
  if (found->is_array()) {
    for (const json& item : *found) {
      if (item.is_string()) made.push_back(item.get<std::string>());
    }
    return made;
  }
  const auto value = text(name);
  if (!value) return made;
  std::string_view rest = *value;
  while (!rest.empty()) {
    const std::size_t end = std::min(rest.find(','), rest.size());
    std::string_view item = rest.substr(0, end);
    while (!item.empty() && item.front() == ' ') item.remove_prefix(1);
    while (!item.empty() && item.back() == ' ') item.remove_suffix(1);
    if (!item.empty()) made.emplace_back(item);
    rest.remove_prefix(std::min(end + 1, rest.size()));
  }
  return made;
}

bool arguments::has(std::string_view name) const {
  const auto found = values_.find(name);
  return found != values_.end() && !found->is_null() && *found != "";
}

std::optional<std::string> multipart_content(std::string_view content_type, std::string_view body) {
  const auto found = parts(content_type, body);
  if (!found) return std::nullopt;
  for (const auto& [head, content] : *found) {
    if (parameter(head, "filename")) return std::string(content);
  }
  return std::nullopt;
}

}  // namespace mynah_test::slack
