// SPDX-License-Identifier: Apache-2.0
// What a network costs: one bot in 200 IRC networks (200 inputs to one server), its resident memory
// with all of them online less that with one, by network; without TLS and with it.
#include <malloc.h>
#include <unistd.h>

#include <atomic>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <exception>
#include <optional>
#include <stdexcept>
#include <string>
#include <thread>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>

#include <mynah/bot.hpp>
#include <mynah/command.hpp>
#include <mynah/irc.hpp>

#include "certificates.hpp"
#include "figures.hpp"
#include "irc_client.hpp"
#include "ngircd.hpp"

namespace {

constexpr int networks = 200;

// What was freed is given back first: it costs nothing.
double resident_kilobytes() {
  malloc_trim(0);
  return mynah_bench::resident_megabytes(getpid()) * 1e3;
}

/// A bot in so many networks, on a thread of its own, stopped with the object.
class bot_in_networks {
 public:
  bot_in_networks(const mynah_test::ngircd& server, const std::string& ca_file, int count) {
    mynah::bot_options options;
    options.log = [this](const mynah::log_record& record) {
      if (record.message == "online") ++online;
    };
    bot_.emplace(io_.get_executor(), std::move(options));
    bot_->use(mynah::irc::plugin());
    bot_->add(mynah::make_command(mynah::command_spec("ping", "Answers pong"),
                                  [](const mynah::arguments&) { return "pong"; }));
    const bool tls = !ca_file.empty();
    std::string inputs;
    for (int i = 0; i < count; ++i) {
      const std::string name = "n" + std::to_string(i);
      inputs += (i == 0 ? "irc:" : ",irc:") + name;
      bot_->set("irc." + name + ".nick", name);
      bot_->set("irc." + name + ".channels", "#" + name);
    }
    bot_->set("inputs", inputs);
    bot_->set("irc.server", local(tls ? server.tls_port() : server.port()));
    bot_->set("irc.tls", tls ? "yes" : "no");
    if (tls) bot_->set("irc.ca-file", ca_file);
    boost::asio::co_spawn(io_, bot_->run(), [](std::exception_ptr error, mynah::result<void>) {
      if (error) std::rethrow_exception(error);
    });
    thread_ = std::thread([this] { io_.run(); });
    while (online < count) std::this_thread::sleep_for(std::chrono::milliseconds(5));
  }
  bot_in_networks(const bot_in_networks&) = delete;
  bot_in_networks& operator=(const bot_in_networks&) = delete;
  ~bot_in_networks() {
    bot_->stop();
    thread_.join();
  }

  std::atomic<int> online = 0;

 private:
  static std::string local(std::uint16_t port) { return "127.0.0.1:" + std::to_string(port); }

  boost::asio::io_context io_;
  std::optional<mynah::bot> bot_;
  std::thread thread_;
};

// Kilobytes with so many networks, each of which has answered once.
double kilobytes(const mynah_test::ngircd& server, const std::string& ca_file, int count) {
  mynah_test::irc_client asker(server.port(), "asker");
  const bot_in_networks bot(server, ca_file, count);
  for (int i = 0; i < count; ++i) {
    asker.say("PRIVMSG n" + std::to_string(i) + " :ping");
    asker.wait_for(":pong");
  }
  return resident_kilobytes();
}

}  // namespace

int main() {
  mynah_test::certificate_authority authority;
  mynah_test::ngircd_options options;
  options.tls = authority.issue("IP:127.0.0.1");
  const mynah_test::ngircd server(options);
  for (const bool tls : {false, true}) {
    const std::string ca_file = tls ? authority.file() : std::string();
    const double one = kilobytes(server, ca_file, 1);
    const double all = kilobytes(server, ca_file, networks);
    std::printf("%-52s %10.2f %-3s  %s\n",
                tls ? "one of 200 networks with TLS, resident" : "one of 200 networks, resident",
                (all - one) / (networks - 1), "kB", "budget 60");
  }
  return 0;
}
