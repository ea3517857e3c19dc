// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <string>
#include <string_view>

namespace mynah::slack {

/// How old, or how far in the future, a signed request may be.
inline constexpr std::chrono::seconds signature_window{300};

/// What is wrong with the signature of a request.
enum class signature_check : unsigned char {
  good,
  missing,        ///< one of the two fields is not there
  bad_timestamp,  ///< it is not all digits
  too_old,
  too_new,
  wrong_version,  ///< not `v0=` and 64 hexadecimal digits
  mismatch        ///< somebody else's secret, or another body
};

/// For the log: "the timestamp is too old".
[[nodiscard]] std::string_view describe(signature_check checked) noexcept;

/// Checks the fields `X-Slack-Request-Timestamp` and `X-Slack-Signature` (empty: not there) of a
/// request, before anything else is done with it. `body`: its raw bytes. Takes as long for a good
/// signature as for a wrong one.
[[nodiscard]] signature_check verify(std::string_view secret, std::string_view timestamp_field,
                                     std::string_view signature_field, std::string_view body,
                                     std::chrono::system_clock::time_point now);

/// The signature that Slack gives such a request: `v0=...`.
[[nodiscard]] std::string signature_of(std::string_view secret, std::string_view timestamp_field,
                                       std::string_view body);

}  // namespace mynah::slack
