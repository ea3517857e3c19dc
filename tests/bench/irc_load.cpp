// SPDX-License-Identifier: Apache-2.0
// What micro-bot does under load on IRC, beside a bare echo client in C: once with a generator that
// plays the server, so that the client is what is measured, once through ngircd with its limits
// off. Then whether its memory stays as it is. `irc_load_bench --long` says ten million messages;
// `generator`, `reconnects` and `ngircd` measure only that.
#include <arpa/inet.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdio>
#include <cstring>
#include <functional>
#include <memory>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include <mynah/bot.hpp>
#include <mynah/irc.hpp>
#include <mynah/testkit/virtual_clock.hpp>

#include "child_process.hpp"
#include "figures.hpp"
#include "irc_bot.hpp"
#include "loopback.hpp"
#include "ngircd.hpp"
#include "temp_directory.hpp"
#include "virtual_drive.hpp"

namespace {

using mynah_bench::cpu_seconds;
using mynah_bench::median;
using mynah_bench::resident_megabytes;
using mynah_bench::row;
using steady = std::chrono::steady_clock;
using mynah_test::child_process;

// Below what a bot keeps for one room.
constexpr std::size_t window = 500;

[[noreturn]] void give_up(const std::string& what) {
  throw std::runtime_error(what + ": " + std::strerror(errno));
}

/// One TCP connection, as a source of commands and a sink of answers.
class peer {
 public:
  explicit peer(int socket) : socket_(socket) {
    const int yes = 1;
    setsockopt(socket_, IPPROTO_TCP, TCP_NODELAY, &yes, sizeof yes);
  }
  peer(const peer&) = delete;
  peer& operator=(const peer&) = delete;
  ~peer() { close(socket_); }

  void send_all(std::string_view text) {
    while (!text.empty()) {
      const ssize_t n = ::send(socket_, text.data(), text.size(), MSG_NOSIGNAL);
      if (n <= 0) give_up("send");
      text.remove_prefix(static_cast<std::size_t>(n));
    }
  }

  /// Reads until a line holds this; answers PING.
  void wait_for(std::string_view part) {
    bool found = false;
    while (!found) {
      receive([&](std::string_view line) {
        if (line.find(part) != std::string_view::npos) found = true;
      });
    }
  }

  /// Sends `count` commands, never more than `most` without an answer, and gives the seconds until
  /// all are answered. `command` makes the line for a number.
  double run(std::size_t count, std::size_t most,
             const std::function<void(std::string&, std::size_t)>& command) {
    std::size_t sent = 0;
    std::size_t answered = 0;
    std::string lines;
    const auto start = steady::now();
    while (answered < count) {
      lines.clear();
      while (sent < count && sent - answered < most) command(lines, sent++);
      send_all(lines);
      receive([&answered](std::string_view line) {
        if (line.ends_with(":pong") || line.ends_with(" pong")) ++answered;
      });
    }
    return std::chrono::duration<double>(steady::now() - start).count();
  }

