// SPDX-License-Identifier: Apache-2.0
// slack-emulator: a made-up Slack on 127.0.0.1 for programs in any language. It prints one line of
// JSON that says where it is and who is there, and runs until its standard input ends or it gets
// SIGTERM or SIGINT.
#include <csignal>
#include <cstdlib>
#include <exception>
#include <iostream>
#include <string>
#include <thread>

#include "emulator.hpp"

using namespace mynah_test::slack;

namespace {

constexpr const char* usage =
    "usage: slack-emulator [--port N] [--no-limits] [--history N] [--recorded-calls N] "
    "[--http] [--whole-pages]\n"
    "  --http: the app of the world is in HTTP mode; see set_http_urls of the control API\n";

unsigned long number(const std::string& text) {
  std::size_t used = 0;
  const unsigned long made = std::stoul(text, &used);
  if (used != text.size()) throw std::invalid_argument(text);
  return made;
}

}  // namespace

int main(int count, char** arguments) try {
  options how;
  new_app app;
  for (int i = 1; i < count; ++i) {
    const std::string option = arguments[i];
    if (option == "--no-limits") {
      how.rate_limits = false;
    } else if (option == "--http") {
      app.socket_mode = false;
    } else if (option == "--whole-pages") {
      how.odd_pages = false;
    } else if (option == "--port" && i + 1 < count) {
      how.port = static_cast<std::uint16_t>(number(arguments[++i]));
    } else if (option == "--history" && i + 1 < count) {
      how.history = number(arguments[++i]);
    } else if (option == "--recorded-calls" && i + 1 < count) {
      how.recorded_calls = number(arguments[++i]);
    } else {
      std::cerr << usage;
      return 2;
    }
  }
  // Blocked before the emulator's thread begins, so that only sigwait gets them.
  sigset_t signals;
  sigemptyset(&signals);
  sigaddset(&signals, SIGTERM);
  sigaddset(&signals, SIGINT);
  pthread_sigmask(SIG_BLOCK, &signals, nullptr);
  std::signal(SIGPIPE, SIG_IGN);

  emulator slack(how);
  const small_world world(slack, app);
  std::cout << json{{"api_url", slack.api_url()},
                    {"control_url",
                     "https://127.0.0.1:" + std::to_string(slack.port()) + "/control/"},
                    {"ca_file", slack.ca_file()},
                    {"app_id", world.app.app_id},
                    {"app_token", world.app.app_token},
                    {"signing_secret", world.app.signing_secret},
                    {"bot_token", world.bot.bot_token},
                    {"bot_user", world.bot.bot_user_id},
                    {"bot_id", world.bot.bot_id},
                    {"team", world.team},
                    {"alice", world.alice},
                    {"bob", world.bob},
                    {"general", world.general},
                    {"dm", world.dm}}
                   .dump()
            << std::endl;
  // Ends with whoever started it, also if that one is killed.
  const pthread_t main_thread = pthread_self();
  std::thread([main_thread] {
    std::string ignored;
    while (std::getline(std::cin, ignored)) {
    }
    pthread_kill(main_thread, SIGTERM);
  }).detach();
  int got = 0;
  sigwait(&signals, &got);
  return 0;
} catch (const std::exception& error) {
  std::cerr << "slack-emulator: " << error.what() << "\n";
  return 1;
}
