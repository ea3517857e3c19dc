// SPDX-License-Identifier: Apache-2.0
#include <mynah/settings.hpp>

#include <algorithm>
#include <stdexcept>

#include <mynah/error.hpp>

namespace mynah {

void setting_values::set(std::string name, std::string value, std::string source) {
  entries_[std::move(name)] = entry({std::move(value)}, std::move(source));
}

void setting_values::set(std::string name, std::vector<std::string> values, std::string source) {
  entries_[std::move(name)] = entry(std::move(values), std::move(source));
}

void setting_values::add(const std::string& name, std::string value, std::string source) {
  entry& existing = entries_[name];
  existing.values.push_back(std::move(value));
  existing.source = std::move(source);
}

const setting_values::entry* setting_values::find(const std::string& name) const {
  const auto found = entries_.find(name);
  return found == entries_.end() ? nullptr : &found->second;
}

const settings::value& settings::at(std::string_view name) const {
  const auto found = values_.find(name);
  if (found == values_.end()) {
    throw std::logic_error(owner_ + " asks for setting '" + std::string(name) +
                           "', which it did not declare");
  }
  return found->second;
}

const settings::value& settings::at(std::string_view name, flag_type type) const {
  const value& found = at(name);
  if (found.type != type) {
    throw std::logic_error(owner_ + " asks for setting '" + std::string(name) +
                           "' as another type than it declared");
  }
  return found;
}

const std::string& settings::text(std::string_view name) const {
  return at(name, flag_type::text).text;
}

std::int64_t settings::integer(std::string_view name) const {
  return at(name, flag_type::integer).number;
}

bool settings::boolean(std::string_view name) const {
  return at(name, flag_type::boolean).number != 0;
}

std::chrono::milliseconds settings::duration(std::string_view name) const {
  return at(name, flag_type::duration).time;
}

const std::vector<std::string>& settings::list(std::string_view name) const {
  return at(name, flag_type::list).parts;
}

std::string settings::named(std::string_view name) const {
  std::string flag = "--" + owner_ + "-" + std::string(name);
  std::replace(flag.begin(), flag.end(), ':', '-');
  const std::string& from = source(name);
  if (from != flag && from != "default") flag += " (" + from + ")";
  return flag;
}

void settings::refuse(std::string_view name, std::string_view value,
                      std::string_view expected) const {
  throw settings_error(named(name) + " is '" + std::string(value) + "'; expected " +
                       std::string(expected));
}

void settings::refuse_secret(std::string_view name, std::string_view expected) const {
  throw settings_error(named(name) + ": expected " + std::string(expected));
}

}  // namespace mynah
