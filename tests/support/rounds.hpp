// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>

namespace mynah_test {

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
constexpr bool sanitized = true;
#elif defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
constexpr bool sanitized = true;
#else
constexpr bool sanitized = false;
#endif
#else
constexpr bool sanitized = false;
#endif

/// How often to try something at random, or how much of it. Sanitizers take their time, and get by
/// with a tenth.
constexpr std::size_t rounds(std::size_t usual) {
  return sanitized ? usual / 10 : usual;
}

}  // namespace mynah_test
