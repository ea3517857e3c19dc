// SPDX-License-Identifier: Apache-2.0
#include "net/stream.hpp"

#include <boost/asio/read.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>

#include "catch.hpp"
#include "loopback.hpp"
#include "manual_clock.hpp"
#include "spawned.hpp"

using boost::asio::ip::tcp;
using mynah::errc;
using mynah::task;
using mynah::net::connect_options;
using mynah_test::loopback;
using mynah_test::manual_clock;
using mynah_test::run_until;
using mynah_test::settle;
using mynah_test::spawned;
using namespace std::chrono_literals;

namespace {

const std::string closed = make_error_code(errc::closed).message();

task<void> accept(tcp::acceptor& from, std::optional<tcp::socket>& accepted) {
  accepted.emplace(co_await from.async_accept(boost::asio::use_awaitable));
}

task<void> echo_once(tcp::socket& socket, std::size_t size) {
  std::string text(size, ' ');
  co_await boost::asio::async_read(socket, boost::asio::buffer(text), boost::asio::use_awaitable);
  co_await boost::asio::async_write(socket, boost::asio::buffer(text), boost::asio::use_awaitable);
}

class connected_pair {
 public:
  connected_pair() : server(io) {
    spawned accepting(io.get_executor(), accept(server.acceptor, peer));
    spawned opening(
        io.get_executor(),
        mynah_test::open(clock, connect_options("127.0.0.1", server.port()), opened, outcome));
    REQUIRE(run_until(io, [&] { return peer && opened; }));
  }

  manual_clock clock;
  boost::asio::io_context io;
  loopback server;
  std::optional<tcp::socket> peer;
  std::optional<mynah::net::stream> opened;
  std::string outcome;
};

}  // namespace

TEST_CASE("a stream carries bytes both ways and sees the end", "[net][stream]") {
  connected_pair pair;
  std::string got;
  std::string end;
  std::string written;
  const std::string text(100000, 'x');
  spawned echo(pair.io.get_executor(), echo_once(*pair.peer, text.size()));
  spawned reading(pair.io.get_executor(), mynah_test::read_all(*pair.opened, got, end));
  spawned writing(pair.io.get_executor(), mynah_test::write(*pair.opened, text, written));
  CHECK(run_until(pair.io, [&] { return got.size() == text.size(); }));
  CHECK(got == text);
  CHECK(written == "written");
  CHECK(end.empty());
  pair.peer->close();
  CHECK(run_until(pair.io, [&] { return reading.done(); }));
  CHECK(end == closed);
  CHECK(pair.clock.timers() == 0);
}

TEST_CASE("a name is looked up and its addresses are tried", "[net][stream]") {
  manual_clock clock;
  boost::asio::io_context io;
  // On many machines ::1 comes first; nobody listens there.
  loopback server(io);
  std::optional<tcp::socket> peer;
  std::optional<mynah::net::stream> opened;
  std::string outcome;
  spawned accepting(io.get_executor(), accept(server.acceptor, peer));
  spawned opening(
      io.get_executor(),
      mynah_test::open(clock, connect_options("localhost", server.port()), opened, outcome));
  CHECK(run_until(io, [&] { return opening.done(); }));
  CHECK(outcome == "connected");
}

TEST_CASE("a failing connect names host and step", "[net][stream]") {
  manual_clock clock;
  boost::asio::io_context io;
  std::optional<mynah::net::stream> opened;
  std::string outcome;
  SECTION("nobody listens") {
    std::uint16_t port = 0;
    {
      loopback server(io);
      port = server.port();
    }
    spawned opening(io.get_executor(),
                    mynah_test::open(clock, connect_options("127.0.0.1", port), opened, outcome));
    CHECK(run_until(io, [&] { return opening.done(); }));
    CHECK_THAT(outcome, ContainsSubstring("connecting to 127.0.0.1:" + std::to_string(port)));
  }
  SECTION("no such name") {
    spawned opening(
        io.get_executor(),
        mynah_test::open(clock, connect_options("no-such-host.invalid", 1), opened, outcome));
    CHECK(run_until(io, [&] { return opening.done(); }));
    CHECK_THAT(outcome, ContainsSubstring("looking up no-such-host.invalid"));
  }
}

TEST_CASE("closing ends an outstanding read", "[net][stream]") {
  connected_pair pair;
  std::string got;
  std::string end;
  spawned reading(pair.io.get_executor(), mynah_test::read_all(*pair.opened, got, end));
  settle(pair.io);
  spawned closing(pair.io.get_executor(), pair.opened->close(pair.clock, 1s));
  CHECK(run_until(pair.io, [&] { return reading.done() && closing.done(); }));
  CHECK(end == closed);

  std::string written;
  spawned writing(pair.io.get_executor(), mynah_test::write(*pair.opened, "late", written));
  settle(pair.io);
  CHECK(written == closed);
}

TEST_CASE("a cancelled read throws and loses nothing", "[net][stream]") {
  connected_pair pair;
  std::string got;
  std::string end;
  spawned first(pair.io.get_executor(), mynah_test::read_all(*pair.opened, got, end));
  settle(pair.io);
  first.cancel();
  settle(pair.io);
  CHECK(first.cancelled());

  spawned second(pair.io.get_executor(), mynah_test::read_all(*pair.opened, got, end));
  boost::asio::write(*pair.peer, boost::asio::buffer("hello", 5));
  CHECK(run_until(pair.io, [&] { return got == "hello"; }));
}

TEST_CASE("the printable form of a peer", "[net][stream]") {
  CHECK(connect_options("irc.test", 6697).peer() == "irc.test:6697");
  CHECK(connect_options("::1", 6667).peer() == "[::1]:6667");
}
