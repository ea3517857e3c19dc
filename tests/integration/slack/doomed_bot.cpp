// SPDX-License-Identifier: Apache-2.0
// A bot on Slack that kills itself at a given step: a program of its own, for kill_test.cpp.
//
//     slack-doomed-bot <directory> <step, 0: never> <name=value of the input> ...
//
// Its command `pay <id>` writes a line to <directory>/deeds.
#include <cstdlib>
#include <memory>
#include <string>

#include <boost/asio/io_context.hpp>

#include <mynah/bot.hpp>
#include <mynah/slack.hpp>

#include "bot_program.hpp"
#include "core/system_clock.hpp"
#include "sqlite_under_test.hpp"
#include "steps.hpp"

int main(int count, char** words) {
  if (count < 3) return 2;
  const std::string directory = words[1];
  boost::asio::io_context io;
  const auto clock = mynah::core::make_system_clock(io.get_executor());
  mynah::bot_options options;
  options.clock = clock;
  const std::shared_ptr<mynah::store> file = mynah_test::make_sqlite(directory, clock);
  file->open();
  options.store = mynah_test::stepping(file);
  mynah::bot bot(io.get_executor(), options);
  bot.use(mynah::slack::plugin());
  bot.add(mynah_test::pay(directory + "/deeds", mynah_test::steps::take));
  bot.set("inputs", "slack");
  bot.set("role", "payer=pay");
  bot.set("grant", "slack/*=payer");
  mynah_test::set_all(bot, "slack", words + 3, words + count);
  bot.check();
  mynah_test::steps::kill_at(static_cast<unsigned>(std::atoi(words[2])));
  return mynah_test::run_until_terminated(io, bot);
}
