// SPDX-License-Identifier: Apache-2.0
#include "connection.hpp"

#include <algorithm>
#include <string>
#include <vector>

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>

#include "catch.hpp"
#include "manual_clock.hpp"
#include "spawned.hpp"

using boost::asio::ip::tcp;
using mynah::address;
using mynah::errc;
using mynah::outgoing;
using mynah::task;
using namespace mynah::irc;
using mynah_test::manual_clock;
using mynah_test::run_until;
using mynah_test::settle;
using mynah_test::spawned;
using namespace std::chrono_literals;

namespace {

// A server that only notes what it is told; the test says what it answers.
class fake_server {
 public:
  explicit fake_server(boost::asio::io_context& io)
      : acceptor_(io, {boost::asio::ip::address_v4::loopback(), 0}),
        reading_(io.get_executor(), serve()) {}

  [[nodiscard]] std::uint16_t port() const { return acceptor_.local_endpoint().port(); }
  void say(const std::string& lines) {
    REQUIRE(peer_);
    boost::asio::write(*peer_, boost::asio::buffer(lines));
  }
  /// Says it as the client reads it.
  task<void> pour(std::string lines) {
    REQUIRE(peer_);
    co_await boost::asio::async_write(*peer_, boost::asio::buffer(lines),
                                      boost::asio::use_awaitable);
  }
  void hang_up() { peer_->close(); }
  [[nodiscard]] bool got(const std::string& text) const {
    return heard.find(text) != std::string::npos;
  }

  std::string heard;
  bool ended = false;

 private:
  task<void> serve() {
    peer_.emplace(co_await acceptor_.async_accept(boost::asio::use_awaitable));
    char buffer[1024];
    try {
      for (;;) {
        const std::size_t size = co_await peer_->async_read_some(boost::asio::buffer(buffer),
                                                                 boost::asio::use_awaitable);
        heard.append(buffer, size);
      }
    } catch (const boost::system::system_error&) {
      ended = true;
    }
  }

  tcp::acceptor acceptor_;
  std::optional<tcp::socket> peer_;
  spawned reading_;
};

class fixture {
 public:
  fixture() : server(io) {}

  connection_options options() const {
    connection_options made(mynah::net::connect_options("127.0.0.1", server.port()),
                            session_options());
    made.interval = 0ms;
    return made;
  }

  void open(connection_options wanted) {
    auto run = [](fixture& self, connection_options with) -> task<void> {
      auto got = co_await connection::open(self.clock, self.log, std::move(with));
      if (got) {
        self.opened = std::move(*got);
      } else {
        self.refused = got.error();
      }
    };
    opening.emplace(io.get_executor(), run(*this, std::move(wanted)));
    REQUIRE(run_until(io, [&] { return server.got("USER ") || opening->done(); }));
  }

  void open_online(connection_options wanted) {
    open(std::move(wanted));
    server.say(":irc.test 001 mynah :hi\r\n:irc.test 376 mynah :end\r\n");
    REQUIRE(run_until(io, [&] { return opened != nullptr; }));
  }

  // Receives until the end; notes what people said, and the end.
  static task<void> receive(connection& from, std::string& trace) {
    for (;;) {
      auto next = co_await from.recv();
      if (!next) {
        trace += "[" + next.error().code().message() + "]";
        co_return;
      }
      if (next->type != mynah::event_type::raw) trace += next->text + ";";
    }
  }

  static task<void> send(connection& to, std::string room, std::string text, std::string& outcome) {
    outgoing message(address("irc", std::move(room)), mynah::reply(std::move(text)));
    const auto sent = co_await to.send(message);
    outcome = sent ? "sent" : sent.error().code().message();
  }

  boost::asio::io_context io;
  std::shared_ptr<manual_clock> clock = std::make_shared<manual_clock>();
  mynah::logger log;
  fake_server server;
  std::unique_ptr<connection> opened;
  std::optional<mynah::failure> refused;
  std::optional<spawned> opening;
};

// What a room says, numbered, and the same as `receive` notes it.
class burst {
 public:
  explicit burst(int lines) {
    for (int nth = 0; nth < lines; ++nth) {
      said += ":a!b@c PRIVMSG #c :" + std::to_string(nth) + "\r\n";
      noted += std::to_string(nth) + ";";
    }
  }

  std::string said;
  std::string noted;
};

std::string name(errc code) {
  return make_error_code(code).message();
}

}  // namespace