 private:
  template <class Take>
  void receive(Take take) {
    pollfd waited{socket_, POLLIN, 0};
    if (poll(&waited, 1, 60'000) <= 0) throw std::runtime_error("nothing came for a minute");
    const ssize_t n = recv(socket_, buffer_.data() + filled_, buffer_.size() - filled_, 0);
    if (n <= 0) throw std::runtime_error("the other side is gone");
    filled_ += static_cast<std::size_t>(n);
    std::string_view rest(buffer_.data(), filled_);
    for (std::size_t end = rest.find('\n'); end != std::string_view::npos; end = rest.find('\n')) {
      std::string_view line = rest.substr(0, end);
      if (line.ends_with('\r')) line.remove_suffix(1);
      if (line.starts_with("PING ")) {
        send_all("PONG " + std::string(line.substr(5)) + "\r\n");
      } else {
        take(line);
      }
      rest.remove_prefix(end + 1);
    }
    filled_ = rest.size();
    std::memmove(buffer_.data(), rest.data(), filled_);
  }

  int socket_;
  std::array<char, 1 << 18> buffer_{};
  std::size_t filled_ = 0;
};

/// A generator that plays the server.
class load_server {
 public:
  load_server() : listening_(socket(AF_INET, SOCK_STREAM, 0)) {
    sockaddr_in where{};
    where.sin_family = AF_INET;
    where.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof where;
    if (bind(listening_, reinterpret_cast<sockaddr*>(&where), size) != 0 ||
        listen(listening_, 5) != 0 ||
        getsockname(listening_, reinterpret_cast<sockaddr*>(&where), &size) != 0) {
      give_up("listen");
    }
    port_ = ntohs(where.sin_port);
  }
  load_server(const load_server&) = delete;
  load_server& operator=(const load_server&) = delete;
  ~load_server() { close(listening_); }

  [[nodiscard]] std::uint16_t port() const noexcept { return port_; }

  /// The next client, logged in and in #bench.
  std::unique_ptr<peer> client() {
    auto joined = std::make_unique<peer>(accept(listening_, nullptr, nullptr));
    joined->wait_for("USER ");
    joined->send_all(
        ":irc.test 001 bench :hi\r\n"
        ":irc.test 005 bench CASEMAPPING=rfc1459 CHANTYPES=# :are supported\r\n"
        ":irc.test 376 bench :end\r\n");
    joined->wait_for("JOIN ");
    joined->send_all(":bench!b@h JOIN #bench\r\n");
    return joined;
  }

 private:
  int listening_;
  std::uint16_t port_ = 0;
};

void said_by_many(std::string& lines, std::size_t number) {
  lines.append(":u")
      .append(std::to_string(number % 1'000))
      .append("!u@h PRIVMSG #bench :!ping\r\n");
}

void said_by_us(std::string& lines, std::size_t) {
  lines.append("PRIVMSG #bench :!ping\r\n");
}

std::unique_ptr<child_process> echo_client(std::uint16_t port) {
  return std::make_unique<child_process>(
      std::vector<std::string>{ECHO_CLIENT, std::to_string(port), "bench", "#bench"}, "/dev/null");
}

std::unique_ptr<child_process> micro_bot(std::uint16_t port, const std::string& state) {
  return std::make_unique<child_process>(
      std::vector<std::string>{MICRO_BOT, "--inputs=irc",
                               "--irc-server=127.0.0.1:" + std::to_string(port), "--irc-tls=no",
                               "--irc-nick=bench", "--irc-channels=#bench", "--irc-interval=0",
                               "--irc-ping-idle=0", "--state-dir=" + state, "--log-level=error"},
      state + "/log");
}

std::unique_ptr<peer> logged_in(std::uint16_t port) {
  auto made = std::make_unique<peer>(mynah_test::connected_socket(port));
  made->send_all("NICK asker\r\nUSER asker 0 * :asker\r\n");
  made->wait_for(" 376 ");
  made->send_all("JOIN #bench\r\n");
  made->wait_for(" 366 ");
  return made;
}

class through_server {
 public:
  double rate = 0;
  double latency = 0;
};

/// `start` starts the client under test.
through_server measure_through_server(
    const std::function<std::unique_ptr<child_process>(std::uint16_t)>& start) {
  const mynah_test::ngircd server;
  const auto asker = logged_in(server.port());
  const auto running = start(server.port());
  asker->wait_for(":bench!");
  asker->run(2'000, 100, said_by_us);
  through_server found;
  std::vector<double> rates;
  for (int i = 0; i < 5; ++i) rates.push_back(20'000 / asker->run(20'000, 200, said_by_us));
  found.rate = median(rates);
  std::vector<double> times;
  for (int i = 0; i < 5'000; ++i) times.push_back(asker->run(1, 1, said_by_us) * 1e6);
  found.latency = median(times);
  return found;
}

void measure_clients(std::size_t long_run) {
  constexpr std::size_t warm = 50'000;
  constexpr std::size_t count = 500'000;
  const mynah_test::temp_directory state;
  {
    load_server server;
    const auto running = echo_client(server.port());
    const auto client = server.client();
    client->run(warm, window, said_by_many);
    row("bare echo client, the generator plays the server",
        count / client->run(count, window, said_by_many) / 1e3, "k/s");
  }
  load_server server;
  const auto running = micro_bot(server.port(), state.path().string());
  const auto client = server.client();
  client->run(warm, window, said_by_many);
  const double before = cpu_seconds(running->pid());
  const double rate = count / client->run(count, window, said_by_many);
  const double cpu = (cpu_seconds(running->pid()) - before) / count * 10'000 * 1e3;
  row("micro-bot, the generator plays the server", rate / 1e3, "k/s", "at least 300", rate < 3e5);
  row("  CPU per 10,000 commands, all threads", cpu, "ms", "at most 30", cpu > 30);
  const double resident = resident_megabytes(running->pid());
  client->run(long_run, window, said_by_many);
  row("  resident after 550,000 commands", resident, "MB");
  row("  resident after as many more as asked for", resident_megabytes(running->pid()), "MB",
      "the same");
}

/// A bot in this process whose server ends every connection after some commands. Its clock is
/// virtual, because between the connections it waits for up to a minute.
void measure_reconnects(std::size_t times) {
  load_server server;
  boost::asio::io_context io(1);
  const auto clock = std::make_shared<mynah::testkit::virtual_clock>();
  mynah::bot_options options;
  options.level = mynah::log_level::off;
  options.clock = clock;
  mynah::bot bot(io.get_executor(), std::move(options));
  bot.use(mynah::irc::plugin());
  bot.add(mynah_test::ping());
  bot.set("inputs", "irc");
  bot.set("irc.server", mynah_test::local(server.port()));
  bot.set("irc.tls", "no");
  bot.set("irc.nick", "bench");
  bot.set("irc.channels", "#bench");
  bot.set("irc.interval", "0");
  boost::asio::co_spawn(io, bot.run(), [](const std::exception_ptr&, mynah::result<void>) {});
  double early = 0;
  mynah_bench::run_beside(io, *clock, [&] {
    for (std::size_t i = 0; i < times; ++i) {
      // Of what the bot remembers of commands there is as much as there will be.
      server.client()->run(i == 0 ? 15'000 : 10, 10, said_by_many);
      if (i == times / 10) early = resident_megabytes(getpid());
    }
  });
  row("reconnects", static_cast<double>(times), "");
  row("  resident after a tenth of them", early, "MB");
  row("  resident after all", resident_megabytes(getpid()), "MB", "the same");
  mynah_bench::stop(bot, io, *clock);
}

void measure_through_servers() {
  const through_server bare =
      measure_through_server([](std::uint16_t port) { return echo_client(port); });
  const mynah_test::temp_directory state;
  const through_server bot = measure_through_server(
      [&state](std::uint16_t port) { return micro_bot(port, state.path().string()); });
  row("bare echo client through ngircd", bare.rate / 1e3, "k/s");
  row("micro-bot through ngircd", bot.rate / 1e3, "k/s");
  row("  to the echo client", bot.rate / bare.rate, "", "at least 0.70",
      bot.rate < 0.7 * bare.rate);
  row("bare echo client through ngircd, median latency", bare.latency, "us");
  row("micro-bot through ngircd, median latency", bot.latency, "us");
  row("  to the echo client", bot.latency / bare.latency, "", "at most 1.25",
      bot.latency > 1.25 * bare.latency);
}

}  // namespace

int main(int argc, char** argv) {
  const std::vector<std::string_view> wanted(argv + 1, argv + argc);
  const auto is_wanted = [&wanted](std::string_view word) {
    return std::find(wanted.begin(), wanted.end(), word) != wanted.end();
  };
  const bool is_long = is_wanted("--long");
  const bool all = wanted.size() == (is_long ? 1U : 0U);
  try {
    if (all || is_wanted("generator")) measure_clients(is_long ? 10'000'000 : 1'000'000);
    if (all || is_wanted("reconnects")) measure_reconnects(is_long ? 1'000 : 100);
    if (all || is_wanted("ngircd")) measure_through_servers();
  } catch (const std::exception& error) {
    std::fprintf(stderr, "irc_load_bench: %s\n", error.what());
    return 1;
  }
  return 0;
}
