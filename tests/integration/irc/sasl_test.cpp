// SPDX-License-Identifier: Apache-2.0
// Logging in to the account `bot` of a real server, with each mechanism, right and wrong.
#include "catch.hpp"
#include "certificates.hpp"
#include "inspircd.hpp"
#include "irc_bot.hpp"
#include "irc_client.hpp"
#include "irc_services.hpp"
#include "net/tls.hpp"

using mynah::errc;
using namespace mynah_test;

namespace {

inspircd_options with_tls(certificate own) {
  inspircd_options options;
  options.tls = std::move(own);
  return options;
}

/// A network with TLS, whose account has a password and a certificate.
class network {
 public:
  network()
      : mine(authority.issue("DNS:bot")),
        server(with_tls(authority.issue("IP:127.0.0.1,DNS:localhost"))),
        services(server.link_port(), account()),
        ann(server.port(), "ann") {
    ann.join("#test");
  }

  irc_bot::settings settings() const {
    return {{"server", local(server.tls_port())},
            {"tls", "yes"},
            {"ca-file", authority.file()},
            {"channels", "#test"}};
  }
  void check_in(irc_bot& bot) {
    ann.wait_for(":mynah!");
    ann.say("PRIVMSG #test :!ping");
    CHECK(text_of(ann.wait_for(" PRIVMSG #test ")) == "pong");
    ann.say("WHOIS mynah");
    CHECK_THAT(ann.wait_for(" 330 "), ContainsSubstring(" mynah bot "));
    CHECK_THAT(bot.log(), !ContainsSubstring("pencil"));
  }
  void check_out(irc_bot& bot) {
    const auto outcome = bot.wait_for_end();
    REQUIRE(outcome.has_error());
    CHECK(outcome.error().code() == errc::authentication_failed);
    for (const std::string& line : ann.lines_until_now()) {
      CHECK(line.find(":mynah!") == std::string::npos);
    }
  }

  certificate_authority authority;
  certificate mine;
  inspircd server;
  irc_services services;
  irc_client ann;

 private:
  [[nodiscard]] irc_account account() const {
    irc_account right;
    right.plain = "AGJvdABwZW5jaWw=";  // bot and pencil
    right.password = "pencil";
    right.fingerprint = mynah::net::parse_fingerprint(fingerprint_of(mine.file)).value();
    return right;
  }
};

}  // namespace

TEST_CASE("logging in with a password", "[irc][integration][sasl]") {
  network test;
  auto settings = test.settings();
  settings["sasl-user"] = "bot";
  settings["sasl-mechanisms"] = GENERATE("plain", "scram-sha-256");
  SECTION("that is right") {
    settings["sasl-password"] = "pencil";
    irc_bot bot(settings, {ping()});
    test.check_in(bot);
  }
  SECTION("that is wrong") {
    settings["sasl-password"] = "pen";
    irc_bot bot(settings, {ping()});
    test.check_out(bot);
  }
}

TEST_CASE("logging in with a certificate", "[irc][integration][sasl]") {
  network test;
  auto settings = test.settings();
  SECTION("that is the account's") {
    settings["client-cert"] = test.mine.file;
    settings["client-key"] = test.mine.key_file;
    SECTION("alone") {
      settings["sasl-mechanisms"] = "external";
    }
    SECTION("and the account's name") {
      settings["sasl-user"] = "bot";
    }
    irc_bot bot(settings, {ping()});
    test.check_in(bot);
  }
  const certificate other = test.authority.issue("DNS:bot");
  SECTION("that is another's") {
    settings["client-cert"] = other.file;
    settings["client-key"] = other.key_file;
    settings["sasl-mechanisms"] = "external";
    irc_bot bot(settings, {ping()});
    test.check_out(bot);
  }
  SECTION("that is another's, and then the password") {
    settings["client-cert"] = other.file;
    settings["client-key"] = other.key_file;
    settings["sasl-user"] = "bot";
    settings["sasl-password"] = "pencil";
    irc_bot bot(settings, {ping()});
    test.check_in(bot);
  }
}

TEST_CASE("somebody else with the nick has none of the account's rights",
          "[irc][integration][sasl]") {
  network test;
  irc_bot::settings settings = test.settings();
  settings["sasl-user"] = "bot";
  settings["sasl-password"] = "pencil";
  settings["nick"] = "guard";
  irc_bot bot(settings, {saying("secret", "sesame")},
              {{"restrict", "secret"}, {"role", "keeper=secret"}, {"grant", "irc/bot=keeper"}});
  test.ann.wait_for(":guard!");
  // The account's nick, without the account.
  irc_client impostor(test.server.port(), "bot");
  impostor.say("PRIVMSG guard :secret");
  CHECK_THAT(text_of(impostor.wait_for(" PRIVMSG bot ")), !ContainsSubstring("sesame"));
  // The account, under another nick.
  settings["nick"] = "other";
  irc_bot speaker(settings, {saying("say", "guard: secret")});
  test.ann.wait_for(":other!");
  test.ann.say("PRIVMSG #test :other: say");
  CHECK(text_of(test.ann.wait_for(":guard!")) == "sesame");
}
