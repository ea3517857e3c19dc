// SPDX-License-Identifier: Apache-2.0
#include "core/choices.hpp"

#include "core/values.hpp"

namespace mynah::core {

namespace {

constexpr std::chrono::minutes lifetime{5};

std::string key_of(const address& where) {
  return address(where.input, where.room, {}, where.thread, where.direct).to_string();
}

}  // namespace

void choices::remember(const address& where, const card& shown, clock::time_point now) {
  // Numbers that answer a question are looked at by the question.
  if (shown.actions.empty() || !shown.actions.front().question.empty()) return;
  std::erase_if(rooms_, [now](const auto& each) { return now - each.second.at > lifetime; });
  shown_card& kept = rooms_[key_of(where)];
  kept.actions = shown.actions;
  kept.at = now;
}

std::optional<std::string> choices::command_for(const address& where, std::string_view text,
                                                clock::time_point now) const {
  if (rooms_.empty() || text.empty() || text.size() > 2) return std::nullopt;
  const auto number = parse_integer(text);
  if (!number || *number < 1) return std::nullopt;
  const auto found = rooms_.find(key_of(where));
  if (found == rooms_.end() || now - found->second.at > lifetime) return std::nullopt;
  const auto index = static_cast<std::size_t>(*number) - 1;
  if (index >= found->second.actions.size()) return std::nullopt;
  return found->second.actions[index].command;
}

}  // namespace mynah::core
