// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>

namespace mynah::slack {

/// How Slack counts the calls of a method.
enum class limited_by : unsigned char {
  method,  ///< all calls of the method together
  channel  ///< those to one channel together
};

/// What has to be known of a Web API method to call it.
class method {
 public:
  constexpr method(std::string_view name, bool takes_json, int per_minute, int burst,
                   bool may_repeat, limited_by scope = limited_by::method)
      : name(name),
        takes_json(takes_json),
        may_repeat(may_repeat),
        scope(scope),
        per_minute(per_minute),
        burst(burst) {}

  std::string_view name;
  bool takes_json;  ///< a JSON body is read; else only a form is
  bool may_repeat;  ///< calling it twice does what calling it once does
  limited_by scope;
  int per_minute;  ///< what Slack allows at least
  int burst;       ///< calls that may come at once
};

/// The method of that name; null if the plugin does not use it.
[[nodiscard]] const method* find_method(std::string_view name) noexcept;

}  // namespace mynah::slack
