// SPDX-License-Identifier: Apache-2.0
#include "net/websocket.hpp"

#include <deque>
#include <optional>

#include "catch.hpp"
#include "certificates.hpp"
#include "manual_clock.hpp"
#include "spawned.hpp"
#include "websocket_peer.hpp"

using mynah::errc;
using mynah::task;
using mynah::net::connect_websocket;
using mynah::net::tls_context;
using mynah::net::tls_options;
using mynah::net::websocket;
using mynah::net::websocket_limits;
using mynah::net::websocket_message;
using namespace mynah_test;
using namespace std::chrono_literals;
using namespace std::string_literals;

namespace {

const std::string closed = make_error_code(errc::closed).message();
const std::string protocol = make_error_code(errc::protocol).message();
const std::string overflow = make_error_code(errc::overflow).message();
const std::string timed_out = make_error_code(errc::timed_out).message();

/// Reads until the end.
class reading {
 public:
  reading(const boost::asio::any_io_executor& executor, websocket& from)
      : running_(executor, read(from)) {}

  [[nodiscard]] bool done() const { return running_.done(); }
  void cancel() { running_.cancel(); }

  std::vector<std::string> got;
  std::size_t binary = 0;
  std::string end;
  mynah::failure failed;

 private:
  task<void> read(websocket& from) {
    for (;;) {
      auto message = co_await from.read();
      if (message.has_error()) {
        failed = message.error();
        end = failed.code().message();
        co_return;
      }
      if (!message->is_text) ++binary;
      got.push_back(std::move(message->bytes));
    }
  }

  spawned running_;
};

/// A message on its way.
class writing {
 public:
  writing(const boost::asio::any_io_executor& executor, websocket& to, std::string text)
      : text_(std::move(text)), running_(executor, write(to)) {}

  [[nodiscard]] bool done() const { return running_.done(); }
  void cancel() { running_.cancel(); }

  std::string outcome;

 private:
  task<void> write(websocket& to) {
    const auto written = co_await to.write_text(text_);
    outcome = written.has_error() ? written.error().code().message() : "written";
  }

  std::string text_;
  spawned running_;
};

task<void> close_it(websocket& which, std::uint16_t code, mynah::clock::duration limit) {
  co_await which.close(code, limit);
}

class fixture {
 public:
  fixture() : server(io, authority.issue("IP:127.0.0.1")), trusted(authority.file()) {}

  std::string connect(const std::string& url) {
    const spawned connecting(io.get_executor(), open(url));
    CHECK(run_until(io, [&] {
      if (late) clock.advance(1s);
      return connecting.done();
    }));
    return outcome;
  }
  void connect() {
    REQUIRE(connect(server.url()) == "open");
    REQUIRE(run_until(io, [&] { return server.open || server.over; }));
  }
  reading& read() { return reads.emplace_back(io.get_executor(), *ws); }
  writing& write(std::string text) {
    return writes.emplace_back(io.get_executor(), *ws, std::move(text));
  }
  template <class Condition>
  [[nodiscard]] bool until(Condition holds) {
    return run_until(io, holds);
  }

  boost::asio::io_context io;
  manual_clock clock;
  certificate_authority authority;
  websocket_peer server;
  std::string trusted;
  websocket_limits limits;
  std::optional<websocket> ws;
  std::string outcome;
  mynah::failure failed;
  bool late = false;
  std::deque<reading> reads;
  std::deque<writing> writes;

 private:
  task<void> open(std::string url) {
    const auto tls = tls_context::make(tls_options(trusted)).value();
    auto opened = co_await connect_websocket(clock, std::move(url), tls, limits);
    if (opened.has_error()) {
      failed = opened.error();
      outcome = failed.code().message();
      // What is in the query is a credential.
      CHECK(failed.describe().find("secret") == std::string::npos);
      CHECK(failed.describe().find("ticket") == std::string::npos);
    } else {
      ws.emplace(std::move(*opened));
      outcome = "open";
    }
  }
};

const std::string big(3U << 20U, 'x');

}  // namespace

