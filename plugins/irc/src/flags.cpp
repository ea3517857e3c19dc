// SPDX-License-Identifier: Apache-2.0
#include "flags.hpp"

#include <algorithm>
#include <array>
#include <map>
#include <string>
#include <string_view>
#include <utility>

#include <mynah/error.hpp>
#include <mynah/reply.hpp>
#include <mynah/version.hpp>

#include "casemapping.hpp"
#include "isupport.hpp"
#include "message.hpp"
#include "net/limit_setting.hpp"
#include "net/server_address.hpp"
#include "net/tls_settings.hpp"
#include "sasl/saslprep.hpp"
#include "words.hpp"

namespace mynah::irc {

namespace {

constexpr std::uint16_t tls_port = 6697;
constexpr std::uint16_t plain_port = 6667;

bool is_one_line(std::string_view text) noexcept {
  return text.find_first_of(std::string_view("\r\n\0", 3)) == std::string_view::npos;
}

bool is_nick(std::string_view text) noexcept {
  // Networks differ in what they allow; this refuses only what would break the protocol.
  return is_one_word(text) && text.find_first_of(",:!@*?.#&$") == std::string_view::npos &&
         !(text.front() >= '0' && text.front() <= '9') && text.front() != '-';
}

void check_nick(const settings& values, std::string_view flag_name, const std::string& nick) {
  constexpr std::size_t longest = 64;
  if (!is_nick(nick)) {
    values.refuse(flag_name, nick,
                  "a nick: no blanks or any of ,:!@*?.#&$, and no digit or '-' in front");
  }
  if (nick.size() > longest) {
    values.refuse(flag_name, nick,
                  "a nick of at most " + std::to_string(longest) + " characters, this one has " +
                      std::to_string(nick.size()));
  }
}

std::vector<channel_entry> channels_from(const settings& values) {
  constexpr std::string_view expected = "channels such as #mynah or, with a key, #ops:key";
  std::vector<channel_entry> channels;
  std::map<std::string, std::string> keys;
  for (const std::string& text : values.list("channels")) {
    const std::size_t colon = text.find(':');
    channel_entry entry(text.substr(0, colon));
    if (colon != std::string::npos) entry.key = text.substr(colon + 1);
    const bool typed = std::string_view("#&+!").find(entry.name.front()) != std::string_view::npos;
    if (!typed || entry.name.size() < 2 || entry.name.size() > isupport::longest_channel ||
        !is_one_word(entry.name)) {
      values.refuse("channels", entry.name, expected);
    }
    // Never show a key.
    if (colon != std::string::npos && (!is_one_word(entry.key) || entry.key.size() > 100)) {
      values.refuse("channels", entry.name + ":...", expected);
    }
    // Other mappings fold less.
    const auto [first, is_new] =
        keys.try_emplace(folded(entry.name, casemapping::rfc1459), entry.key);
    if (!is_new && first->second != entry.key) {
      values.refuse("channels", entry.name, "one key for each channel, here are two");
    }
    channels.push_back(std::move(entry));
  }
  return channels;
}

constexpr std::string_view known_mechanisms =
    "external, scram-sha-512, scram-sha-256, scram-sha-1 or plain";

// The mechanisms that the settings allow and have what is needed for, the best first.
std::vector<std::string> mechanisms_from(const settings& values, const sasl_options& sasl) {
  // In upper case these are the registered names.
  std::vector<std::pair<std::string, bool>> known = {{"EXTERNAL", false},
                                                     {"SCRAM-SHA-512", false},
                                                     {"SCRAM-SHA-256", false},
                                                     {"SCRAM-SHA-1", false},
                                                     {"PLAIN", false}};
  for (const std::string& text : values.list("sasl-mechanisms")) {
    const auto found = std::find_if(known.begin(), known.end(), [&](const auto& each) {
      return same_name(each.first, text, casemapping::ascii);
    });
    if (found == known.end()) values.refuse("sasl-mechanisms", text, known_mechanisms);
    found->second = true;
  }
  const bool has_certificate = !values.text("client-cert").empty();
  if (known[0].second && !has_certificate && values.given("sasl-mechanisms")) {
    values.refuse("sasl-mechanisms", "external",
                  "a certificate to log in with (client-cert) besides");
  }
  std::vector<std::string> mechanisms;
  for (const auto& [name, allowed] : known) {
    const bool possible = name == "EXTERNAL" ? has_certificate : !sasl.password.empty();
    if (allowed && possible) mechanisms.push_back(name);
  }
  return mechanisms;
}

void check_mechanisms(const settings& values, sasl_options& sasl) {
  if (sasl.mechanisms.empty()) {
    if (sasl.password.empty()) {
      values.refuse_secret(
          "sasl-password",
          "the password of sasl-user, of at most 400 characters; or a certificate to log "
          "in with (client-cert)");
    }
    values.refuse("sasl-mechanisms", "", known_mechanisms);
  }
  sasl.secure = values.boolean("tls");
  const bool usable = std::any_of(sasl.mechanisms.begin(), sasl.mechanisms.end(),
                                  [&](const std::string& each) { return sasl.usable(each); });
  if (!usable) {
    values.refuse(
        "sasl-mechanisms", folded(sasl.mechanisms.front(), casemapping::ascii),
        "scram-sha-256 besides, or TLS: without it there is no certificate for external, and "
        "plain would show the password to everybody on the way (sasl-plain-without-tls allows "
        "that)");
  }
  const bool scram =
      std::any_of(sasl.mechanisms.begin(), sasl.mechanisms.end(),
                  [](const std::string& each) { return each.starts_with("SCRAM-"); });
  if (!scram) return;
  constexpr std::string_view expected =
      "UTF-8 that SASLprep (RFC 4013) accepts: no control characters, nothing newer than Unicode "
      "3.2 in passwords; or sasl-mechanisms=plain";
  if (!sasl::saslprep(sasl.user, sasl::prep::name)) {
    values.refuse("sasl-user", sasl.user, expected);
  }
  if (!sasl::saslprep(sasl.password, sasl::prep::password)) {
    values.refuse_secret("sasl-password", expected);
  }
}

sasl_options sasl_from(const settings& values) {
  sasl_options sasl;
  sasl.user = values.text("sasl-user");
  sasl.password = values.text("sasl-password");
  sasl.plain_without_tls = values.boolean("sasl-plain-without-tls");
  sasl.required = values.boolean("sasl-required");
  std::vector<std::string> mechanisms = mechanisms_from(values, sasl);
  // A certificate alone may be for other things, so it logs in only if that is said.
  const bool by_certificate =
      values.given("sasl-mechanisms") && !mechanisms.empty() && mechanisms.front() == "EXTERNAL";
  if (sasl.user.empty() && sasl.password.empty() && !by_certificate) return sasl;
  if (!is_one_line(sasl.user) || sasl.user.size() > 200 ||
      (sasl.user.empty() && !sasl.password.empty())) {
    values.refuse("sasl-user", sasl.user, "the account that sasl-password is for");
  }
  if (!is_one_line(sasl.password) || sasl.password.size() > 400) {
    values.refuse_secret("sasl-password", "the password of sasl-user, of at most 400 characters");
  }
  sasl.mechanisms = std::move(mechanisms);
  check_mechanisms(values, sasl);
  return sasl;
}

// What services are told travels as a word of a message.
nickserv_options services_from(const settings& values) {
  nickserv_options services;
  services.service = values.text("nickserv");
  const std::size_t at = services.service.find('@');
  const std::string host = at == std::string::npos ? "server" : services.service.substr(at + 1);
  if (!is_nick(services.service.substr(0, at)) || !is_one_word(host) ||
      host.find_first_of("@,:!*?") != std::string::npos || services.service.size() > 128) {
    values.refuse("nickserv", services.service, "a nick such as NickServ, or NickServ@its.server");
  }
  services.account = values.text("nickserv-account");
  services.password = values.text("nickserv-password");
  services.required = values.boolean("nickserv-required");
  services.regain = values.text("nickserv-regain");
  for (char& c : services.regain) {
    if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 'a' + 'A');
  }
  constexpr std::array<std::string_view, 5> commands = {"", "GHOST", "REGAIN", "RECOVER",
                                                        "RELEASE"};
  if (std::find(commands.begin(), commands.end(), services.regain) == commands.end()) {
    values.refuse("nickserv-regain", services.regain, "GHOST, REGAIN, RECOVER or RELEASE");
  }
  if (!services.account.empty() &&
      (!is_one_word(services.account) || services.account.size() > 64)) {
    values.refuse("nickserv-account", services.account, "one word");
  }
  if (services.password.empty()) {
    if (!services.account.empty() || services.required) {
      values.refuse_secret("nickserv-password",
                           "a password, because nickserv-account or nickserv-required is given");
    }
    return services;
  }
  if (!is_one_word(services.password) || services.password.size() > 200) {
    values.refuse_secret("nickserv-password", "one word of at most 200 characters");
  }
  if (!values.boolean("tls") && !values.boolean("nickserv-without-tls")) {
    values.refuse_secret("nickserv-password",
                         "TLS: without it everybody on the way would see the password "
                         "(nickserv-without-tls allows that)");
  }
  return services;
}

std::vector<std::string> alternative_nicks_from(const settings& values) {
  std::vector<std::string> nicks = values.list("alternative-nicks");
  for (const std::string& each : nicks) check_nick(values, "alternative-nicks", each);
  // More than a server would bear to be asked.
  if (nicks.size() > 20) {
    values.refuse("alternative-nicks", std::to_string(nicks.size()) + " nicks", "20 at most");
  }
  return nicks;
}

invite_policy invites_from(const settings& values) {
  const std::string& text = values.text("invites");
  if (text == "ignore") return invite_policy::ignore;
  if (text == "any") return invite_policy::any;
  if (text != "configured") values.refuse("invites", text, "ignore, configured or any");
  return invite_policy::configured;
}

// Also where TLS is switched off: a server may ask for it (STS).
net::tls_context tls_from(const settings& values) {
  net::tls_options options(values.text("ca-file"));
  for (const std::string& text : values.list("tls-fingerprint")) {
    const auto fingerprint = net::parse_fingerprint(text);
    if (!fingerprint) {
      values.refuse(
          "tls-fingerprint", text,
          "the SHA-256 of the server's certificate: 64 hexadecimal digits, with colons between "
          "bytes or without");
    }
    options.fingerprints.push_back(*fingerprint);
  }
  if (!options.fingerprints.empty() && !options.ca_file.empty()) {
    values.refuse("ca-file", options.ca_file,
                  "no value, because tls-fingerprint says which certificates are accepted");
  }
  return net::tls_context_from(values, std::move(options));
}

std::vector<net::connect_options> servers_from(const settings& values,
                                               const net::tls_context& context) {
  constexpr std::size_t most_servers = 16;
  const std::vector<std::string>& texts = values.list("server");
  if (texts.empty() || texts.size() > most_servers) {
    throw settings_error(values.named("server") + " names " + std::to_string(texts.size()) +
                         " servers; expected 1 to 16, with commas between them");
  }
  const bool tls = values.boolean("tls");
  std::vector<net::connect_options> servers;
  for (const std::string& text : texts) {
    const auto address = net::server_address::parse(text);
    if (!address) values.refuse("server", text, "host, host:port or [IPv6 address]:port");
    net::connect_options where(address->host, address->port.value_or(tls ? tls_port : plain_port));
    where.connect_limit = net::limit_setting(values, "connect-timeout");
    where.resolve_limit = where.connect_limit;
    where.handshake_limit = where.connect_limit;
    if (tls) where.tls = context;
    servers.push_back(std::move(where));
  }
  return servers;
}

// Burst and interval are a fixed pace: whoever gives them wants it.
bool learns_pace(const settings& values) {
  const std::string& name = values.text("pace");
  if (name != "learn" && name != "fixed") values.refuse("pace", name, "learn or fixed");
  if (name == "fixed") return false;
  for (const std::string_view part : {"burst", "interval"}) {
    if (values.source(part) == "default") continue;
    if (values.source("pace") == "default") return false;
    const std::string value = part == "burst"
                                  ? std::to_string(values.integer(part))
                                  : std::to_string(values.duration(part).count()) + "ms";
    values.refuse(part, value, "no value, because the pace is learn");
  }
  return true;
}

}  // namespace

