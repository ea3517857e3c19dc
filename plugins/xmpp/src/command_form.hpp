// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>

#include <mynah/command.hpp>
#include <mynah/error_code.hpp>

#include "data_form.hpp"

namespace mynah::xmpp {

/// The form that asks for a command's parameters, a field each, named like it. `given`: what was
/// filled in before, instead of the defaults.
[[nodiscard]] data_form form_of(const command_spec& spec, const data_form* given = nullptr);

/// The command line that a submitted form means. A field without value is a parameter that is not
/// given; fields that are no parameters are ignored. Values stand in quotes, so that whatever they
/// hold they are that parameter's value and nothing else.
///
/// Errors: errc::not_sent, in words for whoever filled in the form, if something required is
/// missing or a value is not of its type.
[[nodiscard]] result<std::string> line_of(const command_spec& spec, const data_form& submitted);

}  // namespace mynah::xmpp
