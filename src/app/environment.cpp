// SPDX-License-Identifier: Apache-2.0
#include "app/environment.hpp"

#include <algorithm>
#include <set>
#include <string_view>

#include <unistd.h>

#include "core/nearest.hpp"

namespace mynah::cli {

environment process_environment() {
  environment variables;
  for (char** one = environ; one != nullptr && *one != nullptr; ++one) {
    const std::string_view text(*one);
    const std::size_t equals = text.find('=');
    if (equals == std::string_view::npos) continue;
    variables.emplace(text.substr(0, equals), text.substr(equals + 1));
  }
  return variables;
}

std::string peek(const environment& variables, const std::string& variable) {
  const auto found = variables.find(variable);
  return found == variables.end() ? std::string() : found->second;
}

setting_values values_of(const environment& variables, const setting_table& table) {
  setting_values values;
  // Of several variables for one value the first kind wins: MYNAH_IRC_PASSWORD or
  // MYNAH_IRC_PASSWORD_FILE before IRC_PASSWORD or IRC_PASSWORD_FILE.
  std::map<std::string, std::size_t> rank_of_slot;
  for (const known_setting& setting : table.all()) {
    for (std::size_t rank = 0; rank < setting.variables.size(); ++rank) {
      if (peek(variables, setting.variables[rank]).empty()) continue;
      const auto [known, inserted] = rank_of_slot.emplace(setting.slot, rank);
      if (!inserted) known->second = std::min(known->second, rank);
      break;
    }
  }
  for (const known_setting& setting : table.all()) {
    const auto ranked = rank_of_slot.find(setting.slot);
    if (ranked == rank_of_slot.end() || ranked->second >= setting.variables.size()) continue;
    const std::string& variable = setting.variables[ranked->second];
    const std::string value = peek(variables, variable);
    if (!value.empty()) values.set(setting.name, value, variable);
  }
  return values;
}

std::vector<std::string> doubtful(const environment& variables, const setting_table& table) {
  std::set<std::string> known;
  for (const known_setting& setting : table.all()) {
    known.insert(setting.variables.begin(), setting.variables.end());
  }
  const std::vector<std::string> names(known.begin(), known.end());
  std::vector<std::string> sentences;
  for (const auto& [variable, value] : variables) {
    if (!variable.starts_with("MYNAH_") || value.empty() || known.count(variable) != 0) continue;
    const std::vector<std::string> near = core::nearest(variable, names, 1);
    if (near.empty()) continue;
    sentences.push_back("the environment variable " + variable + " is no setting; did you mean " +
                        near.front() + "?");
  }
  return sentences;
}

}  // namespace mynah::cli
