// SPDX-License-Identifier: Apache-2.0
#include "flags.hpp"

#include <map>
#include <string>

#include <mynah/error.hpp>

#include "catch.hpp"
#include "settings_of.hpp"

using namespace mynah::slack;

namespace {

using values = std::map<std::string, std::string>;

std::string refusal(values given) {
  given.try_emplace("bot-token", "xoxb-1-2-x");
  given.try_emplace("app-token", "xapp-1-A1-1-x");
  try {
    (void)options_from(mynah_test::settings_of(flags(), given, "slack:team"));
  } catch (const mynah::settings_error& error) {
    return error.what();
  }
  return "accepted";
}

bool refuses(const values& given, const std::string& words) {
  const std::string told = refusal(given);
  INFO(told);
  return told.find(words) != std::string::npos;
}

}  // namespace

TEST_CASE("settings that make sense are taken", "[slack][settings]") {
  CHECK(refusal({}) == "accepted");
  CHECK(refusal({{"silence", "1s"}, {"call-timeout", "100ms"}}) == "accepted");
  CHECK(refusal({{"heed-bots", "B012AB,U1,W9"}}) == "accepted");
}

TEST_CASE("settings that make none are refused by name", "[slack][settings]") {
  CHECK(refuses({{"silence", "500ms"}}, "at least 1s"));
  CHECK(refuses({{"silence", "0s"}}, "silence"));
  CHECK(refuses({{"call-timeout", "0s"}}, "call-timeout"));
  CHECK(refuses({{"connect-timeout", "99ms"}}, "at least 100ms"));
  CHECK(refuses({{"heed-bots", "hello there"}}, "heed-bots"));
  CHECK(refuses({{"heed-bots", "B"}}, "heed-bots"));
  CHECK(refuses({{"api-url", "http://slack.test/api/"}}, "api-url"));
  CHECK(refuses({{"mode", "http"}, {"signing-secret", "s"}, {"listen-cert", "/no/such.pem"}},
                "listen-cert"));
  CHECK(refuses({{"mode", "http"}, {"signing-secret", "xoxb-1-2-swordfish"}},
                "this is a token, which begins with xoxb-"));
  CHECK(refusal({{"mode", "http"}, {"signing-secret", "xapp-1-swordfish"}}).find("swordfish") ==
        std::string::npos);
}

TEST_CASE("a password in a URL is not told", "[slack][settings]") {
  const std::string told = refusal({{"api-url", "https://me:swordfish@slack.test/api/"}});
  CHECK(told.find("api-url") != std::string::npos);
  CHECK(told.find("swordfish") == std::string::npos);
}
