// SPDX-License-Identifier: Apache-2.0
#include "catch.hpp"

#include "core/addressing.hpp"

using namespace mynah;
using core::addressed_by;

namespace {

std::pair<addressed_by, std::string> found(const std::string& text, bool direct = false,
                                           bool marked = false,
                                           event_type type = event_type::message) {
  event said(type, address("test", "#ops", "alice", {}, direct), principal(), text);
  said.to = "bird[1]";
  said.addressed = marked;
  const core::addressing result = core::address_of(said, "!", "mynah");
  return {result.how,
          result.how == addressed_by::nothing ? std::string() : std::string(result.line)};
}

using answer = std::pair<addressed_by, std::string>;
const answer nobody{addressed_by::nothing, ""};

}  // namespace

TEST_CASE("a prefix addresses the bot") {
  CHECK(found("!ping") == answer{addressed_by::prefix, "ping"});
  CHECK(found("  !echo a  b ") == answer{addressed_by::prefix, "echo a  b"});
}

TEST_CASE("a bare prefix and exclamations are nothing") {
  for (const char* text : {"!", "!!", "!!!", "! ping", "!?", "!...", "", "   ", "hey!ping"}) {
    CAPTURE(text);
    CHECK(found(text) == nobody);
  }
}

TEST_CASE("a name addresses the bot only as a whole word with a mark") {
  CHECK(found("mynah: ping") == answer{addressed_by::name, "ping"});
  CHECK(found("mynah:ping") == answer{addressed_by::name, "ping"});
  CHECK(found("Mynah, ping") == answer{addressed_by::name, "ping"});
  CHECK(found("@mynah ping") == answer{addressed_by::name, "ping"});
  CHECK(found("@mynah: ping") == answer{addressed_by::name, "ping"});
  CHECK(found("bird[1]: ping") == answer{addressed_by::name, "ping"});
  CHECK(found("mynah: !ping") == answer{addressed_by::name, "ping"});
  for (const char* text : {"mynah is nice", "mynahs: ping", "@mynahs ping", "mynah",
                           "mynah:", "microservices are cool", "the mynah: ping"}) {
    CAPTURE(text);
    CHECK(found(text) == nobody);
  }
}

TEST_CASE("in a private talk everything is for the bot, the prefix is optional") {
  CHECK(found("ping", true) == answer{addressed_by::direct, "ping"});
  CHECK(found("!ping", true) == answer{addressed_by::direct, "ping"});
  CHECK(found("mynah: ping", true) == answer{addressed_by::name, "ping"});
  CHECK(found("!", true) == nobody);
  CHECK(found("!!!", true) == nobody);
  CHECK(found(" ", true) == nobody);
}

TEST_CASE("the network's own mention and buttons address the bot") {
  CHECK(found("ping", false, true) == answer{addressed_by::name, "ping"});
  CHECK(found("ping", false, false, event_type::action) == answer{addressed_by::direct, "ping"});
}

TEST_CASE("without a prefix only names address the bot in rooms") {
  event said(event_type::message, address("test", "#ops"), principal(), "!ping");
  CHECK(core::address_of(said, "", "mynah").how == addressed_by::nothing);
  said.text = "mynah: ping";
  CHECK(core::address_of(said, "", "mynah").how == addressed_by::name);
}
