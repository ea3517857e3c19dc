// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <optional>
#include <string>

#include <mynah/command.hpp>
#include <mynah/filled_form.hpp>

#include "data_form.hpp"

namespace mynah::xmpp {

/// The form that asks for a command's parameters, a field each, named like it. `given`: what was
/// filled in before, instead of the defaults.
[[nodiscard]] data_form form_of(const command_spec& spec, const data_form* given = nullptr);

/// What a submitted form means. A field without value is a parameter that is not given; fields that
/// are no parameters are ignored. Two values for a parameter that takes one are an error of it.
[[nodiscard]] filled_form read_submission(const command_spec& spec, const data_form& submitted);

/// What is wrong with a field that takes one value and has so many.
[[nodiscard]] std::string more_than_one_value(std::size_t count);

}  // namespace mynah::xmpp