TEST_CASE("a connection logs in, talks, and says goodbye", "[irc][connection]") {
  fixture test;
  test.open_online(test.options());
  CHECK(test.server.heard.starts_with("CAP LS 302\r\nNICK mynah\r\nUSER mynah 0 * :mynah\r\n"));

  std::string trace;
  std::string outcome;
  spawned receiving(test.io.get_executor(), fixture::receive(*test.opened, trace));
  test.server.say(":a!b@c PRIVMSG #c :one\r\nPING :x\r\n:a!b@c PRIVMSG #c :two\r\n");
  CHECK(run_until(test.io, [&] { return trace == "one;two;" && test.server.got("PONG :x\r\n"); }));
  spawned sending(test.io.get_executor(), fixture::send(*test.opened, "#c", "a\nb", outcome));
  CHECK(run_until(test.io, [&] { return test.server.got("PRIVMSG #c :a\r\nPRIVMSG #c :b\r\n"); }));
  CHECK(run_until(test.io, [&] { return outcome == "sent"; }));

  spawned closing(test.io.get_executor(), test.opened->close());
  CHECK(run_until(test.io, [&] { return test.server.got("QUIT :stopped\r\n"); }));
  CHECK_FALSE(closing.done());
  test.server.say("ERROR :Closing link\r\n");
  CHECK(run_until(test.io, [&] { return closing.done() && receiving.done(); }));
  CHECK(trace == "one;two;[" + name(errc::closed) + "]");
  CHECK(run_until(test.io, [&] { return test.server.ended; }));
  test.opened.reset();
  settle(test.io);
  CHECK(test.clock->timers() == 0);
}

TEST_CASE("a server that ignores QUIT is left after a while", "[irc][connection]") {
  fixture test;
  test.open_online(test.options());
  spawned closing(test.io.get_executor(), test.opened->close());
  CHECK(run_until(test.io, [&] { return test.server.got("QUIT"); }));
  settle(test.io);
  test.clock->advance(2s);
  CHECK(run_until(test.io, [&] { return closing.done(); }));
}

TEST_CASE("what came before the end is delivered", "[irc][connection]") {
  fixture test;
  test.open_online(test.options());
  test.server.say(":a!b@c PRIVMSG #c :last\r\n");
  test.server.hang_up();
  CHECK(run_until(test.io, [&] { return test.opened->ended(); }));
  std::string trace;
  spawned receiving(test.io.get_executor(), fixture::receive(*test.opened, trace));
  CHECK(run_until(test.io, [&] { return receiving.done(); }));
  CHECK(trace == "last;[" + name(errc::closed) + "]");
  std::string outcome;
  spawned sending(test.io.get_executor(), fixture::send(*test.opened, "#c", "x", outcome));
  CHECK(run_until(test.io, [&] { return sending.done(); }));
  CHECK(outcome == name(errc::closed));
}

TEST_CASE("a refused login says why", "[irc][connection]") {
  fixture test;
  test.open(test.options());
  test.server.say(":irc.test 464 * :Password incorrect\r\nERROR :Closing link\r\n");
  CHECK(run_until(test.io, [&] { return test.opening->done(); }));
  REQUIRE(test.refused);
  CHECK(test.refused->code() == errc::authentication_failed);
  CHECK_THAT(test.refused->message(), ContainsSubstring("logging in at 127.0.0.1:"));
  CHECK(test.refused->remote() == "Password incorrect");
  CHECK(run_until(test.io, [&] { return test.server.ended; }));
}

TEST_CASE("a server that never welcomes us is given up", "[irc][connection]") {
  fixture test;
  test.open(test.options());
  settle(test.io);
  test.clock->advance(60s);
  CHECK(run_until(test.io, [&] { return test.opening->done(); }));
  REQUIRE(test.refused);
  CHECK(test.refused->code() == errc::timed_out);
  CHECK(run_until(test.io, [&] { return test.server.ended; }));
  CHECK(test.clock->timers() == 0);
}

TEST_CASE("a login that is cancelled leaves nothing behind", "[irc][connection]") {
  fixture test;
  test.open(test.options());
  test.opening->cancel();
  CHECK(run_until(test.io, [&] { return test.opening->done() && test.server.ended; }));
  CHECK(test.opening->cancelled());
  CHECK(test.clock->timers() == 0);
}

