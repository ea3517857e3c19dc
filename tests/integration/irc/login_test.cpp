// SPDX-License-Identifier: Apache-2.0
#include <boost/asio/ip/tcp.hpp>

#include "catch.hpp"
#include "irc_bot.hpp"
#include "irc_client.hpp"
#include "ngircd.hpp"

using mynah::errc;
using namespace mynah_test;

TEST_CASE("a channel with a key", "[irc][integration]") {
  ngircd server;
  irc_client ann(server.port(), "ann");
  ann.join("#open");
  ann.join("#vault");
  ann.say("MODE #vault +k hush");
  ann.wait_for("MODE #vault +k");
  SECTION("is joined with it") {
    irc_bot bot({{"server", local(server.port())}, {"channels", "#open,#vault:hush"}}, {ping()});
    ann.wait_for("JOIN :#vault");
    ann.say("PRIVMSG #vault :!ping");
    CHECK(text_of(ann.wait_for(" PRIVMSG #vault ")) == "pong");
    ann.say("PRIVMSG #open :!ping");
    CHECK(text_of(ann.wait_for(" PRIVMSG #open ")) == "pong");
    CHECK_THAT(bot.log(), !ContainsSubstring("hush"));
  }
  SECTION("is not joined without, and the bot says so") {
    irc_bot bot({{"server", local(server.port())}, {"channels", "#open,#vault:wrong"}}, {ping()});
    bot.wait_for_log("cannot join a channel channel=#vault numeric=475");
    ann.say("PRIVMSG #open :!ping");
    CHECK(text_of(ann.wait_for(" PRIVMSG #open ")) == "pong");
  }
}

TEST_CASE("a server with a password", "[irc][integration]") {
  ngircd_options options;
  options.password = "open-sesame";
  ngircd server(options);
  SECTION("lets the bot in that knows it") {
    irc_client ann(server.port(), "ann", "open-sesame");
    ann.join("#test");
    irc_bot bot(
        {{"server", local(server.port())}, {"channels", "#test"}, {"password", "open-sesame"}},
        {ping()});
    ann.wait_for(":mynah!");
    ann.say("PRIVMSG #test :!ping");
    CHECK(text_of(ann.wait_for(" PRIVMSG #test ")) == "pong");
    CHECK_THAT(bot.log(), !ContainsSubstring("open-sesame"));
  }
  SECTION("and no other, which is final") {
    irc_bot bot({{"server", local(server.port())}, {"password", "wrong-word"}}, {ping()});
    const auto outcome = bot.wait_for_end();
    REQUIRE(outcome.has_error());
    CHECK(outcome.error().code() == errc::authentication_failed);
    CHECK_THAT(bot.log(), !ContainsSubstring("wrong-word"));
  }
}

TEST_CASE("a nick in use", "[irc][integration]") {
  ngircd server;
  irc_client other(server.port(), "mynah");
  irc_client ann(server.port(), "ann");
  ann.join("#test");
  irc_bot bot({{"server", local(server.port())}, {"channels", "#test"}}, {ping()});
  ann.wait_for(":mynah_!");
  ann.say("PRIVMSG #test :mynah_: ping");
  CHECK(text_of(ann.wait_for(" PRIVMSG #test ")) == "pong");
  ann.say("PRIVMSG mynah_ :ping");
  CHECK(text_of(ann.wait_for(" PRIVMSG ann ")) == "pong");
}

TEST_CASE("a server that does not know the protocol is given up in time", "[irc][integration]") {
  // Listens, and never says a word.
  boost::asio::io_context io;
  boost::asio::ip::tcp::acceptor mute(io, {boost::asio::ip::address_v4::loopback(), 0});
  irc_bot bot({{"server", local(mute.local_endpoint().port())}, {"registration-timeout", "200ms"}},
              {ping()});
  bot.wait_for_log("logging in at 127.0.0.1:");
}
