// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <nlohmann/json.hpp>

namespace mynah_test::slack {

using json = nlohmann::json;

/// A call's answer with ok:false.
class api_error {
 public:
  explicit api_error(std::string error, json more = json::object())
      : error(std::move(error)), more(std::move(more)) {}

  /// "invalid_arguments" with Slack's messages.
  static api_error invalid_arguments(const std::string& message);

  std::string error;
  json more;
};

/// The arguments of a Web API call, however they came.
class arguments {
 public:
  /// What a request brought. `content_type` may be empty (no body). Only a method that takes JSON
  /// reads a JSON body; for the others it is as if there were none.
  static arguments of(std::string_view query, std::string_view content_type, std::string_view body,
                      bool takes_json);

  /// As text; a JSON number or boolean too. Nothing if absent, null or empty.
  [[nodiscard]] std::optional<std::string> text(std::string_view name) const;
  /// The same, which must be there.
  [[nodiscard]] std::string needed(std::string_view name) const;
  [[nodiscard]] bool flag(std::string_view name, bool otherwise = false) const;
  [[nodiscard]] std::int64_t number(std::string_view name, std::int64_t otherwise) const;
  /// A list or object: JSON, or JSON in a form's string. Null if absent; throws `error` if it is
  /// text that is no JSON.
  [[nodiscard]] json structure(std::string_view name,
                               const char* error = "invalid_arguments") const;
  /// Comma-separated, or a JSON list.
  [[nodiscard]] std::vector<std::string> list(std::string_view name) const;
  [[nodiscard]] bool has(std::string_view name) const;
  [[nodiscard]] const json& all() const noexcept { return values_; }

  std::vector<std::string> warnings;
  /// Whether a token was among them, which Slack's current apps may not do.
  bool token_in_query = false;
  bool token_in_body = false;

 private:
  void read_form(std::string_view text, bool query);

  json values_ = json::object();
};

/// The bytes of the first file part of a multipart body; nothing if it is not well-formed.
[[nodiscard]] std::optional<std::string> multipart_content(std::string_view content_type,
                                                           std::string_view body);

}  // namespace mynah_test::slack
