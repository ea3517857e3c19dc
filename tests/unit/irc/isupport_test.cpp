// SPDX-License-Identifier: Apache-2.0
#include "isupport.hpp"

#include "catch.hpp"

using namespace mynah::irc;

namespace {

isupport after(std::vector<std::string> tokens) {
  tokens.insert(tokens.begin(), "bot");
  tokens.push_back("are supported by this server");
  isupport server;
  server.apply(tokens);
  return server;
}

}  // namespace

TEST_CASE("ISUPPORT has the protocol's defaults", "[irc][isupport]") {
  const isupport server;
  CHECK(server.mapping == casemapping::rfc1459);
  CHECK(server.is_channel("#c"));
  CHECK(server.is_channel("&c"));
  CHECK_FALSE(server.is_channel("nick"));
  CHECK_FALSE(server.is_channel(""));
  CHECK(server.nick_length == 9);
  CHECK(server.join_targets == 0);
  CHECK(server.without_status("@#c") == "@#c");
}

TEST_CASE("ISUPPORT tokens are taken and taken back", "[irc][isupport]") {
  isupport server = after({"CASEMAPPING=ascii", "CHANTYPES=#", "NICKLEN=30", "STATUSMSG=@+",
                           "TARGMAX=KICK:1,JOIN:4,PRIVMSG:", "UNKNOWN=1", "EXCEPTS"});
  CHECK(server.mapping == casemapping::ascii);
  CHECK_FALSE(server.is_channel("&c"));
  CHECK(server.nick_length == 30);
  CHECK(server.nick_length_known);
  CHECK(server.join_targets == 4);
  CHECK(server.without_status("@#ops") == "#ops");
  CHECK(server.without_status("@+#ops") == "#ops");
  CHECK(server.without_status("#ops") == "#ops");
  CHECK(server.without_status("@nick") == "@nick");
  server.apply({"bot", "-CASEMAPPING", "-CHANTYPES", "-NICKLEN", "-TARGMAX", "-STATUSMSG", "-X",
                "are supported"});
  CHECK(server.mapping == casemapping::rfc1459);
  CHECK(server.is_channel("&c"));
  CHECK_FALSE(server.nick_length_known);
  CHECK(server.join_targets == 0);
  CHECK(server.without_status("@#ops") == "@#ops");
}

TEST_CASE("ISUPPORT bears nonsense", "[irc][isupport]") {
  const isupport server = after({"NICKLEN=0", "NICKLEN=x", "NICKLEN=99999999999999999999", "=", "-",
                                 "TARGMAX=", "TARGMAX=JOIN:", "CHANTYPES=\\x23\\x2"});
  CHECK(server.nick_length == 9);
  CHECK(server.join_targets == 0);
  CHECK(server.is_channel("#c"));
  isupport short_line;
  short_line.apply({});
  short_line.apply({"bot"});
  CHECK(short_line.nick_length == 9);
}

TEST_CASE("a plus may be a channel type and a prefix", "[irc][isupport]") {
  const isupport server = after({"CHANTYPES=#+", "STATUSMSG=@+"});
  CHECK(server.without_status("+chan") == "+chan");
  CHECK(server.without_status("@+chan") == "+chan");
}

TEST_CASE("ISUPPORT tells limits, MONITOR and the mode of bots", "[irc][isupport]") {
  isupport server = after({"CHANLIMIT=#&:50,+:,!:x,:3,^,@:0,~:1", "MONITOR=100", "BOT=B"});
  REQUIRE(server.channel_limits.size() == 2);
  CHECK(server.channel_limits[0].types == "#&");
  CHECK(server.channel_limits[0].most == 50);
  CHECK(server.channel_limits[1].types == "~");
  CHECK(server.channel_limits[1].most == 1);
  CHECK(server.monitor);
  CHECK(server.bot_mode == "B");
  server.apply({"bot", "-CHANLIMIT", "-MONITOR", "-BOT", "are supported"});
  CHECK(server.channel_limits.empty());
  CHECK_FALSE(server.monitor);
  CHECK(server.bot_mode.empty());
  std::string many = "CHANLIMIT=";
  for (int i = 0; i < 1000; ++i) many += "#:1,";
  CHECK(after({many}).channel_limits.size() == 16);
}
