// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace mynah::slack {

/// Bytes that the value of a button may have.
inline constexpr std::size_t most_value_bytes = 2000;

/// What a button of ours stands for.
enum class button_kind : unsigned char {
  command,  ///< a command line: whoever clicks gives it
  answer,   ///< one of the choices of a question
  form,     ///< the name of a command whose parameters are asked for first
  page      ///< a page of the App Home, by its number from 0
};

/// What is kept in the `value` of a button, and comes back with a click.
class button_value {
 public:
  button_value(button_kind kind, std::string text, std::string question = {})
      : kind(kind), text(std::move(text)), question(std::move(question)) {}

  /// Compact JSON in ASCII without `&`, `<`, `>`, which Slack would escape.
  [[nodiscard]] std::string to_string() const;
  /// Reads what `to_string` wrote; nothing if it is no value of ours.
  [[nodiscard]] static std::optional<button_value> parse(std::string_view value);

  friend bool operator==(const button_value&, const button_value&) = default;

  button_kind kind;
  std::string text;
  std::string question;  ///< id of the question that an answer is for
};

}  // namespace mynah::slack
