// SPDX-License-Identifier: Apache-2.0
// Whom the network vouches for, and for how long.
#include "catch.hpp"
#include "session_script.hpp"

using namespace mynah::irc;
using mynah_test::session_script;
using mynah_test::texts;

namespace {

const std::string stranger = "unverified:irc/ann!a@h";

class talk : public session_script {
 public:
  explicit talk(const std::string& capabilities) {
    server({"CAP * LS :" + capabilities, "CAP * ACK :" + capabilities,
            ":irc.test 005 mynah WHOX PREFIX=(ohv)@%+ :are supported"});
    log_in();
    server({":mynah!u@h JOIN #c mynah :bot", ":mynah!u@h JOIN #d mynah :bot"});
    (void)sent();
  }

  /// The principal of what the nick says, in private.
  std::string speaks(const std::string& nick = "ann", const std::string& tags = {}) {
    (void)events();
    server({tags + ":" + nick + "!a@h PRIVMSG mynah :x"});
    return events().at(0).principal.key();
  }
};

}  // namespace

TEST_CASE("the tag of the message tells the account", "[irc][session][identity]") {
  talk script("account-tag");
  CHECK(script.speaks("ann", "@account=annie ") == "irc/annie");
  CHECK(script.speaks("ann") == stranger);
  for (const std::string tag :
       {"@account ", "@account= ", "@account=* ", "@account=0 ", "@+account=annie ",
        "@Account=annie ", "@account=an\\snie ", "@account=an\\nnie ", "@x/account=annie "}) {
    CAPTURE(tag);
    CHECK(script.speaks("ann", tag) == stranger);
  }
}

TEST_CASE("a tag that was not agreed on tells nothing", "[irc][session][identity]") {
  talk script("message-tags");
  CHECK(script.speaks("ann", "@account=annie ") == stranger);
}

TEST_CASE("without the tag nobody is logged in, whatever was learned", "[irc][session][identity]") {
  talk script("account-tag account-notify extended-join");
  script.server({":ann!a@h JOIN #c annie :Ann", ":ann!a@h ACCOUNT annie"});
  CHECK(script.speaks() == stranger);
  // Gone, it is as if it had never been.
  script.server({"CAP mynah DEL :account-tag"});
  CHECK(script.speaks() == "irc/annie");
  CHECK(script.speaks("ann", "@account=eve ") == "irc/annie");
}

TEST_CASE("accounts are learned of those who join", "[irc][session][identity]") {
  talk script("account-notify extended-join");
  script.server({":ann!a@h JOIN #c annie :Ann", ":bob!b@h JOIN #c * :Bob"});
  CHECK(script.speaks("ann") == "irc/annie");
  CHECK(script.speaks("ANN") == "irc/annie");
  CHECK(script.speaks("bob") == "unverified:irc/bob!a@h");
  script.server({":bob!b@h ACCOUNT bobby", ":ann!a@h ACCOUNT *"});
  CHECK(script.speaks("bob") == "irc/bobby");
  CHECK(script.speaks("ann") == stranger);
}

TEST_CASE("the event of joining is of the account, too", "[irc][session][identity]") {
  talk script("account-notify extended-join");
  (void)script.events();
  script.server({":ann!a@h JOIN #c annie :Ann", ":ann!a@h PART #c"});
  const auto events = script.events();
  REQUIRE(events.size() == 2);
  CHECK(events[0].principal.key() == "irc/annie");
  CHECK(events[1].principal.key() == "irc/annie");
  CHECK(script.speaks() == stranger);
}

TEST_CASE("what was learned ends with the last channel in common", "[irc][session][identity]") {
  talk script("account-notify extended-join");
  script.server({":ann!a@h JOIN #c annie :Ann", ":ann!a@h JOIN #d annie :Ann"});
  SECTION("leaving") {
    script.server({":ann!a@h PART #c"});
    CHECK(script.speaks() == "irc/annie");
    script.server({":ann!a@h PART #D :bye"});
    CHECK(script.speaks() == stranger);
  }
  SECTION("kicked") {
    script.server({":op!o@h KICK #c ann :x", ":op!o@h KICK #d Ann :x"});
    CHECK(script.speaks() == stranger);
  }
  SECTION("quitting") {
    script.server({":ann!a@h QUIT :x"});
    CHECK(script.speaks() == stranger);
    // Somebody else with the nick.
    script.server({":ann!e@vil JOIN #c * :Eve"});
    CHECK(script.speaks() == stranger);
  }
  SECTION("the bot leaves") {
    script.server({":mynah!u@h PART #c"});
    CHECK(script.speaks() == "irc/annie");
    script.server({":op!o@h KICK #d mynah :x"});
    CHECK(script.speaks() == stranger);
  }
  SECTION("the bot joins anew") {
    script.server({":mynah!u@h PART #c", ":mynah!u@h JOIN #d mynah :bot"});
    CHECK(script.speaks() == stranger);
  }
  SECTION("no notice of logouts any more") {
    script.server({"CAP mynah DEL :account-notify"});
    CHECK(script.speaks() == stranger);
    script.server({"CAP mynah NEW :account-notify", "CAP mynah ACK :account-notify"});
    CHECK(script.speaks() == stranger);
  }
}

TEST_CASE("accounts follow changes of nick", "[irc][session][identity]") {
  talk script("account-notify extended-join");
  script.server({":ann[1]!a@h JOIN #c annie :Ann", ":bob!b@h JOIN #c bobby :Bob"});
  CHECK(script.speaks("Ann{1}") == "irc/annie");
  script.server({":ann{1}!a@h NICK :ann"});
  CHECK(script.speaks("ann") == "irc/annie");
  CHECK(script.speaks("ann[1]") == "unverified:irc/ann[1]!a@h");
  script.server({":ann!a@h NICK :ANN"});
  CHECK(script.speaks("ann") == "irc/annie");
  // Somebody whom we do not see takes a nick that we know: never his account.
  script.server({":eve!e@vil NICK :bob"});
  CHECK(script.speaks("bob") == "unverified:irc/bob!a@h");
}

