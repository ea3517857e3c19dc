// SPDX-License-Identifier: Apache-2.0
// Connections of an HTTP client that are kept and used again.
#include <deque>
#include <optional>

#include "catch.hpp"
#include "certificates.hpp"
#include "https_peer.hpp"
#include "manual_clock.hpp"
#include "net/http_client.hpp"
#include "spawned.hpp"

using mynah::errc;
using mynah::task;
using mynah::net::http_client;
using mynah::net::http_client_options;
using mynah::net::http_limits;
using mynah::net::http_request;
using mynah::net::http_response;
using mynah::net::tls_context;
using mynah::net::tls_options;
using namespace mynah_test;
using namespace std::chrono_literals;

namespace {

/// A request that a test sent.
class sending {
 public:
  sending(const boost::asio::any_io_executor& executor, http_client& client, http_request request,
          http_limits limits)
      : running_(executor, send(client, std::move(request), limits)) {}

  [[nodiscard]] bool done() const { return running_.done(); }
  void cancel() { running_.cancel(); }
  [[nodiscard]] bool cancelled() const { return running_.cancelled(); }

  http_response got;
  std::optional<mynah::failure> failed;

 private:
  task<void> send(http_client& client, http_request request, http_limits limits) {
    auto answered = co_await client.send(std::move(request), limits);
    if (answered.has_error()) {
      failed = answered.error();
    } else {
      got = std::move(*answered);
    }
  }

  spawned running_;
};

class fixture {
 public:
  explicit fixture(std::vector<std::string> scripts = {}, const http_client_options& options = {})
      : server(io, authority.issue("IP:127.0.0.1")) {
    server.scripts = std::move(scripts);
    const auto tls = tls_context::make(tls_options(authority.file())).value();
    client.emplace(io.get_executor(), clock, tls, options);
  }

  sending& begin(const std::string& path = "/") {
    http_request what("POST", server.url(path));
    what.body = "data";
    return begin(std::move(what));
  }
  sending& begin(http_request what) {
    return sent.emplace_back(io.get_executor(), *client, std::move(what), limits);
  }
  sending& finish(sending& one) {
    CHECK(run_until(io, [&] { return one.done(); }));
    return one;
  }
  sending& send(const std::string& path = "/") { return finish(begin(path)); }
  /// What became of one: "200", or the code.
  static std::string outcome(const sending& one) {
    return one.failed ? one.failed->code().message() : std::to_string(one.got.status);
  }
  std::string outcome() { return outcome(send()); }

  boost::asio::io_context io;
  manual_clock clock;
  certificate_authority authority;
  https_peer server;
  http_limits limits;
  std::optional<http_client> client;
  std::deque<sending> sent;
};

const std::string unconfirmed = make_error_code(errc::unconfirmed).message();
const std::string timed_out = make_error_code(errc::timed_out).message();
const std::string closed = make_error_code(errc::closed).message();

}  // namespace

TEST_CASE("a connection is used for one request after another", "[net][http]") {
  fixture test;
  CHECK(test.outcome() == "200");
  CHECK(test.client->idle_connections() == 1);
  CHECK(test.outcome() == "200");
  CHECK(test.send("/c?d").got.body == "ok");
  CHECK(test.server.connections == 1);
  CHECK(test.server.heard.back() ==
        "POST /c?d HTTP/1.1\r\nHost: 127.0.0.1:" + std::to_string(test.server.listening.port()) +
            "\r\nContent-Length: 4\r\n\r\ndata");
}

TEST_CASE("an answer to HEAD leaves the connection in order", "[net][http]") {
  fixture test({"", ""});
  http_request head("HEAD", test.server.url());
  // The server of this test does not know HEAD: its two bytes of body are left over.
  CHECK(fixture::outcome(test.finish(test.begin(head))) == "200");
  CHECK(test.outcome() == "200");
  CHECK(test.server.connections == 2);
}

TEST_CASE("a connection is not used again when it cannot be", "[net][http]") {
  const char* const script = GENERATE("b", "c", "0", "e");
  CAPTURE(script);
  if (script[0] == 'e') {
    // Closed by the server after an answer, and seen before the next request is written.
    fixture test({"ae"});
    CHECK(test.outcome() == "200");
    CHECK(run_until(test.io, [&] { return test.server.open == 0; }));
    CHECK(test.outcome() == "200");
    CHECK(test.server.connections == 2);
    CHECK(test.server.heard.size() == 2);
  } else {
    fixture test({script});
    CHECK(test.outcome() == "200");
    CHECK(test.client->idle_connections() == 0);
    CHECK(test.outcome() == "200");
    CHECK(test.server.connections == 2);
  }
}

TEST_CASE("interim answers are passed over", "[net][http]") {
  fixture test({"ia"});
  CHECK(test.outcome() == "200");
  CHECK(test.outcome() == "200");
  CHECK(test.server.connections == 1);
}

