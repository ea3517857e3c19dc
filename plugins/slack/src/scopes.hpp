// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>

namespace mynah::slack {

/// Whether a list such as the field `x-oauth-scopes` holds (`chat:write,commands`) has this scope.
[[nodiscard]] bool has_scope(std::string_view granted, std::string_view wanted) noexcept;

}  // namespace mynah::slack