TEST_CASE("a silent server is found dead", "[irc][connection]") {
  fixture test;
  test.open_online(test.options());
  std::string trace;
  spawned receiving(test.io.get_executor(), fixture::receive(*test.opened, trace));
  settle(test.io);
  test.clock->advance(90s);
  CHECK(run_until(test.io, [&] { return test.server.got("PING :mynah\r\n"); }));
  test.clock->advance(30s);
  CHECK(run_until(test.io, [&] { return receiving.done(); }));
  CHECK(trace == "[" + name(errc::timed_out) + "]");
}

TEST_CASE("lines keep the pace and PONG does not wait", "[irc][connection]") {
  fixture test;
  auto options = test.options();
  options.burst = 2;
  options.interval = 2s;
  test.open_online(options);
  std::string outcome;
  spawned sending(test.io.get_executor(), fixture::send(*test.opened, "#c", "1\n2\n3\n4", outcome));
  CHECK(run_until(test.io, [&] { return test.server.got(":2\r\n"); }));
  test.server.say("PING :x\r\n");
  CHECK(run_until(test.io, [&] { return test.server.got("PONG :x\r\n"); }));
  CHECK_FALSE(test.server.got(":3\r\n"));
  CHECK(outcome.empty());
  test.clock->advance(2s);
  CHECK(run_until(test.io, [&] { return test.server.got(":3\r\n"); }));
  CHECK_FALSE(test.server.got(":4\r\n"));
  test.clock->advance(2s);
  CHECK(run_until(test.io, [&] { return outcome == "sent"; }));
}

TEST_CASE("a cancelled send withdraws what is left of it", "[irc][connection]") {
  fixture test;
  auto options = test.options();
  options.burst = 1;
  options.interval = 2s;
  test.open_online(options);
  std::string first;
  std::string second;
  spawned one(test.io.get_executor(), fixture::send(*test.opened, "#c", "1\n2\n3", first));
  CHECK(run_until(test.io, [&] { return test.server.got(":1\r\n"); }));
  spawned two(test.io.get_executor(), fixture::send(*test.opened, "#c", "next", second));
  one.cancel();
  settle(test.io);
  CHECK(one.cancelled());
  test.clock->advance(2s);
  CHECK(run_until(test.io, [&] { return second == "sent"; }));
  CHECK_FALSE(test.server.got(":2\r\n"));
}

TEST_CASE("a message to what is no room is refused alone", "[irc][connection]") {
  fixture test;
  test.open_online(test.options());
  std::string outcome;
  spawned bad(test.io.get_executor(), fixture::send(*test.opened, "#a\r\nQUIT", "x", outcome));
  CHECK(run_until(test.io, [&] { return bad.done(); }));
  CHECK(outcome == name(errc::not_sent));
  CHECK_FALSE(test.opened->ended());
}

TEST_CASE("a cancelled receive loses no event", "[irc][connection]") {
  fixture test;
  test.open_online(test.options());
  std::string trace;
  spawned first(test.io.get_executor(), fixture::receive(*test.opened, trace));
  settle(test.io);
  first.cancel();
  settle(test.io);
  CHECK(first.cancelled());
  spawned second(test.io.get_executor(), fixture::receive(*test.opened, trace));
  test.server.say(":a!b@c PRIVMSG #c :kept\r\n");
  CHECK(run_until(test.io, [&] { return trace == "kept;"; }));
}

TEST_CASE("a connection that is dropped without closing leaves nothing", "[irc][connection]") {
  fixture test;
  test.open_online(test.options());
  test.opened.reset();
  CHECK(run_until(test.io, [&] { return test.server.ended; }));
  settle(test.io);
  CHECK(test.clock->timers() == 0);
}

TEST_CASE("a bot that is behind lets the server wait, and loses nothing", "[irc][connection]") {
  fixture test;
  test.open_online(test.options());
  const burst room(20000);
  spawned pouring(test.io.get_executor(), test.server.pour(room.said + "PING :behind\r\n"));
  settle(test.io);
  // As long as it is behind, what follows has not been read.
  CHECK_FALSE(test.server.got("PONG :behind"));
  std::string trace;
  spawned receiving(test.io.get_executor(), fixture::receive(*test.opened, trace));
  CHECK(run_until(test.io, [&] { return test.server.got("PONG :behind\r\n"); }));
  CHECK(run_until(test.io, [&] { return trace.size() >= room.noted.size(); }));
  CHECK((trace == room.noted));
}

