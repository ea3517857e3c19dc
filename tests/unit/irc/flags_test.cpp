// SPDX-License-Identifier: Apache-2.0
#include "flags.hpp"

#include <mynah/duration.hpp>
#include <mynah/error.hpp>

#include "catch.hpp"
#include "certificates.hpp"
#include "settings_of.hpp"

using namespace mynah::irc;
using namespace std::chrono_literals;
using mynah_test::settings_of;

namespace {

std::string refusal(const std::map<std::string, std::string>& given) {
  try {
    (void)options_from(settings_of(flags(), given, "irc:libera"));
  } catch (const mynah::settings_error& error) {
    return error.what();
  }
  return "accepted";
}

}  // namespace

TEST_CASE("settings become options", "[irc][flags]") {
  const auto plain = options_from(settings_of(flags(), {{"server", "irc.test"}, {"tls", "no"}}));
  CHECK(plain.servers.front().port == 6667);
  CHECK_FALSE(plain.servers.front().tls);
  CHECK(plain.who.nick == "mynah");
  CHECK(plain.who.user == "mynah");
  CHECK(plain.burst == 5);
  CHECK(plain.interval == 2s);

  const auto full = options_from(settings_of(flags(),
                                             {{"server", "[::1]:7000"},
                                              {"password", "secret"},
                                              {"nick", "bot[1]"},
                                              {"channels", "#a,#b:k:ey,&c"},
                                              {"reply-lines", "0"},
                                              {"connect-timeout", "3s"},
                                              {"registration-timeout", "4s"},
                                              {"ping-idle", "0"},
                                              {"burst", "1"},
                                              {"interval", "0"}},
                                             "irc:libera"));
  CHECK(full.servers.front().host == "::1");
  CHECK(full.servers.front().port == 7000);
  CHECK(full.servers.front().tls);
  CHECK(full.servers.front().handshake_limit == 3s);
  CHECK(full.registration_limit == 4s);
  CHECK(full.who.input == "irc:libera");
  CHECK(full.who.channels == std::vector<channel_entry>{channel_entry("#a"),
                                                        channel_entry("#b", "k:ey"),
                                                        channel_entry("&c")});
  CHECK(options_from(settings_of(flags(), {{"server", "irc.test"}})).servers.front().port == 6697);
}

TEST_CASE("settings that make no sense are refused by name", "[irc][flags]") {
  CHECK(refusal({{"server", "a b"}}) ==
        "--irc-libera-server (bot.toml) is 'a b'; expected host, host:port or [IPv6 address]:port");
  CHECK_THAT(refusal({{"server", "x"}, {"nick", "1bot"}}), ContainsSubstring("--irc-libera-nick"));
  CHECK_THAT(refusal({{"server", "x"}, {"nick", "a b"}}), ContainsSubstring("'a b'"));
  CHECK_THAT(refusal({{"server", "x"}, {"user", "a@b"}}), ContainsSubstring("--irc-libera-user"));
  CHECK_THAT(refusal({{"server", "x"}, {"real-name", "a\nb"}}), ContainsSubstring("real-name"));
  CHECK_THAT(refusal({{"server", "x"}, {"channels", "mynah"}}),
             ContainsSubstring("is 'mynah'; expected channels such as"));
  CHECK_THAT(refusal({{"server", "x"}, {"connect-timeout", "0"}}),
             ContainsSubstring("--irc-libera-connect-timeout"));
  CHECK_THAT(refusal({{"server", "x"}, {"ca-file", "/no/such.pem"}}),
             ContainsSubstring("/no/such.pem"));
  CHECK_THAT(refusal({{"server", "x"}, {"tls", "no"}, {"ca-file", "/x"}}),
             ContainsSubstring("--irc-libera-ca-file"));
}

