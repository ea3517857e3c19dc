// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <mynah/audit_entry.hpp>
#include <mynah/store.hpp>

namespace mynah::cli {

/// `audit export`: what of the audit to write, and how.
class audit_export {
 public:
  audit_query query;
  bool csv = false;
};

/// Takes `audit export` and its own flags out of the arguments, which then hold settings only;
/// nothing if the first word is not `audit`. Throws `settings_error`.
[[nodiscard]] std::optional<audit_export> take_audit_export(
    std::vector<std::string>& arguments, std::chrono::system_clock::time_point now);

/// Writes the entries, oldest first: JSON objects, one a line, or CSV with a head line. `write`
/// returns false to end it. Throws `store_error`.
void write_audit(store& from, const audit_export& what,
                 const std::function<bool(std::string_view line)>& write);

}  // namespace mynah::cli
