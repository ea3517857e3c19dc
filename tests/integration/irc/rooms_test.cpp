// SPDX-License-Identifier: Apache-2.0
// Channels and nicks on real servers, and being thrown out of them.
#include "catch.hpp"
#include "inspircd.hpp"
#include "irc_client.hpp"
#include "irc_services.hpp"
#include "ngircd.hpp"
#include "irc_bot.hpp"

using mynah::errc;
using namespace mynah_test;

namespace {

void check_alive(irc_client& ann, const std::string& channel = "#test") {
  ann.say("PRIVMSG " + channel + " :!ping");
  CHECK(text_of(ann.wait_for(" PRIVMSG " + channel + " ")) == "pong");
}

void become_operator(irc_client& client) {
  client.say("OPER op op");
  client.wait_for(" 381 ");
}

std::size_t times(const std::string& text, const std::string& part) {
  std::size_t count = 0;
  for (std::size_t at = text.find(part); at != std::string::npos; at = text.find(part, at + 1)) {
    ++count;
  }
  return count;
}

}  // namespace

TEST_CASE("kicked out, the bot comes back unless banned", "[irc][integration][rooms]") {
  ngircd server;
  irc_client ann(server.port(), "ann");
  ann.join("#test");
  irc_bot bot({{"server", local(server.port())}, {"channels", "#test"}}, {ping()});
  ann.wait_for(":mynah!");
  ann.say("KICK #test mynah :out");
  ann.wait_for(" KICK #test mynah");
  ann.wait_for(" JOIN ");
  check_alive(ann);
  ann.say("MODE #test +b mynah!*@*");
  ann.say("KICK #test mynah :and stay out");
  bot.wait_for_log("cannot join a channel channel=#test numeric=474");
  CHECK_THAT(bot.log(), ContainsSubstring("trying again in 1h"));
  // It is still there.
  ann.say("PRIVMSG mynah :ping");
  CHECK(text_of(ann.wait_for(" PRIVMSG ann ")) == "pong");
}

TEST_CASE("a channel for the invited", "[irc][integration][rooms]") {
  ngircd server;
  irc_client ann(server.port(), "ann");
  ann.join("#test");
  ann.say("MODE #test +i");
  ann.wait_for("MODE #test +i");
  irc_bot bot({{"server", local(server.port())}, {"channels", "#test"}}, {ping()});
  bot.wait_for_log("cannot join a channel channel=#test numeric=473");
  ann.say("INVITE mynah #test");
  ann.wait_for(" JOIN ");
  check_alive(ann);
  // Others only if the settings say so.
  ann.join("#party");
  ann.say("INVITE mynah #party");
  bot.wait_for_log("an invitation is ignored, as the settings say channel=#party");
}

TEST_CASE("a bot that follows every invitation", "[irc][integration][rooms]") {
  inspircd server;
  irc_client ann(server.port(), "ann");
  ann.join("#party");
  ann.say("MODE #party +i");
  irc_bot bot({{"server", local(server.port())}, {"channels", "#test"}, {"invites", "any"}},
                  {ping()});
  bot.wait_for_log("joined channel=#test");
  ann.say("INVITE mynah #party");
  ann.wait_for(" JOIN ");
  check_alive(ann, "#party");
}

TEST_CASE("operators move the bot", "[irc][integration][rooms]") {
  inspircd server;
  irc_client ann(server.port(), "ann");
  become_operator(ann);
  ann.join("#test");
  irc_bot bot({{"server", local(server.port())}, {"channels", "#test"}}, {ping()});
  ann.wait_for(":mynah!");
  ann.join("#staff");
  ann.say("SAJOIN mynah #staff");
  bot.wait_for_log("joined channel=#staff");
  check_alive(ann, "#staff");
  ann.say("SAPART mynah #test");
  bot.wait_for_log("made to leave a channel; not coming back unless invited channel=#test");
  ann.say("INVITE mynah #test");
  ann.wait_for(" JOIN ");
  check_alive(ann);
}