TEST_CASE("settings of the login", "[irc][flags]") {
  using list = std::vector<std::string>;
  const auto sasl = [](std::map<std::string, std::string> given) {
    given.insert({{"server", "x"}, {"sasl-user", "bot"}, {"sasl-password", "pencil"}});
    return options_from(settings_of(flags(), given)).who.sasl;
  };
  CHECK_FALSE(options_from(settings_of(flags(), {{"server", "x"}})).who.sasl.wanted());
  CHECK(sasl({}).mechanisms == list{"SCRAM-SHA-256", "PLAIN"});
  CHECK(sasl({}).required);
  CHECK_FALSE(sasl({{"sasl-required", "no"}}).required);
  CHECK(sasl({{"sasl-mechanisms", "PLAIN,scram-SHA-256"}}).mechanisms ==
        list{"SCRAM-SHA-256", "PLAIN"});
  CHECK(sasl({{"sasl-mechanisms", "scram-sha-1,scram-sha-512"}}).mechanisms ==
        list{"SCRAM-SHA-512", "SCRAM-SHA-1"});
  CHECK_FALSE(sasl({{"tls", "no"}}).usable("PLAIN"));
  CHECK(sasl({{"tls", "no"}}).usable("SCRAM-SHA-256"));
  CHECK(sasl({{"tls", "no"}, {"sasl-plain-without-tls", "yes"}}).usable("PLAIN"));
  CHECK(sasl({{"sasl-mechanisms", "plain"}, {"sasl-password", "p\xC3\xA9ncil"}}).password ==
        "p\xC3\xA9ncil");

  const auto refused = [](std::map<std::string, std::string> given) {
    given.insert({{"server", "x"}, {"sasl-user", "bot"}, {"sasl-password", "pencil"}});
    return refusal(given);
  };
  CHECK_THAT(refused({{"sasl-user", ""}}), ContainsSubstring("--irc-libera-sasl-user"));
  CHECK_THAT(refused({{"sasl-password", ""}}), ContainsSubstring("--irc-libera-sasl-password"));
  CHECK(refused({{"sasl-mechanisms", "login"}}) ==
        "--irc-libera-sasl-mechanisms (bot.toml) is 'login'; expected external, scram-sha-512, "
        "scram-sha-256, scram-sha-1 or plain");
  CHECK_THAT(refused({{"sasl-mechanisms", ""}}), ContainsSubstring("sasl-mechanisms"));
  CHECK_THAT(refused({{"sasl-mechanisms", "plain"}, {"tls", "no"}}),
             ContainsSubstring("plain would show the password"));
  CHECK(sasl({{"sasl-user", "j\xC3\xBCrgen"}, {"sasl-password", "p\xC3\xA9ncil"}}).user ==
        "j\xC3\xBCrgen");
  const std::string password = refused({{"sasl-password", "pencil\xF0\x9F\x98\x80"}});
  CHECK_THAT(password, ContainsSubstring("SASLprep"));
  CHECK_THAT(password, !ContainsSubstring("pencil"));
  CHECK_THAT(refused({{"sasl-user", "\xFF"}}), ContainsSubstring("SASLprep"));
}

