// SPDX-License-Identifier: Apache-2.0
// A bot on XMPP in a process of its own, for restart_test.cpp to kill.
//
//     xmpp-restarted-bot <directory> <name=value of the input> ...
//
// Its command `pay <id>` writes a line to <directory>/deeds.
#include <string>
#include <utility>

#include <boost/asio/io_context.hpp>

#include <mynah/bot.hpp>
#include <mynah/sqlite.hpp>
#include <mynah/xmpp.hpp>

#include "bot_program.hpp"

int main(int count, char** words) {
  if (count < 2) return 2;
  const std::string directory = words[1];
  boost::asio::io_context io;
  mynah::bot_options options;
  options.level = mynah::log_level::debug;
  mynah::bot bot(io.get_executor(), std::move(options));
  bot.use(mynah::xmpp::plugin());
  bot.use(mynah::sqlite::plugin());
  bot.add(mynah_test::pay(directory + "/deeds"));
  bot.set("inputs", "xmpp");
  bot.set("store", "sqlite");
  bot.set("state-dir", directory + "/state");
  bot.set("role", "payer=pay");
  bot.set("grant", "xmpp/*=payer");
  mynah_test::set_all(bot, "xmpp", words + 2, words + count);
  return mynah_test::run_until_terminated(io, bot);
}
