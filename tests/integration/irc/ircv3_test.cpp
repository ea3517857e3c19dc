// SPDX-License-Identifier: Apache-2.0
// Against a server that has capabilities, tags and playback.
#include <mynah/command.hpp>
#include <mynah/context.hpp>

#include "catch.hpp"
#include "inspircd.hpp"
#include "irc_bot.hpp"
#include "irc_client.hpp"
#include "irc_services.hpp"

using mynah::errc;
using namespace mynah_test;

namespace {

/// A command `!name` that notes who and when, and answers with its argument.
class noted_command {
 public:
  mynah::command_ptr make() {
    auto run = [this](mynah::context& ctx) -> std::string {
      speakers.push_back(ctx.event().principal.key());
      ids.push_back(ctx.event().id);
      timed = timed && ctx.event().time != std::chrono::system_clock::time_point();
      return "!note";
    };
    return mynah::make_command(mynah::command_spec("note", "Notes who asks"), run);
  }

  std::vector<std::string> speakers;
  std::vector<std::string> ids;
  bool timed = true;
};

}  // namespace

TEST_CASE("a server with capabilities", "[irc][integration][ircv3]") {
  inspircd server;
  irc_client ann(server.port(), "ann");
  ann.join("#test");
  noted_command note;
  irc_bot bot({{"server", local(server.port())}, {"channels", "#test"}}, {note.make()});
  ann.wait_for(":mynah!");
  ann.say("PRIVMSG #test :!note");
  // What it says comes back to it, and is no command.
  CHECK(text_of(ann.wait_for(" PRIVMSG #test ")) == "!note");
  ann.say("PRIVMSG mynah :note");
  CHECK(text_of(ann.wait_for(" PRIVMSG ann ")) == "!note");
  ann.say("PRIVMSG #test :!note");
  CHECK(text_of(ann.wait_for(" PRIVMSG #test ")) == "!note");
  bot.stop();
  REQUIRE(note.speakers.size() == 3);
  for (const std::string& speaker : note.speakers) {
    CHECK(speaker == "unverified:irc/ann!ann@127.0.0.1");
  }
  CHECK(note.timed);
  for (const std::string& id : note.ids) CHECK_FALSE(id.empty());
  CHECK(note.ids[0] != note.ids[1]);
  CHECK(note.ids[0] != note.ids[2]);
}

TEST_CASE("what a server plays back is not run", "[irc][integration][ircv3]") {
  inspircd server;
  irc_client ann(server.port(), "ann");
  ann.join("#test");
  ann.say("MODE #test +H 10:1h");
  ann.wait_for("MODE #test +H");
  ann.say("PRIVMSG #test :!ping");
  irc_client bob(server.port(), "bob");
  bob.say("JOIN #test");
  bob.wait_for("!ping");
  irc_bot bot({{"server", local(server.port())}, {"channels", "#test"}},
              {ping(), saying("last", "done")});
  ann.wait_for(":mynah!");
  ann.say("PRIVMSG #test :!last");
  CHECK(text_of(ann.wait_for(" PRIVMSG #test ")) == "done");
}

TEST_CASE("an account at a server whose services are away", "[irc][integration][ircv3]") {
  inspircd server;
  irc_client ann(server.port(), "ann");
  ann.join("#test");
  const bool required = GENERATE(true, false);
  irc_bot bot({{"server", local(server.port())},
               {"channels", "#test"},
               {"sasl-user", "bot"},
               {"sasl-password", "pencil"},
               {"sasl-required", required ? "yes" : "no"}},
              {ping()});
  if (required) {
    bot.wait_for_log("the server does not offer it");
    for (const std::string& line : ann.lines_until_now()) {
      CHECK(line.find(":mynah!") == std::string::npos);
    }
  } else {
    bot.wait_for_log("going on without the account");
    ann.wait_for(":mynah!");
  }
  CHECK_THAT(bot.log(), !ContainsSubstring("pencil"));
}

TEST_CASE("logging in to an account", "[irc][integration][ircv3]") {
  inspircd server;
  // PLAIN of bot and pencil.
  const irc_services services(server.link_port(), "AGJvdABwZW5jaWw=");
  irc_client ann(server.port(), "ann");
  ann.join("#test");
  irc_bot::settings settings = {{"server", local(server.port())},
                                {"channels", "#test"},
                                {"sasl-user", "bot"},
                                {"sasl-mechanisms", "plain"},
                                {"sasl-plain-without-tls", "yes"}};
  SECTION("works, and who speaks is its account") {
    settings["sasl-password"] = "pencil";
    noted_command note;
    irc_bot bot(settings, {note.make()});
    ann.wait_for(":mynah!");
    // Another client with the account: the bot knows it by that, whatever its nick.
    irc_bot::settings other = settings;
    other["nick"] = "parrot";
    irc_bot speaker(other, {saying("say", "!note")});
    ann.wait_for(":parrot!");
    ann.say("PRIVMSG #test :parrot: say");
    CHECK(text_of(ann.wait_for(":parrot!")) == "!note");
    CHECK(text_of(ann.wait_for(":mynah!")) == "!note");
    CHECK_THAT(bot.log(), !ContainsSubstring("pencil"));
    bot.stop();
    CHECK(note.speakers == std::vector<std::string>{"irc/bot"});
  }
  SECTION("with a wrong password ends the bot") {
    settings["sasl-password"] = "pen";
    irc_bot bot(settings, {ping()});
    const auto outcome = bot.wait_for_end();
    REQUIRE(outcome.has_error());
    CHECK(outcome.error().code() == errc::authentication_failed);
    for (const std::string& line : ann.lines_until_now()) {
      CHECK(line.find(":mynah!") == std::string::npos);
    }
  }
}
