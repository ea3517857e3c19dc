// SPDX-License-Identifier: Apache-2.0
// TLS on a connection that begins without, and names apart from the host that is connected to.
#include "catch.hpp"
#include "certificates.hpp"
#include "loopback.hpp"
#include "manual_clock.hpp"
#include "net/stream.hpp"
#include "spawned.hpp"
#include "tls_server.hpp"

using mynah::errc;
using mynah::task;
using mynah::net::connect_options;
using mynah::net::tls_context;
using mynah::net::tls_options;
using mynah::net::tls_peer;
using namespace mynah_test;
using namespace std::chrono_literals;

namespace {

const std::string rejected = make_error_code(errc::certificate_rejected).message();
const std::string closed = make_error_code(errc::closed).message();

task<void> secure(mynah::clock& clock, mynah::net::stream& on, tls_context context, tls_peer peer,
                  std::string& outcome) {
  const auto secured = co_await on.start_tls(clock, 10s, std::move(context), std::move(peer));
  outcome =
      secured ? "secured" : secured.error().code().message() + "|" + secured.error().message();
}

task<void> read_exactly(mynah::net::stream& from, std::size_t size, std::string& got) {
  while (got.size() < size) {
    char byte[1];
    const auto read = co_await from.read_some(byte, 1);
    if (!read) co_return;
    got.append(byte, *read);
  }
}

class fixture {
 public:
  fixture() : server(authority.issue("DNS:chat.test")), listening(io) {
    server.shaken = [this](SSL* session) {
      const char* const name = SSL_get_servername(session, TLSEXT_NAMETYPE_host_name);
      asked_for = name != nullptr ? name : "nobody";
      const unsigned char* text = nullptr;
      unsigned size = 0;
      SSL_get0_alpn_selected(session, &text, &size);
      protocol = std::string(reinterpret_cast<const char*>(text), size);
    };
  }

  /// Connects, without TLS if the server begins so.
  std::string connect(connect_options options) {
    outcome.clear();
    serving.emplace(io.get_executor(), server.serve(listening));
    spawned opening(io.get_executor(),
                    mynah_test::open(clock, std::move(options), opened, outcome));
    CHECK(run_until(io, [&] { return opening.done(); }));
    return outcome;
  }

  /// Connects and talks up to where TLS begins.
  void proceed() {
    server.starttls = true;
    REQUIRE(connect(connect_options("127.0.0.1", listening.port())) == "connected");
    std::string got;
    std::string written;
    spawned writing(io.get_executor(), mynah_test::write(*opened, "starttls", written));
    spawned reading(io.get_executor(), read_exactly(*opened, 7, got));
    REQUIRE(run_until(io, [&] { return reading.done(); }));
    REQUIRE(got == "proceed");
    CHECK(opened->tls_version().empty());
  }

  std::string secure(tls_peer peer) {
    outcome.clear();
    spawned securing(io.get_executor(),
                     ::secure(clock, *opened, context(), std::move(peer), outcome));
    CHECK(run_until(io, [&] { return securing.done(); }));
    CHECK(clock.timers() == 0);
    return outcome;
  }

  /// What a server says first; how the reading ends if it says nothing.
  std::string greeting() {
    std::string got;
    std::string end;
    spawned reading(io.get_executor(), mynah_test::read_all(*opened, got, end));
    CHECK(run_until(io, [&] { return got == "hello" || reading.done(); }));
    reading.cancel();
    CHECK(run_until(io, [&] { return reading.done(); }));
    return got.empty() ? end : got;
  }

  tls_context context() { return tls_context::make(tls_options(authority.file())).value(); }

  manual_clock clock;
  boost::asio::io_context io;
  certificate_authority authority;
  tls_server server;
  loopback listening;
  std::optional<spawned> serving;
  std::optional<mynah::net::stream> opened;
  std::string outcome;
  std::string asked_for;
  std::string protocol;
};

}  // namespace

TEST_CASE("an open connection goes over to TLS", "[net][tls]") {
  fixture test;
  test.server.alpn = "xmpp-client";
  test.proceed();
  tls_peer peer("chat.test");
  peer.alpn = "xmpp-client";
  CHECK(test.secure(peer) == "secured");
  CHECK(test.opened->tls_version() == "TLS 1.3");
  CHECK(test.greeting() == "hello");
  CHECK(test.asked_for == "chat.test");
  CHECK(test.protocol == "xmpp-client");

  // Once is enough, and asking again does no harm.
  CHECK_THAT(test.secure(peer), ContainsSubstring("TLS handshake with 127.0.0.1:"));
  std::string written;
  spawned writing(test.io.get_executor(), mynah_test::write(*test.opened, "x", written));
  CHECK(run_until(test.io, [&] { return test.serving->done(); }));
  CHECK(written == "written");
  CHECK_NOTHROW(test.serving->check());
}

