// SPDX-License-Identifier: Apache-2.0
#include "net/http_server.hpp"

#include <deque>
#include <optional>
#include <stdexcept>

#include "catch.hpp"
#include "certificates.hpp"
#include "loopback.hpp"
#include "manual_clock.hpp"
#include "net/condition.hpp"
#include "net/http_client.hpp"
#include "spawned.hpp"

using mynah::errc;
using mynah::task;
using mynah::net::http_answer;
using mynah::net::http_incoming;
using mynah::net::http_server;
using mynah::net::http_server_options;
using mynah::net::tls_context;
using mynah::net::tls_options;
using namespace mynah_test;
using namespace std::chrono_literals;

namespace {

/// A connection of a client that says what it likes.
class raw_client {
 public:
  raw_client(boost::asio::io_context& io, mynah::clock& clock, std::uint16_t port,
             std::optional<tls_context> tls = std::nullopt)
      : io_(io), clock_(clock) {
    mynah::net::connect_options to("127.0.0.1", port);
    to.tls = std::move(tls);
    const spawned opening(io.get_executor(), open(clock_, to, stream_, outcome));
    CHECK(run_until(io, [&] { return opening.done(); }));
    if (stream_) reading_.emplace(io.get_executor(), read_all(*stream_, got, end));
  }

  void say(const std::string& text) {
    std::string written;
    const spawned writing(io_.get_executor(), write(*stream_, text, written));
    CHECK(run_until(io_, [&] { return writing.done(); }));
  }
  /// Waits until so many answers have begun.
  void answers(std::size_t number) {
    CHECK(run_until(io_, [&] { return count() >= number || reading_->done(); }));
    settle(io_);
    CHECK(count() == number);
  }
  /// Waits for the end, and gives all that came.
  std::string all() {
    CHECK(run_until(io_, [&] { return reading_->done(); }));
    return got;
  }
  [[nodiscard]] bool ended() const { return reading_->done(); }
  [[nodiscard]] std::size_t count() const {
    std::size_t number = 0;
    for (std::size_t at = got.find("HTTP/1.1 "); at != std::string::npos;
         at = got.find("HTTP/1.1 ", at + 1)) {
      ++number;
    }
    return number;
  }

  std::string got;
  std::string end;
  std::string outcome;

 private:
  boost::asio::io_context& io_;
  mynah::clock& clock_;
  std::optional<mynah::net::stream> stream_;
  std::optional<spawned> reading_;
};

class fixture {
 public:
  explicit fixture(http_server_options with = {})
      : options(std::move(with)), go_on(io.get_executor()) {
    server.emplace(io.get_executor(), clock, options,
                   mynah::logger(
                       [this](const mynah::log_record& line) {
                         log += std::string(line.message) + "\n";
                         for (const auto& [key, value] : line.fields) {
                           log += std::string(key) + "=" + std::string(value) + "\n";
                         }
                       },
                       mynah::log_level::info, "web"));
    const auto started =
        server->start([this](const http_incoming& request) { return answer(request); });
    REQUIRE(started.has_value());
    port = server->port();
    CHECK(port != 0);
  }
  ~fixture() {
    server.reset();
    settle(io);
  }

  raw_client& client() { return clients.emplace_back(io, clock, port); }
  /// What is said to one request, up to the end of the connection.
  std::string ask(const std::string& text) {
    raw_client& one = client();
    one.say(text);
    return one.all();
  }
  /// Begins to stop.
  spawned& stop(mynah::clock::duration limit) {
    return stops.emplace_back(io.get_executor(), stopping(*server, limit));
  }
  template <class Condition>
  [[nodiscard]] bool until(Condition holds) {
    return run_until(io, holds);
  }

  boost::asio::io_context io;
  manual_clock clock;
  http_server_options options;
  mynah::net::condition go_on;
  std::size_t waiting = 0;
  std::size_t ended = 0;  ///< handlers that waited
  std::vector<http_incoming> heard;
  std::string log;
  std::optional<http_server> server;
  std::uint16_t port = 0;
  std::deque<raw_client> clients;
  std::deque<spawned> stops;

 private:
  static task<void> stopping(http_server& which, mynah::clock::duration limit) {
    co_await which.stop(limit);
  }

