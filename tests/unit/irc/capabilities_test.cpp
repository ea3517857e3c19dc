// SPDX-License-Identifier: Apache-2.0
#include "capabilities.hpp"

#include "catch.hpp"
#include "session_script.hpp"

using namespace mynah::irc;
using mynah_test::session_script;
using mynah_test::texts;

namespace {

class negotiation {
 public:
  explicit negotiation(texts wanted = {"batch", "sasl", "server-time"}) : with(std::move(wanted)) {}

  /// The server says this; gives what is asked for.
  texts server(const std::string& line) {
    with.receive(message::parse(line).value());
    return with.take_lines();
  }

  capabilities with;
};

}  // namespace

TEST_CASE("what is wanted and offered is asked for", "[irc][cap]") {
  negotiation talk;
  CHECK_FALSE(talk.with.settled());
  CHECK(talk.server("CAP * LS :sasl=PLAIN,EXTERNAL batch unknown multi-prefix") ==
        texts{"CAP REQ :batch sasl"});
  CHECK_FALSE(talk.with.settled());
  CHECK_FALSE(talk.with.has("batch"));
  CHECK(talk.with.value("sasl") == "PLAIN,EXTERNAL");
  CHECK(talk.server("CAP * ACK :batch sasl") == texts{});
  CHECK(talk.with.settled());
  CHECK(talk.with.has("batch"));
  CHECK(talk.with.has("sasl"));
  CHECK_FALSE(talk.with.has("server-time"));
}

TEST_CASE("a list over several lines is read to its end", "[irc][cap]") {
  negotiation talk;
  CHECK(talk.server("CAP * LS * :batch a b c") == texts{});
  CHECK(talk.server("CAP * LS * :") == texts{});
  CHECK_FALSE(talk.with.settled());
  CHECK(talk.server("CAP * LS :sasl") == texts{"CAP REQ :batch sasl"});
}

TEST_CASE("nothing wanted is settled at once", "[irc][cap]") {
  for (const std::string line : {"CAP * LS :", "CAP * LS", "CAP * LS *", "CAP * LS :tls"}) {
    CAPTURE(line);
    negotiation talk;
    CHECK(talk.server(line) == texts{});
    CHECK(talk.with.settled());
  }
}

TEST_CASE("an answer may come in parts and take things back", "[irc][cap]") {
  negotiation talk;
  (void)talk.server("CAP * LS :batch sasl server-time");
  (void)talk.server("CAP * ACK :batch");
  CHECK_FALSE(talk.with.settled());
  (void)talk.server("CAP * ACK :=sasl ~server-time");
  CHECK(talk.with.settled());
  CHECK(talk.with.has("sasl"));
  (void)talk.server("CAP * ACK :-batch");
  CHECK_FALSE(talk.with.has("batch"));
}

TEST_CASE("refused together, each is asked for alone, once", "[irc][cap]") {
  negotiation talk;
  (void)talk.server("CAP * LS :batch sasl server-time");
  CHECK(talk.server("CAP * NAK :batch sasl server-time") ==
        texts{"CAP REQ :batch", "CAP REQ :sasl", "CAP REQ :server-time"});
  (void)talk.server("CAP * NAK :sasl");
  (void)talk.server("CAP * ACK :server-time");
  CHECK_FALSE(talk.with.settled());
  // A refusal that names nothing is for the oldest request.
  CHECK(talk.server("CAP * NAK :something") == texts{});
  CHECK(talk.with.settled());
  CHECK(talk.with.has("server-time"));
  CHECK_FALSE(talk.with.has("batch"));
  CHECK(talk.server("CAP * LS :batch sasl server-time") == texts{});
  CHECK(talk.server("CAP * NEW :sasl") == texts{"CAP REQ :sasl"});
}

