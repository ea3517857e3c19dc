// SPDX-License-Identifier: Apache-2.0
// A bot on XMPP in a process of its own, for restart_test.cpp to kill.
//
//     xmpp-restarted-bot <directory> <name=value of the input> ...
//
// Its command `pay <id>` writes a line to <directory>/deeds.
#include <fcntl.h>
#include <unistd.h>

#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <exception>
#include <string>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/signal_set.hpp>

#include <mynah/bot.hpp>
#include <mynah/sqlite.hpp>
#include <mynah/xmpp.hpp>

namespace {

mynah::command_ptr pay(const std::string& deeds) {
  auto run = [deeds](const mynah::arguments& args) -> std::string {
    const std::string id(args.string("id"));
    const int file = ::open(deeds.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
    const std::string line = id + "\n";
    if (file < 0 || ::write(file, line.data(), line.size()) < 0) std::abort();
    ::close(file);
    return "paid " + id;
  };
  mynah::command_spec spec("pay", "Pays");
  spec.parameter(mynah::parameter::string("id")).changes();
  return mynah::make_command(std::move(spec), run);
}

}  // namespace

int main(int count, char** words) {
  if (count < 2) return 2;
  const std::string directory = words[1];
  boost::asio::io_context io;
  mynah::bot_options options;
  options.level = mynah::log_level::debug;
  mynah::bot bot(io.get_executor(), std::move(options));
  bot.use(mynah::xmpp::plugin());
  bot.use(mynah::sqlite::plugin());
  bot.add(pay(directory + "/deeds"));
  bot.set("inputs", "xmpp");
  bot.set("store", "sqlite");
  bot.set("state-dir", directory + "/state");
  bot.set("role", "payer=pay");
  bot.set("grant", "xmpp/*=payer");
  for (int i = 2; i < count; ++i) {
    const std::string setting = words[i];
    const std::size_t equals = setting.find('=');
    bot.set("xmpp." + setting.substr(0, equals), setting.substr(equals + 1));
  }
  boost::asio::signal_set ends(io, SIGTERM);
  ends.async_wait([&bot](const boost::system::error_code& error, int) {
    if (!error) bot.stop();
  });
  int code = 0;
  const auto ended = [&](const std::exception_ptr& thrown, const mynah::result<void>& outcome) {
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