  task<http_answer> answer(const http_incoming& request) {
    heard.push_back(request);
    if (request.target == "/throw") throw std::runtime_error("secret of the handler");
    if (request.target == "/odd") throw 1;
    if (request.target == "/split") {
      http_answer made(200);
      made.fields.emplace_back("X", "a\r\nY: b");
      co_return made;
    }
    if (request.target == "/none") co_return http_answer(204);
    if (request.target == "/wait" || request.target == "/stubborn") {
      ++waiting;
      class over {
       public:
        explicit over(std::size_t& number) : number_(number) {}
        over(const over&) = delete;
        over& operator=(const over&) = delete;
        ~over() { ++number_; }

       private:
        std::size_t& number_;
      };
      const over at_end(ended);
      co_await go_on.wait();
    }
    http_answer made(200, request.method + " " + request.body, "text/plain");
    made.fields.emplace_back("X-Thing", "yes");
    co_return made;
  }
};

std::string status(const std::string& answer) {
  return answer.substr(0, answer.find("\r\n"));
}

const std::string plain_get = "GET /a?b=c HTTP/1.1\r\nHost: here\r\n\r\n";
const std::string last_get = "GET / HTTP/1.1\r\nHost: here\r\nConnection: close\r\n\r\n";

}  // namespace

TEST_CASE("a request is answered", "[net][http][server]") {
  fixture test;
  const std::string got = test.ask(
      "POST /a?b=c HTTP/1.1\r\nHost: here\r\nX-Slack-Signature: v0=1\r\nContent-Length: 4\r\n"
      "Connection: close\r\n\r\na\r\nb");
  CHECK(got ==
        "HTTP/1.1 200 OK\r\nDate: Thu, 01 Jan 1970 01:00:00 GMT\r\nContent-Type: text/plain\r\n"
        "X-Thing: yes\r\nConnection: close\r\nContent-Length: 9\r\n\r\nPOST a\r\nb");
  REQUIRE(test.heard.size() == 1);
  const http_incoming& request = test.heard[0];
  CHECK(request.method == "POST");
  CHECK(request.target == "/a?b=c");
  CHECK(request.field("x-slack-signature") == "v0=1");
  CHECK(request.field("none").empty());
  CHECK(request.body == "a\r\nb");
  CHECK(request.peer == "127.0.0.1");
}

TEST_CASE("a connection is kept for one request after another", "[net][http][server]") {
  fixture test;
  raw_client& client = test.client();
  client.say(plain_get);
  client.answers(1);
  // Two at once are answered in turn.
  client.say(plain_get + "POST /wait HTTP/1.1\r\nHost: here\r\nContent-Length: 2\r\n\r\nhi" +
             last_get);
  REQUIRE(test.until([&] { return test.waiting == 1; }));
  settle(test.io);
  CHECK(test.heard.size() == 3);
  test.go_on.notify_all();
  client.all();
  CHECK(client.count() == 4);
  CHECK(test.heard.size() == 4);
  CHECK(client.got.find("POST hi") < client.got.rfind("GET "));
}

TEST_CASE("a body comes in chunks, and is asked for", "[net][http][server]") {
  fixture test;
  raw_client& client = test.client();
  client.say(
      "POST / HTTP/1.1\r\nHost: here\r\nTransfer-Encoding: chunked\r\nExpect: 100-continue\r\n"
      "Connection: close\r\n\r\n");
  REQUIRE(test.until([&] { return client.got == "HTTP/1.1 100 Continue\r\n\r\n"; }));
  client.say("3\r\nabc\r\n");
  client.say("2\r\nde\r\n0\r\n\r\n");
  client.all();
  REQUIRE(test.heard.size() == 1);
  CHECK(test.heard[0].body == "abcde");
}

TEST_CASE("HEAD and 204 have no body", "[net][http][server]") {
  fixture test;
  const std::string head = test.ask("HEAD / HTTP/1.1\r\nHost: here\r\nConnection: close\r\n\r\n");
  CHECK_THAT(head, Catch::Contains("Content-Length: 5\r\n"));
  CHECK_THAT(head, Catch::EndsWith("\r\n\r\n"));
  const std::string none =
      test.ask("GET /none HTTP/1.1\r\nHost: here\r\nConnection: close\r\n\r\n");
  CHECK_THAT(none, !Catch::Contains("Content-Length"));
  CHECK_THAT(none, Catch::EndsWith("\r\n\r\n"));
}

