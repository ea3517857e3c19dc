// SPDX-License-Identifier: Apache-2.0
#include <mynah/builtins.hpp>
#include <mynah/console.hpp>
#include <mynah/mynah.hpp>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>

#include <exception>
#include <iostream>

int main() {
  boost::asio::io_context io;
  mynah::bot bot(io.get_executor());
  bot.use(mynah::console::plugin());
  bot.use(mynah::builtins::plugin());
  bot.set("inputs", "console");
  int code = 1;
  auto ended = [&](std::exception_ptr thrown, mynah::result<void> outcome) {
    code = thrown || !outcome ? 1 : 0;
  };
  boost::asio::co_spawn(io, bot.run(), ended);
  io.run();
  return code;
}