TEST_CASE("a WebSocket is asked for with what is needed only", "[net][websocket]") {
  fixture test;
  test.connect();
  const std::string& request = test.server.request;
  CHECK_THAT(request, Catch::StartsWith("Host: 127.0.0.1:"));
  CHECK_THAT(request, Catch::Contains("Upgrade: websocket\nConnection: upgrade\n"));
  CHECK_THAT(request, Catch::Contains("Sec-WebSocket-Version: 13\n"));
  CHECK(std::count(request.begin(), request.end(), '\n') == 5);
}

TEST_CASE("messages go both ways", "[net][websocket]") {
  fixture test;
  test.connect();
  reading& in = test.read();
  test.server.say("hello");
  test.server.say("\0\xff"s, false);
  test.server.say("one ", true, false);
  test.server.say("two ", true, false);
  test.server.ping("between");
  test.server.say("three", true, true);
  test.server.say("");
  REQUIRE(test.until([&] { return in.got.size() == 4; }));
  CHECK(in.got == std::vector<std::string>{"hello", "\0\xff"s, "one two three", ""});
  CHECK(in.binary == 1);
  writing& out = test.write("hello yourself");
  REQUIRE(test.until([&] { return out.done() && !test.server.heard.empty(); }));
  CHECK(out.outcome == "written");
  CHECK(test.server.heard.back() == "hello yourself");
}

TEST_CASE("big messages go both ways at once", "[net][websocket]") {
  fixture test;
  test.connect();
  reading& in = test.read();
  writing& out = test.write(big);
  test.server.say(big);
  REQUIRE(test.until([&] { return out.done() && in.got.size() == 1; }));
  REQUIRE(test.until([&] { return test.server.heard.size() == 1; }));
  CHECK(out.outcome == "written");
  CHECK(in.got[0] == big);
  CHECK(test.server.heard[0] == big);
}

TEST_CASE("what has been received already is there at once", "[net][websocket]") {
  fixture test;
  test.connect();
  std::optional<mynah::result<websocket_message>> first;
  auto one = [](websocket& from, auto& into) -> task<void> { into.emplace(co_await from.read()); };
  spawned read_one(test.io.get_executor(), one(*test.ws, first));
  test.server.say_raw("\x81\x01"s + "a" + "\x81\x01" + "b" + "\x89\x01?" + "\x82\x01" +
                      "c\x81\x02" + "d");
  REQUIRE(test.until([&] { return read_one.done(); }));
  CHECK((*first)->bytes == "a");
  auto next = test.ws->read_now();
  REQUIRE(next);
  CHECK(next->bytes == "b");
  next = test.ws->read_now();
  REQUIRE(next);
  CHECK(next->bytes == "c");
  CHECK_FALSE(next->is_text);
  CHECK_FALSE(test.ws->read_now());
  // The ping among them is answered without a read.
  CHECK(test.until([&] { return test.server.controls == std::vector<std::string>{"pong ?"}; }));
  reading& in = test.read();
  test.server.say_raw("e");
  REQUIRE(test.until([&] { return in.got.size() == 1; }));
  CHECK(in.got[0] == "de");
}

TEST_CASE("what comes right behind the upgrade is not lost", "[net][websocket]") {
  fixture test;
  test.server.refusal =
      "HTTP/1.1 101 Switching Protocols\r\nUpgrade: WebSocket\r\nConnection: keep-alive, "
      "Upgrade\r\n"
      "Sec-WebSocket-Accept: KEY\r\n\r\n\x81\x05hello";
  REQUIRE(test.connect(test.server.url()) == "open");
  const auto message = test.ws->read_now();
  REQUIRE(message);
  CHECK(message->bytes == "hello");
}