TEST_CASE("hundreds of channels", "[irc][integration][rooms]") {
  std::string channels;
  for (int i = 0; i < 300; ++i) channels += (i == 0 ? "#room" : ",#room") + std::to_string(i);
  SECTION("are all joined") {
    ngircd_options options;
    options.most_channels = 0;
    ngircd server(options);
    irc_bot bot({{"server", local(server.port())}, {"channels", channels}}, {ping()});
    bot.wait_for_log("joined channel=#room299");
    CHECK(times(bot.log(), ": joined channel=#room") == 300);
    irc_client ann(server.port(), "ann");
    ann.join("#room150");
    check_alive(ann, "#room150");
  }
  SECTION("as far as the server allows") {
    ngircd server;
    irc_bot bot({{"server", local(server.port())}, {"channels", channels}}, {ping()});
    bot.wait_for_log("the server allows no more channels");
    CHECK(times(bot.log(), ": joined channel=#room") == 10);
    CHECK_THAT(bot.log(), ContainsSubstring("left_out=289 channels=#room11,#room12,"));
    irc_client ann(server.port(), "ann");
    ann.join("#room9");
    check_alive(ann, "#room9");
    CHECK(times(bot.log(), "cannot join a channel channel=#room10 numeric=405") == 1);
    CHECK(times(bot.log(), "cannot join") == 1);
  }
}

TEST_CASE("killed, the bot waits before it comes back", "[irc][integration][rooms]") {
  const auto thrown_out = [](std::uint16_t port) {
    irc_client ann(port, "ann");
    become_operator(ann);
    ann.join("#test");
    irc_bot bot({{"server", local(port)}, {"channels", "#test"}}, {ping()});
    ann.wait_for(":mynah!");
    ann.say("KILL mynah :enough");
    bot.wait_for_log("not connected");
    CHECK_THAT(bot.log(), ContainsSubstring("an operator ended the connection (KILL)"));
    CHECK_THAT(bot.log(), ContainsSubstring("enough"));
  };
  SECTION("by ngircd") {
    ngircd server;
    thrown_out(server.port());
  }
  SECTION("by InspIRCd") {
    inspircd server;
    thrown_out(server.port());
  }
}

TEST_CASE("banned from the network, the bot gives up", "[irc][integration][rooms]") {
  inspircd server;
  irc_client ann(server.port(), "ann");
  become_operator(ann);
  ann.join("#test");
  irc_bot bot({{"server", local(server.port())}, {"channels", "#test"}}, {ping()});
  ann.wait_for(":mynah!");
  ann.say("KLINE mynah@127.0.0.1 1h :no bots");
  const auto outcome = bot.wait_for_end();
  REQUIRE(outcome.has_error());
  CHECK(outcome.error().code() == errc::banned);
  CHECK_THAT(bot.log(), ContainsSubstring("its operators have to lift the ban"));
}

TEST_CASE("a nick in use is had when it is free", "[irc][integration][rooms]") {
  const auto regained = [](std::uint16_t port, bool shares_channel) {
    irc_client ann(port, "ann");
    ann.join("#test");
    {
      irc_client other(port, "mynah");
      if (shares_channel) other.join("#test");
      irc_bot::settings settings = {
          {"server", local(port)}, {"channels", "#test"}, {"alternative-nicks", "parrot,crow"}};
      irc_client parrot(port, "parrot");
      irc_bot bot(settings, {ping()});
      ann.wait_for(":crow!");
      ann.say("PRIVMSG #test :crow: ping");
      CHECK(text_of(ann.wait_for(" PRIVMSG #test ")) == "pong");
      other.say("QUIT :bye");
      ann.wait_for(":crow!");
      ann.say("PRIVMSG #test :mynah: ping");
      CHECK(text_of(ann.wait_for(" PRIVMSG #test ")) == "pong");
    }
  };
  SECTION("seen to quit") {
    ngircd server;
    regained(server.port(), true);
  }
  SECTION("told by MONITOR") {
    inspircd server;
    regained(server.port(), false);
  }
}

