// SPDX-License-Identifier: Apache-2.0
#include "flags.hpp"

#include <map>
#include <string>
#include <vector>

#include <mynah/error.hpp>

#include "catch.hpp"
#include "certificates.hpp"
#include "settings_of.hpp"

using namespace mynah::xmpp;
using mynah_test::settings_of;

namespace {

std::string refusal(std::map<std::string, std::string> given) {
  given.insert({{"jid", "bot@bots.test"}, {"password", "pencil"}});
  try {
    (void)options_from(settings_of(flags(), given, "xmpp:work"));
  } catch (const mynah::settings_error& error) {
    return error.what();
  }
  return "accepted";
}

}  // namespace

TEST_CASE("what is wrong with a file for TLS names its own setting", "[xmpp][flags]") {
  mynah_test::certificate_authority authority;
  const auto own = authority.issue("DNS:bot");
  CHECK(refusal({{"ca-file", authority.file()},
                 {"client-cert", own.file},
                 {"client-key", own.key_file}}) == "accepted");
  SECTION("authorities, also beside a certificate") {
    const std::string wrong = GENERATE(false, true) ? refusal({{"ca-file", "/no/such/file"}})
                                                    : refusal({{"ca-file", "/no/such/file"},
                                                               {"client-cert", own.file},
                                                               {"client-key", own.key_file}});
    CHECK_THAT(wrong, ContainsSubstring("--xmpp-work-ca-file") &&
                          ContainsSubstring("'/no/such/file'") &&
                          ContainsSubstring("No such file or directory"));
    CHECK_THAT(wrong, !ContainsSubstring("client-cert"));
  }
  SECTION("authorities that are none") {
    const std::string wrong = refusal(
        {{"ca-file", own.key_file}, {"client-cert", own.file}, {"client-key", own.key_file}});
    CHECK_THAT(wrong, ContainsSubstring("--xmpp-work-ca-file") && ContainsSubstring(own.key_file));
    CHECK_THAT(wrong, !ContainsSubstring("client-cert"));
  }
  SECTION("the certificate") {
    const std::string wrong = refusal({{"ca-file", authority.file()},
                                       {"client-cert", own.key_file},
                                       {"client-key", own.key_file}});
    CHECK_THAT(wrong,
               ContainsSubstring("--xmpp-work-client-cert") && ContainsSubstring(own.key_file));
    CHECK_THAT(wrong, !ContainsSubstring("ca-file"));
  }
  SECTION("a key without its certificate") {
    CHECK_THAT(refusal({{"client-key", own.key_file}}),
               ContainsSubstring("--xmpp-work-client-key"));
  }
}

