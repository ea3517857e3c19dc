// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "element.hpp"

namespace mynah::xmpp {

/// Where a file may be put, and where it can be got then (XEP-0363).
class upload_slot {
 public:
  upload_slot() = default;

  /// Reads the answer to a request. Nothing if it has not both URLs, by https. Only the header
  /// fields Authorization, Cookie and Expires count, and line ends are taken out of them.
  [[nodiscard]] static std::optional<upload_slot> read(const element& iq);

  std::string put;
  std::string get;
  std::vector<std::pair<std::string, std::string>> fields;  ///< for the PUT request
};

/// The request for a slot. Of `name` only what stands behind the last `/` or `\\` is told, without
/// control characters; `file` if nothing is left.
[[nodiscard]] element slot_request(std::string_view name, std::size_t size, std::string_view type);

}  // namespace mynah::xmpp
