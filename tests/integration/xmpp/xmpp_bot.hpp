// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <atomic>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

#include <mynah/command.hpp>
#include <mynah/context.hpp>
#include <mynah/xmpp.hpp>

#include "ejabberd.hpp"
#include "prosody.hpp"
#include "running_bot.hpp"
#include "slixmpp_client.hpp"

namespace mynah_test {

/// A bot with the XMPP input.
class xmpp_bot : public running_bot {
 public:
  explicit xmpp_bot(const settings& xmpp, const std::vector<mynah::command_ptr>& commands = {},
                    const settings& own = {},
                    const std::vector<std::shared_ptr<mynah::stream>>& streams = {},
                    const std::vector<const mynah::plugin_info*>& besides = {})
      : running_bot(mynah::xmpp::plugin(), xmpp, commands, own, streams, besides) {}

  /// So often it has had a session.
  void wait_until_online(std::size_t times = 1) { wait_for_log("xmpp: online", times); }
};

/// What the bot logs when it has gone into the room of that name at `rooms.bots.test`.
inline std::string entered(const std::string& room) {
  return "in the room room=" + room + "@rooms.bots.test";
}

/// What a server of this kind takes.
template <class Server>
using options_of =
    std::conditional_t<std::is_same_v<Server, prosody>, prosody_options, ejabberd_options>;

/// Settings for `bot@bots.test` on this server.
template <class Server>
running_bot::settings account_on(const Server& server) {
  return {{"jid", "bot@bots.test/here"},
          {"password", "bot-secret"},
          {"host", "127.0.0.1"},
          {"port", std::to_string(server.port())},
          {"ca-file", server.ca_file()}};
}

/// The same with a room or several.
template <class Server>
running_bot::settings account_in(const Server& server, const std::string& rooms) {
  auto settings = account_on(server);
  settings["rooms"] = rooms;
  return settings;
}

/// Ada or Bob, online.
template <class Server>
slixmpp_client client_of(const Server& server, const std::string& name) {
  return slixmpp_client(server.port(), server.ca_file(), name + "@bots.test/there",
                        name + "-secret");
}

/// A command that notes who runs it, and with what, and answers "noted <text>".
class noted_command {
 public:
  explicit noted_command(std::string name = "note") : name_(std::move(name)) {}

  /// As one that changes something: only who has a grant may.
  [[nodiscard]] mynah::command_ptr make(bool changes = false) {
    mynah::command_spec spec(name_, "Notes who asks");
    spec.parameter(mynah::parameter::string("text")).quick();
    if (changes) spec.changes();
    auto run = [this](mynah::context& ctx) -> std::string {
      const std::lock_guard lock(mutex_);
      const std::string text(ctx.args().string("text"));
      runs_.emplace_back(ctx.principal().key(), text);
      return "noted " + text;
    };
    return mynah::make_command(std::move(spec), std::move(run));
  }

  /// Who ran it with what, in order.
  [[nodiscard]] std::vector<std::pair<std::string, std::string>> runs() const {
    const std::lock_guard lock(mutex_);
    return runs_;
  }
  [[nodiscard]] std::size_t count(std::string_view text) const {
    const std::lock_guard lock(mutex_);
    std::size_t found = 0;
    for (const auto& [who, what] : runs_) found += what == text ? 1U : 0U;
    return found;
  }

 private:
  std::string name_;
  mutable std::mutex mutex_;
  std::vector<std::pair<std::string, std::string>> runs_;
};

}  // namespace mynah_test