std::vector<flag> flags() {
  return {
      flag("server",
           "servers to try, in this order: host[:port], [IPv6 address][:port]; the port is 6697, "
           "or 6667 without TLS",
           flag_type::list)
          .required(),
      flag("tls", "use TLS; certificate and host name are always verified", flag_type::boolean)
          .fallback("yes"),
      flag("ca-file", "PEM file of the certificate authorities to accept instead of the machine's"),
      flag("tls-fingerprint",
           "SHA-256 of the server's certificate: accept it and no other, whoever signed it; for "
           "servers that sign their own",
           flag_type::list),
      flag("client-cert", "PEM file of the certificate to show to the server"),
      flag("client-key", "PEM file of its key; if not given, the key is in the same file"),
      flag("password", "server password").secret(),
      flag("sasl-user", "account to log in to with SASL; none if not given"),
      flag("sasl-password", "password of the account").secret(),
      flag("sasl-mechanisms",
           "SASL mechanisms that may be used: external (with client-cert), scram-sha-512, "
           "scram-sha-256, scram-sha-1, plain",
           flag_type::list)
          .fallback("external,scram-sha-256,plain"),
      flag("sasl-required", "no: go on without the account if the login fails", flag_type::boolean)
          .fallback("yes"),
      flag("sasl-plain-without-tls", "yes: send the password of the account unencrypted",
           flag_type::boolean)
          .fallback("no"),
      flag("nickserv", "services to log in to where SASL did not: nick, or nick@server")
          .fallback("NickServ"),
      flag("nickserv-account",
           "account to log in to with services; the one of the nick if not given"),
      flag("nickserv-password", "password for services").secret(),
      flag("nickserv-required", "yes: join nothing, and give up, without the login to services",
           flag_type::boolean)
          .fallback("no"),
      flag("nickserv-without-tls", "yes: send the password for services unencrypted",
           flag_type::boolean)
          .fallback("no"),
      flag("nickserv-regain",
           "command that makes services free the nick: GHOST, REGAIN, RECOVER or RELEASE"),
      flag("nick", "nick of the bot").fallback("mynah"),
      flag("alternative-nicks", "nicks to try in this order if the nick is not to be had",
           flag_type::list),
      flag("user", "user name; the nick if not given"),
      flag("real-name", "real name").fallback("mynah bot"),
      flag("channels", "channels to join: #one,#two; with a key: #ops:key", flag_type::list),
      flag("rejoin", "come back after being kicked out of a configured channel; a few times",
           flag_type::boolean)
          .fallback("yes"),
      flag("invites", "invitations to follow: ignore, configured (channels), any")
          .fallback("configured")
          .one_of({"ignore", "configured", "any"}),
      flag("invite-limit", "channels to be in by invitation at once, besides the configured ones",
           flag_type::integer)
          .fallback("20")
          .range(1, 1000),
      flag("reply-lines", "messages per reply at most; 0: no limit", flag_type::integer)
          .fallback("30")
          .range(0, 10000),
      flag("formatting", "show emphasis in bold and code in monospace, by format codes",
           flag_type::boolean)
          .fallback("no"),
      flag("charset", "character set of the network, as iconv names it").fallback("utf-8"),
      flag("source", "answer to CTCP SOURCE: where the bot's source is; none if not given"),
      flag("connect-timeout", "limit for each step of connecting", flag_type::duration)
          .fallback("10s"),
      flag("registration-timeout", "limit for logging in", flag_type::duration).fallback("60s"),
      flag("ping-idle", "silence after which the server is asked whether it lives; 0: never",
           flag_type::duration)
          .fallback("90s"),
      flag("pace",
           "learn: send as fast as the server reads; fixed: burst and interval, and so it is "
           "when one of these is given")
          .fallback("learn"),
      flag("burst", "lines that may be sent at once at a fixed pace", flag_type::integer)
          .fallback("5")
          .range(1, 100),
      flag("interval", "time between further lines at a fixed pace; 0: no limit",
           flag_type::duration)
          .fallback("2s"),
  };
}