TEST_CASE("an old client gets an answer and the end", "[net][http][server]") {
  fixture test;
  CHECK_THAT(test.ask("GET / HTTP/1.0\r\n\r\n"), Catch::EndsWith("\r\n\r\nGET "));
  CHECK_THAT(test.ask("GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n"),
             Catch::Contains("Connection: close\r\n"));
}

TEST_CASE("what is no request is refused", "[net][http][server]") {
  fixture test;
  for (const char* const text :
       {"hello\r\n\r\n", "GET /\r\n\r\n", "GET / HTTP/1.1\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n", "GET / HTTP/2.0\r\nHost: a\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: a\r\nA b: c\r\n\r\n", "GET / HTTP/1.1\r\nHost: a\r\n: c\r\n\r\n",
        "GET /a b HTTP/1.1\r\nHost: a\r\n\r\n", "G\x01T / HTTP/1.1\r\nHost: a\r\n\r\n",
        "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: x\r\n\r\n",
        "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab",
        "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\nTransfer-Encoding: "
        "chunked\r\n\r\n0\r\n\r\n",
        "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\nContent-Length: "
        "5\r\n\r\n0\r\n\r\n",
        "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: gzip\r\n\r\nabc",
        "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n"}) {
    CAPTURE(text);
    const std::string got = test.ask(text);
    CHECK(status(got) == "HTTP/1.1 400 Bad Request");
    CHECK_THAT(got, Catch::Contains("Connection: close\r\n"));
  }
  CHECK(status(test.ask("GET / HTTP/1.1\r\nHost: a\r\nExpect: tea\r\n\r\n")) ==
        "HTTP/1.1 417 Expectation Failed");
  CHECK(test.heard.empty());
}

TEST_CASE("what is too big is refused", "[net][http][server]") {
  http_server_options options;
  options.header_bytes = 1000;
  options.body_bytes = 1000;
  fixture test(options);
  const std::string big(5000, 'x');
  CHECK(status(test.ask("GET / HTTP/1.1\r\nHost: a\r\nX: " + big + "\r\n\r\n")) ==
        "HTTP/1.1 431 Request Header Fields Too Large");
  CHECK(status(test.ask("GET /" + big)) == "HTTP/1.1 431 Request Header Fields Too Large");
  CHECK(status(test.ask("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5000\r\n\r\n" + big)) ==
        "HTTP/1.1 413 Payload Too Large");
  // Nothing is asked for that would not be taken.
  CHECK(status(test.ask("POST / HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\n"
                        "Content-Length: 5000\r\n\r\n")) == "HTTP/1.1 413 Payload Too Large");
  CHECK(status(test.ask("POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n1388\r\n" +
                        big)) == "HTTP/1.1 413 Payload Too Large");
  CHECK(test.heard.empty());
  CHECK(status(test.ask("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1000\r\n"
                        "Connection: close\r\n\r\n" +
                        std::string(1000, 'x'))) == "HTTP/1.1 200 OK");
}

TEST_CASE("slow clients are not waited for", "[net][http][server]") {
  fixture test;
  raw_client& client = test.client();
  settle(test.io);
  SECTION("that say nothing") {
    test.clock.advance(59s);
    settle(test.io);
    CHECK_FALSE(client.ended());
    test.clock.advance(1s);
    CHECK(client.all().empty());
  }
  SECTION("that say nothing more") {
    client.say(plain_get);
    client.answers(1);
    test.clock.advance(60s);
    client.all();
    CHECK(client.count() == 1);
  }
  SECTION("that drip a header") {
    client.say("GET / HTTP/1.1\r\n");
    for (int second = 0; second < 9; ++second) {
      settle(test.io);
      test.clock.advance(1s);
      client.say("X: y\r\n");
    }
    settle(test.io);
    CHECK_FALSE(client.ended());
    test.clock.advance(1s);
    CHECK(status(client.all()) == "HTTP/1.1 408 Request Timeout");
  }
  SECTION("that drip a body") {
    client.say("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 100\r\n\r\n");
    settle(test.io);
    test.clock.advance(29s);
    client.say("x");
    settle(test.io);
    CHECK_FALSE(client.ended());
    test.clock.advance(1s);
    CHECK(status(client.all()) == "HTTP/1.1 408 Request Timeout");
  }
  CHECK(test.heard.size() <= 1);
}