TEST_CASE("what cannot be meant is refused, and told which setting it is", "[xmpp][flags]") {
  using given = std::map<std::string, std::string>;
  const std::string long_nick(1024, 'n');
  struct row {
    given values;
    const char* name;      // of the setting
    const char* expected;  // said in the error
  };
  const given component = {
      {"component", "yes"}, {"jid", "bot.example.org"}, {"host", "localhost"}, {"password", "x"}};
  const auto as_component = [&component](const given& more) {
    given all = more;
    all.insert(component.begin(), component.end());
    return all;
  };
  const std::vector<row> rows = {
      {{{"host", "xmpp.test:5222"}}, "host", "the port as port"},
      {{{"host", "[::1]:5222"}}, "host", "the port as port"},
      {{{"host", "http://x"}}, "host", "a host name or an IP address"},
      {{{"host", ""}}, "host", "a host name or an IP address"},
      {{{"host", "  "}}, "host", "a host name or an IP address"},
      {{{"host", "xmpp test"}}, "host", "a host name or an IP address"},
      {{{"host", "x..test"}}, "host", "a host name or an IP address"},
      {{{"port", "5222"}}, "port", "a host besides"},
      {{{"rooms", "ops@rooms.test:"}}, "rooms", "a password behind the colon, or no colon"},
      {{{"rooms", "ops@rooms.test,Ops@rooms.test:key"}}, "rooms", "each room once"},
      {{{"rooms", "ops@rooms.test/nick"}}, "rooms", "ops@rooms.example:password"},
      {{{"rooms", "rooms.test"}}, "rooms", "ops@rooms.example:password"},
      {{{"nick", " "}}, "nick", "not only blanks"},
      {{{"nick", ""}}, "nick", "not only blanks"},
      {{{"nick", "bell\a"}}, "nick", "no control characters"},
      {{{"alternative-nicks", "one,two\xE2\x80\xA8"}}, "alternative-nicks", "resourceprep"},
      {{{"alternative-nicks", "\xF0\x9F"}}, "alternative-nicks", "UTF-8"},
      {{{"alternative-nicks", long_nick}}, "alternative-nicks", "1 to 1023 bytes"},
      {{{"connect-timeout", "0s"}}, "connect-timeout", "more than zero"},
      {{{"login-timeout", "0s"}}, "login-timeout", "more than zero"},
      {{{"sasl-mechanisms", "external"}}, "sasl-mechanisms", "(client-cert)"},
      {{{"sasl-mechanisms", "scram-sha-1,external"}}, "sasl-mechanisms", "(client-cert)"},
      {{{"sasl-mechanisms", "md5"}}, "sasl-mechanisms", "scram-sha-256"},
      {{{"sasl-mechanisms", ""}}, "sasl-mechanisms", "scram-sha-256"},
      {as_component({{"direct-tls", "yes"}}), "direct-tls", "no TLS"},
      {as_component({{"rooms", "ops@bot.example.org"}}), "rooms", "the component"},
      {as_component({{"bookmarks", "yes"}}), "bookmarks", "no account"},
  };
  CHECK(refusal(component) == "accepted");
  for (const row& each : rows) {
    CAPTURE(each.name, each.values);
    CHECK_THAT(refusal(each.values), ContainsSubstring("--xmpp-work-" + std::string(each.name)) &&
                                         ContainsSubstring(each.expected));
  }
}

TEST_CASE("a certificate without a password is for external only", "[xmpp][flags]") {
  mynah_test::certificate_authority authority;
  const auto own = authority.issue("DNS:bot");
  const std::map<std::string, std::string> certificate = {
      {"client-cert", own.file}, {"client-key", own.key_file}, {"password", ""}};
  CHECK(refusal(certificate) == "accepted");
  auto scram = certificate;
  scram["sasl-mechanisms"] = "scram-sha-1";
  CHECK_THAT(refusal(scram), ContainsSubstring("--xmpp-work-password") &&
                                 ContainsSubstring("for scram-sha-1; or external"));
  auto external = certificate;
  external["sasl-mechanisms"] = "external";
  CHECK(refusal(external) == "accepted");
}

TEST_CASE("hosts, rooms and nicks that are good", "[xmpp][flags]") {
  const auto options = options_from(settings_of(flags(),
                                                {{"jid", "bot@bots.test"},
                                                 {"password", "pencil"},
                                                 {"host", "[::1]"},
                                                 {"port", "65535"},
                                                 {"rooms", "ops@rooms.test:a:b,dev@rooms.test"},
                                                 {"alternative-nicks", "two words,Zo\xC3\xAB"}},
                                                "xmpp"));
  CHECK(options.host == "::1");
  CHECK(options.port == 65535);
  REQUIRE(options.session.rooms.entries.size() == 2);
  CHECK(options.session.rooms.entries[0].password == "a:b");
  CHECK(options.session.rooms.entries[1].password.empty());
  CHECK(options.session.rooms.alternative_nicks.size() == 2);
}

TEST_CASE("an error about a room never shows its password", "[xmpp][flags]") {
  for (const char* const rooms :
       {"rooms.test:sesame", "ops@rooms.test/x:sesame", "ops@rooms.test,ops@rooms.test:sesame"}) {
    const std::string wrong = refusal({{"rooms", rooms}});
    CHECK_THAT(wrong, ContainsSubstring("--xmpp-work-rooms") && !ContainsSubstring("sesame"));
  }
}
