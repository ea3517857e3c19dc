// SPDX-License-Identifier: Apache-2.0
#include "json_fields.hpp"

#include <limits>

namespace mynah::slack {

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
