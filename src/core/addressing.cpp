// SPDX-License-Identifier: Apache-2.0
#include "core/addressing.hpp"

#include "core/values.hpp"

namespace mynah::core {

namespace {

char lower(char c) noexcept {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c;
}

bool starts_with_name(std::string_view text, std::string_view name) noexcept {
  if (name.empty() || text.size() < name.size()) return false;
  for (std::size_t i = 0; i < name.size(); ++i) {
    if (lower(text[i]) != lower(name[i])) return false;
  }
  return true;
}

bool is_blank(char c) noexcept {
  return c == ' ' || c == '\t';
}

// The rest after `name:`, `name,` or `@name` (with or without `:`/`,`), or npos-like failure.
bool strip_name(std::string_view text, std::string_view name, std::string_view& rest) noexcept {
  const bool mention = text.starts_with('@');
  if (mention) text.remove_prefix(1);
  if (!starts_with_name(text, name)) return false;
  text.remove_prefix(name.size());
  if (text.starts_with(':') || text.starts_with(',')) {
    text.remove_prefix(1);
  } else if (!mention || (!text.empty() && !is_blank(text.front()))) {
    return false;  // "mynah is nice" is talk about the bot, "mynahs" is another word
  }
  rest = trimmed(text);
  return true;
}

bool strip_prefix(std::string_view text, std::string_view prefix, std::string_view& rest) noexcept {
  if (prefix.empty() || !text.starts_with(prefix)) return false;
  const std::string_view after = text.substr(prefix.size());
  if (after.empty() || is_blank(after.front()) || after.starts_with(prefix)) return false;
  // "!?" and "!..." are exclamations.
  const auto first = static_cast<unsigned char>(after.front());
  const bool word = (first >= 'a' && first <= 'z') || (first >= 'A' && first <= 'Z') ||
                    (first >= '0' && first <= '9') || first == '_' || first >= 0x80;
  if (!word) return false;
  rest = after;
  return true;
}

}  // namespace

addressing address_of(const event& said, std::string_view prefix, std::string_view bot_name) {
  addressing found;
  const std::string_view text = trimmed(said.text);
  found.line = text;
  if (text.empty()) return found;

  if (said.type == event_type::action) {  // a button is always for the one who showed it
    found.how = addressed_by::direct;
    return found;
  }
  if (strip_prefix(text, prefix, found.line)) {
    found.how = said.from.direct ? addressed_by::direct : addressed_by::prefix;
    return found;
  }
  if (strip_name(text, said.to, found.line) || strip_name(text, bot_name, found.line)) {
    std::string_view inner;
    if (strip_prefix(found.line, prefix, inner)) found.line = inner;  // "mynah: !ping"
    found.how = found.line.empty() ? addressed_by::nothing : addressed_by::name;
    return found;
  }
  if (said.from.direct) {
    found.how = addressed_by::direct;
    if (!prefix.empty() && text.starts_with(prefix) &&
        text.find_first_not_of(prefix) == std::string_view::npos) {
      found.how = addressed_by::nothing;  // a bare prefix is nothing, wherever it is said
    }
  } else if (said.addressed) {
    found.how = addressed_by::name;
  }
  return found;
}

}  // namespace mynah::core
