// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace mynah::irc {

/// The character set of a network: UTF-8, or another that the machine's iconv knows and that has
/// ASCII where ASCII is.
///
/// Thread safety: none; copies share their state.
class charset {
 public:
  /// UTF-8.
  charset() noexcept = default;
  /// Nothing if iconv does not know it, or ASCII is not a part of it (UTF-16, EBCDIC).
  [[nodiscard]] static std::optional<charset> named(const std::string& name);

  [[nodiscard]] bool is_utf8() const noexcept { return conversion_ == nullptr; }

  /// What somebody wrote, as UTF-8, by this rule: what is UTF-8 as a whole is UTF-8, unless it is
  /// ASCII with the escapes of a set that has such (ISO-2022); else it is in this character set;
  /// else, and if the set is UTF-8, it is Latin-1 (`decoded`).
  [[nodiscard]] std::string decode(std::string_view bytes) const;

  /// UTF-8 in this character set; what the set has not becomes `?`.
  [[nodiscard]] std::string encode(std::string_view text) const;

 private:
  class conversion;

  explicit charset(std::shared_ptr<conversion> with) noexcept : conversion_(std::move(with)) {}

  std::shared_ptr<conversion> conversion_;
};

}  // namespace mynah::irc