TEST_CASE("logging in with a certificate", "[irc][flags]") {
  using list = std::vector<std::string>;
  mynah_test::certificate_authority authority;
  const auto own = authority.issue("DNS:bot");
  const auto options = [&](std::map<std::string, std::string> given) {
    given.insert({{"server", "x"}, {"client-cert", own.file}, {"client-key", own.key_file}});
    return options_from(settings_of(flags(), given)).who.sasl;
  };
  // A certificate alone may be for other things.
  CHECK_FALSE(options({}).wanted());
  CHECK(options({{"sasl-mechanisms", "external"}}).wanted());
  CHECK(options({{"sasl-mechanisms", "external"}}).mechanisms == list{"EXTERNAL"});
  CHECK(options({{"sasl-user", "bot"}}).mechanisms == list{"EXTERNAL"});
  CHECK(options({{"sasl-user", "bot"}, {"sasl-password", "pencil"}}).mechanisms ==
        list{"EXTERNAL", "SCRAM-SHA-256", "PLAIN"});
  CHECK(options({{"sasl-user", "bot"}, {"sasl-password", "x"}, {"sasl-mechanisms", "plain"}})
            .mechanisms == list{"PLAIN"});

  CHECK_THAT(refusal({{"server", "x"}, {"sasl-mechanisms", "external"}}),
             ContainsSubstring("expected a certificate to log in with (client-cert) besides"));
  CHECK_THAT(refusal({{"server", "x"}, {"sasl-user", "bot"}}),
             ContainsSubstring("--irc-libera-sasl-password"));
  CHECK_THAT(refusal({{"server", "x"},
                      {"tls", "no"},
                      {"client-cert", own.file},
                      {"client-key", own.key_file},
                      {"sasl-mechanisms", "external"}}),
             ContainsSubstring("there is no certificate for external"));
  CHECK_THAT(refusal({{"server", "x"}, {"client-key", own.key_file}}),
             ContainsSubstring("--irc-libera-client-key"));
  const std::string wrong = refusal({{"server", "x"}, {"client-cert", own.key_file}});
  CHECK_THAT(wrong, ContainsSubstring("--irc-libera-client-cert"));
  CHECK_THAT(wrong, ContainsSubstring(own.key_file));
}

TEST_CASE("a nick that is too long is told so", "[irc][flags]") {
  const std::string nick(65, 'x');
  const std::string flag = GENERATE("nick", "alternative-nicks");
  CHECK_THAT(refusal({{"server", "x"}, {flag, nick}}),
             ContainsSubstring("--irc-libera-" + flag) &&
                 ContainsSubstring("at most 64 characters, this one has 65"));
  CHECK(refusal({{"server", "x"}, {flag, nick.substr(1)}}) == "accepted");
}

TEST_CASE("a certificate without its key names the flag for it", "[irc][flags]") {
  mynah_test::certificate_authority authority;
  const auto own = authority.issue("DNS:bot");
  const std::string wrong = refusal({{"server", "x"}, {"client-cert", own.file}});
  CHECK_THAT(wrong, ContainsSubstring("--irc-libera-client-cert") &&
                        ContainsSubstring("there is no key in it") &&
                        ContainsSubstring("client-key"));
}

TEST_CASE("a channel has one key", "[irc][flags]") {
  CHECK(refusal({{"server", "x"}, {"channels", "#a,#A,#b:k,#B:k"}}) == "accepted");
  for (const char* channels : {"#a[x],#A{x}:k", "#a[x]:k,#b,#A{x}:other"}) {
    CAPTURE(channels);
    const std::string wrong = refusal({{"server", "x"}, {"channels", channels}});
    CHECK_THAT(wrong, ContainsSubstring("--irc-libera-channels") && ContainsSubstring("#A{x}") &&
                          ContainsSubstring("one key") && !ContainsSubstring("other"));
  }
}

TEST_CASE("servers are a list", "[irc][flags]") {
  const auto options =
      options_from(settings_of(flags(), {{"server", "a.example,b.example:7000,[::1]:6667"}}));
  REQUIRE(options.servers.size() == 3);
  CHECK(options.servers[0].peer() == "a.example:6697");
  CHECK(options.servers[1].peer() == "b.example:7000");
  CHECK(options.servers[2].peer() == "[::1]:6667");
  for (const auto& each : options.servers) CHECK(each.tls);
  CHECK_THAT(refusal({{"server", "a.example,b c"}}), ContainsSubstring("is 'b c'; expected host"));
  CHECK_THAT(refusal({{"server", "a,,b"}}), ContainsSubstring("is ''; expected host"));
  CHECK_THAT(refusal({{"server", ""}}), ContainsSubstring("names 0 servers; expected 1 to 16"));
  std::string many = "a";
  for (int i = 0; i < 16; ++i) many += ",a";
  CHECK_THAT(refusal({{"server", many}}), ContainsSubstring("names 17 servers"));
}

