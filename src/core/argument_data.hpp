// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <mynah/arguments.hpp>

#include "core/router.hpp"
#include "core/words.hpp"

namespace mynah::detail {

/// What stands behind `arguments`.
class argument_data {
 public:
  std::string line;
  std::vector<core::capture_span> captures;                         ///< of `line`
  const std::map<std::string, int>* capture_names = nullptr;        ///< owned by the router
  std::vector<std::pair<std::string_view, argument_value>> values;  ///< names owned by the spec

  const std::vector<core::word>& words() {
    if (!split) split = core::split_words(line);
    return *split;
  }

  std::optional<std::vector<core::word>> split;
  std::optional<std::vector<std::string>> texts;
};

}  // namespace mynah::detail
