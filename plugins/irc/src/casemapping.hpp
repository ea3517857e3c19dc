// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

namespace mynah::irc {

/// Which nicknames and channels are the same: ISUPPORT CASEMAPPING.
enum class casemapping : unsigned char { ascii, rfc1459, rfc1459_strict };

/// The mapping of that name; one that is not known counts as ascii.
[[nodiscard]] casemapping casemapping_named(std::string_view name) noexcept;

/// Lower case, to be used as a key.
[[nodiscard]] std::string folded(std::string_view name, casemapping mapping);

[[nodiscard]] bool same_name(std::string_view one, std::string_view other, casemapping mapping);

}  // namespace mynah::irc
