// SPDX-License-Identifier: Apache-2.0
// What micro-bot does under load on XMPP, beside a bare echo client in C: once with a generator
// that plays the server, so that the client is what is measured, once through Prosody, between two
// and in a room. Then whether its memory stays as it is. `xmpp_load_bench --long` says a million
// messages more, and cuts the line a thousand times; `generator`, `reconnects` and `prosody`
// measure only that.
#include <netinet/in.h>
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
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include <mynah/bot.hpp>
#include <mynah/testkit/virtual_clock.hpp>
#include <mynah/xmpp.hpp>

#include "child_process.hpp"
#include "figures.hpp"
#include "loopback.hpp"
#include "prosody.hpp"
#include "running_bot.hpp"
#include "temp_directory.hpp"
#include "virtual_drive.hpp"

namespace {

using mynah_bench::cpu_seconds;
using mynah_bench::median;
using mynah_bench::resident_megabytes;
using mynah_bench::row;
using mynah_test::child_process;
using steady = std::chrono::steady_clock;

// Below what a bot keeps for one room.
constexpr std::size_t window = 500;

std::size_t times_in(std::string_view text, std::string_view part) {
  std::size_t count = 0;
  for (std::size_t at = text.find(part); at != std::string_view::npos;
       at = text.find(part, at + part.size())) {
    ++count;
  }
  return count;
}

/// Counts stanzas in a text that comes in pieces.
class stanza_counter {
 public:
  void begin_with(std::string_view text) {
    count_ = 0;
    tail_.clear();
    add(text);
  }
  void add(std::string_view piece) {
    tail_ += piece;
    for (const std::string_view start : {"<message", "<presence", "<iq "}) {
      count_ += times_in(tail_, start);
    }
    // What is kept is too short to be counted again.
    for (const std::string_view start : {"<message", "<presence", "<iq "}) {
      const std::size_t at = tail_.rfind(start);
      if (at != std::string::npos) tail_.erase(0, at + start.size());
    }
    if (tail_.size() > 8) tail_.erase(0, tail_.size() - 8);
  }
  [[nodiscard]] std::size_t count() const noexcept { return count_; }

