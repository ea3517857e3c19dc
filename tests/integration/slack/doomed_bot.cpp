// SPDX-License-Identifier: Apache-2.0
// A bot on Slack that kills itself at a given step: a program of its own, for kill_test.cpp.
//
//     slack-doomed-bot <directory> <step, 0: never> <name=value of the input> ...
//
// Its command `pay <id>` writes a line to <directory>/deeds.
#include <fcntl.h>
#include <unistd.h>

#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <string>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/signal_set.hpp>

#include <mynah/bot.hpp>
#include <mynah/slack.hpp>

#include "core/system_clock.hpp"
#include "sqlite_under_test.hpp"
#include "steps.hpp"

namespace {

mynah::command_ptr pay(const std::string& deeds) {
  auto run = [deeds](const mynah::arguments& args) -> std::string {
    const std::string id(args.string("id"));
    mynah_test::steps::take();
    const int file = ::open(deeds.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
    const std::string line = id + "\n";
    if (file < 0 || ::write(file, line.data(), line.size()) < 0) std::abort();
    ::close(file);
    mynah_test::steps::take();
    return "paid " + id;
  };
  mynah::command_spec spec("pay", "Pays");
  spec.parameter(mynah::parameter::string("id")).changes();
  return mynah::make_command(std::move(spec), run);
}

}  // namespace

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
  bot.add(pay(directory + "/deeds"));
  bot.set("inputs", "slack");
  bot.set("role", "payer=pay");
  bot.set("grant", "slack/*=payer");
  for (int i = 3; i < count; ++i) {
    const std::string setting = words[i];
    const std::size_t equals = setting.find('=');
    bot.set("slack." + setting.substr(0, equals), setting.substr(equals + 1));
  }
  bot.check();
  mynah_test::steps::kill_at(static_cast<unsigned>(std::atoi(words[2])));
  boost::asio::signal_set ends(io, SIGTERM);
  ends.async_wait([&bot](const boost::system::error_code& error, int) {
    if (!error) bot.stop();
  });
  int code = 0;
  const auto ended = [&](std::exception_ptr thrown, const mynah::result<void>& outcome) {
    ends.cancel();
    if (thrown == nullptr && outcome.has_value()) return;
    code = 1;
    if (thrown != nullptr) std::rethrow_exception(thrown);
    std::fprintf(stderr, "%s\n", outcome.error().describe().c_str());
  };
  boost::asio::co_spawn(io, bot.run(), ended);
  io.run();
  return code;
}
