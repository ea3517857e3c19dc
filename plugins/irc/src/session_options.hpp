// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstddef>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include <mynah/clock.hpp>

#include "catch_up.hpp"
#include "channel_entry.hpp"
#include "charset.hpp"
#include "invite_policy.hpp"
#include "nickserv_options.hpp"
#include "sasl_options.hpp"

namespace mynah::irc {

/// What a session needs to know; checked before.
class session_options {
 public:
  std::string input = "irc";  ///< instance name, for addresses and principals
  std::string password;       ///< of the server; empty: none
  bool secure = true;         ///< the connection is inside TLS
  sasl_options sasl;
  nickserv_options services;  ///< where SASL did not log in
  std::string nick = "mynah";
  std::vector<std::string> alternative_nicks;  ///< in this order, before others are made up
  std::string user = "mynah";
  std::string real_name = "mynah";
  std::string version = "mynah";  ///< answer to CTCP VERSION
  std::string source;             ///< answer to CTCP SOURCE; empty: none
  /// For CTCP TIME.
  std::function<mynah::clock::wall_time()> wall = &std::chrono::system_clock::now;
  charset text;             ///< what is said is in it
  bool formatting = false;  ///< emphasis and code by format codes
  std::vector<channel_entry> channels;
  bool rejoin = true;  ///< come back after being kicked out of one of them
  invite_policy invites = invite_policy::configured;
  std::size_t most_invited = 20;    ///< other channels to be in by invitation
  std::shared_ptr<catch_up> heard;  ///< by earlier connections of this input; null: none
  std::size_t reply_lines = 30;     ///< messages per reply; 0: no limit
  std::chrono::milliseconds ping_idle = std::chrono::seconds(90);
  std::chrono::milliseconds ping_answer = std::chrono::seconds(30);
  /// Without TLS: how long the password waits for the list of capabilities.
  std::chrono::milliseconds list_limit = std::chrono::seconds(5);
  std::chrono::milliseconds motd_limit = std::chrono::seconds(15);  ///< from 001 to online
  std::chrono::milliseconds rejoin_delay = std::chrono::seconds(5);
};

}  // namespace mynah::irc
