// SPDX-License-Identifier: Apache-2.0
#include "flags.hpp"

#include <algorithm>
#include <array>
#include <string>
#include <string_view>

#include <mynah/error.hpp>
#include <mynah/version.hpp>

#include "net/limit_setting.hpp"
#include "net/server_address.hpp"
#include "net/tls_settings.hpp"
#include "sasl/saslprep.hpp"

namespace mynah::xmpp {

namespace {

void check_nick(const settings& values, std::string_view flag_name, const std::string& nick) {
  const auto tried = jid::parse("room@rooms.example/" + nick);
  // Rooms refuse nicks that nobody can see (XEP-0045, section 7.1).
  const bool is_seen = nick.find_first_not_of(' ') != std::string::npos;
  if (!is_seen || !tried || tried->resource() != nick) {
    values.refuse(flag_name, nick,
                  "a name that resourceprep (RFC 6122) leaves as it is: 1 to 1023 bytes of UTF-8, "
                  "not only blanks, no control characters");
  }
}

std::vector<room_entry> rooms_from(const settings& values) {
  constexpr std::string_view expected =
      "rooms such as ops@rooms.example or, with a password, ops@rooms.example:password";
  const bool component = values.boolean("component");
  const auto own = jid::parse(values.text("jid"));
  std::vector<room_entry> rooms;
  for (const std::string& text : values.list("rooms")) {
    const std::size_t colon = text.find(':');
    const std::string name = text.substr(0, colon);
    const auto address = jid::parse(name);
    if (!address || !address->is_bare() || address->local().empty()) {
      values.refuse("rooms", name, expected);
    }
    const bool twice = std::any_of(rooms.begin(), rooms.end(),
                                   [&](const room_entry& each) { return each.room == *address; });
    if (twice) values.refuse("rooms", name, "each room once");
    if (component && own && address->domain() == own->domain()) {
      values.refuse("rooms", name, "a room of a service: all of this domain is the component");
    }
    if (colon == std::string::npos) {
      rooms.emplace_back(*address);
      continue;
    }
    std::string password = text.substr(colon + 1);
    if (password.empty()) {
      values.refuse("rooms", text, "a password behind the colon, or no colon");
    }
    rooms.emplace_back(*address, std::move(password));
  }
  return rooms;
}

constexpr std::array<std::string_view, 5> known_mechanisms = {
    "external", "scram-sha-512", "scram-sha-256", "scram-sha-1", "plain"};

// The registered names of those that are allowed and have what is needed for, the best first.
std::vector<std::string> mechanisms_from(const settings& values, bool has_certificate,
                                         bool has_password) {
  const std::vector<std::string>& allowed = values.list("sasl-mechanisms");
  for (const std::string& each : allowed) {
    const bool known =
        std::find(known_mechanisms.begin(), known_mechanisms.end(), each) != known_mechanisms.end();
    if (!known) {
      values.refuse("sasl-mechanisms", each,
                    "external, scram-sha-512, scram-sha-256, scram-sha-1 or plain");
    }
  }
  const bool wants_external =
      std::find(allowed.begin(), allowed.end(), "external") != allowed.end();
  if (wants_external && !has_certificate && values.given("sasl-mechanisms")) {
    values.refuse("sasl-mechanisms", "external",
                  "a certificate to log in with (client-cert) besides");
  }
  std::vector<std::string> names;
  for (const std::string_view each : known_mechanisms) {
    if (std::find(allowed.begin(), allowed.end(), each) == allowed.end()) continue;
    if (each == "external" ? !has_certificate : !has_password) continue;
    std::string name(each);
    for (char& c : name) {
      if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 'a' + 'A');
    }
    names.push_back(std::move(name));
  }
  return names;
}

// Empty if none is given.
std::string host_from(const settings& values) {
  const std::string& text = values.text("host");
  if (!values.given("host")) return {};
  const auto host = net::server_address::parse_host(text);
  if (!host) {
    const bool has_port = net::server_address::parse(text).has_value();
    values.refuse("host", text,
                  has_port ? "a host name or an IP address, and the port as port"
                           : "a host name or an IP address, such as xmpp.example.org");
  }
  return *host;
}

invite_policy invites_from(const settings& values) {
  const std::string& text = values.text("invites");
  if (text == "ignore") return invite_policy::ignore;
  return text == "any" ? invite_policy::any : invite_policy::configured;
}

negotiation_options login_from(const settings& values) {
  const bool component = values.boolean("component");
  const std::string& text = values.text("jid");
  const auto address = jid::parse(text);
  if (!address || address->local().empty() != component) {
    values.refuse("jid", text,
                  component ? "the domain of the component, such as bot.example.org"
                            : "an address such as bot@example.org or bot@example.org/resource");
  }
  if (!address->ascii_domain()) values.refuse("jid", text, "a domain that can be looked up");
  if (component && !address->is_bare()) {
    values.refuse("jid", text, "a domain without resource, because it is a component's");
  }
  negotiation_options login(*address);
  login.component = component;
  login.password = values.text("password");
  const bool has_certificate = !values.text("client-cert").empty();
  if (login.password.size() > 1000 || (login.password.empty() && (component || !has_certificate))) {
    values.refuse_secret(
        "password", component ? "the secret of the component"
                              : "the password of the account, of at most 1000 characters; or a "
                                "certificate to log in with (client-cert)");
  }
  login.plain_stream = component || !values.boolean("tls");
  login.plain_without_tls = values.boolean("plain-without-tls");
  login.channel_binding = values.boolean("channel-binding");
  login.sasl2 = values.boolean("sasl2");
  login.manage_stream = values.boolean("stream-management");
  login.software = "mynah";
  if (component) return login;
  login.mechanisms = mechanisms_from(values, has_certificate, !login.password.empty());
  if (login.mechanisms.empty()) {
    const std::vector<std::string>& allowed = values.list("sasl-mechanisms");
    if (allowed.empty()) {
      values.refuse("sasl-mechanisms", "",
                    "external (with client-cert), scram-sha-512, scram-sha-256, scram-sha-1 or "
                    "plain");
    }
    values.refuse_secret("password", "the password of the account, for " + allowed.front() +
                                         "; or external in sasl-mechanisms, for the certificate "
                                         "(client-cert)");
  }
  if (!login.password.empty() && !sasl::saslprep(login.password, sasl::prep::password)) {
    values.refuse_secret(
        "password",
        "UTF-8 that SASLprep (RFC 4013) accepts: no control characters, nothing newer "
        "than Unicode 3.2");
  }
  return login;
}

}  // namespace

