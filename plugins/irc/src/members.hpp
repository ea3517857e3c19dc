// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <set>
#include <string>
#include <string_view>

namespace mynah::irc {

/// Who is in our channels, and logged in to the network's services as what, as far as the server
/// told. Names are folded by the caller.
///
/// Only of those with whom we share a channel does the server tell when they log out, leave, or
/// give their nick to somebody else; so nothing is kept of anybody from the moment the last shared
/// channel is gone.
class members {
 public:
  /// We are in the channel from now on; nobody else is known there yet.
  void we_joined(const std::string& channel);
  void we_left(const std::string& channel);

  /// Ignored for channels that we are not in.
  void joined(const std::string& nick, const std::string& channel);
  void left(const std::string& nick, const std::string& channel);
  void quit(const std::string& nick);
  void renamed(const std::string& from, const std::string& to);

  /// Empty: not logged in. Ignored for those with whom we share no channel.
  void set_account(const std::string& nick, std::string_view account);
  void forget_accounts();
  /// Empty: not logged in, or unknown.
  [[nodiscard]] std::string_view account(const std::string& nick) const;

 private:
  class member {
   public:
    std::set<std::string> channels;  ///< never empty
    std::string account;
  };

  std::set<std::string> ours_;
  std::map<std::string, member> members_;  ///< by nick
};

}  // namespace mynah::irc
