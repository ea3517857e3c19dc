// SPDX-License-Identifier: Apache-2.0
#include "net/http_client.hpp"

#include <optional>

#include <boost/asio/read.hpp>
#include <boost/asio/ssl.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>

#include "catch.hpp"
#include "certificates.hpp"
#include "loopback.hpp"
#include "manual_clock.hpp"
#include "spawned.hpp"

using mynah::errc;
using mynah::task;
using mynah::net::http_limits;
using mynah::net::http_request;
using mynah::net::http_response;
using mynah::net::parse_https_url;
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

TEST_CASE("an https URL is read") {
  const auto plain = parse_https_url("https://up.example/a/b?c=d");
  REQUIRE(plain);
  CHECK(plain->host == "up.example");
  CHECK(plain->port == 443);
  CHECK(plain->authority == "up.example");
  CHECK(plain->target == "/a/b?c=d");
  const auto other = parse_https_url("HTTPS://up.example:5281");
  REQUIRE(other);
  CHECK(other->port == 5281);
  CHECK(other->authority == "up.example:5281");
  CHECK(other->target == "/");
  const auto six = parse_https_url("https://[::1]:99/?x");
  REQUIRE(six);
  CHECK(six->host == "::1");
  CHECK(six->port == 99);
  CHECK(six->target == "/?x");
}

TEST_CASE("what is no https URL is not read") {
  for (const char* const text :
       {"", "https://", "https:///a", "http://a/b", "https://user@a/b", "https://a:0/",
        "https://a:/", "https://a:70000/", "https://a:1x/", "https://a b/", "https://a/b\r\nX: y",
        "https://a/#b", "https://[::1/", "https://[::1]x/", "https://a/\xc3\xa4",
        "https://a%00b/"}) {
    CAPTURE(text);
    CHECK_FALSE(parse_https_url(text));
  }
}

namespace {

/// A server for one request: reads it up to an empty line and `body` bytes more, and says `answer`.
class web_server {
 public:
  web_server(certificate own, std::string answer)
      : own(std::move(own)), answer(std::move(answer)) {}

  certificate own;
  std::string answer;
  std::size_t body = 0;
  bool silent = false;
  std::string heard;

  task<void> serve(loopback& listening) {
    namespace asio = boost::asio;
    asio::ssl::context context(asio::ssl::context::tls_server);
    context.use_certificate_chain_file(own.file);
    context.use_private_key_file(own.key_file, asio::ssl::context::pem);
    asio::ip::tcp::socket socket = co_await listening.acceptor.async_accept(asio::use_awaitable);
    asio::ssl::stream<asio::ip::tcp::socket> session(std::move(socket), context);
    co_await session.async_handshake(asio::ssl::stream_base::server, asio::use_awaitable);
    char buffer[4096];
    while (heard.find("\r\n\r\n") == std::string::npos ||
           heard.size() < heard.find("\r\n\r\n") + 4 + body) {
      const std::size_t size =
          co_await session.async_read_some(asio::buffer(buffer), asio::use_awaitable);
      heard.append(buffer, size);
    }
    if (silent) {
      co_await session.async_read_some(asio::buffer(buffer), asio::use_awaitable);
      co_return;
    }
    // In pieces, as networks do.
    for (std::size_t at = 0; at < answer.size(); at += 7) {
      const std::string piece = answer.substr(at, 7);
      co_await asio::async_write(session, asio::buffer(piece), asio::use_awaitable);
    }
    co_await session.async_shutdown(asio::use_awaitable);
  }
};

/// A request, and what comes of it.
class asking {
 public:
  explicit asking(const std::string& answer, const std::string& names = "IP:127.0.0.1")
      : listening(io), server(authority.issue(names), answer) {}

  /// Sends it; then look at `outcome`, `got` and what the server heard.
  void run(http_request what) {
    const auto tls = tls_context::make(tls_options(authority.file())).value();
    if (what.url.empty()) what.url = url();
    spawned serving(io.get_executor(), server.serve(listening));
    spawned sending(io.get_executor(), send(std::move(what), tls));
    const bool done = run_until(io, [&] {
      if (late && server.heard.find("\r\n\r\n") != std::string::npos) clock.advance(1h);
      return sending.done();
    });
    CHECK(done);
    serving.cancel();
    settle(io);
  }
  [[nodiscard]] std::string url() const {
    return "https://127.0.0.1:" + std::to_string(listening.port()) + "/a?b";
  }

  boost::asio::io_context io;
  manual_clock clock;
  certificate_authority authority;
  loopback listening;
  web_server server;
  http_limits limits;
  http_response got;
  std::optional<mynah::failure> failed;
  bool late = false;

