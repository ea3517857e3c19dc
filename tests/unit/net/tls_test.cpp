// SPDX-License-Identifier: Apache-2.0
#include "net/tls.hpp"

#include <boost/asio/read.hpp>
#include <boost/asio/ssl.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>

#include "catch.hpp"
#include "certificates.hpp"
#include "loopback.hpp"
#include "manual_clock.hpp"
#include "net/stream.hpp"
#include "spawned.hpp"

namespace ssl = boost::asio::ssl;
using boost::asio::ip::tcp;
using mynah::errc;
using mynah::task;
using mynah::net::connect_options;
using mynah::net::parse_fingerprint;
using mynah::net::tls_context;
using mynah::net::tls_options;
using mynah_test::certificate;
using mynah_test::certificate_authority;
using mynah_test::loopback;
using mynah_test::manual_clock;
using mynah_test::run_until;
using mynah_test::settle;
using mynah_test::spawned;
using namespace std::chrono_literals;

namespace {

enum class ending { orderly, truncated };

// Says "hello", echoes four bytes, and ends.
task<void> serve(loopback& listening, const certificate& own, ending how, std::string& asked_for) {
  ssl::context context(ssl::context::tls_server);
  context.use_certificate_chain_file(own.file);
  context.use_private_key_file(own.key_file, ssl::context::pem);
  tcp::socket socket = co_await listening.acceptor.async_accept(boost::asio::use_awaitable);
  ssl::stream<tcp::socket> session(std::move(socket), context);
  co_await session.async_handshake(ssl::stream_base::server, boost::asio::use_awaitable);
  const char* name = SSL_get_servername(session.native_handle(), TLSEXT_NAMETYPE_host_name);
  asked_for = name != nullptr ? name : "nobody";
  co_await boost::asio::async_write(session, boost::asio::buffer("hello", 5),
                                    boost::asio::use_awaitable);
  char echoed[4];
  co_await boost::asio::async_read(session, boost::asio::buffer(echoed),
                                   boost::asio::use_awaitable);
  co_await boost::asio::async_write(session, boost::asio::buffer(echoed),
                                    boost::asio::use_awaitable);
  if (how == ending::orderly) co_await session.async_shutdown(boost::asio::use_awaitable);
  session.next_layer().close();
}

connect_options options_for(const loopback& server, const std::string& host,
                            const std::string& ca_file) {
  connect_options options(host, server.port());
  options.tls = tls_context::make(tls_options(ca_file)).value();
  return options;
}

// Connects to a server with this certificate and gives the outcome.
std::string outcome_of(const std::string& host, const std::string& names, bool own_authority,
                       std::string* asked_for = nullptr) {
  manual_clock clock;
  boost::asio::io_context io;
  loopback server(io);
  certificate_authority authority;
  const certificate own = authority.issue(names);
  std::optional<mynah::net::stream> opened;
  std::string outcome;
  std::string asked;
  spawned serving(io.get_executor(), serve(server, own, ending::orderly, asked));
  auto options = options_for(server, host, own_authority ? authority.file() : "");
  spawned opening(io.get_executor(), mynah_test::open(clock, options, opened, outcome));
  CHECK(run_until(io, [&] { return opening.done(); }));
  if (opened) CHECK(run_until(io, [&] { return !asked.empty(); }));
  if (asked_for != nullptr) *asked_for = asked;
  return outcome;
}

const std::string rejected = make_error_code(errc::certificate_rejected).message();

}  // namespace

TEST_CASE("TLS carries bytes both ways", "[net][tls]") {
  const ending how = GENERATE(ending::orderly, ending::truncated);
  manual_clock clock;
  boost::asio::io_context io;
  loopback server(io);
  certificate_authority authority;
  const certificate own = authority.issue("DNS:localhost");
  std::optional<mynah::net::stream> opened;
  std::string outcome;
  std::string asked;
  spawned serving(io.get_executor(), serve(server, own, how, asked));
  auto options = options_for(server, "localhost", authority.file());
  spawned opening(io.get_executor(), mynah_test::open(clock, options, opened, outcome));
  REQUIRE(run_until(io, [&] { return opening.done(); }));
  REQUIRE(outcome == "connected");

  std::string got;
  std::string end;
  std::string written;
  spawned reading(io.get_executor(), mynah_test::read_all(*opened, got, end));
  spawned writing(io.get_executor(), mynah_test::write(*opened, "ping", written));
  CHECK(run_until(io, [&] { return reading.done(); }));
  CHECK(got == "helloping");
  // An end without close_notify is an end.
  CHECK(end == make_error_code(errc::closed).message());
  CHECK(asked == "localhost");
  spawned closing(io.get_executor(), opened->close(clock, 1s));
  CHECK(run_until(io, [&] { return closing.done(); }));
}

