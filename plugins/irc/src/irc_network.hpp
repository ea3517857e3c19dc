// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <mynah/irc/network.hpp>

#include "enquiries.hpp"

namespace mynah::irc {

/// What an irc_input gives to plugins: the same object over all its connections.
class irc_network final : public network {
 public:
  /// Whom to ask from now on.
  void connected(std::weak_ptr<enquiries> current) { current_ = std::move(current); }

  task<result<std::string>> topic(std::string channel) override;
  task<result<void>> set_topic(std::string channel, std::string text) override;
  task<result<std::string>> modes(std::string channel) override;
  task<result<void>> mode(std::string target, std::string change) override;
  task<result<void>> kick(std::string channel, std::string nick, std::string why) override;
  task<result<void>> invite(std::string nick, std::string channel) override;
  task<result<void>> join(std::string channel, std::string key) override;
  task<result<void>> part(std::string channel, std::string why) override;
  task<result<whois>> who_is(std::string nick) override;

 private:
  using texts = std::vector<std::string>;

  task<result<std::vector<message>>> ask(std::string command, texts params,
                                         std::optional<std::string> text, texts about);
  task<result<void>> tell(std::string command, texts params, std::optional<std::string> text,
                          texts about);

  std::weak_ptr<enquiries> current_;
};

}  // namespace mynah::irc
