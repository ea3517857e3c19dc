// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "casemapping.hpp"

namespace mynah::irc {

/// What the server said about itself in 005, as far as we need it; what it did not say has the
/// protocol's default. Nonsense values are ignored.
class isupport {
 public:
  /// How many channels of some types one may be in together (CHANLIMIT).
  class channel_limit {
   public:
    std::string types;
    std::size_t most = 0;
  };

  /// No server has longer names of channels, and text needs room beside them.
  static constexpr std::size_t longest_channel = 200;

  /// Takes the parameters of a 005: our nick, tokens, a text. May come again later.
  void apply(const std::vector<std::string>& params);

  /// Whether this names a channel: one, not a list, and nothing that would be more than one word.
  [[nodiscard]] bool is_channel(std::string_view name) const noexcept;
  /// The target of a message without the prefix that restricts it to some members: `@#ops` is a
  /// message to `#ops`.
  [[nodiscard]] std::string_view without_status(std::string_view target) const noexcept;

  casemapping mapping = casemapping::rfc1459;
  std::string channel_types = "#&";
  std::string status_prefixes;
  std::string member_prefixes = "@+";  ///< of PREFIX: what stands before nicks in NAMES
  bool whox = false;                   ///< WHO tells fields that one asks for
  std::size_t nick_length = 9;
  bool nick_length_known = false;
  bool utf8_only = false;         ///< other text is refused
  std::size_t join_targets = 0;   ///< channels in one JOIN; 0: no limit
  std::size_t history_limit = 0;  ///< messages that CHATHISTORY gives at once; 0: no limit
  std::vector<channel_limit> channel_limits;  ///< types that are not in it have no limit
  bool monitor = false;                       ///< MONITOR tells who comes and goes
  std::string bot_mode;                       ///< user mode of bots, one letter; empty: none

 private:
  void set(std::string_view key, std::string_view value);
  void unset(std::string_view key);
};

}  // namespace mynah::irc