 private:
  task<void> send(http_request what, tls_context tls) {
    auto answered = co_await mynah::net::send_http(clock, std::move(what), tls, limits);
    if (answered.has_error()) {
      failed = answered.error();
    } else {
      got = std::move(*answered);
    }
  }
};

}  // namespace

TEST_CASE("a request is sent and its answer read") {
  asking one("HTTP/1.1 201 Created\r\nX-Thing: a b\r\nContent-Length: 5\r\n\r\nhello");
  one.server.body = 4;
  http_request put("PUT", "");
  put.fields.emplace_back("Authorization", "Basic abc");
  put.body = "data";
  one.run(put);
  REQUIRE_FALSE(one.failed);
  CHECK(one.got.status == 201);
  CHECK(one.got.body == "hello");
  CHECK(one.got.field("x-thing") == "a b");
  CHECK(one.got.field("none").empty());
  CHECK(one.server.heard ==
        "PUT /a?b HTTP/1.1\r\nHost: 127.0.0.1:" + std::to_string(one.listening.port()) +
            "\r\nConnection: close\r\nAuthorization: Basic abc\r\n"
            "Content-Length: 4\r\n\r\ndata");
}

TEST_CASE("answers come in several forms") {
  SECTION("in chunks") {
    asking one(
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n");
    one.run(http_request("GET", ""));
    CHECK(one.got.body == "abcde");
  }
  SECTION("up to the end of the connection") {
    asking one("HTTP/1.1 200 OK\r\n\r\nall of this");
    one.run(http_request("GET", ""));
    CHECK(one.got.body == "all of this");
  }
  SECTION("without a body") {
    asking one("HTTP/1.1 204 No Content\r\n\r\n");
    one.run(http_request("GET", ""));
    CHECK(one.got.status == 204);
  }
  SECTION("a length that nothing follows") {
    asking one("HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\n");
    one.run(http_request("HEAD", ""));
    CHECK(one.got.status == 200);
  }
  SECTION("elsewhere") {
    asking one("HTTP/1.1 302 Found\r\nLocation: https://evil.test/\r\nContent-Length: 0\r\n\r\n");
    one.run(http_request("GET", ""));
    CHECK(one.got.status == 302);
  }
}

TEST_CASE("what is no answer, or too much of one, is an error") {
  SECTION("other words") {
    asking one("220 mail.test ESMTP\r\n\r\n");
    one.run(http_request("GET", ""));
    REQUIRE(one.failed);
    CHECK(one.failed->code() == errc::protocol);
  }
  SECTION("an end too early") {
    asking one("HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\nabc");
    one.run(http_request("GET", ""));
    REQUIRE(one.failed);
    CHECK(one.failed->code() == errc::closed);
  }
  SECTION("nothing") {
    asking one("");
    one.run(http_request("GET", ""));
    REQUIRE(one.failed);
    CHECK(one.failed->code() == errc::closed);
  }
  SECTION("a body that is too long") {
    asking one("HTTP/1.1 200 OK\r\n\r\n" + std::string(2000, 'x'));
    one.limits.body_bytes = 1000;
    one.run(http_request("GET", ""));
    REQUIRE(one.failed);
    CHECK(one.failed->code() == errc::overflow);
  }
  SECTION("a header that is too long") {
    asking one("HTTP/1.1 200 OK\r\nX: " + std::string(2000, 'x') + "\r\n\r\n");
    one.limits.header_bytes = 1000;
    one.run(http_request("GET", ""));
    REQUIRE(one.failed);
    CHECK(one.failed->code() == errc::overflow);
  }
  SECTION("silence") {
    asking one("");
    one.server.silent = true;
    one.late = true;
    one.run(http_request("GET", ""));
    REQUIRE(one.failed);
    CHECK(one.failed->code() == errc::timed_out);
  }
  SECTION("somebody else") {
    asking one("HTTP/1.1 200 OK\r\n\r\n", "DNS:other.test");
    one.run(http_request("GET", ""));
    REQUIRE(one.failed);
    CHECK(one.failed->code() == errc::certificate_rejected);
  }
}

TEST_CASE("what cannot be a request is not sent") {
  asking one("");
  http_request what("GET", "https://127.0.0.1/");
  SECTION("a line end in a field") {
    what.fields.emplace_back("Cookie", "a\r\nX: b");
  }
  SECTION("a name that is none") {
    what.fields.emplace_back("A b", "c");
  }
  SECTION("a field that is ours") {
    what.fields.emplace_back("hOst", "c");
  }
  SECTION("a method that is none") {
    what.method = "GET /x";
  }
  SECTION("another scheme") {
    what.url = "http://127.0.0.1/";
  }
  one.run(what);
  REQUIRE(one.failed);
  CHECK(one.failed->code() == errc::not_sent);
  CHECK(one.server.heard.empty());
}