std::vector<flag> flags() {
  return {
      flag("jid", "address to log in as: name@domain or name@domain/resource").required(),
      flag("password", "password of the account, or the secret of the component").secret(),
      flag("host", "server to connect to, instead of what DNS says for the domain"),
      flag("port", "its port; 5222, or 5223 with direct TLS, or 5347 for a component",
           flag_type::integer)
          .fallback("0")
          .range(0, 65535),
      flag("tls", "use TLS; the certificate is always verified, for the domain of the address",
           flag_type::boolean)
          .fallback("yes"),
      flag("direct-tls", "begin with TLS (XEP-0368) at the given host, instead of STARTTLS",
           flag_type::boolean)
          .fallback("no"),
      flag("ca-file", "PEM file of the certificate authorities to accept instead of the machine's"),
      flag("client-cert", "PEM file of the certificate to show to the server"),
      flag("client-key", "PEM file of its key; if not given, the key is in the same file"),
      flag("sasl-mechanisms",
           "SASL mechanisms that may be used: external (with client-cert), scram-sha-512, "
           "scram-sha-256, scram-sha-1, plain; with channel binding where the server has it",
           flag_type::list)
          .fallback("external,scram-sha-512,scram-sha-256,scram-sha-1,plain"),
      flag("channel-binding",
           "bind the login to the TLS connection where both can, so that nobody can sit between; "
           "no: "
           "for a server whose TLS ends before it",
           flag_type::boolean)
          .fallback("yes"),
      flag("sasl2", "log in with fewer steps (XEP-0388) where the server can", flag_type::boolean)
          .fallback("yes"),
      flag("plain-without-tls",
           "allow the mechanism plain without TLS: everybody on the way sees "
           "the password",
           flag_type::boolean)
          .fallback("no"),
      flag("component",
           "connect as a component (XEP-0114): jid is its domain, and everything "
           "sent to that domain is the bot's",
           flag_type::boolean)
          .fallback("no"),
      flag("rooms", "rooms to be in: room@service or, with a password, room@service:password",
           flag_type::list),
      flag("nick", "name in rooms").fallback("mynah"),
      flag("alternative-nicks", "names to try where it is taken; then an underscore is added",
           flag_type::list),
      flag("rejoin", "come back after being kicked out of a configured room; a few times",
           flag_type::boolean)
          .fallback("yes"),
      flag("room-check", "silence in a room after which it is asked whether we are in it; 0: never",
           flag_type::duration)
          .fallback("15m"),
      flag("bookmarks", "be in the rooms, too, that bookmarks of the account say to enter",
           flag_type::boolean)
          .fallback("no"),
      flag("invites", "invitations to follow: ignore, configured (rooms), any")
          .fallback("configured")
          .one_of({"ignore", "configured", "any"}),
      flag("invite-limit", "rooms to be in by invitation at once, besides the configured ones",
           flag_type::integer)
          .fallback("20")
          .range(1, 1000),
      flag("subscriptions", "let everybody see when the bot is there", flag_type::boolean)
          .fallback("yes"),
      flag("replies", "show in rooms what an answer is to", flag_type::boolean).fallback("yes"),
      flag("typing", "show a running command as typing, to whoever's client shows that, too",
           flag_type::boolean)
          .fallback("yes"),
      flag("stream-management", "use stream management (XEP-0198) where the server has it",
           flag_type::boolean)
          .fallback("yes"),
      flag("connect-timeout", "limit for each step of connecting", flag_type::duration)
          .fallback("10s"),
      flag("login-timeout", "limit for logging in", flag_type::duration).fallback("60s"),
      flag("ping-idle", "silence after which the server is asked whether it lives; 0: never",
           flag_type::duration)
          .fallback("60s"),
  };
}

