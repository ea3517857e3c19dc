// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <mynah/command.hpp>

namespace mynah {

/// What is wrong with one field of a form.
class form_error {
 public:
  form_error(std::string parameter, std::string what)
      : parameter(std::move(parameter)), what(std::move(what)) {}

  friend bool operator==(const form_error&, const form_error&) = default;

  std::string parameter;  ///< its name
  std::string what;       ///< "must be filled in", "expected a whole number" ...
};

/// A form for the parameters of a command that somebody has filled in: a modal, an ad-hoc command,
/// a page. For inputs that show such forms.
class filled_form {
 public:
  [[nodiscard]] bool ok() const noexcept { return errors.empty(); }
  /// All errors in one line, for people.
  [[nodiscard]] std::string complaint() const;

  std::string line;  ///< the command line that it means, if `ok`
  std::vector<form_error> errors;
};

/// Reads a form. `value` gives what the field of a parameter holds, and nothing if it was left
/// empty or is not there. In the line, values stand in quotes: whatever they hold, they are that
/// parameter's value and nothing else.
[[nodiscard]] filled_form read_form(
    const command_spec& spec,
    const std::function<std::optional<std::string>(const parameter&)>& value);

/// The word of a command line that is read as this value, whatever it holds.
[[nodiscard]] std::string quoted_word(std::string_view value);

}  // namespace mynah