TEST_CASE("pings are answered and sent", "[net][websocket]") {
  fixture test;
  test.connect();
  const auto begun = test.clock.now();
  CHECK(test.ws->last_received() == begun);
  test.clock.advance(5s);
  reading& in = test.read();
  test.server.ping("Ping from applink");
  REQUIRE(test.until([&] { return test.server.controls.size() == 1; }));
  CHECK(test.server.controls[0] == "pong Ping from applink");
  CHECK(test.ws->last_received() == begun + 5s);
  test.clock.advance(5s);
  test.ws->ping();
  test.ws->ping();
  REQUIRE(test.until([&] { return test.ws->last_received() == begun + 10s; }));
  CHECK(test.server.controls.back() == "ping ");
  // Silence is not a sign of life.
  test.clock.advance(60s);
  settle(test.io);
  CHECK(test.ws->last_received() == begun + 10s);
  CHECK_FALSE(in.done());
}

TEST_CASE("each of several pings is answered", "[net][websocket]") {
  fixture test;
  test.connect();
  test.server.say_raw("\x89\x01"s + "1" + "\x89\x01" + "2" + "\x8a" + "\0"s + "\x89\x01" + "3");
  CHECK(test.until([&] {
    return test.server.controls == std::vector<std::string>{"pong 1", "pong 2", "pong 3"};
  }));
}

TEST_CASE("a burst is not read ahead of whoever reads", "[net][websocket]") {
  fixture test;
  test.connect();
  std::string burst;
  for (char c = 0; c < 100; ++c) burst += "\x82\x01"s + c;
  test.server.say_raw(burst + "\x89\x01?");
  settle(test.io);
  std::string got;
  const auto take = [&] {
    while (const auto message = test.ws->read_now()) got += message->bytes;
  };
  take();
  CHECK(got.size() == 64);
  // The ping is behind what has not been read.
  CHECK(test.server.controls.empty());
  CHECK(test.until([&] {
    take();
    return got.size() == 100;
  }));
  for (std::size_t i = 0; i < got.size(); ++i) CHECK(got[i] == static_cast<char>(i));
  CHECK(test.until([&] { return test.server.controls == std::vector<std::string>{"pong ?"}; }));
  SECTION("nor if it is few big messages") {
    for (int i = 0; i < 3; ++i) test.server.say(std::string(150000, 'x'));
    test.server.ping("!");
    settle(test.io);
    std::size_t count = 0;
    while (test.ws->read_now()) ++count;
    CHECK(count == 2);
    CHECK(test.server.controls.back() == "pong ?");
    CHECK(test.until([&] { return test.ws->read_now().has_value(); }));
    CHECK(test.until([&] { return test.server.controls.back() == "pong !"; }));
  }
  SECTION("and whoever gives up gets no more of it") {
    test.server.say_raw(burst);
    settle(test.io);
    test.ws->abort();
    CHECK_FALSE(test.ws->read_now());
  }
  SECTION("nor waited for when closing") {
    test.server.say_raw(burst);
    settle(test.io);
    const spawned closing(test.io.get_executor(), close_it(*test.ws, 1000, 3s));
    CHECK(test.until([&] { return closing.done() && test.server.over; }));
    CHECK(test.server.controls.back() == "close 1000");
    CHECK_FALSE(test.ws->read_now());
  }
}

TEST_CASE("messages in a row go out together", "[net][websocket]") {
  fixture test;
  test.server.reads = false;
  test.connect();
  for (int i = 0; i < 10; ++i) CHECK(test.ws->post_text("acknowledged").has_value());
  char buffer[4096];
  std::size_t size = 0;
  // One read gives one record of TLS.
  auto one = [](websocket_peer& from, boost::asio::mutable_buffer into,
                std::size_t& got) -> task<void> {
    got = co_await from.socket->next_layer().async_read_some(into, boost::asio::use_awaitable);
  };
  const spawned record(test.io.get_executor(), one(test.server, boost::asio::buffer(buffer), size));
  REQUIRE(test.until([&] { return record.done(); }));
  CHECK(size == 10 * (2 + 4 + 12));
}

