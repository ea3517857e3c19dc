// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "negotiation.hpp"
#include "session.hpp"
#include "xml.hpp"

namespace mynah_test {

/// A conversation with a session: say what the server sends, look at what comes back.
class session_script {
 public:
  explicit session_script(mynah::xmpp::session_options options = {},
                          mynah::logger log = mynah::logger())
      : talking(with_names(std::move(options)), std::move(log)) {}

  /// The login is done, with stream management or without.
  void log_in(bool managed = true) {
    connect(managed, {});
    if (managed) server("<enabled xmlns='urn:xmpp:sm:3' id='s1' resume='true'/>");
  }

  /// Another connection takes the session up; `handled`: stanzas of ours that the server has.
  void resume(unsigned handled) {
    connect(true,
            "<resumed xmlns='urn:xmpp:sm:3' previd='s1' h='" + std::to_string(handled) + "'/>");
  }
  /// Another connection finds that the session is gone.
  void resume_in_vain() {
    connect(true, "<failed xmlns='urn:xmpp:sm:3'/>");
    server("<enabled xmlns='urn:xmpp:sm:3' id='s2' resume='true'/>");
  }

  void server(std::string_view text) { talking.receive(xml(text), now); }
  void advance(mynah::clock::duration time) {
    now += time;
    wall += std::chrono::duration_cast<std::chrono::system_clock::duration>(time);
    if (talking.next_tick() <= now) talking.tick(now);
  }
  /// In a room, and live there.
  void enter(const std::string& room, const std::string& nick = "mynah") {
    server("<presence from='" + room + "/" + nick +
           "'><x xmlns='http://jabber.org/protocol/muc#user'><item affiliation='member' "
           "role='participant'/><status code='110'/></x></presence>");
    server("<message from='" + room + "' type='groupchat'><subject/></message>");
    (void)talking.take_events();
    (void)sent();
  }

  /// What the session has sent since the last call.
  std::string sent() { return talking.take_output(); }
  std::vector<mynah::event> events() { return talking.take_events(); }

  std::string features;    ///< of the server, besides
  bool component = false;  ///< `bots.test`, instead of an account
  mynah::clock::time_point now{std::chrono::hours(1)};
  std::chrono::system_clock::time_point wall{std::chrono::hours(24 * 365 * 50)};
  mynah::xmpp::session talking;

 private:
  mynah::xmpp::session_options with_names(mynah::xmpp::session_options options) {
    component = options.component;
    options.input = "xmpp";
    options.name = "mynah";
    options.version = "1";
    options.id_prefix = "m";
    if (options.rooms.nick.empty()) options.rooms.nick = "mynah";
    options.wall = [this] { return wall; };
    return options;
  }

  void connect_component() {
    mynah::xmpp::negotiation_options who(*mynah::xmpp::jid::parse("bots.test"));
    who.component = true;
    mynah::xmpp::negotiation how(who, std::nullopt);
    how.start(false);
    how.opened(header());
    how.receive(mynah::xmpp::element("handshake", "jabber:component:accept"));
    talking.connected(how, now);
  }

  void connect(bool managed, const std::string& answer_to_resume) {
    if (component) {
      connect_component();
      return;
    }
    mynah::xmpp::negotiation_options who(*mynah::xmpp::jid::parse("bot@bots.test/here"));
    who.password = "pencil";
    who.mechanisms = {"PLAIN"};
    mynah::xmpp::negotiation how(who, talking.resumable());
    how.start(true);
    how.opened(header());
    how.receive(
        xml("<stream:features><mechanisms xmlns='urn:ietf:params:xml:ns:xmpp-sasl'>"
            "<mechanism>PLAIN</mechanism></mechanisms></stream:features>"));
    how.receive(xml("<success xmlns='urn:ietf:params:xml:ns:xmpp-sasl'/>"));
    how.opened(header());
    how.receive(xml(std::string("<stream:features><bind "
                                "xmlns='urn:ietf:params:xml:ns:xmpp-bind'/>") +
                    (managed ? "<sm xmlns='urn:xmpp:sm:3'/>" : "") + features +
                    "</stream:features>"));
    if (!answer_to_resume.empty()) how.receive(xml(answer_to_resume));
    how.receive(
        xml("<iq type='result' id='bind'><bind xmlns='urn:ietf:params:xml:ns:xmpp-bind'>"
            "<jid>bot@bots.test/here</jid></bind></iq>"));
    talking.connected(how, now);
  }
};

}  // namespace mynah_test
