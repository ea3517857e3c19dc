// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include "server.hpp"
#include "web_api.hpp"

namespace mynah_test::slack {

namespace {

void check_name(const std::string& name) {
  const bool good =
      !name.empty() && name.size() <= 100 && std::all_of(name.begin(), name.end(), [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_' || c == '-' ||
               c == '+' || c == ':' || c == '\'';
      });
  // A name with colons around it is the usual mistake; one inside separates a skin tone.
  if (!good || name.front() == ':' || name.back() == ':') throw api_error("invalid_name");
}

message_record& target(call& now, channel_record& in) {
  if (in.is_archived) throw api_error("is_archived");
  return now.message(in, "timestamp");
}

json add(call& now) {
  channel_record& in = now.own_channel();
  message_record& message = target(now, in);
  const std::string name = now.args.needed("name");
  check_name(name);
  auto& all = message.reactions;
  auto found =
      std::find_if(all.begin(), all.end(), [&](const auto& one) { return one.first == name; });
  if (found == all.end()) {
    if (all.size() >= 23) throw api_error("too_many_emoji");
    found = all.insert(all.end(), {name, {}});
  }
  if (std::find(found->second.begin(), found->second.end(), now.bot()) != found->second.end()) {
    throw api_error("already_reacted");
  }
  found->second.push_back(now.bot());
  now.slack.happened.reaction(in, message, now.bot(), name, true);
  return json::object();
}

json remove(call& now) {
  channel_record& in = now.own_channel();
  message_record& message = target(now, in);
  const std::string name = now.args.needed("name");
  check_name(name);
  auto& all = message.reactions;
  const auto found =
      std::find_if(all.begin(), all.end(), [&](const auto& one) { return one.first == name; });
  if (found == all.end() || std::erase(found->second, now.bot()) == 0) {
    throw api_error("no_reaction");
  }
  if (found->second.empty()) all.erase(found);
  now.slack.happened.reaction(in, message, now.bot(), name, false);
  return json::object();
}

json get(call& now) {
  channel_record& in = now.own_channel();
  const message_record& message = now.message(in, "timestamp");
  return {{"type", "message"},
          {"channel", in.id},
          {"message", message_json(now.slack.all, in, message, false)}};
}

}  // namespace

void add_reaction_methods(method_table& to) {
  to.emplace("reactions.add",
             method{add, true, 3, {"reactions:write"}, {"channel", "timestamp", "name"}});
  to.emplace("reactions.remove",
             method{remove, true, 2, {"reactions:write"}, {"channel", "timestamp", "name"}});
  to.emplace("reactions.get", method{get, false, 3, {"reactions:read"}, {"channel", "timestamp"}});
}

}  // namespace mynah_test::slack