 private:
  std::size_t count_ = 0;
  std::string tail_;
};

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
      if (n <= 0) throw std::runtime_error(std::string("send: ") + std::strerror(errno));
      text.remove_prefix(static_cast<std::size_t>(n));
    }
  }

  /// Reads up to this, and it.
  void wait_for(std::string_view part) {
    while (true) {
      const std::size_t found = unread_.find(part);
      if (found != std::string::npos) {
        unread_.erase(0, found + part.size());
        return;
      }
      receive();
    }
  }

  /// Stanzas that have come since the last `count_from_here`, and before it `so_far`.
  [[nodiscard]] std::size_t stanzas() const noexcept { return so_far_ + stanzas_.count(); }
  void count_from_here(std::size_t so_far) {
    counts_ = true;
    so_far_ = so_far;
    stanzas_.begin_with(unread_);
  }

  /// Reads up to this, and it; false if it does not come soon.
  bool comes_soon(std::string_view part) {
    while (unread_.find(part) == std::string::npos) {
      if (!receive(200)) return false;
    }
    unread_.clear();
    return true;
  }

  /// Says `count` commands, never more than `most` without an answer, and gives the seconds until
  /// all are answered.
  double run(std::size_t count, std::size_t most,
             const std::function<void(std::string&, std::size_t)>& command) {
    constexpr std::string_view answer = "<body>pong</body>";
    std::size_t sent = 0;
    std::size_t answered = 0;
    std::string text;
    const auto start = steady::now();
    while (answered < count) {
      text.clear();
      if (counts_) {
        text += "<a xmlns='urn:xmpp:sm:3' h='" + std::to_string(stanzas()) + "'/>";
      }
      while (sent < count && sent - answered < most) command(text, sent++);
      send_all(text);
      receive();
      // Up to the end of the last stanza.
      const std::size_t end = unread_.rfind('>');
      if (end == std::string::npos) continue;
      const std::string_view whole = std::string_view(unread_).substr(0, end + 1);
      const std::size_t last = whole.rfind(answer);
      const std::size_t done = last == std::string_view::npos ? 0 : last + answer.size();
      answered += times_in(whole.substr(0, done), answer);
      // An answer may be cut in the middle.
      const std::size_t kept = std::min(whole.size() - done, std::size_t{4096});
      const std::size_t forgotten = whole.size() - kept;
      unread_.erase(0, std::max(done, forgotten));
    }
    return std::chrono::duration<double>(steady::now() - start).count();
  }

 private:
  void receive() {
    if (!receive(60'000)) throw std::runtime_error("nothing came for a minute");
  }

  bool receive(int milliseconds) {
    pollfd waited{socket_, POLLIN, 0};
    if (poll(&waited, 1, milliseconds) <= 0) return false;
    const ssize_t n = recv(socket_, buffer_.data(), buffer_.size(), 0);
    if (n <= 0) throw std::runtime_error("the other side is gone");
    // Else a server that waits for it (Nagle) is what is measured. The system forgets it.
    const int yes = 1;
    setsockopt(socket_, IPPROTO_TCP, TCP_QUICKACK, &yes, sizeof yes);
    unread_.append(buffer_.data(), static_cast<std::size_t>(n));
    if (counts_) stanzas_.add(std::string_view(buffer_.data(), static_cast<std::size_t>(n)));
    return true;
  }

  int socket_;
  std::array<char, 1 << 18> buffer_{};
  std::string unread_;
  bool counts_ = false;
  std::size_t so_far_ = 0;
  stanza_counter stanzas_;
};

const char* const header =
    "<?xml version='1.0'?><stream:stream xmlns='jabber:client' "
    "xmlns:stream='http://etherx.jabber.org/streams' id='s' from='bots.test' version='1.0'>";

/// The next client of a generator that plays the server, authenticated; with these features.
std::unique_ptr<peer> stream_at(const mynah_test::listening_socket& listening,
                                const std::string& features) {
  auto logged_in = std::make_unique<peer>(listening.accepted(std::chrono::seconds(20)));
  logged_in->wait_for("version='1.0'");
  logged_in->send_all(std::string(header) +
                      "<stream:features><mechanisms xmlns='urn:ietf:params:xml:ns:xmpp-sasl'>"
                      "<mechanism>PLAIN</mechanism></mechanisms></stream:features>");
  logged_in->wait_for("</auth>");
  logged_in->send_all("<success xmlns='urn:ietf:params:xml:ns:xmpp-sasl'/>");
  logged_in->wait_for("version='1.0'");
  logged_in->send_all(std::string(header) + "<stream:features>" + features + "</stream:features>");
  return logged_in;
}

const char* const offers_bind = "<bind xmlns='urn:ietf:params:xml:ns:xmpp-bind'/>";

void bind(peer& client) {
  client.wait_for("</iq>");
  // Both ask with an id of their own.
  for (const char* const id : {"b", "bind"}) {
    client.send_all("<iq type='result' id='" + std::string(id) +
                    "'><bind xmlns='urn:ietf:params:xml:ns:xmpp-bind'>"
                    "<jid>bot@bots.test/x</jid></bind></iq>");
  }
}

/// The next client, logged in.
std::unique_ptr<peer> client_at(const mynah_test::listening_socket& listening) {
  auto logged_in = stream_at(listening, offers_bind);
  bind(*logged_in);
  logged_in->wait_for("<presence");
  return logged_in;
}

/// The same with stream management (XEP-0198). If it has a session, it goes on with it (`has`:
/// stanzas that the server has of it), or is told that it is gone (`nullopt`).
std::unique_ptr<peer> managed_client_at(const mynah_test::listening_socket& listening, bool first,
                                        std::optional<std::size_t> has) {
  auto client = stream_at(listening, std::string(offers_bind) + "<sm xmlns='urn:xmpp:sm:3'/>");
  if (!first) client->wait_for("<resume");
  if (has) {
    client->wait_for("/>");
    client->count_from_here(*has);
    client->send_all("<resumed xmlns='urn:xmpp:sm:3' previd='s' h='" + std::to_string(*has) +
                     "'/>");
    return client;
  }
  if (!first) client->send_all("<failed xmlns='urn:xmpp:sm:3'/>");
  bind(*client);
  client->wait_for("<enable");
  client->count_from_here(0);
  client->send_all("<enabled xmlns='urn:xmpp:sm:3' id='s' resume='true'/>");
  return client;
}

void said_by_many(std::string& text, std::size_t number) {
  const std::string count = std::to_string(number);
  text.append("<message from='u")
      .append(std::to_string(number % 1'000))
      .append("@bots.test/x' to='bot@bots.test/x' type='chat' id='")
      .append(count)
      .append("'><body>!ping</body></message>");
}

std::unique_ptr<child_process> echo_client(std::uint16_t port, const std::string& room,
                                           const char* kind = "plain") {
  std::vector<std::string> arguments = {ECHO_CLIENT, kind,  std::to_string(port),
                                        "bots.test", "bot", "bot-secret"};
  if (!room.empty()) arguments.push_back(room);
  return std::make_unique<child_process>(arguments, "/dev/null");
}

std::unique_ptr<child_process> micro_bot(std::uint16_t port, const std::string& room,
                                         const std::string& state, bool is_managed = true) {
  std::vector<std::string> arguments = {MICRO_BOT,
                                        "--inputs=xmpp",
                                        "--xmpp-jid=bot@bots.test",
                                        "--xmpp-tls=no",
                                        "--xmpp-plain-without-tls=yes",
                                        "--xmpp-host=127.0.0.1",
                                        "--xmpp-port=" + std::to_string(port),
                                        "--xmpp-password=bot-secret",
                                        "--state-dir=" + state,
                                        "--log-level=error"};
  if (!room.empty()) arguments.push_back("--xmpp-rooms=" + room);
  if (!is_managed) arguments.emplace_back("--xmpp-stream-management=no");
  return std::make_unique<child_process>(arguments, state + "/log");
}

// Of one command at a time.
double median_latency(peer& client, std::size_t count,
                      const std::function<void(std::string&, std::size_t)>& command) {
  std::vector<double> times;
  for (std::size_t i = 0; i < count; ++i) times.push_back(client.run(1, 1, command) * 1e6);
  return median(times);
}

void measure_generator(std::size_t more) {
  constexpr std::size_t warm = 20'000;
  constexpr std::size_t count = 200'000;
  constexpr std::size_t single = 2'000;
  const mynah_test::temp_directory state;
  {
    const mynah_test::listening_socket server;
    const auto running = echo_client(server.port(), "");
    const auto client = client_at(server);
    client->run(warm, window, said_by_many);
    row("bare echo client, the generator plays the server",
        count / client->run(count, window, said_by_many) / 1e3, "k/s");
    row("  median latency", median_latency(*client, single, said_by_many), "us");
  }
  const mynah_test::listening_socket server;
  const auto running = micro_bot(server.port(), "", state.path().string());
  const auto client = client_at(server);
  client->run(warm, window, said_by_many);
  const double before = cpu_seconds(running->pid());
  const double rate = count / client->run(count, window, said_by_many);
  const double cpu = (cpu_seconds(running->pid()) - before) / count * 10'000 * 1e3;
  row("micro-bot, the generator plays the server", rate / 1e3, "k/s", "at least 100", rate < 1e5);
  row("  CPU per 10,000 commands, all threads", cpu, "ms", "at most 80", cpu > 80);
  row("  median latency", median_latency(*client, single, said_by_many), "us");
  row("  resident after 222,000 commands", resident_megabytes(running->pid()), "MB");
  client->run(more / 10, window, said_by_many);
  const double early = resident_megabytes(running->pid());
  client->run(more - more / 10, window, said_by_many);
  const double late = resident_megabytes(running->pid());
  const std::string what = "  resident after a tenth of " + std::to_string(more) + " more";
  row(what.c_str(), early, "MB");
  row("  resident after all of them", late, "MB", "the same", late > early * 1.02 + 0.5);
}

/// A bot in this process whose server cuts every connection after some commands; every other time
/// the session goes on through the next one. Its clock is virtual, because between the connections
/// it waits for up to a minute.
void measure_reconnects(std::size_t times) {
  const mynah_test::listening_socket server;
  boost::asio::io_context io(1);
  const auto clock = std::make_shared<mynah::testkit::virtual_clock>();
  mynah::bot_options options;
  options.level = mynah::log_level::off;
  options.clock = clock;
  mynah::bot bot(io.get_executor(), std::move(options));
  bot.use(mynah::xmpp::plugin());
  bot.add(mynah_test::ping());
  bot.set("inputs", "xmpp");
  bot.set("xmpp.jid", "bot@bots.test");
  bot.set("xmpp.password", "bot-secret");
  bot.set("xmpp.tls", "no");
  bot.set("xmpp.plain-without-tls", "yes");
  bot.set("xmpp.host", "127.0.0.1");
  bot.set("xmpp.port", std::to_string(server.port()));
  // Time flies here while the other side works.
  bot.set("xmpp.connect-timeout", "1d");
  bot.set("xmpp.login-timeout", "1d");
  bot.set("xmpp.ping-idle", "0");
  boost::asio::co_spawn(io, bot.run(), [](const std::exception_ptr&, mynah::result<void>) {});
  double early = 0;
  mynah_bench::run_beside(io, *clock, [&] {
    std::size_t has = 0;
    std::size_t said = 0;
    for (std::size_t i = 0; i < times; ++i) {
      const bool goes_on = i % 2 == 1;
      const auto client = managed_client_at(
          server, i == 0, goes_on ? std::optional<std::size_t>(has) : std::nullopt);
      // Of what the bot remembers of commands there is as much as there will be.
      client->run(i == 0 ? 20'000 : 10, 10, [&said](std::string& text, std::size_t) {
        // With an id of its own, or it would be known from the connection before.
        said_by_many(text, said++);
      });
      has = client->stanzas();
      if (i == times / 10) early = resident_megabytes(getpid());
    }
  });
  const double late = resident_megabytes(getpid());
  const std::string what = "resident after a tenth of " + std::to_string(times) + " reconnects";
  row(what.c_str(), early, "MB");
  row("  resident after all of them", late, "MB", "the same", late > early * 1.02 + 0.5);
  mynah_bench::stop(bot, io, *clock);
}

/// Somebody on the server who asks.
std::unique_ptr<peer> asker_on(const mynah_test::prosody& server, const std::string& room) {
  auto made = std::make_unique<peer>(mynah_test::connected_socket(server.port()));
  const std::string open =
      "<?xml version='1.0'?><stream:stream to='bots.test' version='1.0' xmlns='jabber:client' "
      "xmlns:stream='http://etherx.jabber.org/streams'>";
  made->send_all(open);
  made->wait_for("</stream:features>");
  // "\0ada\0ada-secret"
  made->send_all(
      "<auth xmlns='urn:ietf:params:xml:ns:xmpp-sasl' mechanism='PLAIN'>"
      "AGFkYQBhZGEtc2VjcmV0</auth>");
  made->wait_for("<success");
  made->send_all(open);
  made->wait_for("</stream:features>");
  made->send_all("<iq type='set' id='b'><bind xmlns='urn:ietf:params:xml:ns:xmpp-bind'/></iq>");
  made->wait_for("</iq>");
  made->send_all("<presence/>");
  if (!room.empty()) {
    made->send_all("<presence to='" + room +
                   "/ada'><x xmlns='http://jabber.org/protocol/muc'><history maxstanzas='0'/></x>"
                   "</presence>");
    made->wait_for("<subject");
  }
  return made;
}

/// A client on a server of its own, and somebody who asks it.
class through_prosody {
 public:
  through_prosody(std::string in_room,
                  const std::function<std::unique_ptr<child_process>(std::uint16_t)>& start)
      : room(std::move(in_room)),
        server(options()),
        running(start(server.port())),
        asker(asker_on(server, room)) {
    // What is said before the client is there is lost.
    do {
      std::string text;
      say(text);
      asker->send_all(text);
    } while (!asker->comes_soon("<body>pong</body>"));
    // Some were in time after all.
    while (asker->comes_soon("<body>pong</body>")) {
    }
    asker->run(200, 50, command());
  }

  void measure() {
    // A room is much slower than a talk: the server shows everything to everybody, and keeps it,
    // which takes it longer the more it has.
    const std::size_t count = room.empty() ? 3'000 : 300;
    rates.push_back(static_cast<double>(count) / asker->run(count, 100, command()));
    latencies.push_back(median_latency(*asker, count / 6, command()));
  }

  [[nodiscard]] double rate() const { return median(rates); }
  [[nodiscard]] double latency() const { return median(latencies); }

 private:
  static mynah_test::prosody_options options() {
    mynah_test::prosody_options made;
    made.plain_allowed = true;
    made.quiet = true;
    made.without = {"offline", "mam"};
    made.rooms_more = "  muc_room_locking = false\n";
    return made;
  }

  void say(std::string& text) const {
    if (room.empty()) {
      text.append("<message to='bot@bots.test' type='chat'><body>!ping</body></message>");
    } else {
      text.append("<message to='" + room + "' type='groupchat'><body>!ping</body></message>");
    }
  }
  [[nodiscard]] std::function<void(std::string&, std::size_t)> command() const {
    return [this](std::string& text, std::size_t) { say(text); };
  }

  std::string room;
  mynah_test::prosody server;
  std::unique_ptr<child_process> running;
  std::unique_ptr<peer> asker;
  std::vector<double> rates;
  std::vector<double> latencies;
};

// What stream management costs the server is the server's, so each is compared with its like.
void compare(const std::string& name, const through_prosody& bare, const through_prosody& bot) {
  row(("  bare echo client" + name).c_str(), bare.rate() / 1e3, "k/s");
  row(("  micro-bot" + name).c_str(), bot.rate() / 1e3, "k/s");
  const double speed = bot.rate() / bare.rate();
  row("    to the bare one", speed, "", "at least 0.90", speed < 0.9);
  row("  bare echo client, median latency", bare.latency(), "us");
  row("  micro-bot, median latency", bot.latency(), "us");
  const double late = bot.latency() / bare.latency();
  row("    to the bare one", late, "", "at most 1.25", late > 1.25);
}

void measure_prosody(const std::string& room, const char* where) {
  const mynah_test::temp_directory state;
  const mynah_test::temp_directory plain_state;
  through_prosody bare(room, [&room](std::uint16_t port) { return echo_client(port, room); });
  through_prosody managed(
      room, [&room](std::uint16_t port) { return echo_client(port, room, "managed"); });
  through_prosody plain_bot(room, [&](std::uint16_t port) {
    return micro_bot(port, room, plain_state.path().string(), false);
  });
  through_prosody bot(
      room, [&](std::uint16_t port) { return micro_bot(port, room, state.path().string()); });
  // In turns, so that each has the same share of whatever else the machine does.
  for (int round = 0; round < (room.empty() ? 7 : 3); ++round) {
    for (through_prosody* const each : {&bare, &plain_bot, &managed, &bot}) each->measure();
  }
  std::printf("through Prosody, %s\n", where);
  compare("", bare, plain_bot);
  compare(" with stream management", managed, bot);
  row("  micro-bot with stream management to the bare one without", bot.rate() / bare.rate(), "");
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
    if (all || is_wanted("generator")) measure_generator(is_long ? 1'000'000 : 200'000);
    if (all || is_wanted("reconnects")) measure_reconnects(is_long ? 1'000 : 100);
    if (all || is_wanted("prosody")) {
      measure_prosody("", "between two");
      measure_prosody("ops@rooms.bots.test", "in a room");
    }
  } catch (const std::exception& error) {
    std::fprintf(stderr, "xmpp_load_bench: %s\n", error.what());
    return 1;
  }
  return 0;
}
