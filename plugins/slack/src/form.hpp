// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace mynah::slack {

/// The fields of an application/x-www-form-urlencoded body, in order.
class form {
 public:
  form() = default;

  /// Reads one as browsers do: `+` is a blank, a `%` that starts no byte stays, empty parts are
  /// read over. Of bytes that are no UTF-8 U+FFFD is made.
  [[nodiscard]] static form parse(std::string_view body);

  form& add(std::string name, std::string value);
  /// The first field of this name.
  [[nodiscard]] std::optional<std::string_view> value(std::string_view name) const noexcept;
  [[nodiscard]] std::string to_string() const;

  friend bool operator==(const form&, const form&) = default;

  std::vector<std::pair<std::string, std::string>> fields;
};

}  // namespace mynah::slack