TEST_CASE("a client that does not read its answer is left", "[net][http][server]") {
  fixture test;
  boost::asio::ip::tcp::socket socket(test.io);
  socket.connect({boost::asio::ip::address_v4::loopback(), test.port});
  // Answers with the body, which is more than the system takes.
  const std::string body(1024 * 1024, 'x');
  const std::string request =
      "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: " + std::to_string(body.size()) + "\r\n\r\n" +
      body;
  socket.non_blocking(true);
  std::string outgoing;
  for (int i = 0; i < 20; ++i) outgoing += request;
  std::size_t at = 0;
  const auto push = [&] {
    boost::system::error_code code;
    at += socket.write_some(boost::asio::buffer(outgoing.data() + at, outgoing.size() - at), code);
    settle(test.io);
    return code == boost::asio::error::would_block;
  };
  // Until neither side takes anything more: the server waits for the client to read.
  int stuck = 0;
  while (at < outgoing.size() && stuck < 100) stuck = push() ? stuck + 1 : 0;
  REQUIRE(at < outgoing.size());
  test.clock.advance(30s);
  CHECK(test.until([&] {
    boost::system::error_code code;
    char byte[65536];
    while (socket.read_some(boost::asio::buffer(byte), code) > 0) {
    }
    return code && code != boost::asio::error::would_block;
  }));
  CHECK(test.heard.size() < 20);
}

TEST_CASE("a handler that fails is not the client's business", "[net][http][server]") {
  fixture test;
  const char* const target = GENERATE("/throw", "/odd", "/split");
  CAPTURE(target);
  raw_client& client = test.client();
  client.say(std::string("GET ") + target + " HTTP/1.1\r\nHost: a\r\n\r\n");
  client.answers(1);
  CHECK(status(client.got) == "HTTP/1.1 500 Internal Server Error");
  CHECK_THAT(client.got, !Catch::Contains("secret") && !Catch::Contains("Y: b"));
  CHECK_THAT(test.log, Catch::Contains("a request could not be answered"));
  // The connection is none the worse.
  client.say(plain_get);
  client.answers(2);
}

TEST_CASE("clients too many are told so", "[net][http][server]") {
  http_server_options options;
  options.max_connections = 2;
  fixture test(options);
  raw_client& first = test.client();
  raw_client& second = test.client();
  first.say(plain_get);
  first.answers(1);
  second.say(plain_get);
  second.answers(1);
  CHECK(status(test.ask(plain_get)) == "HTTP/1.1 503 Service Unavailable");
  CHECK(test.heard.size() == 2);
  // Beyond a few more nobody is listened to.
  for (int i = 0; i < 16; ++i) test.client();
  CHECK(test.client().all().empty());
  // Room again.
  first.say(last_get);
  first.all();
  test.clock.advance(10s);
  settle(test.io);
  test.clock.advance(60s);
  for (raw_client& each : test.clients) each.all();
  raw_client& late = test.client();
  late.say(plain_get);
  late.answers(1);
  CHECK(status(late.got) == "HTTP/1.1 200 OK");
}