TEST_CASE("what nobody takes one by one is taken in passing, too", "[irc][connection]") {
  fixture test;
  test.open_online(test.options());
  const burst room(5000);
  spawned pouring(test.io.get_executor(), test.server.pour(room.said));
  std::string trace;
  CHECK(run_until(test.io, [&] {
    while (const auto next = test.opened->recv_now()) {
      if (next->type != mynah::event_type::raw) trace += next->text + ";";
    }
    return trace.size() >= room.noted.size();
  }));
  CHECK((trace == room.noted));
}

TEST_CASE("a server that is not listened to is not taken for dead", "[irc][connection]") {
  fixture test;
  auto options = test.options();
  options.who.ping_idle = 2s;
  options.who.ping_answer = 3s;
  test.open_online(options);
  const burst room(3000);
  spawned pouring(test.io.get_executor(), test.server.pour(room.said));
  settle(test.io);
  for (int second = 0; second < 9; ++second) {
    test.clock->advance(1s);
    settle(test.io);
  }
  CHECK_FALSE(test.server.got("PING :mynah"));
  std::string trace;
  spawned receiving(test.io.get_executor(), fixture::receive(*test.opened, trace));
  CHECK(run_until(test.io, [&] { return trace.size() >= room.noted.size(); }));
  CHECK((trace == room.noted));
  // From here on it is silent.
  settle(test.io);
  test.clock->advance(2s);
  CHECK(run_until(test.io, [&] { return test.server.got("PING :mynah\r\n"); }));
  test.clock->advance(3s);
  CHECK(run_until(test.io, [&] { return receiving.done(); }));
}

TEST_CASE("who takes nothing at all answers PING, and is told what it lost", "[irc][connection]") {
  fixture test;
  std::vector<std::string> logged;
  test.log = mynah::logger(
      [&](const mynah::log_record& line) {
        std::string text(line.message);
        for (const auto& [key, value] : line.fields) text += " " + std::string(value);
        logged.push_back(std::move(text));
      },
      mynah::log_level::warning, "irc");
  test.open_online(test.options());
  constexpr int lines = 20000;
  spawned pouring(test.io.get_executor(), test.server.pour(burst(lines).said + "PING :x\r\n"));
  settle(test.io);
  CHECK_FALSE(test.server.got("PONG :x"));
  CHECK(logged.empty());
  test.clock->advance(10s);
  CHECK(run_until(test.io, [&] { return test.server.got("PONG :x\r\n"); }));
  REQUIRE(logged.size() == 1);
  CHECK_THAT(logged[0], ContainsSubstring("dropped from here on"));

  std::string trace;
  spawned receiving(test.io.get_executor(), fixture::receive(*test.opened, trace));
  settle(test.io);
  test.server.say(":a!b@c PRIVMSG #c :after\r\n");
  CHECK(run_until(test.io, [&] { return trace.ends_with(";after;"); }));
  const auto received = std::count(trace.begin(), trace.end(), ';') - 1;
  CHECK(received >= 1024);
  REQUIRE(logged.size() == 2);
  CHECK_THAT(logged[1], ContainsSubstring("were dropped") &&
                            Catch::EndsWith(" " + std::to_string(lines - received)));
  // And from then on it waits again.
  const burst again(3000);
  trace.clear();
  spawned more(test.io.get_executor(), test.server.pour(again.said));
  CHECK(run_until(test.io, [&] { return trace.size() >= again.noted.size(); }));
  CHECK((trace == again.noted));
}

TEST_CASE("a bot that is behind leaves at once", "[irc][connection]") {
  fixture test;
  test.open_online(test.options());
  spawned pouring(test.io.get_executor(), test.server.pour(burst(3000).said));
  settle(test.io);
  spawned closing(test.io.get_executor(), test.opened->close());
  CHECK(run_until(test.io, [&] { return test.server.got("QUIT :stopped\r\n"); }));
  test.server.say("ERROR :Closing link\r\n");
  CHECK(run_until(test.io, [&] { return closing.done(); }));
}

TEST_CASE("a long message of the day holds no login up", "[irc][connection]") {
  fixture test;
  test.open(test.options());
  std::string lines = ":irc.test 001 mynah :hi\r\n";
  for (int nth = 0; nth < 6000; ++nth) lines += ":irc.test 372 mynah :- read this\r\n";
  lines += ":irc.test 376 mynah :end\r\n";
  spawned pouring(test.io.get_executor(), test.server.pour(lines));
  CHECK(run_until(test.io, [&] { return test.opened != nullptr; }));
}
