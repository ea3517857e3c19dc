// SPDX-License-Identifier: Apache-2.0
#include "json_fields.hpp"

#include <limits>

namespace mynah::slack {

namespace {

// Brackets outside strings, which is all that can nest.
bool is_nested_too_deep(std::string_view text) noexcept {
  std::size_t depth = 0;
  bool in_string = false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (in_string) {
      if (c == '\\') {
        ++i;
      } else if (c == '"') {
        in_string = false;
      }
    } else if (c == '"') {
      in_string = true;
    } else if (c == '{' || c == '[') {
      if (++depth > most_nested) return true;
    } else if ((c == '}' || c == ']') && depth > 0) {
      --depth;
    }
  }
  return false;
}

}  // namespace

std::optional<nlohmann::json> parse_json(std::string_view text) {
  if (is_nested_too_deep(text)) return std::nullopt;
  nlohmann::json value = nlohmann::json::parse(text, nullptr, false);
  if (value.is_discarded()) return std::nullopt;
  return value;
}

std::string dump_json(const nlohmann::json& value) {
  return value.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

const nlohmann::json* field(const nlohmann::json& from, const char* name) noexcept {
  if (!from.is_object()) return nullptr;
  const auto found = from.find(name);
  return found == from.end() ? nullptr : &*found;
}

nlohmann::json* field(nlohmann::json& from, const char* name) noexcept {
  if (!from.is_object()) return nullptr;
  const auto found = from.find(name);
  return found == from.end() ? nullptr : &*found;
}

const nlohmann::json& object_in(const nlohmann::json& from, const char* name) noexcept {
  static const nlohmann::json empty = nlohmann::json::object();
  const nlohmann::json* const found = field(from, name);
  return found != nullptr && found->is_object() ? *found : empty;
}

const nlohmann::json& array_in(const nlohmann::json& from, const char* name) noexcept {
  static const nlohmann::json empty = nlohmann::json::array();
  const nlohmann::json* const found = field(from, name);
  return found != nullptr && found->is_array() ? *found : empty;
}

std::string_view text_in(const nlohmann::json& from, const char* name) noexcept {
  const nlohmann::json* const found = field(from, name);
  if (found == nullptr || !found->is_string()) return {};
  return *found->get_ptr<const nlohmann::json::string_t*>();
}

std::optional<std::int64_t> number_in(const nlohmann::json& from, const char* name) noexcept {
  const nlohmann::json* const found = field(from, name);
  if (found == nullptr || !found->is_number_integer()) return std::nullopt;
  if (const auto* const positive = found->get_ptr<const nlohmann::json::number_unsigned_t*>()) {
    constexpr auto most = std::numeric_limits<std::int64_t>::max();
    if (*positive > static_cast<nlohmann::json::number_unsigned_t>(most)) return std::nullopt;
    return static_cast<std::int64_t>(*positive);
  }
  return *found->get_ptr<const nlohmann::json::number_integer_t*>();
}

bool is_true_in(const nlohmann::json& from, const char* name) noexcept {
  const nlohmann::json* const found = field(from, name);
  return found != nullptr && found->is_boolean() &&
         *found->get_ptr<const nlohmann::json::boolean_t*>();
}

}  // namespace mynah::slack