TEST_CASE("many writers lose nothing and mix nothing", "[net][websocket]") {
  fixture test;
  test.connect();
  std::vector<std::string> sent;
  for (std::size_t i = 0; i < 100; ++i) {
    sent.push_back(std::to_string(i) + std::string(i * 700, 'x'));
    test.write(sent.back());
    if (i % 10 == 0) test.ws->ping();
  }
  REQUIRE(test.until([&] { return test.server.heard.size() == sent.size(); }));
  CHECK(test.server.heard == sent);
  REQUIRE(test.until([&] { return test.writes.back().done(); }));
  for (const writing& each : test.writes) CHECK(each.outcome == "written");
}

TEST_CASE("a cancelled writer takes nothing along", "[net][websocket]") {
  fixture test;
  test.connect();
  writing& first = test.write(big);
  writing& second = test.write("second");
  settle(test.io);
  first.cancel();
  REQUIRE(test.until([&] { return test.server.heard.size() == 2; }));
  CHECK(test.server.heard[0] == big);
  CHECK(test.server.heard[1] == "second");
  REQUIRE(test.until([&] { return first.done() && second.done(); }));
  CHECK(second.outcome == "written");
}

TEST_CASE("a peer that does not read is noticed", "[net][websocket]") {
  fixture test;
  test.server.reads = false;
  test.limits.queued_bytes = 1U << 20U;
  test.connect();
  // More than the system takes.
  const std::string much(1U << 19U, 'x');
  std::size_t posted = 0;
  mynah::result<void> last;
  while (posted < 100) {
    last = test.ws->post_text(much);
    if (last.has_error()) break;
    ++posted;
    settle(test.io);
  }
  REQUIRE(last.has_error());
  CHECK(last.error().code() == errc::overflow);
  writing& waiting = test.write("small");
  settle(test.io);
  CHECK_FALSE(waiting.done());
  // Reading goes on meanwhile.
  reading& in = test.read();
  test.server.say("still here");
  CHECK(test.until([&] { return in.got.size() == 1; }));
  SECTION("and given up") {
    test.ws->abort();
  }
  SECTION("and the WebSocket destroyed") {
    test.ws.reset();
  }
  SECTION("and waited for in vain when closing") {
    const spawned closing(test.io.get_executor(), close_it(*test.ws, 1000, 3s));
    settle(test.io);
    test.clock.advance(2s);
    settle(test.io);
    CHECK_FALSE(closing.done());
    test.clock.advance(1s);
    CHECK(test.until([&] { return closing.done(); }));
  }
  REQUIRE(test.until([&] { return waiting.done() && in.done(); }));
  CHECK(waiting.outcome == closed);
  CHECK(in.end == closed);
  CHECK(test.clock.timers() == 0);
}

TEST_CASE("only text is sent as text", "[net][websocket]") {
  fixture test;
  test.connect();
  const auto refused = test.ws->post_text("\xff");
  REQUIRE(refused.has_error());
  CHECK(refused.error().code() == errc::not_sent);
  writing& out = test.write("\xc3\xa4");
  CHECK(test.until([&] { return test.server.heard.size() == 1 && out.done(); }));
}

TEST_CASE("a cancelled read loses nothing", "[net][websocket]") {
  fixture test;
  test.connect();
  reading& first = test.read();
  test.server.say_raw("\x81\x05he");
  settle(test.io);
  first.cancel();
  REQUIRE(test.until([&] { return first.done(); }));
  CHECK(first.got.empty());
  reading& second = test.read();
  test.server.say_raw("llo");
  REQUIRE(test.until([&] { return !second.got.empty(); }));
  CHECK(second.got[0] == "hello");
}

