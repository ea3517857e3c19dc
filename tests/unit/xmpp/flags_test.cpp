// SPDX-License-Identifier: Apache-2.0
#include "flags.hpp"

#include <map>
#include <string>

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
