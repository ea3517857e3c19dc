// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <vector>

#include <mynah/command.hpp>

#include "core/argument_data.hpp"

namespace mynah::core {

/// Fills `data.values` from the line's words by what the spec declares. Returns what is wrong,
/// naming the parameter, the value and what was expected; nothing if all is well. A command that
/// declares no parameters takes any words.
std::optional<std::string> parse_arguments(const command_spec& spec, detail::argument_data& data);

/// One value by its declared type; nothing if it does not fit.
std::optional<argument_value> parse_value(const parameter& declared, const std::string& text);

/// What a spec contradicts itself in (two parameters of one name, a default that does not fit, a
/// required one after an optional one ...); nothing if it is sound.
std::optional<std::string> declaration_error(const command_spec& spec);

}  // namespace mynah::core
