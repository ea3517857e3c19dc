// SPDX-License-Identifier: Apache-2.0
#include "suggested_prompts.hpp"

#include <algorithm>
#include <cstddef>
#include <string>
#include <utility>

#include <mynah/reply.hpp>

#include "characters.hpp"

namespace mynah::slack {

namespace {

using nlohmann::json;

constexpr std::size_t most_prompts = 4;
constexpr std::size_t most_in_title = 75;

// The name alone is the whole command.
bool stands_alone(const command_spec& spec) {
  return spec.pattern.empty() &&
         std::none_of(spec.parameters.begin(), spec.parameters.end(), [](const parameter& each) {
           return each.is_required && !each.default_value;
         });
}

}  // namespace

nlohmann::json suggested_prompts(const bot_view& bot, const principal& who) {
  json prompts = json::array();
  bot.visit_commands([&](const command& each) {
    const command_spec& spec = each.spec();
    if (prompts.size() == most_prompts || spec.is_hidden || !stands_alone(spec)) return;
    if (!bot.may_run(who, each)) return;
    std::string title = plain_line(spec.description, most_in_title);
    if (title.find_first_not_of(' ') == std::string::npos) title = spec.name;
    json made = json::object();
    made["title"] = std::move(title);
    made["message"] = spec.name;
    prompts.push_back(std::move(made));
  });
  return prompts;
}

}  // namespace mynah::slack