TEST_CASE("a request whose used connection ends is sent once more", "[net][http]") {
  const char* const script = GENERATE("ax", "ar");
  CAPTURE(script);
  SECTION("and answered") {
    fixture test({script});
    CHECK(test.outcome() == "200");
    CHECK(test.outcome() == "200");
    CHECK(test.server.connections == 2);
    CHECK(test.server.heard.size() == 3);
    CHECK(test.server.heard[1] == test.server.heard[2]);
  }
  SECTION("but not again") {
    fixture test({script, "x"});
    CHECK(test.outcome() == "200");
    CHECK(test.outcome() == unconfirmed);
    CHECK(test.server.connections == 2);
  }
  SECTION("and stays uncertain if that is not possible") {
    fixture test({script});
    CHECK(test.outcome() == "200");
    test.server.listening.acceptor.close();
    CHECK(test.outcome() == unconfirmed);
    CHECK(test.server.heard.size() == 2);
  }
}

TEST_CASE("a request is not sent again once an answer has begun", "[net][http]") {
  const char* const script = GENERATE("ah", "aH");
  CAPTURE(script);
  fixture test({script});
  CHECK(test.outcome() == "200");
  CHECK(test.outcome() == unconfirmed);
  CHECK(test.server.connections == 1);
  CHECK(test.server.heard.size() == 2);
  CHECK(test.client->idle_connections() == 0);
}

TEST_CASE("a request over a new connection is not sent again", "[net][http]") {
  const char* const script = GENERATE("x", "r", "h");
  CAPTURE(script);
  fixture test({script});
  const sending& one = test.send();
  REQUIRE(one.failed);
  CHECK(one.failed->code() == errc::unconfirmed);
  CHECK(one.failed->message().starts_with("POST at 127.0.0.1:"));
  CHECK(test.server.connections == 1);
}

TEST_CASE("a request that was not written is certainly not executed", "[net][http]") {
  SECTION("nobody listens") {
    fixture test;
    const std::string nobodys = test.server.url();
    test.server.listening.acceptor.close();
    const sending& one = test.finish(test.begin(http_request("POST", nobodys)));
    REQUIRE(one.failed);
    CHECK(one.failed->code() == boost::asio::error::connection_refused);
  }
  SECTION("it is somebody else") {
    fixture test;
    certificate_authority other;
    test.client.emplace(test.io.get_executor(), test.clock,
                        tls_context::make(tls_options(other.file())).value());
    const sending& one = test.send();
    REQUIRE(one.failed);
    CHECK(one.failed->code() == errc::certificate_rejected);
  }
  SECTION("it is no request") {
    fixture test;
    http_request what("GET", test.server.url());
    what.fields.emplace_back("accept-encoding", "gzip");
    const sending& one = test.finish(test.begin(what));
    REQUIRE(one.failed);
    CHECK(one.failed->code() == errc::not_sent);
    CHECK(test.server.connections == 0);
  }
  SECTION("it is late before there is TLS") {
    fixture test;
    loopback silent(test.io);
    http_request what("POST", "https://127.0.0.1:" + std::to_string(silent.port()) + "/");
    test.limits.whole = 5s;
    sending& one = test.begin(what);
    settle(test.io);
    CHECK(run_until(test.io, [&] {
      test.clock.advance(1s);
      return one.done();
    }));
    REQUIRE(one.failed);
    CHECK(one.failed->code() == errc::timed_out);
  }
}

TEST_CASE("a request without an answer is unconfirmed when time has passed", "[net][http]") {
  fixture test({"as"});
  CHECK(test.outcome() == "200");
  sending& one = test.begin();
  REQUIRE(run_until(test.io, [&] { return test.server.heard.size() == 2; }));
  test.clock.advance(59s);
  settle(test.io);
  CHECK_FALSE(one.done());
  test.clock.advance(1s);
  test.finish(one);
  REQUIRE(one.failed);
  CHECK(one.failed->code() == errc::unconfirmed);
  CHECK(one.failed->message().ends_with(timed_out));
  // Nor was it sent again.
  CHECK(test.server.connections == 1);
  CHECK(test.outcome() == "200");
}

TEST_CASE("an answer that is too big leaves the outcome unknown", "[net][http]") {
  fixture test;
  test.limits.body_bytes = 1;
  const sending& one = test.send();
  REQUIRE(one.failed);
  CHECK(one.failed->code() == errc::unconfirmed);
  CHECK_THAT(one.failed->message(), Catch::Contains("too big"));
  CHECK(test.client->idle_connections() == 0);
}

