// SPDX-License-Identifier: Apache-2.0
#include "app/print_settings.hpp"

#include <algorithm>
#include <iterator>
#include <utility>

#include <fmt/format.h>

namespace mynah::cli {

namespace {

std::string in_quotes(std::string_view text) {
  std::string out = "\"";
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (c == '"' || c == '\\') {
      out += '\\';
      out += c;
    } else if (byte < 0x20 || byte == 0x7f) {
      fmt::format_to(std::back_inserter(out), "\\u{:04x}", byte);
    } else {
      out += c;
    }
  }
  return out + '"';
}

std::string shown(const settings::value& value, const redactor& safe) {
  if (value.secret) return value.text.empty() ? "\"\"" : "\"***\"";
  switch (value.type) {
    case flag_type::list: {
      std::string list;
      for (const std::string& part : value.parts)
        list += (list.empty() ? "" : ", ") + in_quotes(safe.redact(part));
      return "[" + list + "]";
    }
    case flag_type::integer:
      return value.text.empty() ? "\"\"" : std::to_string(value.number);
    case flag_type::boolean:
      return value.number != 0 ? "true" : "false";
    case flag_type::text:
    case flag_type::duration:
      break;
  }
  return in_quotes(safe.redact(value.text));
}

}  // namespace

std::string prefix_of(const settings& values, bool of_bot) {
  if (of_bot) return {};
  std::string prefix = values.owner();
  std::replace(prefix.begin(), prefix.end(), ':', '.');
  return prefix + ".";
}

std::string settings_text(const settings& values, std::string_view owner_prefix,
                          const redactor& safe) {
  std::string out;
  for (const auto& [name, value] : values.all()) {
    // Once more as it is printed: a secret may come to be by joining parts.
    const std::string line =
        std::string(owner_prefix) + name + " = " + safe.redact(shown(value, safe));
    fmt::format_to(std::back_inserter(out), "{:<44}  # {}\n", line, safe.redact(value.source));
  }
  return out;
}

}  // namespace mynah::cli
