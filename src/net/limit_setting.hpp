// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <string_view>

#include <mynah/settings.hpp>

namespace mynah::net {

/// A setting that is a limit of time: without any nothing would ever come about. Throws
/// `settings_error` if it is zero.
[[nodiscard]] inline std::chrono::milliseconds limit_setting(const settings& values,
                                                             std::string_view name) {
  const std::chrono::milliseconds limit = values.duration(name);
  if (limit.count() == 0) values.refuse(name, "0", "more than zero");
  return limit;
}

}  // namespace mynah::net