TEST_CASE("requests to one host share a bounded number of connections", "[net][http]") {
  http_client_options options;
  options.connections = 2;
  fixture test({"waa", "waa"}, options);
  std::vector<sending*> all;
  for (int i = 0; i < 6; ++i) all.push_back(&test.begin("/" + std::to_string(i)));
  REQUIRE(run_until(test.io, [&] { return test.server.waiting == 2; }));
  settle(test.io);
  CHECK(test.server.heard.size() == 2);
  test.server.let_go();
  for (sending* each : all) CHECK(fixture::outcome(test.finish(*each)) == "200");
  CHECK(test.server.most_open == 2);
  CHECK(test.server.connections == 2);
  REQUIRE(test.server.heard.size() == 6);
  CHECK(test.client->idle_connections() == 2);
  // The one that began first is sent first.
  CHECK((test.server.heard[2].starts_with("POST /2 ") ||
         test.server.heard[3].starts_with("POST /2 ")));
}

TEST_CASE("waiting for a connection has an end", "[net][http]") {
  http_client_options options;
  options.connections = 1;
  fixture test({"w"}, options);
  sending& first = test.begin();
  REQUIRE(run_until(test.io, [&] { return test.server.waiting == 1; }));
  SECTION("by time") {
    test.limits.whole = 5s;
    sending& second = test.begin();
    settle(test.io);
    test.clock.advance(5s);
    CHECK(fixture::outcome(test.finish(second)) == timed_out);
  }
  SECTION("by cancelling") {
    sending& second = test.begin();
    sending& third = test.begin("/third");
    settle(test.io);
    second.cancel();
    test.finish(second);
    CHECK(second.cancelled());
    test.server.let_go();
    CHECK(fixture::outcome(test.finish(third)) == "200");
  }
  SECTION("by cancelling the one that is woken") {
    sending& second = test.begin();
    sending& third = test.begin("/third");
    settle(test.io);
    test.server.let_go();
    // Stops between the end of the first and the turn of the second.
    REQUIRE(run_until(test.io, [&] { return first.done(); }));
    second.cancel();
    CHECK(fixture::outcome(test.finish(third)) == "200");
    test.finish(second);
  }
  SECTION("by closing the client") {
    sending& second = test.begin();
    settle(test.io);
    test.client->close();
    CHECK(fixture::outcome(test.finish(second)) == closed);
  }
  test.server.let_go();
  CHECK(fixture::outcome(test.finish(first)) == "200");
}

TEST_CASE("a connection that nobody uses is closed after a while", "[net][http]") {
  fixture test;
  CHECK(test.outcome() == "200");
  test.clock.advance(29s);
  settle(test.io);
  CHECK(test.client->idle_connections() == 1);
  CHECK(test.outcome() == "200");
  CHECK(test.server.connections == 1);
  test.clock.advance(29s);
  settle(test.io);
  CHECK(test.client->idle_connections() == 1);
  test.clock.advance(1s);
  settle(test.io);
  CHECK(test.client->idle_connections() == 0);
  CHECK(test.clock.timers() == 0);
  CHECK(run_until(test.io, [&] { return test.server.open == 0; }));
  CHECK(test.outcome() == "200");
  CHECK(test.server.connections == 2);
}

TEST_CASE("a client that keeps nothing opens a connection for each", "[net][http]") {
  http_client_options options;
  options.idle = 0s;
  fixture test({}, options);
  CHECK(test.outcome() == "200");
  CHECK(test.outcome() == "200");
  CHECK(test.server.connections == 2);
}

TEST_CASE("a client may go while its requests are under way", "[net][http]") {
  fixture test({"w"});
  sending& one = test.begin();
  REQUIRE(run_until(test.io, [&] { return test.server.waiting == 1; }));
  SECTION("destroyed") {
    test.client.reset();
  }
  SECTION("closed") {
    test.client->close();
    CHECK(test.outcome() == closed);
  }
  test.server.let_go();
  CHECK(fixture::outcome(test.finish(one)) == "200");
  // Nothing is kept.
  CHECK(run_until(test.io, [&] { return test.server.open == 0; }));
  CHECK(test.clock.timers() == 0);
}

TEST_CASE("closing a client drops what it keeps", "[net][http]") {
  fixture test;
  CHECK(test.outcome() == "200");
  CHECK(test.clock.timers() == 1);
  test.client->close();
  CHECK(test.client->idle_connections() == 0);
  CHECK(test.clock.timers() == 0);
  CHECK(run_until(test.io, [&] { return test.server.open == 0; }));
}

TEST_CASE("a cancelled request takes its connection along", "[net][http]") {
  http_client_options options;
  options.connections = 1;
  fixture test({"s"}, options);
  sending& one = test.begin();
  REQUIRE(run_until(test.io, [&] { return test.server.heard.size() == 1; }));
  one.cancel();
  test.finish(one);
  CHECK(one.cancelled());
  CHECK(run_until(test.io, [&] { return test.server.open == 0; }));
  CHECK(test.client->idle_connections() == 0);
  CHECK(test.outcome() == "200");
}
