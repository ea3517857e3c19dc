// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "casemapping.hpp"

namespace mynah::irc {

/// Who is in our channels, and logged in to the network's services as what, as far as the server
/// told.
///
/// Only of those with whom we share a channel does the server tell when they log out, leave, or
/// give their nick to somebody else; so nothing is kept of anybody from the moment the last shared
/// channel is gone.
class members {
 public:
  /// People in channels, each counted for each channel; whoever comes then is not known there.
  static constexpr std::size_t most_places = 200'000;

  /// How names are compared from now on.
  void compare_by(casemapping mapping);

  /// We are in the channel from now on; nobody else is known there yet.
  void we_joined(std::string_view channel);
  void we_left(std::string_view channel);

  /// How many we are in.
  [[nodiscard]] std::size_t channels() const noexcept { return ours_.size(); }

  /// Ignored for channels that we are not in, and when there are too many.
  void joined(std::string_view nick, std::string_view channel);
  void left(std::string_view nick, std::string_view channel);
  void quit(std::string_view nick);
  void renamed(std::string_view from, std::string_view to);

  /// Empty: not logged in. Ignored for those with whom we share no channel.
  void set_account(std::string_view nick, std::string_view account);
  void forget_accounts();
  /// Empty: not logged in, or unknown.
  [[nodiscard]] std::string_view account(std::string_view nick) const;
  /// Channels that we share with somebody, as they were spelled when we joined.
  [[nodiscard]] std::vector<std::string> shared_with(std::string_view nick) const;

 private:
  class member {
   public:
    std::string nick;                ///< as last seen
    std::set<std::string> channels;  ///< folded; never empty
    std::string account;
  };

  using member_map = std::map<std::string, member>;  ///< by folded nick

  [[nodiscard]] std::string key(std::string_view name) const;
  void forget(const std::string& folded_nick);
  void take_out(member_map::iterator one, const std::string& folded_channel);

  casemapping mapping_ = casemapping::rfc1459;
  std::map<std::string, std::string> ours_;  ///< folded: as spelled
  member_map members_;
  std::size_t places_ = 0;  ///< taken
};

}  // namespace mynah::irc
