// SPDX-License-Identifier: Apache-2.0
// Against servers that hold back or kill who sends too much, with the limits that they ship.
#include <chrono>
#include <cstdlib>
#include <sstream>

#include <mynah/command.hpp>
#include <mynah/context.hpp>

#include "catch.hpp"
#include "inspircd.hpp"
#include "irc_bot.hpp"
#include "irc_client.hpp"
#include "ngircd.hpp"

using namespace mynah_test;
using namespace std::chrono_literals;

namespace {

inspircd_options limited(flood_limits limits) {
  inspircd_options options;
  options.limits = limits;
  return options;
}

using std::chrono::steady_clock;

// At the shipped limits five hundred take minutes: those only if somebody wants to wait for them.
std::size_t many() {
  return std::getenv("MYNAH_LONG_TESTS") != nullptr ? 500 : 30;
}

// A text of so many lines, each with a number and filler up to `bytes`.
std::string answers(std::size_t times, std::size_t bytes) {
  std::string all;
  for (std::size_t i = 1; i < times; ++i) {
    std::string text = "answer " + std::to_string(i) + " ";
    text.resize(std::max(text.size(), bytes), 'x');
    all += text + "\n";
  }
  return all + "answer last";
}

/// A command `!many` that says such a text line by line, each as a reply of its own.
mynah::command_ptr answering(std::size_t times, std::size_t bytes) {
  auto run = [text = answers(times, bytes)](mynah::context& ctx) -> std::string {
    std::istringstream lines(text);
    std::string line;
    while (std::getline(lines, line) && line != "answer last") ctx.reply(line);
    return "answer last";
  };
  return mynah::make_command(mynah::command_spec("many", "Answers often"), run);
}

// Asks, waits for every answer in order, and gives the time from the first to the last.
std::chrono::milliseconds time_for(irc_client& asker, std::size_t times) {
  asker.say("PRIVMSG #test :!many");
  steady_clock::time_point first;
  for (std::size_t i = 1; i < times; ++i) {
    const std::string got = text_of(asker.wait_for("answer "));
    if (i == 1) first = steady_clock::now();
    REQUIRE(got.starts_with("answer " + std::to_string(i) + " "));
  }
  REQUIRE(text_of(asker.wait_for("answer ")) == "answer last");
  return std::chrono::duration_cast<std::chrono::milliseconds>(steady_clock::now() - first);
}

irc_bot::settings learning(std::uint16_t port) {
  return {{"server", local(port)}, {"channels", "#test"}, {"pace", "learn"}};
}

ngircd_options shipped() {
  ngircd_options options;
  options.flood_limits = true;
  return options;
}

}  // namespace

TEST_CASE("InspIRCd with its own limits never has a reason to kill the bot",
          "[irc][integration][pace]") {
  inspircd server(limited(flood_limits::shipped));
  irc_client ann(server.port(), "ann");
  ann.join("#test");
  // One reply of many lines: of single ones each waits for the server to confirm it.
  auto settings = learning(server.port());
  settings["reply-lines"] = "0";
  irc_bot bot(settings, {saying("many", answers(many(), 380))});
  ann.wait_for(":mynah!");
  const auto took = time_for(ann, many());
  // It reads one a second after ten; every third line or so is a PING of ours.
  CHECK(took < std::chrono::seconds(many() * 2 + 10));
  CHECK(bot.log().find("not connected") == std::string::npos);
}

TEST_CASE("InspIRCd with its own limits kills a bot without a pace", "[irc][integration][pace]") {
  inspircd server(limited(flood_limits::shipped));
  irc_client ann(server.port(), "ann");
  ann.join("#test");
  auto settings = learning(server.port());
  settings["pace"] = "fixed";
  settings["interval"] = "0";
  settings["reply-lines"] = "0";
  irc_bot bot(settings, {saying("many", answers(60, 380))});
  ann.wait_for(":mynah!");
  ann.say("PRIVMSG #test :!many");
  CHECK_THAT(ann.wait_for(" QUIT "), ContainsSubstring("RecvQ exceeded"));
  bot.wait_for_log("because too much was sent");
}

TEST_CASE("a server that kills at once teaches the bot to be careful", "[irc][integration][pace]") {
  inspircd server(limited(flood_limits::strict));
  irc_client ann(server.port(), "ann");
  ann.join("#test");
  constexpr std::size_t lines = 14;
  auto settings = learning(server.port());
  settings["reply-lines"] = "0";
  irc_bot bot(settings, {saying("many", answers(lines, 20))});
  ann.wait_for(":mynah!");
  ann.say("PRIVMSG #test :!many");
  CHECK_THAT(ann.wait_for(" QUIT "), ContainsSubstring("Excess Flood"));
  bot.wait_for_log("because too much was sent");
  ann.wait_for(" JOIN ");
  // In private, as what is left of the first one may be on its way to the channel.
  ann.say("PRIVMSG mynah :many");
  for (std::size_t i = 1; i < lines; ++i) {
    const std::string got = text_of(ann.wait_for(" PRIVMSG ann "));
    REQUIRE(got.starts_with("answer " + std::to_string(i)));
  }
  CHECK(text_of(ann.wait_for(" PRIVMSG ann ")) == "answer last");
}

TEST_CASE("ngircd with its own limits never has a reason to kill the bot",
          "[irc][integration][pace]") {
  ngircd server(shipped());
  irc_client ann(server.port(), "ann");
  ann.join("#test");
  irc_bot bot(learning(server.port()), {answering(many(), 380)}, {{"command-deadline", "20m"}});
  ann.wait_for(":mynah!");
  const auto took = time_for(ann, many());
  CHECK(took < std::chrono::seconds(many() * 2 + 10));
  CHECK(bot.log().find("not connected") == std::string::npos);
}

TEST_CASE("a server without limits gets all as fast as it reads", "[irc][integration][pace]") {
  const bool labels = GENERATE(false, true);
  std::optional<ngircd> plain;
  std::optional<inspircd> modern;
  if (labels) {
    modern.emplace();
  } else {
    plain.emplace();
  }
  const std::uint16_t port = labels ? modern->port() : plain->port();
  irc_client ann(port, "ann");
  ann.join("#test");
  irc_bot bot(learning(port), {answering(500, 40)});
  ann.wait_for(":mynah!");
  const auto took = time_for(ann, 500);
  CAPTURE(took.count());
  CHECK(took < 5s);
  CHECK(bot.log().find("not connected") == std::string::npos);
}
