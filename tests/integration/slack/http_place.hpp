// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>

#include "loopback.hpp"
#include "slack_bot.hpp"

namespace mynah_test {

/// A workspace whose app posts to a port of this machine.
class http_place : public slack_place {
 public:
  /// Over TLS if there is an authority that Slack accepts.
  explicit http_place(const std::string& ca_file = {})
      : slack_place(slack::options(), app()), port_(free_port()), has_tls_(!ca_file.empty()) {
    slack.set_http_urls(world.app.app_id, url(), url(), url(), ca_file);
  }

  [[nodiscard]] std::string url() const {
    return (has_tls_ ? "https://127.0.0.1:" : "http://127.0.0.1:") + std::to_string(port_) +
           "/slack";
  }
  /// Another workspace that has the app, with a channel; its id.
  std::string add_workspace() {
    slack::new_workspace elsewhere;
    elsewhere.name = "Elsewhere";
    elsewhere.domain = "elsewhere";
    const std::string team = slack.add_workspace(elsewhere);
    const slack::installation there = slack.install(world.app.app_id, team);
    slack::new_user person;
    person.name = "carol";
    other_user = slack.add_user(team, person);
    slack::new_channel channel;
    channel.name = "elsewhere";
    other_channel = slack.add_channel(team, channel);
    slack.join(other_channel, there.bot_user_id);
    slack.join(other_channel, other_user);
    return team;
  }
  /// In the workspace that was added.
  std::string other_channel;
  std::string other_user;

  [[nodiscard]] running_bot::settings settings() const {
    return {{"bot-token", world.bot.bot_token},
            {"mode", "http"},
            {"signing-secret", world.app.signing_secret},
            {"listen", local(port_)},
            {"api-url", slack.api_url()},
            {"ca-file", slack.ca_file()}};
  }

 private:
  static slack::new_app app() {
    slack::new_app made;
    made.socket_mode = false;
    return made;
  }

  std::uint16_t port_;
  bool has_tls_;
};

}  // namespace mynah_test