TEST_CASE("whoever is not the one expected gets nothing", "[net][tls]") {
  fixture test;
  test.proceed();
  const std::string name = GENERATE("other.test", "127.0.0.1", "");
  CAPTURE(name);
  CHECK_THAT(test.secure(tls_peer(name)), ContainsSubstring(rejected));
  CHECK(test.greeting() == closed);
  CHECK(test.asked_for.empty());
  CHECK_THAT(test.secure(tls_peer("chat.test")), ContainsSubstring(closed));
}

TEST_CASE("what comes in clear where TLS should is no part of it", "[net][tls]") {
  fixture test;
  test.server.leaked = "<features>log in here</features>";
  test.proceed();
  CHECK_THAT(test.secure(tls_peer("chat.test")), ContainsSubstring("TLS handshake with"));
  CHECK(test.greeting() == closed);
}

TEST_CASE("a protocol whose name is too long for TLS", "[net][tls]") {
  fixture test;
  test.proceed();
  tls_peer peer("chat.test");
  peer.alpn = std::string(256, 'x');
  CHECK_THAT(test.secure(peer), ContainsSubstring("offering the protocol 'xxx"));
  CHECK(test.greeting() == closed);
}

TEST_CASE("going over to TLS ends when it takes too long, or is not wanted any more",
          "[net][tls]") {
  fixture test;
  // A listener that never answers.
  std::string opening_outcome;
  spawned opening(test.io.get_executor(),
                  mynah_test::open(test.clock, connect_options("127.0.0.1", test.listening.port()),
                                   test.opened, opening_outcome));
  REQUIRE(run_until(test.io, [&] { return opening.done(); }));
  REQUIRE(test.opened);
  std::string outcome;
  spawned securing(test.io.get_executor(), secure(test.clock, *test.opened, test.context(),
                                                  tls_peer("chat.test"), outcome));
  settle(test.io);
  REQUIRE_FALSE(securing.done());
  SECTION("time has passed") {
    test.clock.advance(10s);
    CHECK(run_until(test.io, [&] { return securing.done(); }));
    CHECK_THAT(outcome, ContainsSubstring(make_error_code(errc::timed_out).message()));
    CHECK_THAT(outcome, ContainsSubstring("TLS handshake with 127.0.0.1:"));
  }
  SECTION("it is cancelled") {
    securing.cancel();
    CHECK(run_until(test.io, [&] { return securing.done(); }));
    CHECK(securing.cancelled());
  }
  SECTION("the connection is closed") {
    test.opened->abort();
    CHECK(run_until(test.io, [&] { return securing.done(); }));
    CHECK_THAT(outcome, ContainsSubstring(closed));
  }
  CHECK(test.clock.timers() == 0);
  CHECK(test.greeting() == closed);
}

TEST_CASE("the certificate is for the name, wherever the connection leads", "[net][tls]") {
  fixture test;
  connect_options options("127.0.0.1", test.listening.port());
  options.tls = test.context();
  options.tls_name = "chat.test";
  SECTION("the name") {
    CHECK(test.connect(options) == "connected");
    CHECK(test.greeting() == "hello");
    CHECK(test.asked_for == "chat.test");
    CHECK(test.protocol.empty());
  }
  SECTION("another name") {
    options.tls_name = "other.test";
    CHECK_THAT(test.connect(options), ContainsSubstring(rejected));
  }
  SECTION("not the host if there is a name") {
    test.server.own = test.authority.issue("IP:127.0.0.1");
    CHECK_THAT(test.connect(options), ContainsSubstring(rejected));
  }
}

TEST_CASE("a protocol is offered in TLS", "[net][tls]") {
  fixture test;
  connect_options options("127.0.0.1", test.listening.port());
  options.tls = test.context();
  options.tls_name = "chat.test";
  options.alpn = "xmpp-client";
  SECTION("the server speaks it") {
    test.server.alpn = "xmpp-client";
    CHECK(test.connect(options) == "connected");
    CHECK(test.greeting() == "hello");
    CHECK(test.protocol == "xmpp-client");
  }
  SECTION("the server does not care") {
    CHECK(test.connect(options) == "connected");
    CHECK(test.greeting() == "hello");
    CHECK(test.protocol.empty());
  }
  SECTION("the server speaks another one") {
    test.server.alpn = "h2";
    CHECK_THAT(test.connect(options), ContainsSubstring("TLS handshake with"));
  }
}
