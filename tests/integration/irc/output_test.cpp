// SPDX-License-Identifier: Apache-2.0
// What the bot says, and when it counts as said, on real servers.
#include "catch.hpp"
#include "inspircd.hpp"
#include "irc_bot.hpp"
#include "irc_client.hpp"
#include "ngircd.hpp"

using namespace mynah_test;

namespace {

std::string numbers(int count) {
  std::string text;
  for (int i = 1; i <= count; ++i) text += "line " + std::to_string(i) + "\n";
  return text;
}

}  // namespace

TEST_CASE("more shows what was left out", "[irc][integration][more]") {
  ngircd server;
  irc_client ann(server.port(), "ann");
  ann.join("#test");
  irc_bot bot({{"server", local(server.port())}, {"channels", "#test"}, {"reply-lines", "3"}},
              {saying("long", numbers(6))});
  ann.wait_for(":mynah!");
  ann.say("PRIVMSG #test :!long");
  CHECK(text_of(ann.wait_for(" PRIVMSG #test ")) == "line 1");
  CHECK(text_of(ann.wait_for(" PRIVMSG #test ")) == "line 2");
  CHECK(text_of(ann.wait_for(" PRIVMSG #test ")) == "(4 more lines: !more)");
  irc_client bob(server.port(), "bob");
  bob.join("#test");
  bob.say("PRIVMSG #test :!more");
  CHECK(text_of(bob.wait_for(":mynah!")) == "line 3");
  CHECK(text_of(bob.wait_for(":mynah!")) == "line 4");
  CHECK(text_of(bob.wait_for(":mynah!")) == "(2 more lines: !more)");
  bob.say("PRIVMSG #test :mynah: more");
  CHECK(text_of(bob.wait_for(":mynah!")) == "line 5");
  CHECK(text_of(bob.wait_for(":mynah!")) == "line 6");
  bob.say("PRIVMSG #test :!more");
  CHECK(text_of(bob.wait_for(":mynah!")) == "There is nothing more.");
  // In private it is for who asked.
  ann.say("PRIVMSG mynah :long");
  CHECK(text_of(ann.wait_for(" PRIVMSG ann ")) == "line 1");
  CHECK(text_of(ann.wait_for(" PRIVMSG ann ")) == "line 2");
  CHECK(text_of(ann.wait_for(" PRIVMSG ann ")) == "(4 more lines: more)");
  bob.say("PRIVMSG mynah :more");
  CHECK(text_of(bob.wait_for(" PRIVMSG bob ")) == "There is nothing more.");
  ann.say("PRIVMSG mynah :more");
  CHECK(text_of(ann.wait_for(" PRIVMSG ann ")) == "line 3");
}

TEST_CASE("what a server refuses is told, and does not stop the rest", "[irc][integration]") {
  inspircd server;
  irc_client ann(server.port(), "ann");
  ann.join("#test");
  irc_bot bot({{"server", local(server.port())}, {"channels", "#test"}}, {ping()});
  ann.wait_for(":mynah!");
  ann.say("MODE #test +m");
  ann.wait_for("MODE #test :+m");
  ann.say("PRIVMSG #test :!ping");
  bot.wait_for_log("the server refuses a message to '#test'");
  ann.say("PRIVMSG mynah :ping");
  CHECK(text_of(ann.wait_for(" PRIVMSG ann ")) == "pong");
  // It is tried again after a while, and then it may.
  ann.say("MODE #test -m");
  CHECK(text_of(ann.wait_for(" PRIVMSG #test ")) == "pong");
}

TEST_CASE("format codes and a character set of the network", "[irc][integration]") {
  ngircd server;
  irc_client ann(server.port(), "ann");
  ann.join("#test");
  const mynah::reply styled =
      mynah::reply("\xD0\xB4\xD0\xB0 ").emphasis("now").text(" ").code("ls").untrusted(" \x02x");
  irc_bot bot({{"server", local(server.port())},
               {"channels", "#test"},
               {"formatting", "yes"},
               {"charset", "koi8-r"}},
              {saying("show", styled), saying("\xD0\xB4\xD0\xB0", "understood")});
  ann.wait_for(":mynah!");
  ann.say("PRIVMSG #test :!show");
  CHECK(text_of(ann.wait_for(" PRIVMSG #test ")) == "\xC4\xC1 \x02now\x02 \x11ls\x11 x");
  ann.say("PRIVMSG #test :!\xC4\xC1");
  CHECK(text_of(ann.wait_for(" PRIVMSG #test ")) == "understood");
}

TEST_CASE("CTCP queries are answered by NOTICE, and only in private", "[irc][integration]") {
  ngircd server;
  irc_client ann(server.port(), "ann");
  ann.join("#test");
  irc_bot bot(
      {{"server", local(server.port())}, {"channels", "#test"}, {"source", "https://x.test/"}},
      {ping()});
  ann.wait_for(":mynah!");
  ann.say("PRIVMSG #test :\x01VERSION\x01");
  ann.say("NOTICE mynah :\x01VERSION\x01");
  ann.say("PRIVMSG mynah :\x01SOURCE\x01");
  CHECK_THAT(ann.wait_for(":mynah!"),
             ContainsSubstring("NOTICE ann :\x01SOURCE https://x.test/\x01"));
  ann.say("PRIVMSG mynah :\x01TIME\x01");
  CHECK_THAT(ann.wait_for(":mynah!"), ContainsSubstring(" UTC\x01"));
  ann.say(
      "PRIVMSG mynah :\x01"
      "CLIENTINFO\x01");
  CHECK_THAT(ann.wait_for(":mynah!"), ContainsSubstring("SOURCE TIME VERSION\x01"));
}
