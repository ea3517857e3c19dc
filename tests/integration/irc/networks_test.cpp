// SPDX-License-Identifier: Apache-2.0
// Several servers: two networks in one bot, and one network with several servers.
#include <mynah/bot_view.hpp>
#include <mynah/command.hpp>
#include <mynah/context.hpp>

#include "catch.hpp"
#include "certificates.hpp"
#include "irc_bot.hpp"
#include "irc_client.hpp"
#include "ngircd.hpp"

using namespace mynah_test;

namespace {

/// `!status` as the built-in command has it, a line for each input.
mynah::command_ptr status() {
  return mynah::make_command(mynah::command_spec("status", "Tells how the inputs are"),
                             [](mynah::context& ctx) {
                               std::string text;
                               for (const mynah::input_info& each : ctx.bot().inputs()) {
                                 text += each.name + " " + each.state + ": " + each.detail + "\n";
                               }
                               return text;
                             });
}

}  // namespace

TEST_CASE("two networks in one bot, each with its own settings", "[irc][integration]") {
  certificate_authority authority;
  ngircd_options with_tls;
  with_tls.tls = authority.issue("IP:127.0.0.1");
  ngircd_options with_password;
  with_password.password = "open-sesame";
  ngircd one(with_tls);
  ngircd two(with_password);
  irc_client ann(one.port(), "ann");
  ann.join("#one");
  irc_client bob(two.port(), "bob", "open-sesame");
  bob.join("#two");
  irc_bot bot({{"one.server", local(one.tls_port())},
               {"one.tls", "yes"},
               {"one.ca-file", authority.file()},
               {"one.channels", "#one"},
               {"one.nick", "uno"},
               {"two.server", local(two.port())},
               {"two.password", "open-sesame"},
               {"two.channels", "#two"},
               {"two.nick", "dos"}},
              {ping(), status()}, {{"inputs", "irc:one,irc:two"}});
  ann.wait_for(":uno!");
  bob.wait_for(":dos!");
  ann.say("PRIVMSG #one :!ping");
  CHECK(text_of(ann.wait_for(" PRIVMSG #one ")) == "pong");
  bob.say("PRIVMSG #two :!status");
  CHECK(text_of(bob.wait_for(" PRIVMSG #two ")) ==
        "irc:one online: " + local(one.tls_port()) + ", TLS 1.3, nick uno, 1 channel");
  CHECK(text_of(bob.wait_for(" PRIVMSG #two ")) ==
        "irc:two online: " + local(two.port()) + ", no TLS, nick dos, 1 channel");
  // One of them is away; the other does not care.
  one.kill();
  bot.wait_for_log("irc:one: not connected");
  bob.say("PRIVMSG #two :!status");
  CHECK_THAT(text_of(bob.wait_for(" PRIVMSG #two ")), ContainsSubstring("irc:one "));
  CHECK_THAT(text_of(bob.wait_for(" PRIVMSG #two ")), ContainsSubstring("irc:two online: "));
}

TEST_CASE("a list of servers whose first one is away", "[irc][integration]") {
  ngircd server;
  irc_client ann(server.port(), "ann");
  ann.join("#test");
  const std::string dead = local(free_port());
  irc_bot bot({{"server", dead + "," + local(server.port())}, {"channels", "#test"}}, {ping()});
  ann.wait_for(":mynah!");
  ann.say("PRIVMSG #test :!ping");
  CHECK(text_of(ann.wait_for(" PRIVMSG #test ")) == "pong");
  CHECK_THAT(bot.log(), ContainsSubstring("trying the next server reason=connecting to " + dead));
  CHECK_THAT(bot.log(), ContainsSubstring("next=" + local(server.port())));
}
