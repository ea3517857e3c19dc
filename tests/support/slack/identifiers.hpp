// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace mynah_test::slack {

/// Makes ids and tokens that look like Slack's and are the same in every run, but for secrets.
class identifiers {
 public:
  /// "C" -> "C0000000A1".
  std::string next(char kind);
  std::string uuid();
  /// "xoxb-..." or "xapp-1-A...-...": unguessable, so that a token in a log can be found.
  static std::string bot_token();
  static std::string app_token(const std::string& app_id);
  /// Lower-case hexadecimal digits.
  static std::string secret(std::size_t digits);

 private:
  std::uint64_t last_ = 0;
  std::uint64_t last_uuid_ = 0;
};

/// "1700000000.000100" of microseconds, and back; 0 for what is no ts.
[[nodiscard]] std::string to_ts(std::uint64_t microseconds);
[[nodiscard]] std::uint64_t from_ts(std::string_view ts);

/// Code points of a UTF-8 text, as Slack counts its limits.
[[nodiscard]] std::size_t characters(std::string_view text);
/// The first so many of them.
[[nodiscard]] std::string_view first_characters(std::string_view text, std::size_t count);

[[nodiscard]] std::string percent_encoded(std::string_view text);
/// Of a form ("+" is a blank).
[[nodiscard]] std::string percent_decoded(std::string_view text);

}  // namespace mynah_test::slack
