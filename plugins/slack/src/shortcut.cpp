// SPDX-License-Identifier: Apache-2.0
#include "shortcut.hpp"

#include <algorithm>
#include <iterator>

#include <mynah/filled_form.hpp>

namespace mynah::slack {

std::string shortcut_line(const command_spec& spec, std::string_view text) {
  const auto is_given_by_place = [](const parameter& each) { return !each.is_flag; };
  const auto first =
      std::find_if(spec.parameters.begin(), spec.parameters.end(), is_given_by_place);
  const bool is_blank = text.find_first_not_of(" \t\r\n") == std::string_view::npos;
  if (is_blank || first == spec.parameters.end()) return spec.name;
  const bool is_only_one = std::none_of(std::next(first), spec.parameters.end(), is_given_by_place);
  // Behind the two dashes nothing is a flag.
  std::string line = spec.name + " -- ";
  if (is_only_one && !first->takes_rest) return line + quoted_word(text);
  return line.append(text);
}

}  // namespace mynah::slack
