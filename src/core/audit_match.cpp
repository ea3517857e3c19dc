// SPDX-License-Identifier: Apache-2.0
#include "core/audit_match.hpp"

#include <algorithm>
#include <array>
#include <cstddef>

namespace mynah::core {

namespace {

char lower(char c) {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

/// Letters, digits, and all beyond ASCII.
bool in_token(char c) {
  const char small = lower(c);
  return (small >= 'a' && small <= 'z') || (c >= '0' && c <= '9') ||
         static_cast<unsigned char>(c) >= 0x80;
}

bool is_space(char c) {
  return static_cast<unsigned char>(c) <= ' ';
}

std::string lower(std::string_view text) {
  std::string result(text);
  std::transform(result.begin(), result.end(), result.begin(), [](char c) { return lower(c); });
  return result;
}

std::vector<std::string> tokens(std::string_view text) {
  std::vector<std::string> result;
  bool inside = false;
  for (const char c : text) {
    if (in_token(c)) {
      if (!inside) result.emplace_back();
      result.back() += lower(c);
    }
    inside = in_token(c);
  }
  return result;
}

bool contains(const std::string& text, const std::string& small_part) {
  return small_part.empty() || lower(text).find(small_part) != std::string::npos;
}

}  // namespace

audit_match::audit_match(const audit_query& query)
    : query_(query), who_(lower(query.who)), room_(lower(query.room)) {
  std::string_view rest = query.words;
  while (!rest.empty()) {
    const auto end = std::find_if(rest.begin(), rest.end(), is_space);
    const auto length = static_cast<std::size_t>(end - rest.begin());
    const std::string_view word = rest.substr(0, length);
    phrase next;
    next.tokens = tokens(word);
    next.prefix = !word.empty() && word.back() == '*';
    // What is punctuation only cannot be looked for, and does not restrict.
    if (!next.tokens.empty()) phrases_.push_back(std::move(next));
    rest.remove_prefix(std::min(length + 1, rest.size()));
  }
}

bool audit_match::operator()(const audit_entry& entry) const {
  return (query_.command.empty() || entry.command == query_.command) &&
         (query_.outcome.empty() || entry.outcome == query_.outcome) &&
         (!query_.since || entry.time >= *query_.since) &&
         (!query_.until || entry.time < *query_.until) && contains(entry.room, room_) &&
         (contains(entry.who, who_) || contains(entry.display, who_)) && has_words(entry);
}

bool audit_match::has_words(const audit_entry& entry) const {
  if (phrases_.empty()) return true;
  const std::array columns = {tokens(entry.raw), tokens(entry.line), tokens(entry.arguments),
                              tokens(entry.command), tokens(entry.reason)};
  return std::all_of(phrases_.begin(), phrases_.end(), [&](const phrase& wanted) {
    return std::any_of(columns.begin(), columns.end(),
                       [&](const auto& column) { return wanted.occurs(column); });
  });
}

bool audit_match::phrase::at(const std::vector<std::string>& in, std::size_t place) const {
  for (std::size_t i = 0; i < tokens.size(); ++i) {
    const std::string& there = in[place + i];
    const bool beginning_is_enough = prefix && i + 1 == tokens.size();
    const bool same = beginning_is_enough ? there.compare(0, tokens[i].size(), tokens[i]) == 0
                                          : there == tokens[i];
    if (!same) return false;
  }
  return true;
}

bool audit_match::phrase::occurs(const std::vector<std::string>& in) const {
  for (std::size_t place = 0; place + tokens.size() <= in.size(); ++place) {
    if (at(in, place)) return true;
  }
  return false;
}

}  // namespace mynah::core