TEST_CASE("logging in by NickServ", "[irc][integration][rooms]") {
  inspircd server;
  irc_client ann(server.port(), "ann");
  ann.join("#test");
  ann.say("MODE #test +R");
  ann.wait_for("MODE #test :+R");
  irc_bot::settings settings = {{"server", local(server.port())},
                                    {"channels", "#test"},
                                    {"nickserv-password", "pencil"},
                                    {"nickserv-without-tls", "yes"}};
  SECTION("lets the bot in where only registered users may be") {
    const irc_services services(server.link_port(), "x");
    settings["nickserv-required"] = GENERATE("yes", "no");
    irc_bot bot(settings, {ping()});
    ann.wait_for(" JOIN ");
    check_alive(ann);
    CHECK_THAT(bot.log(), ContainsSubstring("logged in account=bot"));
    CHECK_THAT(bot.log(), !ContainsSubstring("pencil"));
  }
  SECTION("with a wrong password ends the bot that needs it") {
    const irc_services services(server.link_port(), "x");
    settings["nickserv-required"] = "yes";
    settings["nickserv-password"] = "eraser";
    irc_bot bot(settings, {ping()});
    const auto outcome = bot.wait_for_end();
    REQUIRE(outcome.has_error());
    CHECK(outcome.error().code() == errc::authentication_failed);
    CHECK_THAT(bot.log(), !ContainsSubstring("eraser"));
  }
  SECTION("is not tried with whoever has the nick") {
    irc_client eve(server.port(), "NickServ");
    irc_bot bot(settings, {ping()});
    bot.wait_for_log("the password is not sent");
    bot.wait_for_log("cannot join a channel channel=#test numeric=477");
    for (const std::string& line : eve.lines_until_now()) {
      CHECK(line.find("pencil") == std::string::npos);
    }
  }
}

TEST_CASE("a network that splits and comes together, ngircd", "[irc][integration][rooms]") {
  ngircd_options hub_options;
  hub_options.peer = "two.test";
  ngircd hub(hub_options);
  ngircd_options leaf_options;
  leaf_options.name = "two.test";
  leaf_options.peer = "irc.test";
  leaf_options.peer_port = hub.port();
  ngircd leaf(leaf_options);
  irc_client ann(hub.port(), "ann");
  ann.join("#test");
  irc_bot bot({{"server", local(hub.port())}, {"channels", "#test"}}, {ping()});
  ann.wait_for(":mynah!");
  {
    std::vector<std::unique_ptr<irc_client>> crowd;
    for (int i = 0; i < 20; ++i) {
      crowd.push_back(std::make_unique<irc_client>(leaf.port(), "p" + std::to_string(i)));
      crowd.back()->join("#test");
      ann.wait_for(":p" + std::to_string(i) + "!");
    }
    leaf.kill();
  }
  bot.wait_for_log("netsplit servers=irc.test two.test count=20");
  CHECK(times(bot.log(), "netsplit servers=") == 1);
  check_alive(ann);
  leaf.start();
  irc_client bob(leaf.port(), "bob");
  bob.join("#test");
  ann.wait_for(":bob!");
  check_alive(ann);
  bob.wait_for("pong");
  check_alive(bob);
}

TEST_CASE("a network that splits and comes together, InspIRCd", "[irc][integration][rooms]") {
  inspircd_options hub_options;
  hub_options.peer = "two.test";
  inspircd hub(hub_options);
  inspircd_options leaf_options;
  leaf_options.name = "two.test";
  leaf_options.id = "002";
  leaf_options.peer = "irc.test";
  leaf_options.peer_link_port = hub.link_port();
  irc_client ann(hub.port(), "ann");
  ann.join("#test");
  irc_bot bot({{"server", local(hub.port())}, {"channels", "#test"}}, {ping()});
  ann.wait_for(":mynah!");
  for (int round = 0; round < 2; ++round) {
    inspircd leaf(leaf_options);
    std::vector<std::unique_ptr<irc_client>> crowd;
    // This server takes a second for each login.
    const int people = 5 + round;
    for (int i = 0; i < people; ++i) {
      crowd.push_back(std::make_unique<irc_client>(leaf.port(), "p" + std::to_string(i)));
      crowd.back()->join("#test");
    }
    for (int i = 0; i < people; ++i) ann.wait_for(":p" + std::to_string(i) + "!");
    check_alive(*crowd.front());
    leaf.kill();
    ann.wait_for(" QUIT ");
    check_alive(ann);
    bot.wait_for_log("netsplit servers=irc.test two.test count=" + std::to_string(people));
  }
}