connection_options options_from(const settings& values) {
  session_options who;
  who.input = values.owner();
  who.version = "mynah " MYNAH_VERSION;
  who.password = values.text("password");
  if (!is_one_line(who.password) || who.password.size() > 400) {
    values.refuse_secret("password", "one line of at most 400 characters");
  }
  who.sasl = sasl_from(values);
  who.nick = values.text("nick");
  check_nick(values, "nick", who.nick);
  who.alternative_nicks = alternative_nicks_from(values);
  who.services = services_from(values);
  who.user = values.text("user");
  if (who.user.empty()) who.user = who.nick;
  if (!is_one_word(who.user) || who.user.starts_with(':') || who.user.size() > 64 ||
      who.user.find('@') != std::string::npos) {
    values.refuse("user", who.user, "one word without '@'");
  }
  who.real_name = values.text("real-name");
  if (!is_one_line(who.real_name) || who.real_name.empty() || who.real_name.size() > 200) {
    values.refuse("real-name", who.real_name, "one line of 1 to 200 characters");
  }
  const std::optional<charset> text = charset::named(values.text("charset"));
  if (!text) {
    values.refuse(
        "charset", values.text("charset"),
        "a character set that iconv knows and that has ASCII in it, such as utf-8, iso-8859-15, "
        "koi8-r or cp1251");
  }
  who.text = *text;
  who.formatting = values.boolean("formatting");
  who.source = values.text("source");
  if (!is_one_line(who.source) || who.source.size() > 300 ||
      who.source.find('\x01') != std::string::npos) {
    values.refuse("source", sanitised(who.source), "one line of at most 300 characters");
  }
  who.channels = channels_from(values);
  who.rejoin = values.boolean("rejoin");
  who.invites = invites_from(values);
  who.most_invited = static_cast<std::size_t>(values.integer("invite-limit"));
  who.reply_lines = static_cast<std::size_t>(values.integer("reply-lines"));
  who.ping_idle = values.duration("ping-idle");

  const net::tls_context context = tls_from(values);
  connection_options options(servers_from(values, context), std::move(who));
  options.upgrade = context;
  options.registration_limit = net::limit_setting(values, "registration-timeout");
  options.learn_pace = learns_pace(values);
  options.burst = static_cast<int>(values.integer("burst"));
  options.interval = values.duration("interval");
  return options;
}

}  // namespace mynah::irc
