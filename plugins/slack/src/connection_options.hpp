// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <utility>

#include "http_receiver.hpp"
#include "incoming.hpp"
#include "poster.hpp"
#include "shared_app.hpp"
#include "socket_mode.hpp"
#include "web_api.hpp"

namespace mynah::slack {

/// All that a connection to one workspace needs to know.
class connection_options {
 public:
  connection_options(std::string bot_token, web_api_options api)
      : bot_token(std::move(bot_token)), api(std::move(api)) {}

  std::string bot_token;
  web_api_options api;
  std::optional<socket_mode_options> socket;  ///< one of these two
  std::optional<http_receiver_options> http;
  std::shared_ptr<shared_app> app;  ///< the input among those of its app
  reader_options reading;           ///< without who the bot is, which auth.test tells
  poster_options posting;
  std::chrono::milliseconds button_life = std::chrono::hours(24);  ///< older ones are refused
  bool shows_home = true;
  bool is_assistant = false;  ///< the app has Slack's feature for assistants
};

}  // namespace mynah::slack
