// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstddef>
#include <map>
#include <string>
#include <string_view>

#include <mynah/clock.hpp>

#include "element.hpp"

namespace mynah::xmpp {

/// Whether a message is encrypted for clients, not for the way between them: by OMEMO (XEP-0384),
/// OpenPGP (XEP-0373, XEP-0027), or what it names itself (XEP-0380). Its body, if it has one, says
/// so to those who cannot read it.
[[nodiscard]] bool is_encrypted(const element& message) noexcept;

/// Whether an encrypted message says something. Others only hand out keys.
[[nodiscard]] bool says_something_encrypted(const element& message) noexcept;

/// Whom the bot has told that it cannot read what is encrypted: each once in a talk, so that two
/// bots do not tell each other for ever. No I/O.
///
/// Thread safety: none; on the bot's strand.
class encryption_talks {
 public:
  using time_point = mynah::clock::time_point;

  /// Without an encrypted message for as long a talk is over.
  static constexpr std::chrono::hours pause{1};
  /// People that are remembered; of more some are told again.
  static constexpr std::size_t most = 1'000;

  /// Somebody has written such a message: whether they are to be told.
  [[nodiscard]] bool heard(std::string_view bare, time_point now);

 private:
  std::map<std::string, time_point, std::less<>> last_;  ///< by bare address
};

}  // namespace mynah::xmpp
