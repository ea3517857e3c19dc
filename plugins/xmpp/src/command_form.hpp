// SPDX-License-Identifier: Apache-2.0
#pragma once

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
/// are no parameters are ignored.
[[nodiscard]] filled_form read_submission(const command_spec& spec, const data_form& submitted);

}  // namespace mynah::xmpp
