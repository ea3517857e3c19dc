// SPDX-License-Identifier: Apache-2.0
#pragma once

namespace mynah::core {

// The values that a bot keeps in its store.

inline constexpr const char* bot_space = "bot";
/// Number that no job up to now has passed, in decimal.
inline constexpr const char* last_job_key = "last-job";

}  // namespace mynah::core
