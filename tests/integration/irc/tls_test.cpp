// SPDX-License-Identifier: Apache-2.0
#include "net/tls.hpp"
#include "catch.hpp"
#include "certificates.hpp"
#include "irc_bot.hpp"
#include "irc_client.hpp"
#include "ngircd.hpp"

using mynah::errc;
using namespace mynah_test;

namespace {

ngircd_options with_certificate(certificate_authority& authority) {
  ngircd_options options;
  options.tls = authority.issue("DNS:localhost,IP:127.0.0.1");
  return options;
}

}  // namespace

TEST_CASE("over TLS with a certificate that fits", "[irc][integration]") {
  certificate_authority authority;
  ngircd server(with_certificate(authority));
  irc_client ann(server.port(), "ann");
  ann.join("#test");
  const std::string host = GENERATE("localhost", "127.0.0.1");
  irc_bot bot({{"server", host + ":" + std::to_string(server.tls_port())},
               {"tls", "yes"},
               {"ca-file", authority.file()},
               {"channels", "#test"}},
              {ping()});
  ann.wait_for(":mynah!");
  ann.say("PRIVMSG #test :!ping");
  CHECK(text_of(ann.wait_for(" PRIVMSG #test ")) == "pong");
  bot.stop();
  ann.wait_for(" QUIT ");
}

TEST_CASE("a certificate of an unknown authority is refused for good", "[irc][integration]") {
  certificate_authority authority;
  certificate_authority other;
  ngircd server(with_certificate(authority));
  const bool machine = GENERATE(true, false);
  irc_bot bot({{"server", local(server.tls_port())},
               {"tls", "yes"},
               {"ca-file", machine ? std::string() : other.file()}},
              {ping()});
  const auto outcome = bot.wait_for_end();
  REQUIRE(outcome.has_error());
  CHECK(outcome.error().code() == errc::certificate_rejected);
}

TEST_CASE("a certificate for another host is refused for good", "[irc][integration]") {
  certificate_authority authority;
  ngircd_options options;
  options.tls = authority.issue("DNS:irc.test");
  ngircd server(options);
  const std::string host = GENERATE("localhost", "127.0.0.1");
  irc_bot bot({{"server", host + ":" + std::to_string(server.tls_port())},
               {"tls", "yes"},
               {"ca-file", authority.file()}},
              {ping()});
  const auto outcome = bot.wait_for_end();
  REQUIRE(outcome.has_error());
  CHECK(outcome.error().code() == errc::certificate_rejected);
}

TEST_CASE("a server that signed its own certificate", "[irc][integration]") {
  certificate_authority authority;
  ngircd_options options;
  options.tls = authority.self_signed("DNS:elsewhere.test");
  ngircd server(options);
  irc_bot::settings settings = {
      {"server", local(server.tls_port())}, {"tls", "yes"}, {"channels", "#test"}};
  SECTION("is refused, for good") {
    irc_bot bot(settings, {ping()});
    const auto outcome = bot.wait_for_end();
    REQUIRE(outcome.has_error());
    CHECK(outcome.error().code() == errc::certificate_rejected);
  }
  SECTION("is accepted by its fingerprint") {
    settings["tls-fingerprint"] = fingerprint_of(options.tls->file);
    irc_client ann(server.port(), "ann");
    ann.join("#test");
    irc_bot bot(settings, {ping()});
    ann.wait_for(":mynah!");
    ann.say("PRIVMSG #test :!ping");
    CHECK(text_of(ann.wait_for(" PRIVMSG #test ")) == "pong");
  }
  SECTION("is refused by another one, which the log shows") {
    settings["tls-fingerprint"] = std::string(64, '0');
    irc_bot bot(settings, {ping()});
    const auto outcome = bot.wait_for_end();
    REQUIRE(outcome.has_error());
    CHECK(outcome.error().code() == errc::certificate_rejected);
    const auto shown = mynah::net::parse_fingerprint(fingerprint_of(options.tls->file));
    CHECK_THAT(bot.log(), ContainsSubstring("fingerprint is " + shown.value()));
  }
}
