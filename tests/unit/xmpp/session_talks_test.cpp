// SPDX-License-Identifier: Apache-2.0
#include "session_talks.hpp"

#include <string>

#include "catch.hpp"

using namespace mynah::xmpp;

namespace {

jid parsed(const std::string& text) {
  return jid::parse(text).value();
}

}  // namespace

TEST_CASE("an answer goes to the device that asked", "[xmpp][talks]") {
  session_talks talks;
  CHECK(talks.receiver("a@x.test", "1") == "a@x.test");
  talks.heard(parsed("a@x.test/phone"), "1");
  talks.heard(parsed("a@x.test/desk"), "2");
  talks.heard(parsed("b@x.test/desk"), "3");
  CHECK(talks.receiver("a@x.test", "1") == "a@x.test/phone");
  CHECK(talks.receiver("a@x.test", "2") == "a@x.test/desk");
  CHECK(talks.receiver("a@x.test", "") == "a@x.test/desk");
  // Sent elsewhere than where the question was.
  CHECK(talks.receiver("b@x.test", "1") == "b@x.test/desk");
  CHECK(talks.receiver("a@x.tes", "1") == "a@x.tes");
  talks.heard(parsed("a@x.test/phone"), "");
  CHECK(talks.receiver("a@x.test", "") == "a@x.test/phone");
  talks.heard(parsed("c@x.test"), "4");
  CHECK(talks.receiver("c@x.test", "4") == "c@x.test");
}

TEST_CASE("a device that has gone gets no answers", "[xmpp][talks]") {
  session_talks talks;
  talks.heard(parsed("a@x.test/desk"), "1");
  talks.heard(parsed("a@x.test/phone"), "2");
  SECTION("the one heard last: whoever is there may have it") {
    talks.gone(parsed("a@x.test/phone"));
    CHECK(talks.receiver("a@x.test", "2") == "a@x.test");
    CHECK(talks.receiver("a@x.test", "1") == "a@x.test/desk");
    talks.heard(parsed("a@x.test/desk"), "3");
    CHECK(talks.receiver("a@x.test", "2") == "a@x.test/desk");
  }
  SECTION("another") {
    talks.gone(parsed("a@x.test/desk"));
    CHECK(talks.receiver("a@x.test", "1") == "a@x.test/phone");
    // It is back.
    talks.heard(parsed("a@x.test/desk"), "3");
    CHECK(talks.receiver("a@x.test", "3") == "a@x.test/desk");
  }
  SECTION("all of them") {
    talks.forget("a@x.test");
    CHECK(talks.receiver("a@x.test", "1") == "a@x.test");
    CHECK(talks.receiver("a@x.test", "2") == "a@x.test");
  }
  talks.gone(parsed("nobody@x.test/x"));
  talks.forget("nobody@x.test");
}

TEST_CASE("only so many people, devices and questions are remembered", "[xmpp][talks]") {
  session_talks talks;
  const std::size_t most = session_talks::most;
  for (std::size_t i = 0; i <= most; ++i) {
    talks.heard(parsed("a@x.test/desk"), "q" + std::to_string(i));
    talks.heard(parsed("a@x.test/phone"), "");
  }
  CHECK(talks.receiver("a@x.test", "q0") == "a@x.test/phone");
  CHECK(talks.receiver("a@x.test", "q1") == "a@x.test/desk");
  CHECK(talks.receiver("a@x.test", "q" + std::to_string(most)) == "a@x.test/desk");
  for (std::size_t i = 0; i < 3 * session_talks::most_devices; ++i) {
    talks.heard(parsed("a@x.test/" + std::to_string(i)), "");
  }
  const std::string last = std::to_string(3 * session_talks::most_devices - 1);
  CHECK(talks.receiver("a@x.test", "") == "a@x.test/" + last);
  std::size_t known = 0;
  for (std::size_t i = 0; i < most + 10; ++i) {
    talks.heard(parsed("p" + std::to_string(i) + "@x.test/desk"), "");
  }
  for (std::size_t i = 0; i < most + 10; ++i) {
    const std::string bare = "p" + std::to_string(i) + "@x.test";
    known += talks.receiver(bare, "") == bare ? 0U : 1U;
  }
  CHECK(known <= most);
  CHECK(known + 1 >= most);
}
