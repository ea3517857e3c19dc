// SPDX-License-Identifier: Apache-2.0
#include "bot_program.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <exception>
#include <utility>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/signal_set.hpp>

namespace mynah_test {

mynah::command_ptr pay(const std::string& deeds, const std::function<void()>& step) {
  auto run = [deeds, step](const mynah::arguments& args) -> std::string {
    const std::string id(args.string("id"));
    step();
    const int file = ::open(deeds.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
    const std::string line = id + "\n";
    if (file < 0 || ::write(file, line.data(), line.size()) < 0) std::abort();
    ::close(file);
    step();
    return "paid " + id;
  };
  mynah::command_spec spec("pay", "Pays");
  spec.parameter(mynah::parameter::string("id")).changes();
  return mynah::make_command(std::move(spec), run);
}

void set_all(mynah::bot& bot, const std::string& input, char** first, char** last) {
  for (; first != last; ++first) {
    const std::string setting = *first;
    const std::size_t equals = setting.find('=');
    bot.set(input + "." + setting.substr(0, equals), setting.substr(equals + 1));
  }
}

int run_until_terminated(boost::asio::io_context& io, mynah::bot& bot) {
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

}  // namespace mynah_test
