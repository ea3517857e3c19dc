// SPDX-License-Identifier: Apache-2.0
#include "signature.hpp"

#include "catch.hpp"

using namespace mynah::slack;
using std::chrono::seconds;
using std::chrono::system_clock;

namespace {

// The example that Slack publishes.
constexpr std::string_view secret = "8f742231b10e8888abcd99yyyzzz85a5";
constexpr std::string_view timestamp = "1531420618";
constexpr std::string_view signature =
    "v0=a2114d57b48eac39b9ad189dd8316235a7b4a8d21a10bd27519666489c69b503";
constexpr std::string_view body =
    "token=xyzz0WbapA4vBCDEFasx0q6G&team_id=T1DC2JH3J&team_domain=testteamnow&channel_id=G8PSS9T3V"
    "&channel_name=foobar&user_id=U2CERLKJA&user_name=roadrunner&command=%2Fwebhook-collect&text="
    "&response_url=https%3A%2F%2Fhooks.slack.com%2Fcommands%2FT1DC2JH3J%2F397700885554%2F"
    "96rGlfmibIGlgcZRskXaIFfN&trigger_id=398738663015.47445629121.803a0bc887a14d10d2c447fce8b6703c";
const system_clock::time_point then{seconds(1531420618)};

}  // namespace

TEST_CASE("the signature that Slack publishes is good", "[slack][signature]") {
  CHECK(signature_of(secret, timestamp, body) == signature);
  CHECK(verify(secret, timestamp, signature, body, then) == signature_check::good);
}

TEST_CASE("a signature is for one body, one time and one secret", "[slack][signature]") {
  CHECK(verify("another", timestamp, signature, body, then) == signature_check::mismatch);
  CHECK(verify(secret, "1531420619", signature, body, then) == signature_check::mismatch);
  CHECK(verify(secret, timestamp, signature, std::string(body) + "x", then) ==
        signature_check::mismatch);
  CHECK(verify(secret, timestamp, signature, "", then) == signature_check::mismatch);
  std::string changed(signature);
  for (std::size_t i = 3; i < changed.size(); ++i) {
    const char right = changed[i];
    changed[i] = right == '0' ? '1' : '0';
    CHECK(verify(secret, timestamp, changed, body, then) == signature_check::mismatch);
    changed[i] = right;
  }
  // Only lower case is what Slack writes.
  std::string upper(signature);
  upper[3] = 'A';
  CHECK(verify(secret, timestamp, upper, body, then) == signature_check::mismatch);
  // Without a secret, what anybody can compute proves nothing.
  CHECK(verify("", timestamp, signature_of("", timestamp, body), body, then) ==
        signature_check::mismatch);
}

TEST_CASE("a signature lives for five minutes in both directions", "[slack][signature]") {
  const auto checked = [](int later) {
    return verify(secret, timestamp, signature, body, then + seconds(later));
  };
  CHECK(checked(300) == signature_check::good);
  CHECK(checked(-300) == signature_check::good);
  CHECK(checked(301) == signature_check::too_old);
  CHECK(checked(-301) == signature_check::too_new);
  CHECK(verify(secret, timestamp, signature, body, then - std::chrono::milliseconds(300'500)) ==
        signature_check::too_new);
}

TEST_CASE("malformed fields are told apart", "[slack][signature]") {
  const auto checked = [](std::string_view time, std::string_view sign) {
    return verify(secret, time, sign, body, then);
  };
  CHECK(checked("", signature) == signature_check::missing);
  CHECK(checked(timestamp, "") == signature_check::missing);
  for (const std::string_view time :
       {"1531420618.5", "-1531420618", " 1531420618", "1531420618 ", "0x5b479f0a", "1e9",
        "9999999999999", "99999999999999999999999"}) {
    CAPTURE(time);
    CHECK(checked(time, signature) == signature_check::bad_timestamp);
  }
  for (const std::string_view sign :
       {"v1=a2114d57b48eac39b9ad189dd8316235a7b4a8d21a10bd27519666489c69b503", "v0=", "v0=a2",
        "a2114d57", "V0=a2",
        "v0=a2114d57b48eac39b9ad189dd8316235a7b4a8d21a10bd27519666489c69b5030"}) {
    CAPTURE(sign);
    CHECK(checked(timestamp, sign) == signature_check::wrong_version);
  }
}

TEST_CASE("what is wrong has words", "[slack][signature]") {
  for (int i = 0; i <= static_cast<int>(signature_check::mismatch); ++i) {
    CHECK_FALSE(describe(static_cast<signature_check>(i)).empty());
  }
}
