// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <exception>
#include <string>

namespace mynah::net {

/// What an exception says of itself. Not null.
[[nodiscard]] std::string thrown_text(const std::exception_ptr& thrown);

}  // namespace mynah::net