TEST_CASE("a peer that breaks the protocol is told and left", "[net][websocket]") {
  fixture test;
  std::string bytes;
  std::string code;
  std::string expected = protocol;
  SECTION("text that is no UTF-8") {
    bytes = "\x81\x02\xff\xff";
    code = "close 1007";
  }
  SECTION("text that is no UTF-8 at the seam of its pieces") {
    bytes = "\x01\x01\xc3\x80\x01x";
    code = "close 1007";
  }
  SECTION("a frame of an unknown kind") {
    bytes = "\x83\x01x";
    code = "close 1002";
  }
  SECTION("a masked frame") {
    bytes = "\x81\x81kkkkx";
    code = "close 1002";
  }
  SECTION("a compressed frame") {
    bytes = "\xc1\x01x";
    code = "close 1002";
  }
  SECTION("a ping in pieces") {
    bytes = "\x09\x01x";
    code = "close 1002";
  }
  SECTION("a message within another") {
    bytes =
        "\x01\x01"
        "a\x81\x01"
        "b";
    code = "close 1002";
  }
  SECTION("the continuation of no message") {
    bytes =
        "\x80\x01"
        "b";
    code = "close 1002";
  }
  SECTION("a length that is not written as it should be") {
    bytes = "\x81\x7e\0\x7d"s;
    code = "close 1002";
  }
  SECTION("no frames at all") {
    bytes = "HTTP/1.1 400 Bad Request\r\n\r\n";
    code = "close 1002";
  }
  SECTION("a message whose pieces are too big together") {
    test.limits.message_bytes = 4;
    bytes =
        "\x01\x02"
        "12\x00\x02"s
        "34\x80\x01"
        "5";
    code = "close 1009";
    expected = overflow;
  }
  SECTION("a length that nothing can have") {
    bytes = "\x81\x7f\x7f\xff\xff\xff\xff\xff\xff\xff";
    code = "close 1009";
    expected = overflow;
  }
  SECTION("a message that is too big") {
    test.limits.message_bytes = 10;
    bytes = "\x81\x0bx";
    code = "close 1009";
    expected = overflow;
  }
  test.connect();
  reading& in = test.read();
  test.server.say_raw(bytes);
  REQUIRE(test.until([&] { return in.done(); }));
  CHECK(in.end == expected);
  reading& again = test.read();
  CHECK(test.until([&] { return again.done(); }));
  CHECK(again.end == expected);
  CHECK(test.ws->post_text("x").has_error());
  // There is nothing to wait for.
  const spawned closing(test.io.get_executor(), close_it(*test.ws, 1000, 3s));
  CHECK(test.until([&] { return closing.done() && test.server.over; }));
  CHECK(test.server.controls == std::vector<std::string>{code});
}

TEST_CASE("a text that ends within a character is refused", "[net][websocket]") {
  fixture test;
  test.connect();
  reading& in = test.read();
  test.server.say_raw("\x01\x01\xc3\x80\x00"s);
  REQUIRE(test.until([&] { return in.done(); }));
  CHECK(in.end == protocol);
  CHECK(in.got.empty());
}

TEST_CASE("a character may be cut in two", "[net][websocket]") {
  fixture test;
  test.connect();
  reading& in = test.read();
  test.server.say_raw("\x01\x01\xc3\x80\x01\xa4"s);
  REQUIRE(test.until([&] { return in.got.size() == 1; }));
  CHECK(in.got[0] == "\xc3\xa4");
}

TEST_CASE("a peer says why it closes", "[net][websocket]") {
  fixture test;
  test.connect();
  reading& in = test.read();
  test.server.say("last words");
  test.server.close(1001, "going\x1b away");
  REQUIRE(test.until([&] { return in.done(); }));
  CHECK(in.got == std::vector<std::string>{"last words"});
  CHECK(in.end == closed);
  CHECK_THAT(in.failed.message(), Catch::Contains("1001"));
  CHECK(in.failed.remote() == "going away");
  REQUIRE(test.ws->closed_with());
  CHECK(test.ws->closed_with()->code == 1001);
  CHECK(test.ws->closed_with()->reason == "going away");
  writing& out = test.write("too late");
  REQUIRE(test.until([&] { return out.done(); }));
  CHECK(out.outcome == closed);
  const spawned closing(test.io.get_executor(), close_it(*test.ws, 1000, 3s));
  CHECK(test.until([&] { return closing.done() && test.server.over; }));
}

