// SPDX-License-Identifier: Apache-2.0
#include "core/admission.hpp"

namespace mynah::core {

namespace {

bool full(std::size_t running, std::size_t limit) noexcept {
  return limit != 0 && running >= limit;
}

std::size_t count(const std::map<std::string, std::size_t>& counts, const std::string& key) {
  const auto found = counts.find(key);
  return found == counts.end() ? 0 : found->second;
}

void forget_one(std::map<std::string, std::size_t>& counts, const std::string& key) {
  const auto found = counts.find(key);
  if (found != counts.end() && --found->second == 0) counts.erase(found);
}

}  // namespace

std::optional<std::string> admission::enter(const event& said, const std::string& command,
                                            std::size_t command_limit, ticket& taken) {
  taken.room = said.from.input + '/' + said.from.room;
  taken.user = said.principal.key();
  taken.command = command;
  const std::size_t of_command = command_limit != 0 ? command_limit : limits_.per_command;
  const auto refusal = [](std::size_t limit, const std::string& where) {
    return std::to_string(limit) + (limit == 1 ? " command is" : " commands are") + " running " +
           where + ", which is the limit";
  };
  if (full(count(users_, taken.user), limits_.per_user)) {
    return refusal(limits_.per_user, "for you");
  }
  if (full(count(rooms_, taken.room), limits_.per_room)) {
    return refusal(limits_.per_room, "in this room");
  }
  if (full(count(commands_, command), of_command)) {
    return command + " is running " + std::to_string(of_command) +
           (of_command == 1 ? " time" : " times") + ", which is the limit";
  }
  if (full(running_, limits_.bot)) return refusal(limits_.bot, "in this bot");
  ++running_;
  ++rooms_[taken.room];
  ++users_[taken.user];
  ++commands_[command];
  return std::nullopt;
}

void admission::leave(const ticket& taken) {
  --running_;
  forget_one(rooms_, taken.room);
  forget_one(users_, taken.user);
  forget_one(commands_, taken.command);
}

}  // namespace mynah::core