TEST_CASE("a server stops", "[net][http][server]") {
  fixture test;
  raw_client& idle = test.client();
  idle.say(plain_get);
  idle.answers(1);
  raw_client& half = test.client();
  half.say("GET / HT");
  raw_client& busy = test.client();
  busy.say("GET /wait HTTP/1.1\r\nHost: a\r\n\r\n");
  REQUIRE(test.until([&] { return test.waiting == 1; }));
  const spawned& stopping = test.stop(5s);
  idle.all();
  half.all();
  CHECK(half.count() == 0);
  CHECK(test.server->port() == 0);
  CHECK(test.client().outcome != "connected");
  settle(test.io);
  CHECK_FALSE(stopping.done());
  SECTION("when the answers are sent") {
    test.go_on.notify_all();
    CHECK(test.until([&] { return stopping.done(); }));
    CHECK_THAT(busy.all(), Catch::Contains("200 OK") && Catch::Contains("Connection: close"));
  }
  SECTION("at the latest when time has passed") {
    test.clock.advance(5s);
    CHECK(test.until([&] { return stopping.done(); }));
    CHECK(busy.all().empty());
    CHECK(test.ended == 1);
  }
  SECTION("at once when it is destroyed") {
    test.stops.clear();
    test.server.reset();
    CHECK(busy.all().empty());
    CHECK(test.until([&] { return test.ended == 1; }));
  }
  CHECK(test.log.empty());
  const spawned& again = test.server ? test.stop(5s) : stopping;
  CHECK(test.until([&] { return !test.server || again.done(); }));
}

TEST_CASE("a server speaks TLS", "[net][http][server]") {
  certificate_authority authority;
  const certificate own = authority.issue("IP:127.0.0.1");
  http_server_options options;
  options.certificate_file = own.file;
  options.key_file = own.key_file;
  fixture test(options);
  const auto trusting = tls_context::make(tls_options(authority.file())).value();
  SECTION("with our own client") {
    mynah::net::http_client client(test.io.get_executor(), test.clock, trusting);
    std::string got;
    auto ask = [](mynah::net::http_client& with, std::string url, std::string& into) -> task<void> {
      for (int i = 0; i < 2; ++i) {
        mynah::net::http_request request("POST", url);
        request.body = "hello";
        const auto answer = co_await with.send(std::move(request));
        into += answer.has_error() ? answer.error().describe() : answer->body;
      }
    };
    const spawned asking(test.io.get_executor(),
                         ask(client, "https://127.0.0.1:" + std::to_string(test.port) + "/", got));
    REQUIRE(test.until([&] { return asking.done(); }));
    CHECK(got == "POST helloPOST hello");
    CHECK(client.idle_connections() == 1);
  }
  SECTION("and ends in order") {
    raw_client client(test.io, test.clock, test.port, trusting);
    client.say(last_get);
    CHECK_THAT(client.all(), Catch::EndsWith("GET "));
  }
  SECTION("and with nobody who does not") {
    CHECK(test.ask(plain_get).find("HTTP") == std::string::npos);
    raw_client& silent = test.client();
    settle(test.io);
    test.clock.advance(10s);
    CHECK(silent.all().empty());
  }
  CHECK(test.log.empty());
}

TEST_CASE("a server that cannot start says why", "[net][http][server]") {
  boost::asio::io_context io;
  manual_clock clock;
  http_server_options options;
  const auto start = [&] {
    http_server server(io.get_executor(), clock, options);
    const auto started =
        server.start([](const http_incoming&) -> task<http_answer> { co_return http_answer(200); });
    CHECK(server.port() == 0);
    REQUIRE(started.has_error());
    return started.error();
  };
  SECTION("the port is in use") {
    const loopback taken(io);
    options.port = taken.port();
    const auto why = start();
    CHECK(why.code() == boost::asio::error::address_in_use);
    CHECK(why.message() == "listening on 127.0.0.1:" + std::to_string(taken.port()));
  }
  SECTION("the address is none") {
    options.address = "here";
    options.port = 80;
    CHECK(start().message() == "listening on here:80");
  }
  SECTION("the address is not ours") {
    options.address = "192.0.2.1";
    CHECK(start().message() == "listening on 192.0.2.1:0");
  }
  SECTION("there is no certificate") {
    options.certificate_file = "/nowhere/cert.pem";
    CHECK_THAT(start().message(), Catch::Contains("server certificate from '/nowhere/cert.pem'"));
  }
  SECTION("the key is of another certificate") {
    certificate_authority authority;
    options.certificate_file = authority.issue("IP:127.0.0.1").file;
    options.key_file = authority.issue("IP:127.0.0.1").key_file;
    const std::string why = start().describe();
    CHECK_THAT(why, Catch::Contains(options.key_file) && Catch::Contains("does not belong to"));
    CHECK_THAT(why, !Catch::Contains("BEGIN"));
  }
}