TEST_CASE("a peer that closes is told its own code", "[net][websocket]") {
  fixture test;
  test.server.reads = false;
  test.connect();
  reading& in = test.read();
  test.server.say_raw("\x88\x02\x03\xe9");
  std::string answer;
  auto one = [](websocket_peer& from, std::string& into) -> task<void> {
    into.resize(100);
    const std::size_t size = co_await from.socket->next_layer().async_read_some(
        boost::asio::buffer(into), boost::asio::use_awaitable);
    into.resize(size);
  };
  const spawned answering(test.io.get_executor(), one(test.server, answer));
  REQUIRE(test.until([&] { return in.done() && answering.done(); }));
  REQUIRE(answer.size() == 2 + 4 + 2);
  CHECK(answer.substr(0, 2) == "\x88\x82");
  CHECK((answer[6] ^ answer[2]) == 0x03);
  CHECK(static_cast<unsigned char>(answer[7] ^ answer[3]) == 0xe9);
}

TEST_CASE("a WebSocket is closed in order", "[net][websocket]") {
  fixture test;
  test.connect();
  CHECK(test.ws->post_text("before").has_value());
  SECTION("while it is read") {
    reading& in = test.read();
    const spawned closing(test.io.get_executor(), close_it(*test.ws, 1001, 3s));
    CHECK(test.until([&] { return closing.done() && in.done(); }));
    CHECK(in.end == closed);
  }
  SECTION("while nobody reads") {
    test.server.say("nobody waits for this");
    const spawned closing(test.io.get_executor(), close_it(*test.ws, 1001, 3s));
    settle(test.io);
    // Comes when there is nothing more to read.
    reading& in = test.read();
    CHECK(test.until([&] { return closing.done() && in.done(); }));
    CHECK(in.end == closed);
    CHECK(in.got.empty());
  }
  CHECK(test.until([&] { return test.server.over; }));
  CHECK(test.server.heard == std::vector<std::string>{"before"});
  CHECK(test.server.controls == std::vector<std::string>{"close 1001"});
  CHECK(test.clock.timers() == 0);
  REQUIRE(test.ws->post_text("after").has_error());
  const spawned again(test.io.get_executor(), close_it(*test.ws, 1000, 3s));
  CHECK(test.until([&] { return again.done(); }));
}

TEST_CASE("a peer that keeps its end open is not waited for", "[net][websocket]") {
  fixture test;
  test.server.reads = false;
  test.connect();
  spawned closing(test.io.get_executor(), close_it(*test.ws, 1000, 3s));
  settle(test.io);
  SECTION("once it has said that it closes") {
    test.server.say_raw("\x81\x01x\x88\x02\x03\xe8");
    CHECK(test.until([&] { return closing.done(); }));
    REQUIRE(test.ws->closed_with());
    CHECK(test.ws->closed_with()->code == 1000);
  }
  SECTION("longer than it is given") {
    test.clock.advance(2999ms);
    settle(test.io);
    CHECK_FALSE(closing.done());
    test.clock.advance(1ms);
    CHECK(test.until([&] { return closing.done(); }));
  }
  SECTION("when the waiting is cancelled") {
    closing.cancel();
    CHECK(test.until([&] { return closing.done(); }));
    CHECK(closing.cancelled());
  }
  CHECK(test.clock.timers() == 0);
  CHECK(test.ws->post_text("x").has_error());
}

TEST_CASE("a connection that is cut ends the reading", "[net][websocket]") {
  fixture test;
  test.connect();
  reading& in = test.read();
  test.server.say_raw("\x81\x7e\x10");
  test.server.cut();
  REQUIRE(test.until([&] { return in.done(); }));
  CHECK(in.end == closed);
  CHECK(in.got.empty());
  CHECK_FALSE(test.ws->closed_with());
}

TEST_CASE("a WebSocket may go while it is used", "[net][websocket]") {
  fixture test;
  test.connect();
  reading& in = test.read();
  settle(test.io);
  SECTION("aborted") {
    test.ws->abort();
  }
  SECTION("destroyed") {
    test.ws.reset();
  }
  SECTION("replaced") {
    websocket other = std::move(*test.ws);
    CHECK_FALSE(in.done());
    other.abort();
  }
  REQUIRE(test.until([&] { return in.done(); }));
  CHECK(in.end == closed);
}