TEST_CASE("TLS carries much at once, both ways at the same time", "[net][tls]") {
  // More than sockets and records hold, so that both sides have to wait for each other.
  const std::string much(4'000'000, 'x');
  auto echo = [](loopback& listening, const certificate& own) -> task<void> {
    ssl::context context(ssl::context::tls_server);
    context.use_certificate_chain_file(own.file);
    context.use_private_key_file(own.key_file, ssl::context::pem);
    tcp::socket socket = co_await listening.acceptor.async_accept(boost::asio::use_awaitable);
    ssl::stream<tcp::socket> session(std::move(socket), context);
    co_await session.async_handshake(ssl::stream_base::server, boost::asio::use_awaitable);
    char buffer[10'000];
    for (std::size_t left = 4'000'000; left > 0;) {
      const std::size_t size =
          co_await session.async_read_some(boost::asio::buffer(buffer), boost::asio::use_awaitable);
      co_await boost::asio::async_write(session, boost::asio::buffer(buffer, size),
                                        boost::asio::use_awaitable);
      left -= size;
    }
    co_await session.async_shutdown(boost::asio::use_awaitable);
  };
  manual_clock clock;
  boost::asio::io_context io;
  loopback server(io);
  certificate_authority authority;
  const certificate own = authority.issue("DNS:localhost");
  std::optional<mynah::net::stream> opened;
  std::string outcome;
  spawned serving(io.get_executor(), echo(server, own));
  auto options = options_for(server, "localhost", authority.file());
  spawned opening(io.get_executor(), mynah_test::open(clock, options, opened, outcome));
  REQUIRE(run_until(io, [&] { return opening.done(); }));
  REQUIRE(outcome == "connected");
  std::string got;
  std::string end;
  std::string written;
  spawned writing(io.get_executor(), mynah_test::write(*opened, much, written));
  spawned reading(io.get_executor(), mynah_test::read_all(*opened, got, end));
  CHECK(run_until(io, [&] { return reading.done(); }));
  CHECK(written == "written");
  CHECK((got == much));
  CHECK(end == make_error_code(errc::closed).message());
}

TEST_CASE("reading from TLS can be cancelled, and closing ends it", "[net][tls]") {
  manual_clock clock;
  boost::asio::io_context io;
  loopback server(io);
  certificate_authority authority;
  const certificate own = authority.issue("DNS:localhost");
  std::optional<mynah::net::stream> opened;
  std::string outcome;
  std::string asked;
  spawned serving(io.get_executor(), serve(server, own, ending::orderly, asked));
  auto options = options_for(server, "localhost", authority.file());
  spawned opening(io.get_executor(), mynah_test::open(clock, options, opened, outcome));
  REQUIRE(run_until(io, [&] { return opening.done(); }));
  std::string got;
  std::string end;
  std::optional<spawned> reading;
  reading.emplace(io.get_executor(), mynah_test::read_all(*opened, got, end));
  REQUIRE(run_until(io, [&] { return got == "hello"; }));
  reading->cancel();
  REQUIRE(run_until(io, [&] { return reading->done(); }));
  CHECK(reading->cancelled());
  // Nothing is lost by that.
  reading.emplace(io.get_executor(), mynah_test::read_all(*opened, got, end));
  settle(io);
  SECTION("the other side goes on") {
    std::string written;
    spawned writing(io.get_executor(), mynah_test::write(*opened, "ping", written));
    CHECK(run_until(io, [&] { return reading->done(); }));
    CHECK(got == "helloping");
  }
  SECTION("we end it") {
    opened->abort();
    CHECK(run_until(io, [&] { return reading->done(); }));
  }
  CHECK(end == make_error_code(errc::closed).message());
}

TEST_CASE("the certificate must be for the host", "[net][tls]") {
  CHECK(outcome_of("127.0.0.1", "IP:127.0.0.1", true) == "connected");
  CHECK(outcome_of("localhost", "DNS:other.test,DNS:localhost", true) == "connected");
  CHECK_THAT(outcome_of("localhost", "DNS:irc.test", true), ContainsSubstring(rejected));
  CHECK_THAT(outcome_of("127.0.0.1", "IP:127.0.0.2", true), ContainsSubstring(rejected));
  // An address is not a name.
  CHECK_THAT(outcome_of("127.0.0.1", "DNS:127.0.0.1", true), ContainsSubstring(rejected));
}

TEST_CASE("the server is told names, never addresses", "[net][tls]") {
  std::string asked;
  CHECK(outcome_of("localhost", "DNS:localhost", true, &asked) == "connected");
  CHECK(asked == "localhost");
  CHECK(outcome_of("127.0.0.1", "IP:127.0.0.1", true, &asked) == "connected");
  CHECK(asked == "nobody");
}

TEST_CASE("the certificate must come from a known authority", "[net][tls]") {
  const std::string outcome = outcome_of("127.0.0.1", "IP:127.0.0.1", false);
  CHECK_THAT(outcome, ContainsSubstring(rejected));
  CHECK_THAT(outcome, ContainsSubstring("the certificate of 127.0.0.1:"));
}

TEST_CASE("a file without authorities is an error that names it", "[net][tls]") {
  mynah_test::temp_directory directory;
  const auto missing = tls_context::make(tls_options(directory.file("missing.pem")));
  REQUIRE(missing.has_error());
  CHECK_THAT(missing.error().message(), ContainsSubstring("missing.pem"));
  const auto nonsense = tls_context::make(tls_options(directory.write("nonsense.pem", "nonsense")));
  CHECK(nonsense.has_error());
}

TEST_CASE("a server that never answers the handshake is given up", "[net][tls]") {
  manual_clock clock;
  boost::asio::io_context io;
  loopback server(io);
  std::optional<mynah::net::stream> opened;
  std::string outcome;
  auto options = options_for(server, "127.0.0.1", "");
  spawned opening(io.get_executor(), mynah_test::open(clock, options, opened, outcome));
  // The kernel completes the connection; the handshake's timer is then the only one.
  const auto start = clock.now();
  CHECK(run_until(io, [&] {
    if (clock.now() - start < 1h) clock.advance(1s);
    return opening.done();
  }));
  CHECK_THAT(outcome, ContainsSubstring(make_error_code(errc::timed_out).message()));
  CHECK_THAT(outcome, ContainsSubstring("127.0.0.1:"));
  CHECK(clock.timers() == 0);
}
