// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstddef>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "archive_positions.hpp"
#include "command_directory.hpp"
#include "component_watchers.hpp"
#include "room_options.hpp"

namespace mynah::xmpp {

/// What a session is to do.
class session_options {
 public:
  std::string input;    ///< instance name, for addresses and principals
  std::string name;     ///< of the program, for whoever asks
  std::string version;  ///< of the program
  room_options rooms;
  bool accept_subscriptions = true;
  bool component = false;
  bool show_replies = true;                                   ///< in rooms: what an answer is to
  bool show_typing = true;                                    ///< while a command works
  bool manage_stream = true;                                  ///< use XEP-0198 where it is offered
  std::size_t body_bytes = 8000;                              ///< of one message at most
  std::chrono::milliseconds idle = std::chrono::seconds(60);  ///< then it is asked whether it lives
  std::chrono::milliseconds answer = std::chrono::seconds(30);  ///< and may take so long
  std::chrono::milliseconds echo_limit =
      std::chrono::seconds(10);  ///< for a room to show a message
  /// Of what archives are asked for; zero: any.
  std::chrono::milliseconds news_age = std::chrono::milliseconds(0);
  /// Keeps how far archives have been heard, for the next start. Null: nobody does.
  std::function<void(std::vector<archive_position>)> keep_heard;
  /// Keeps who sees a component, for the next start. Null: nobody does.
  std::function<void(std::vector<watcher>)> keep_watchers;
  std::function<std::chrono::system_clock::time_point()> wall;
  std::shared_ptr<command_directory> commands;  ///< for menus (XEP-0050); null: none
  std::function<std::string()> token;           ///< makes what nobody can guess
  std::string id_prefix;  ///< of stanza ids: random, unless a test wants to know them
};

}  // namespace mynah::xmpp