TEST_CASE("a context may go while a WebSocket is used", "[net][websocket]") {
  // Nothing leaks; the sanitizer sees to that.
  auto io = std::make_unique<boost::asio::io_context>();
  manual_clock clock;
  certificate_authority authority;
  websocket_peer server(*io, authority.issue("IP:127.0.0.1"));
  const auto tls = tls_context::make(tls_options(authority.file())).value();
  bool open = false;
  auto use = [](manual_clock& by, std::string url, tls_context context,
                bool& opened) -> task<void> {
    auto ws = co_await connect_websocket(by, std::move(url), std::move(context));
    opened = ws.has_value();
    if (opened) (void)co_await ws->read();
  };
  const spawned using_it(io->get_executor(), use(clock, server.url(), tls, open));
  REQUIRE(run_until(*io, [&] { return open && server.open; }));
  settle(*io);
  server.socket.reset();
  CHECK_FALSE(using_it.done());
}

TEST_CASE("what is no WebSocket is not opened", "[net][websocket]") {
  fixture test;
  SECTION("refused") {
    test.server.refusal = "HTTP/1.1 403 Forbidden\r\nContent-Length: 6\r\n\r\nticket";
    CHECK(test.connect(test.server.url()) == protocol);
    CHECK_THAT(test.failed.message(), Catch::Contains("403"));
    CHECK_THAT(test.failed.message(), Catch::Contains("127.0.0.1:"));
    CHECK(test.failed.retry_after() == 0s);
  }
  SECTION("refused for a while") {
    test.server.refusal = "HTTP/1.1 429 Slow down\r\nRetry-After: 30\r\nContent-Length: 0\r\n\r\n";
    CHECK(test.connect(test.server.url()) == protocol);
    CHECK(test.failed.retry_after() == 30s);
  }
  SECTION("an answer to another question") {
    test.server.refusal =
        "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
        "Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n\r\n";
    CHECK(test.connect(test.server.url()) == protocol);
  }
  SECTION("an extension that was not offered") {
    test.server.refusal =
        "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
        "Sec-WebSocket-Extensions: permessage-deflate\r\nSec-WebSocket-Accept: KEY\r\n\r\n";
    CHECK(test.connect(test.server.url()) == protocol);
  }
  SECTION("no HTTP") {
    test.server.refusal = "SSH-2.0\r\n";
    CHECK(test.connect(test.server.url()) == protocol);
  }
  SECTION("refused without saying how much follows") {
    test.server.refusal = "HTTP/1.1 503 Busy\r\nRetry-After: 7\r\n\r\nticket";
    CHECK(test.connect(test.server.url()) == protocol);
    CHECK_THAT(test.failed.message(), Catch::Contains("503"));
    CHECK(test.failed.retry_after() == 7s);
  }
  SECTION("half an answer") {
    test.server.refusal = "HTTP/1.1 101 Switching Protocols\r\nUpgrade: web";
    CHECK(test.connect(test.server.url()) == closed);
  }
  SECTION("silence") {
    test.server.silent = true;
    test.late = true;
    CHECK(test.connect(test.server.url()) == timed_out);
  }
  SECTION("somebody else") {
    certificate_authority other;
    test.trusted = other.file();
    CHECK(test.connect(test.server.url()) == make_error_code(errc::certificate_rejected).message());
  }
  SECTION("nobody") {
    test.server.listening.acceptor.close();
    const std::string url = "wss://127.0.0.1:1/?ticket=secret";
    CHECK(test.connect(url) != "open");
  }
  SECTION("other schemes") {
    for (const char* const url :
         {"ws://127.0.0.1/?ticket=secret", "https://127.0.0.1/?ticket=secret",
          "wss://a b/?ticket=secret", "secret"}) {
      CHECK(test.connect(url) == make_error_code(errc::not_sent).message());
    }
  }
}
