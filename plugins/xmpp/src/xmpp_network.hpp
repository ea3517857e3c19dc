// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <mynah/clock.hpp>
#include <mynah/xmpp/network.hpp>

#include "exchange.hpp"
#include "net/tls.hpp"
#include "services.hpp"

namespace mynah::xmpp {

/// What an xmpp_input gives to plugins: the same object over all its connections.
class xmpp_network final : public network {
 public:
  /// `web`: how to verify who keeps files.
  xmpp_network(std::shared_ptr<mynah::clock> clock, net::tls_context web)
      : clock_(std::move(clock)), web_(std::move(web)) {}

  /// Whom to ask from now on.
  void connected(std::weak_ptr<exchange> current);

  task<result<std::string>> create(std::string room, room_settings how) override;
  task<result<void>> configure(std::string room, room_settings how) override;
  task<result<void>> destroy(std::string room, std::string why, std::string alternative) override;
  task<result<void>> set_topic(std::string room, std::string text) override;
  task<result<void>> invite(std::string room, std::string who, std::string why) override;
  task<result<void>> kick(std::string room, std::string nick, std::string why) override;
  task<result<void>> set_affiliation(std::string room, std::string who, xmpp::affiliation what,
                                     std::string why) override;
  task<result<std::vector<room_person>>> affiliations(std::string room,
                                                      xmpp::affiliation what) override;
  task<result<std::vector<room_person>>> occupants(std::string room) override;
  task<result<void>> enter(std::string room, std::string password) override;
  task<result<void>> leave(std::string room, std::string why) override;
  task<result<std::string>> upload(std::string name, std::string type, std::string bytes) override;

 private:
  /// A server to ask, and a room there.
  class place {
   public:
    place(std::shared_ptr<exchange> server, jid room)
        : server(std::move(server)), room(std::move(room)) {}

    std::shared_ptr<exchange> server;
    jid room;
  };

  task<result<place>> find(std::string room);
  task<result<services>> find_services(std::shared_ptr<exchange> server);

  std::shared_ptr<mynah::clock> clock_;
  net::tls_context web_;
  std::weak_ptr<exchange> current_;
  services services_;  ///< as found
};

}  // namespace mynah::xmpp