TEST_CASE("accounts are found by the server's mapping, also when it changes",
          "[irc][session][identity]") {
  talk script("account-notify extended-join");
  script.server({":ann[1]!a@h JOIN #c annie :Ann", ":bob{1}!b@h JOIN #c bobby :Bob",
                 ":bob!b@h JOIN #c bobby :Bob"});
  CHECK(script.speaks("ann{1}") == "irc/annie");
  script.server({":irc.test 005 mynah CASEMAPPING=ascii :are supported"});
  CHECK(script.speaks("ann{1}") == "unverified:irc/ann{1}!a@h");
  CHECK(script.speaks("ANN[1]") == "irc/annie");
  CHECK(script.speaks("Bob") == "irc/bobby");
  // Two who are one then: nobody knows who of them has the account.
  script.server(
      {":bob[1]!e@vil JOIN #c * :Eve", ":irc.test 005 mynah CASEMAPPING=rfc1459 :are supported"});
  CHECK(script.speaks("bob{1}") == "unverified:irc/bob{1}!a@h");
  CHECK(script.speaks("ann{1}") == "irc/annie");
  CHECK(script.speaks("bob") == "irc/bobby");
  // Leaving works as before.
  script.server({":bob!b@h PART #C", ":mynah!u@h PART #c"});
  CHECK(script.speaks("bob") == "unverified:irc/bob!a@h");
  CHECK(script.speaks("ann[1]") == "unverified:irc/ann[1]!a@h");
}

TEST_CASE("who was there before is asked for", "[irc][session][identity]") {
  talk script("account-notify extended-join");
  script.server({":irc.test 353 mynah = #c :mynah @%ann +bob eve",
                 ":irc.test 366 mynah #c :End of /NAMES list."});
  CHECK(script.sent() == texts{"WHO #c %tcna,607"});
  script.server({":irc.test 354 mynah 607 #c ann annie", ":irc.test 354 mynah 607 #c bob 0",
                 ":irc.test 354 mynah 99 #c eve evil", ":irc.test 354 mynah eve evil",
                 ":irc.test 354 mynah 607 #other dan danny"});
  CHECK(script.speaks("ann") == "irc/annie");
  CHECK(script.speaks("bob") == "unverified:irc/bob!a@h");
  CHECK(script.speaks("eve") == "unverified:irc/eve!a@h");
  CHECK(script.speaks("dan") == "unverified:irc/dan!a@h");
  script.server({":irc.test 330 mynah bob bobby :is logged in as",
                 ":irc.test 330 mynah dan danny :is logged in as"});
  CHECK(script.speaks("bob") == "irc/bobby");
  CHECK(script.speaks("dan") == "unverified:irc/dan!a@h");
}

TEST_CASE("without account-notify nothing is learned", "[irc][session][identity]") {
  talk script("extended-join");
  script.server({":ann!a@h JOIN #c annie :Ann", ":irc.test 330 mynah ann annie :is",
                 ":irc.test 366 mynah #c :End"});
  CHECK(script.speaks() == stranger);
  CHECK(script.sent() == texts{});
}

TEST_CASE("what was said earlier was said by who had the nick then", "[irc][session][identity]") {
  talk script("account-notify extended-join batch");
  script.server({":ann!a@h JOIN #c annie :Ann", "BATCH +1 chathistory #c"});
  CHECK(script.speaks("ann", "@batch=1 ") == stranger);
}

TEST_CASE("a JOIN without account tells nothing", "[irc][session][identity]") {
  talk script("account-notify");
  script.server({":ann!a@h JOIN #c annie :Ann"});
  CHECK(script.speaks() == stranger);
  script.server({":ann!a@h ACCOUNT annie"});
  CHECK(script.speaks() == "irc/annie");
}

TEST_CASE("of crowds without end only so many are known", "[irc][members]") {
  members known;
  known.we_joined("#a");
  known.we_joined("#b");
  const auto nick = [](std::size_t i) { return "n" + std::to_string(i); };
  for (std::size_t i = 0; i < members::most_places; ++i) known.joined(nick(i), "#a");
  known.joined("late", "#b");
  known.set_account("late", "late");
  CHECK(known.account("late").empty());
  known.joined(nick(1), "#b");
  CHECK(known.shared_with(nick(1)).size() == 1);
  // Who is known already may be told again.
  known.joined(nick(1), "#a");
  known.set_account(nick(1), "one");
  CHECK(known.account(nick(1)) == "one");
  // Whoever goes makes room, one place for each channel.
  known.quit(nick(2));
  known.joined("late", "#b");
  known.set_account("late", "late");
  CHECK(known.account("late") == "late");
  known.joined("later", "#b");
  CHECK(known.shared_with("later").empty());
  known.left(nick(3), "#a");
  known.joined("later", "#b");
  CHECK(known.shared_with("later").size() == 1);
  known.renamed(nick(4), nick(5));
  known.joined(nick(6), "#b");
  CHECK(known.shared_with(nick(6)).size() == 2);
  known.joined(nick(7), "#b");
  CHECK(known.shared_with(nick(7)).size() == 1);
  known.compare_by(mynah::irc::casemapping::ascii);
  known.joined("last", "#b");
  CHECK(known.shared_with("last").empty());
  known.we_left("#a");
  known.joined("last", "#b");
  CHECK(known.shared_with("last").size() == 1);
}
