// SPDX-License-Identifier: Apache-2.0
#include "catch.hpp"
#include "irc_bot.hpp"
#include "irc_client.hpp"
#include "ngircd.hpp"

using namespace mynah_test;

TEST_CASE("the bot answers in a channel and in private", "[irc][integration]") {
  ngircd server;
  irc_client ann(server.port(), "ann");
  ann.join("#test");
  irc_bot bot({{"server", local(server.port())}, {"channels", "#test"}}, {ping()});
  ann.wait_for(":mynah!");
  ann.say("PRIVMSG #test :!ping");
  CHECK(text_of(ann.wait_for(" PRIVMSG #test ")) == "pong");
  ann.say("PRIVMSG #test :mynah: ping");
  CHECK(text_of(ann.wait_for(" PRIVMSG #test ")) == "pong");
  ann.say("PRIVMSG mynah :ping");
  const std::string line = ann.wait_for(" PRIVMSG ann ");
  CHECK(line.starts_with(":mynah!"));
  CHECK(text_of(line) == "pong");
  bot.stop();
  ann.wait_for(" QUIT ");
}

TEST_CASE("notices, CTCP and talk are no commands", "[irc][integration]") {
  ngircd server;
  irc_client ann(server.port(), "ann");
  ann.join("#test");
  irc_bot bot({{"server", local(server.port())}, {"channels", "#test"}},
              {ping(), saying("last", "done")});
  ann.wait_for(":mynah!");
  ann.say("NOTICE #test :!ping");
  ann.say("NOTICE mynah :ping");
  ann.say(
      "PRIVMSG #test :\x01"
      "ACTION !ping\x01");
  ann.say("PRIVMSG mynah :\x01PING 42\x01");
  ann.say("PRIVMSG #test :mynah is a bot that knows ping");
  const std::size_t before = ann.lines().size();
  ann.say("PRIVMSG #test :!last");
  ann.wait_for("done");
  std::size_t pongs = 0;
  std::size_t answers = 0;
  for (std::size_t i = before; i < ann.lines().size(); ++i) {
    if (text_of(ann.lines()[i]) == "pong") ++pongs;
    if (ann.lines()[i].find("NOTICE ann :\x01PING 42\x01") != std::string::npos) ++answers;
  }
  CHECK(pongs == 0);
  CHECK(answers == 1);
}

TEST_CASE("a long reply is split and complete", "[irc][integration]") {
  std::string text;
  for (int i = 0; i < 400; ++i) text += "w\xC3\xB6rd-" + std::to_string(i) + " ";
  text += "the end";
  ngircd server;
  irc_client ann(server.port(), "ann");
  ann.join("#test");
  irc_bot bot({{"server", local(server.port())}, {"channels", "#test"}}, {saying("long", text)});
  ann.wait_for(":mynah!");
  ann.say("PRIVMSG #test :!long");
  std::string joined;
  std::size_t messages = 0;
  while (!joined.ends_with("the end")) {
    const std::string line = ann.wait_for(" PRIVMSG #test ");
    CHECK(line.size() + 2 <= 512);
    joined += text_of(line);
    // The server cuts blanks at the end of a line; ours ends between words.
    if (!joined.ends_with(' ') && !joined.ends_with("the end")) joined += ' ';
    ++messages;
  }
  CHECK(joined == text);
  // Few: what is left of a line behind the bot's real prefix is used.
  CHECK(messages ==
        1 + text.size() /
                (512 - std::string(":mynah!~mynah@127.0.0.1 PRIVMSG #test :\r\n").size()));
}

TEST_CASE("a reply cannot speak the protocol", "[irc][integration]") {
  const std::string evil = "one\r\nJOIN #evil\r\nPRIVMSG #test :two\rQUIT :x\n\x01VERSION\x01 end";
  ngircd server;
  irc_client ann(server.port(), "ann");
  ann.join("#test");
  ann.join("#evil");
  const mynah::reply untrusted = mynah::reply().untrusted(evil);
  const bool trusted = GENERATE(true, false);
  irc_bot bot({{"server", local(server.port())}, {"channels", "#test"}},
              {saying("evil", trusted ? mynah::reply(evil) : untrusted)});
  ann.wait_for(":mynah!");
  ann.say("PRIVMSG #test :!evil");
  const std::size_t before = ann.lines().size();
  CHECK(text_of(ann.wait_for("VERSION")) == "VERSION end");
  std::vector<std::string> said;
  for (std::size_t i = before; i < ann.lines().size(); ++i) {
    CHECK(ann.lines()[i].find(" PRIVMSG #test :") != std::string::npos);
    said.push_back(text_of(ann.lines()[i]));
  }
  CHECK(said == std::vector<std::string>{"one", "JOIN #evil", "PRIVMSG #test :two", "QUIT :x",
                                         "VERSION end"});
  for (const std::string& line : ann.lines_until_now()) {
    CHECK(line.find(":mynah!") == std::string::npos);
  }
}

TEST_CASE("the bot does not listen to itself", "[irc][integration]") {
  ngircd server;
  irc_client ann(server.port(), "ann");
  ann.join("#test");
  irc_bot bot({{"server", local(server.port())}, {"channels", "#test"}},
              {saying("loop", "!loop"), saying("end", "done")});
  ann.wait_for(":mynah!");
  ann.say("PRIVMSG #test :!loop");
  CHECK(text_of(ann.wait_for(" PRIVMSG #test ")) == "!loop");
  // To itself by its own nick, which the server delivers.
  ann.say("PRIVMSG #test :!end");
  CHECK(text_of(ann.wait_for(" PRIVMSG #test ")) == "done");
}
