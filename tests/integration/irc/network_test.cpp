// SPDX-License-Identifier: Apache-2.0
// What commands can do on IRC beyond talking.
#include <mynah/irc/network.hpp>

#include <mynah/async_command.hpp>
#include <mynah/bot_view.hpp>

#include "catch.hpp"
#include "irc_bot.hpp"
#include "irc_client.hpp"
#include "ngircd.hpp"

using namespace mynah_test;

namespace {

using work = mynah::task<std::string> (*)(mynah::irc::network&, const mynah::arguments&);

// A command that does something with the network it was given on.
mynah::command_ptr doing(const std::string& name, work what) {
  mynah::command_spec spec(name, "");
  spec.parameter(mynah::parameter::string("one").optional());
  spec.parameter(mynah::parameter::string("two").optional());
  return mynah::make_command(
      std::move(spec), [what](mynah::async_context& ctx) -> mynah::task<std::string> {
        const auto irc = mynah::irc::network::of(ctx.bot(), ctx.event().from.input);
        if (irc == nullptr) co_return "not on IRC";
        co_return co_await what(*irc, ctx.args());
      });
}

std::string told(const mynah::result<void>& done) {
  return done.has_error() ? done.error().message() + " - " + done.error().remote() : "done";
}

mynah::task<std::string> topic(mynah::irc::network& irc, const mynah::arguments& args) {
  const mynah::result<void> done = co_await irc.set_topic("#test", args.string("one"));
  if (done.has_error()) co_return told(done);
  const mynah::result<std::string> now = co_await irc.topic("#test");
  co_return now.has_error() ? now.error().message() : "it is: " + *now;
}

mynah::task<std::string> mode(mynah::irc::network& irc, const mynah::arguments& args) {
  const mynah::result<void> done = co_await irc.mode("#test", args.string("one"));
  if (done.has_error()) co_return told(done);
  const mynah::result<std::string> now = co_await irc.modes("#test");
  co_return now.has_error() ? now.error().message() : "they are: " + *now;
}

mynah::task<std::string> kick(mynah::irc::network& irc, const mynah::arguments& args) {
  const mynah::result<void> done = co_await irc.kick("#test", args.string("one"), "out");
  co_return told(done);
}

mynah::task<std::string> whois(mynah::irc::network& irc, const mynah::arguments& args) {
  const mynah::result<mynah::irc::whois> who = co_await irc.who_is(args.string("one"));
  if (who.has_error()) co_return who.error().message() + " - " + who.error().remote();
  co_return who->nick + " is " + who->real_name + " at " + who->host;
}

mynah::task<std::string> come_and_go(mynah::irc::network& irc, const mynah::arguments&) {
  const mynah::result<void> joined = co_await irc.join("#elsewhere");
  const mynah::result<void> invited = co_await irc.invite("ann", "#elsewhere");
  const mynah::result<void> left = co_await irc.part("#elsewhere", "done here");
  const mynah::result<void> wrong = co_await irc.kick("#test", "two words");
  const mynah::result<void> two = co_await irc.kick("#test", "ann,bob");
  const mynah::result<void> all = co_await irc.join("0");
  co_return told(joined) + ", " + told(invited) + ", " + told(left) + ", " + told(wrong) + ", " +
      told(two) + ", " + told(all);
}

}  // namespace

TEST_CASE("commands change topics and modes, kick, and ask who somebody is", "[irc][integration]") {
  ngircd server;
  irc_bot bot({{"server", local(server.port())}, {"channels", "#test"}},
              {doing("topic", topic), doing("mode", mode), doing("kick", kick),
               doing("whois", whois), doing("tour", come_and_go)});
  bot.wait_for_log("joined");
  irc_client ann(server.port(), "ann");
  irc_client bob(server.port(), "bob");
  ann.join("#test");
  bob.join("#test");
  // The bot was first, so it is the channel's operator.
  const auto answer = [&ann](const std::string& line) {
    ann.say("PRIVMSG mynah :" + line);
    return text_of(ann.wait_for(" PRIVMSG ann "));
  };
  CHECK(answer("topic hello") == "it is: hello");
  const std::string modes = answer("mode +m");
  CHECK(modes.starts_with("they are: +"));
  CHECK(modes.find('m', 11) != std::string::npos);
  CHECK(answer("whois bob").starts_with("bob is "));
  CHECK(answer("whois nobody").starts_with("the server refuses it - "));
  CHECK(answer("kick nobody").starts_with("the server refuses it - "));
  CHECK(answer("kick bob") == "done");
  bob.wait_for(" KICK #test bob ");
  ann.say("PRIVMSG mynah :tour");
  ann.wait_for(" INVITE ann ");
  const std::string tour = text_of(ann.wait_for(" PRIVMSG ann "));
  CHECK(tour.starts_with("done, done, done, KICK: 'two words' cannot be part of a line"));
  CHECK(tour.find("KICK: 'ann,bob' is not one name") != std::string::npos);
  CHECK(tour.find("JOIN: '0' is not one name") != std::string::npos);
}

TEST_CASE("commands are told when the server does not let them", "[irc][integration]") {
  ngircd server;
  irc_client ann(server.port(), "ann");
  ann.join("#test");
  irc_bot bot({{"server", local(server.port())}, {"channels", "#test"}},
              {doing("topic", topic), doing("kick", kick)});
  ann.wait_for(":mynah!");
  ann.say("MODE #test +t");
  ann.say("PRIVMSG mynah :topic hello");
  CHECK(text_of(ann.wait_for(" PRIVMSG ann ")).starts_with("the server refuses it - "));
  ann.say("PRIVMSG mynah :kick ann");
  CHECK(text_of(ann.wait_for(" PRIVMSG ann ")).starts_with("the server refuses it - "));
}
