// SPDX-License-Identifier: Apache-2.0
#include "ctcp_answers.hpp"

#include "catch.hpp"

using namespace mynah::irc;
using namespace std::chrono_literals;

namespace {

const mynah::clock::time_point start{1000s};
const mynah::clock::wall_time wall{1769860800s};

ctcp query(const std::string& text) {
  return ctcp::parse("\x01" + text + "\x01").value();
}

}  // namespace

TEST_CASE("what CTCP queries get", "[irc][ctcp]") {
  const auto answer = [](const std::string& text) {
    return ctcp_answers("mynah 1", "https://x.test/").answer(query(text), start, wall);
  };
  CHECK(answer("VERSION") == "\x01VERSION mynah 1\x01");
  CHECK(answer("PING 1 2") == "\x01PING 1 2\x01");
  CHECK(answer("TIME") == "\x01TIME Sat, 31 Jan 2026 12:00:00 UTC\x01");
  CHECK(answer("SOURCE") == "\x01SOURCE https://x.test/\x01");
  CHECK(answer("clientinfo") ==
        "\x01"
        "CLIENTINFO ACTION CLIENTINFO PING SOURCE TIME VERSION\x01");
  CHECK_FALSE(answer("DCC SEND x"));
  CHECK_FALSE(answer(""));
  ctcp_answers without("mynah 1", "");
  CHECK_FALSE(without.answer(query("SOURCE"), start, wall));
  CHECK(without.answer(query("CLIENTINFO"), start, wall) ==
        "\x01"
        "CLIENTINFO ACTION CLIENTINFO PING TIME VERSION\x01");
}

TEST_CASE("CTCP queries are answered with measure", "[irc][ctcp]") {
  ctcp_answers answers("mynah 1", "");
  const auto answered = [&](mynah::clock::time_point now) {
    int count = 0;
    for (int i = 0; i < 20; ++i) {
      (void)answers.answer(query("DCC"), now, wall);
      if (answers.answer(query("PING x"), now, wall)) ++count;
    }
    return count;
  };
  CHECK(answered(start) == 4);
  CHECK(answered(start + 9s) == 0);
  CHECK(answered(start + 10s) == 4);
}
