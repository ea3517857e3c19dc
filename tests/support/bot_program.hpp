// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <string>

#include <boost/asio/io_context.hpp>

#include <mynah/bot.hpp>
#include <mynah/command.hpp>

// What bots have in common that are programs of their own, for tests to kill.
namespace mynah_test {

/// The command `pay <id>`, which changes something: it writes a line to the file `deeds`. `step` is
/// called before and after that.
mynah::command_ptr pay(const std::string& deeds, const std::function<void()>& step = [] {});

/// Sets all that is given as `name=value`, of that input.
void set_all(mynah::bot& bot, const std::string& input, char** first, char** last);

/// Runs the bot until it ends, as SIGTERM makes it; gives the exit code. Throws what the bot
/// throws.
int run_until_terminated(boost::asio::io_context& io, mynah::bot& bot);

}  // namespace mynah_test