connection_options options_from(const settings& values) {
  connection_options options(
      login_from(values), net::tls_context_from(values, net::tls_options(values.text("ca-file"))));
  const bool component = options.login.component;
  options.host = host_from(values);
  const auto port = values.integer("port");
  if (port != 0) options.port = static_cast<std::uint16_t>(port);
  if (options.port && options.host.empty()) {
    values.refuse("port", std::to_string(port), "a host besides");
  }
  if (component && options.host.empty()) {
    values.refuse("host", "", "the server that the component belongs to");
  }
  if (component && values.boolean("direct-tls")) {
    values.refuse("direct-tls", "yes", "no, because the connection of a component has no TLS");
  }
  options.direct_tls = values.boolean("direct-tls");
  if (options.direct_tls && (options.host.empty() || !values.boolean("tls"))) {
    values.refuse("direct-tls", "yes", "a host, and TLS not switched off");
  }
  options.connect_limit = net::limit_setting(values, "connect-timeout");
  options.login_limit = net::limit_setting(values, "login-timeout");

  session_options& session = options.session;
  session.input = values.owner();
  session.name = "mynah";
  session.version = MYNAH_VERSION;
  session.component = component;
  session.manage_stream = values.boolean("stream-management");
  session.show_replies = values.boolean("replies");
  session.show_typing = values.boolean("typing");
  session.accept_subscriptions = values.boolean("subscriptions");
  session.idle = values.duration("ping-idle");
  session.rooms.entries = rooms_from(values);
  session.rooms.nick = values.text("nick");
  check_nick(values, "nick", session.rooms.nick);
  session.rooms.alternative_nicks = values.list("alternative-nicks");
  for (const std::string& each : session.rooms.alternative_nicks) {
    check_nick(values, "alternative-nicks", each);
  }
  session.rooms.rejoin = values.boolean("rejoin");
  session.rooms.silence = values.duration("room-check");
  session.rooms.bookmarks = values.boolean("bookmarks");
  if (session.rooms.bookmarks && component) {
    values.refuse("bookmarks", "yes", "no, because a component has no account");
  }
  session.rooms.invites = invites_from(values);
  session.rooms.domain = options.login.account.domain();
  session.rooms.invite_limit = static_cast<std::size_t>(values.integer("invite-limit"));
  return options;
}

}  // namespace mynah::xmpp
