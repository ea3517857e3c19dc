// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace mynah::sasl {

/// What a string is for: names may hold characters that Unicode 3.2 did not know, passwords not
/// (RFC 5802, section 5.1).
enum class prep : unsigned char { name, password };

/// SASLprep (RFC 4013): the one form of a name or password that two programs agree on. ASCII stays
/// as it is.
///
/// Nothing if the text is not UTF-8 or holds what SASLprep forbids: control characters, private
/// use, mixed directions.
[[nodiscard]] std::optional<std::string> saslprep(std::string_view text, prep what);

}  // namespace mynah::sasl
