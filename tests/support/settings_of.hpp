// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <mynah/duration.hpp>
#include <mynah/flag.hpp>
#include <mynah/settings.hpp>

namespace mynah_test {

/// Settings as the core makes them of declared flags.
inline mynah::settings settings_of(const std::vector<mynah::flag>& flags,
                                   const std::map<std::string, std::string>& given,
                                   const std::string& owner = "irc") {
  std::map<std::string, mynah::settings::value, std::less<>> values;
  for (const mynah::flag& declared : flags) {
    const auto found = given.find(declared.name);
    const bool is_given = found != given.end();
    mynah::settings::value value(is_given ? found->second : declared.default_value,
                                 is_given ? "bot.toml" : "default", declared.type, is_given);
    value.secret = declared.is_secret;
    if (declared.type == mynah::flag_type::integer) value.number = std::stoll(value.text);
    if (declared.type == mynah::flag_type::boolean) value.number = value.text == "yes" ? 1 : 0;
    if (declared.type == mynah::flag_type::duration) {
      value.time = mynah::parse_duration(value.text).value();
    }
    if (declared.type == mynah::flag_type::list) {
      std::string_view rest = value.text;
      while (!rest.empty()) {
        const std::size_t comma = rest.find(',');
        value.parts.emplace_back(rest.substr(0, comma));
        rest.remove_prefix(comma == std::string_view::npos ? rest.size() : comma + 1);
      }
    }
    values.emplace(declared.name, value);
  }
  return {owner, std::move(values)};
}

}  // namespace mynah_test
