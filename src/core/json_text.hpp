// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>

namespace mynah::core {

/// JSON (RFC 8259), written from front to back. For what the journal writes for every command:
/// building a tree first took a quarter of the time that the bot's strand had for one. Reading is a
/// library's.
///
/// Text that is not UTF-8 gets U+FFFD in place of what is wrong: a plugin that breaks its contract
/// must not stop the journal.
class json_text {
 public:
  json_text() = default;
  /// Behind `begin`, which is no JSON.
  explicit json_text(std::string_view begin) : out_(begin) { out_.reserve(begin.size() + 512); }

  json_text& open_object() { return open('{'); }
  json_text& close_object() { return close('}'); }
  json_text& open_array() { return open('['); }
  json_text& close_array() { return close(']'); }
  json_text& key(std::string_view name);
  json_text& string(std::string_view value);
  json_text& number(std::int64_t value);
  json_text& boolean(bool value);

  /// The text, once all that was opened is closed.
  [[nodiscard]] std::string take() && { return std::move(out_); }

 private:
  json_text& open(char bracket);
  json_text& close(char bracket);
  void separate();
  void escape(std::string_view utf8);

  std::string out_;
  bool follows_ = false;  ///< a value, so that the next needs a comma
};

}  // namespace mynah::core