TEST_CASE("what comes and goes later", "[irc][cap]") {
  negotiation talk;
  // Before the list there is nothing to decide yet.
  CHECK(talk.server("CAP * NEW :batch") == texts{});
  CHECK(talk.server("CAP * LS :") == texts{"CAP REQ :batch"});
  (void)talk.server("CAP * ACK :batch");
  CHECK(talk.server("CAP mynah NEW :batch sasl=PLAIN other") == texts{"CAP REQ :sasl"});
  CHECK(talk.server("CAP mynah NEW :sasl=EXTERNAL") == texts{});
  CHECK(talk.with.value("sasl") == "EXTERNAL");
  (void)talk.server("CAP mynah ACK :sasl");
  CHECK(talk.server("CAP mynah DEL :sasl batch") == texts{});
  CHECK_FALSE(talk.with.has("sasl"));
  CHECK(talk.with.value("sasl").empty());
  CHECK(talk.with.settled());
}

TEST_CASE("long requests go in several lines", "[irc][cap]") {
  texts names;
  std::string list;
  for (int i = 0; i < 50; ++i) {
    names.push_back("vendor.test/capability-" + std::to_string(i));
    list += names.back() + " ";
  }
  negotiation talk(names);
  const texts lines = talk.server("CAP * LS :" + list);
  CHECK(lines.size() == 4);
  for (const std::string& line : lines) {
    CHECK(line.size() <= 9 + capabilities::longest_request);
    CHECK_FALSE(talk.with.settled());
    (void)talk.server("CAP * ACK :" + line.substr(9));
  }
  CHECK(talk.with.settled());
  for (const std::string& name : names) CHECK(talk.with.has(name));
}

TEST_CASE("what nobody asked for or nobody knows changes nothing", "[irc][cap]") {
  negotiation talk;
  for (const std::string line :
       {"CAP", "CAP *", "CAP * LIST :batch", "CAP * ACK", "CAP * NAK", "CAP * NAK :batch",
        "CAP * DEL", "CAP * NEW", "CAP * ACK :unknown", "CAP * WHAT :batch"}) {
    CAPTURE(line);
    CHECK(talk.server(line) == texts{});
    CHECK_FALSE(talk.with.has("batch"));
    CHECK_FALSE(talk.with.has("unknown"));
    CHECK_FALSE(talk.with.settled());
  }
}

TEST_CASE("negotiation is part of the registration", "[irc][session][cap]") {
  const bool byte_by_byte = GENERATE(false, true);
  session_script script({}, byte_by_byte);
  CHECK(script.sent() == texts{"^CAP LS 302", "^NICK mynah", "^USER mynah 0 * :mynah"});
  script.server({":irc.test CAP * LS * :server-time sasl", ":irc.test CAP * LS :batch"});
  CHECK(script.sent() == texts{"^CAP REQ :batch server-time"});
  script.server({":irc.test CAP * ACK :batch server-time"});
  CHECK(script.sent() == texts{"^CAP END"});
  script.server({":irc.test CAP mynah NEW :chghost"});
  CHECK(script.sent() == texts{"^CAP REQ :chghost"});
  script.server({":irc.test 001 mynah :Welcome", ":irc.test CAP mynah ACK :chghost"});
  CHECK(script.sent() == texts{});
  script.log_in();
  script.server({":irc.test CAP mynah NEW :setname"});
  // No hurry any more.
  CHECK(script.sent() == texts{"CAP REQ :setname"});
}

TEST_CASE("registration ends also when nothing is offered or all is refused",
          "[irc][session][cap]") {
  session_script script;
  (void)script.sent();
  SECTION("nothing") {
    script.server({":irc.test CAP * LS :"});
    CHECK(script.sent() == texts{"^CAP END"});
  }
  SECTION("refused") {
    script.server({":irc.test CAP * LS :batch", ":irc.test CAP * NAK :batch"});
    CHECK(script.sent() == texts{"^CAP REQ :batch", "^CAP END"});
  }
  SECTION("no CAP at all") {
    script.server({":irc.test 421 * CAP :Unknown command"});
    CHECK(script.sent() == texts{});
  }
  SECTION("an answer that comes late") {
    script.server({":irc.test 001 mynah :Welcome", ":irc.test CAP mynah LS :batch"});
    CHECK(script.sent() == texts{"CAP REQ :batch"});
    script.server({":irc.test CAP mynah ACK :batch"});
    CHECK(script.sent() == texts{});
  }
  script.server({":irc.test 001 mynah :Welcome", ":irc.test 422 mynah :No MOTD"});
  CHECK(script.talking.online());
}