TEST_CASE("pinned certificates", "[irc][flags]") {
  const std::string good(64, 'a');
  CHECK(options_from(settings_of(flags(), {{"server", "x"}, {"tls-fingerprint", good}}))
            .servers[0]
            .tls);
  CHECK(options_from(
            settings_of(flags(), {{"server", "x"}, {"tls", "no"}, {"tls-fingerprint", good}}))
            .upgrade);
  CHECK_THAT(refusal({{"server", "x"}, {"tls-fingerprint", good + "," + good + "b"}}),
             ContainsSubstring("--irc-libera-tls-fingerprint (bot.toml) is '" + good + "b'"));
  mynah_test::certificate_authority authority;
  CHECK_THAT(refusal({{"server", "x"}, {"tls-fingerprint", good}, {"ca-file", authority.file()}}),
             ContainsSubstring("--irc-libera-ca-file"));
}

TEST_CASE("settings of rooms and nicks", "[irc][flags]") {
  const auto plain = options_from(settings_of(flags(), {{"server", "x"}})).who;
  CHECK(plain.alternative_nicks.empty());
  CHECK(plain.rejoin);
  CHECK(plain.invites == invite_policy::configured);
  CHECK(plain.most_invited == 20);
  const auto full = options_from(settings_of(flags(), {{"server", "x"},
                                                       {"alternative-nicks", "parrot,crow"},
                                                       {"rejoin", "no"},
                                                       {"invites", "any"},
                                                       {"invite-limit", "3"}}))
                        .who;
  CHECK(full.alternative_nicks == std::vector<std::string>{"parrot", "crow"});
  CHECK_FALSE(full.rejoin);
  CHECK(full.invites == invite_policy::any);
  CHECK(full.most_invited == 3);
  CHECK(options_from(settings_of(flags(), {{"server", "x"}, {"invites", "ignore"}})).who.invites ==
        invite_policy::ignore);
  CHECK_THAT(refusal({{"server", "x"}, {"invites", "some"}}),
             ContainsSubstring("--irc-libera-invites (bot.toml) is 'some'; expected ignore"));
  CHECK_THAT(refusal({{"server", "x"}, {"alternative-nicks", "ok,1bad"}}),
             ContainsSubstring("alternative-nicks (bot.toml) is '1bad'; expected a nick"));
  std::string many = "a";
  for (int i = 0; i < 20; ++i) many += ",a" + std::to_string(i);
  CHECK_THAT(refusal({{"server", "x"}, {"alternative-nicks", many}}),
             ContainsSubstring("is '21 nicks'; expected 20 at most"));
}

TEST_CASE("settings of the login to services", "[irc][flags]") {
  const auto services = [](std::map<std::string, std::string> given) {
    given.insert({{"server", "x"}, {"nickserv-password", "pencil"}});
    return options_from(settings_of(flags(), given)).who.services;
  };
  CHECK_FALSE(options_from(settings_of(flags(), {{"server", "x"}})).who.services.wanted());
  CHECK(services({}).wanted());
  CHECK(services({}).service == "NickServ");
  CHECK_FALSE(services({}).required);
  CHECK(services({{"nickserv-required", "yes"}}).required);
  CHECK(services({{"nickserv-account", "bot"}}).account == "bot");
  CHECK(services({{"nickserv", "NickServ@services.test"}}).service == "NickServ@services.test");
  CHECK(services({{"nickserv-regain", "ghost"}}).regain == "GHOST");
  CHECK(services({{"tls", "no"}, {"nickserv-without-tls", "yes"}}).password == "pencil");
  // To free the nick may need no password: who is logged in with SASL has shown who it is.
  CHECK(services({{"nickserv-password", ""}, {"nickserv-regain", "regain"}}).wanted());

  const auto refused = [](std::map<std::string, std::string> given) {
    given.insert({{"server", "x"}, {"nickserv-password", "pencil"}});
    return refusal(given);
  };
  for (const char* bad :
       {"", "Nick Serv", "NickServ@", "@services.test", "a@b@c", "#services", "NickServ@x,y"}) {
    CAPTURE(bad);
    CHECK_THAT(refused({{"nickserv", bad}}), ContainsSubstring("or NickServ@its.server"));
  }
  CHECK_THAT(refused({{"nickserv-account", "a b"}}), ContainsSubstring("is 'a b'"));
  CHECK_THAT(refused({{"nickserv-regain", "kill"}}), ContainsSubstring("is 'KILL'"));
  for (const std::string setting : {"nickserv-account", "nickserv-required"}) {
    CHECK_THAT(refused({{"nickserv-password", ""}, {setting, "yes"}}),
               ContainsSubstring("--irc-libera-nickserv-password"));
  }
  const std::string plain = refused({{"tls", "no"}});
  CHECK_THAT(plain, ContainsSubstring("nickserv-without-tls"));
  CHECK_THAT(plain, !ContainsSubstring("pencil"));
  const std::string words = refused({{"nickserv-password", "two words"}});
  CHECK_THAT(words, ContainsSubstring("expected one word"));
  CHECK_THAT(words, !ContainsSubstring("two words"));
}

