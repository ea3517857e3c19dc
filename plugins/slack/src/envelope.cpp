// SPDX-License-Identifier: Apache-2.0
#include "envelope.hpp"

#include <algorithm>
#include <limits>
#include <utility>

#include "form.hpp"
#include "json_fields.hpp"
#include "json_text.hpp"

namespace mynah::slack {

namespace {

using nlohmann::json;

envelope_type type_of(std::string_view name) noexcept {
  if (name == "events_api") return envelope_type::events_api;
  if (name == "slash_commands") return envelope_type::slash_commands;
  if (name == "interactive") return envelope_type::interactive;
  if (name == "hello") return envelope_type::hello;
  if (name == "disconnect") return envelope_type::disconnect;
  return envelope_type::other;
}

disconnect_reason reason_of(std::string_view name) noexcept {
  if (name == "warning") return disconnect_reason::warning;
  if (name == "refresh_requested") return disconnect_reason::refresh_requested;
  if (name == "too_many_websockets") return disconnect_reason::too_many_websockets;
  if (name == "link_disabled") return disconnect_reason::link_disabled;
  return disconnect_reason::other;
}

// A number that is no count becomes zero.
int count_in(const json& from, const char* name) noexcept {
  const std::int64_t count = number_in(from, name).value_or(0);
  return count > 0 && count <= std::numeric_limits<int>::max() ? static_cast<int>(count) : 0;
}

// A payload is an object, but Slack's own clients are ready for one in a string.
json payload_of(json& frame) {
  json* const found = field(frame, "payload");
  if (found == nullptr) return nullptr;
  if (found->is_string()) {
    if (auto inner = parse_json(*found->get_ptr<const json::string_t*>());
        inner && inner->is_object()) {
      return std::move(*inner);
    }
  }
  return std::move(*found);
}

// The payload of a slash command as Socket Mode has it.
json to_object(const form& fields) {
  json made = json::object();
  for (const auto& [name, value] : fields.fields) {
    // The first counts.
    made.emplace(name, value);
  }
  return made;
}

bool is_json(std::string_view content_type) noexcept {
  constexpr std::string_view name = "application/json";
  if (content_type.size() < name.size()) return false;
  for (std::size_t i = 0; i < name.size(); ++i) {
    const char c = content_type[i];
    const char lower = c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c;
    if (lower != name[i]) return false;
  }
  return content_type.size() == name.size() ||
         std::string_view("; \t").find(content_type[name.size()]) != std::string_view::npos;
}

result<http_delivery> read_json_body(std::string_view body) {
  auto read = parse_json(body);
  if (!read || !read->is_object()) {
    return failure(errc::protocol, "a request has a body that is no JSON object");
  }
  http_delivery got;
  if (text_in(*read, "type") == "url_verification") {
    const json* const challenge = field(*read, "challenge");
    if (challenge == nullptr || !challenge->is_string()) {
      return failure(errc::protocol, "a url_verification has no challenge");
    }
    got.challenge = text_in(*read, "challenge");
    return got;
  }
  got.type = envelope_type::events_api;
  got.payload = std::move(*read);
  return got;
}

result<http_delivery> read_form_body(std::string_view body) {
  const form fields = form::parse(body);
  http_delivery got;
  if (fields.value("ssl_check") == "1") {
    got.is_certificate_check = true;
    return got;
  }
  if (const auto payload = fields.value("payload")) {
    auto read = parse_json(*payload);
    if (!read || !read->is_object()) {
      return failure(errc::protocol, "a request has a payload that is no JSON object");
    }
    got.type = envelope_type::interactive;
    got.payload = std::move(*read);
    return got;
  }
  if (!fields.value("command")) {
    return failure(errc::protocol, "a request is no command, no interaction and no event");
  }
  got.type = envelope_type::slash_commands;
  got.payload = to_object(fields);
  return got;
}

}  // namespace

result<envelope> parse_envelope(std::string_view frame) {
  auto read = parse_json(frame);
  if (!read || !read->is_object()) {
    return failure(errc::protocol, "a frame is no JSON object");
  }
  envelope got;
  got.type_name = text_in(*read, "type");
  got.envelope_id = text_in(*read, "envelope_id");
  if (got.type_name.empty() && got.envelope_id.empty()) {
    return failure(errc::protocol, "a frame has no type");
  }
  got.type = type_of(got.type_name);
  got.payload = payload_of(*read);
  got.accepts_response_payload = is_true_in(*read, "accepts_response_payload");
  got.retry_attempt = count_in(*read, "retry_attempt");
  got.retry_reason = text_in(*read, "retry_reason");
  if (got.type == envelope_type::hello) {
    got.connections = count_in(*read, "num_connections");
    got.connection_life = std::chrono::seconds(
        count_in(object_in(*read, "debug_info"), "approximate_connection_time"));
    got.app_id = text_in(object_in(*read, "connection_info"), "app_id");
  } else if (got.type == envelope_type::disconnect) {
    got.reason = reason_of(text_in(*read, "reason"));
  }
  return got;
}

acknowledgement acknowledge(std::string_view envelope_id, const nlohmann::json* payload) {
  const std::string id = dump_json(json(envelope_id));
  std::string text = R"({"envelope_id":)" + id;
  if (payload == nullptr) return acknowledgement(text + '}');
  const std::string inside = dump_json(*payload);
  constexpr std::string_view name = R"(,"payload":)";
  if (text.size() + name.size() + inside.size() + 1 >= acknowledgement_bytes) {
    return acknowledgement(text + '}', false);
  }
  text += name;
  text += inside;
  text += '}';
  return acknowledgement(std::move(text));
}

result<http_delivery> parse_http(std::string_view content_type, std::string_view body) {
  return is_json(content_type) ? read_json_body(body) : read_form_body(body);
}

}  // namespace mynah::slack