TEST_CASE("secrets are never shown", "[irc][flags]") {
  const std::string password = refusal({{"server", "x"}, {"password", "hush\nhush"}});
  CHECK_THAT(password, ContainsSubstring("--irc-libera-password"));
  CHECK_THAT(password, !ContainsSubstring("hush"));
  const std::string key = refusal({{"server", "x"}, {"channels", "#ops:hu sh"}});
  CHECK_THAT(key, ContainsSubstring("#ops"));
  CHECK_THAT(key, !ContainsSubstring("hu sh"));
}

TEST_CASE("the pace learns, unless a fixed one is given", "[irc][flags]") {
  const auto learns = [](std::map<std::string, std::string> given) {
    given["server"] = "x";
    return options_from(settings_of(flags(), given)).learn_pace;
  };
  CHECK(learns({}));
  CHECK(learns({{"pace", "learn"}}));
  CHECK_FALSE(learns({{"pace", "fixed"}}));
  CHECK_FALSE(learns({{"burst", "5"}}));
  CHECK_FALSE(learns({{"interval", "0"}}));
  CHECK_FALSE(learns({{"pace", "fixed"}, {"interval", "1s"}}));
  CHECK_THAT(refusal({{"server", "x"}, {"pace", "quick"}}),
             ContainsSubstring("--irc-libera-pace (bot.toml) is 'quick'; expected learn or fixed"));
  CHECK_THAT(refusal({{"server", "x"}, {"pace", "learn"}, {"burst", "9"}}),
             ContainsSubstring("--irc-libera-burst (bot.toml) is '9'; expected no value"));
  CHECK_THAT(refusal({{"server", "x"}, {"pace", "learn"}, {"interval", "1s"}}),
             ContainsSubstring("--irc-libera-interval (bot.toml) is '1000ms'; expected no value"));
}

TEST_CASE("how things are said is a matter of settings", "[irc][flags]") {
  const auto plain = options_from(settings_of(flags(), {{"server", "x"}}));
  CHECK(plain.who.text.is_utf8());
  CHECK_FALSE(plain.who.formatting);
  CHECK(plain.who.source.empty());
  const auto full = options_from(settings_of(flags(), {{"server", "x"},
                                                       {"charset", "koi8-r"},
                                                       {"formatting", "yes"},
                                                       {"source", "https://x.test/bot"}}));
  CHECK_FALSE(full.who.text.is_utf8());
  CHECK(full.who.formatting);
  CHECK(full.who.source == "https://x.test/bot");
  for (const char* bad : {"klingon", "utf-16", ""}) {
    CHECK_THAT(refusal({{"server", "x"}, {"charset", bad}}),
               ContainsSubstring("--irc-libera-charset (bot.toml) is '" + std::string(bad) +
                                 "'; expected a character set"));
  }
  CHECK_THAT(refusal({{"server", "x"}, {"source", "a\nb"}}), ContainsSubstring("one line"));
}
