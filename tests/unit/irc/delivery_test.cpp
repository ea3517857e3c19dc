// SPDX-License-Identifier: Apache-2.0
// When a reply counts as sent, and what is said again through another connection.
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>

#include "catch.hpp"
#include "connection.hpp"
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

/// A server that takes one client after the other, and says what the test wants.
class scripted_server {
 public:
  explicit scripted_server(boost::asio::io_context& io)
      : acceptor_(io, {boost::asio::ip::address_v4::loopback(), 0}),
        serving_(io.get_executor(), serve()) {}

  [[nodiscard]] std::uint16_t port() const { return acceptor_.local_endpoint().port(); }
  void say(const std::string& line) {
    REQUIRE(peer_);
    boost::asio::write(*peer_, boost::asio::buffer(line + "\r\n"));
  }
  void hang_up() { peer_->close(); }
  [[nodiscard]] bool got(const std::string& text) const {
    return heard.find(text) != std::string::npos;
  }
  [[nodiscard]] std::size_t count(const std::string& text) const {
    std::size_t found = 0;
    for (auto at = heard.find(text); at != std::string::npos; at = heard.find(text, at + 1))
      ++found;
    return found;
  }

  std::string heard;  // from the client that is there now
  int clients = 0;

 private:
  task<void> serve() {
    for (;;) {
      tcp::socket next = co_await acceptor_.async_accept(boost::asio::use_awaitable);
      heard.clear();
      peer_.emplace(std::move(next));
      ++clients;
      char buffer[1024];
      for (bool open = true; open;) {
        try {
          const std::size_t size = co_await peer_->async_read_some(boost::asio::buffer(buffer),
                                                                   boost::asio::use_awaitable);
          heard.append(buffer, size);
        } catch (const boost::system::system_error& error) {
          if (error.code() == boost::asio::error::operation_aborted && peer_->is_open()) throw;
          open = false;
        }
      }
    }
  }

  tcp::acceptor acceptor_;
  std::optional<tcp::socket> peer_;
  spawned serving_;
};

class bot_side {
 public:
  bot_side() : server(io) {
    partials = std::make_shared<partial_replies>();
    floods = std::make_shared<flood_memory>();
  }

  connection_options options() const {
    session_options who;
    // So that it does not ask who it is.
    who.channels.emplace_back("#c");
    connection_options made(mynah::net::connect_options("127.0.0.1", server.port()), who);
    made.interval = 0ms;
    made.partials = partials;
    made.floods = floods;
    return made;
  }

  /// Logs in at a server with these capabilities.
  void log_in(const std::string& capabilities) { log_in(capabilities, options()); }
  void log_in(const std::string& capabilities, connection_options with) {
    settle(io);  // from outside of the executor only what rests may be cancelled
    live.reset();
    settle(io);
    const int before = server.clients;
    auto run = [](bot_side& self, connection_options wanted) -> task<void> {
      auto got = co_await connection::open(self.clock, mynah::logger(), std::move(wanted));
      if (got) self.live = std::move(*got);
    };
    spawned opening(io.get_executor(), run(*this, std::move(with)));
    REQUIRE(run_until(io, [&] { return server.clients > before && server.got("USER "); }));
    if (!capabilities.empty()) {
      server.say("CAP * LS :" + capabilities);
      REQUIRE(run_until(io, [&] { return server.got("CAP REQ"); }));
      // Values are on the list only.
      server.say("CAP * ACK :" + capabilities.substr(0, capabilities.find('=')));
    }
    server.say(":irc.test 001 mynah :hi\r\n:irc.test 376 mynah :end\r\n:mynah!u@h JOIN #c");
    REQUIRE(run_until(io, [&] { return live != nullptr && server.got("JOIN #c\r\n"); }));
    settle(io);
  }

  class sending {
   public:
    sending(bot_side& by, outgoing what)
        : message(std::move(what)), running(by.io.get_executor(), run(*by.live, *this)) {}

    static task<void> run(connection& to, sending& self) {
      const auto sent = co_await to.send(self.message);
      if (sent) {
        self.outcome = "sent " + sent->id;
      } else {
        self.outcome = sent.error().code().message() + "|" + sent.error().remote();
      }
    }

    outgoing message;
    std::string outcome;
    spawned running;
  };

  static outgoing text(std::string words, std::string stamp = "s") {
    outgoing made(address("irc", "#c"), mynah::reply(std::move(words)));
    made.stamp = std::move(stamp);
    return made;
  }
  bool until(const std::function<bool()>& holds) { return run_until(io, holds); }
  /// Until the bot has read everything.
  void catch_up() {
    const std::string token = "read" + std::to_string(++asked);
    server.say("PING " + token);
    REQUIRE(until([&] { return server.got("PONG :" + token + "\r\n"); }));
  }

  boost::asio::io_context io;
  std::shared_ptr<manual_clock> clock = std::make_shared<manual_clock>();
  scripted_server server;
  std::shared_ptr<partial_replies> partials;
  std::shared_ptr<flood_memory> floods;
  std::unique_ptr<connection> live;
  int asked = 0;
};

std::string told(errc code, const std::string& remote = {}) {
  return make_error_code(code).message() + "|" + remote;
}

const std::string labels = "batch labeled-response message-tags";
const std::string multiline = labels + " draft/multiline=max-bytes=4096,max-lines=2";

}  // namespace

TEST_CASE("a reply is sent when the server has confirmed all of it", "[irc][delivery]") {
  bot_side bot;
  bot.log_in(labels);
  bot_side::sending one(bot, bot_side::text("a\nb"));
  REQUIRE(bot.until(
      [&] { return bot.server.got("@label=m1 PRIVMSG #c :a\r\n@label=m2 PRIVMSG #c :b\r\n"); }));
  settle(bot.io);
  CHECK(one.outcome.empty());
  bot.server.say("@label=m1;msgid=x :mynah!u@h PRIVMSG #c :a");
  settle(bot.io);
  CHECK(one.outcome.empty());
  bot.server.say("@label=m2 :irc.test ACK");
  CHECK(bot.until([&] { return one.outcome == "sent x"; }));
}

TEST_CASE("an echo confirms, too", "[irc][delivery]") {
  bot_side bot;
  bot.log_in("echo-message message-tags");
  bot_side::sending one(bot, bot_side::text("a"));
  REQUIRE(bot.until([&] { return bot.server.got("PRIVMSG #c :a\r\n"); }));
  settle(bot.io);
  CHECK(one.outcome.empty());
  bot.server.say("@msgid=y :mynah!u@h PRIVMSG #c :a");
  CHECK(bot.until([&] { return one.outcome == "sent y"; }));
}

TEST_CASE("a confirmation behind what waits for the bot counts", "[irc][delivery]") {
  bot_side bot;
  auto hasty = bot.options();
  hasty.confirmation_limit = 5s;
  bot.log_in(labels, hasty);
  bot_side::sending one(bot, bot_side::text("a"));
  REQUIRE(bot.until([&] { return bot.server.got("PRIVMSG #c :a\r\n"); }));
  std::string burst;
  for (int nth = 0; nth < 2000; ++nth) burst += ":b!u@h PRIVMSG #c :one of many\r\n";
  bot.server.say(burst + "@label=m1;msgid=x :mynah!u@h PRIVMSG #c :a");
  settle(bot.io);
  bot.clock->advance(6s);
  settle(bot.io);
  CHECK(one.outcome.empty());
  CHECK(bot.until([&] {
    while (bot.live->recv_now()) continue;
    return one.outcome == "sent x";
  }));
}

TEST_CASE("without either, written is sent", "[irc][delivery]") {
  bot_side bot;
  bot.log_in("");
  bot_side::sending one(bot, bot_side::text("a"));
  CHECK(bot.until([&] { return one.outcome == "sent "; }));
}

TEST_CASE("what was asked by some of a room is answered to them", "[irc][delivery]") {
  const std::string capabilities = GENERATE(std::string(), labels, std::string("echo-message"));
  bot_side bot;
  bot.log_in(capabilities);
  bot.server.say(":irc.test 005 mynah STATUSMSG=@ :are supported");
  bot.catch_up();
  outgoing secret(address("irc", "#c", "ann", "@"), mynah::reply("a"));
  bot_side::sending one(bot, secret);
  REQUIRE(bot.until([&] { return bot.server.got("PRIVMSG @#c :a\r\n"); }));
  if (!capabilities.empty()) {
    bot.server.say(capabilities == labels ? "@label=m1 :irc.test ACK"
                                          : ":mynah!u@h PRIVMSG @#C :a");
  }
  CHECK(bot.until([&] { return one.outcome == "sent "; }));
  if (capabilities.empty()) {
    CHECK(bot.live->send_now(secret));
    CHECK(bot.until([&] { return bot.server.count("PRIVMSG @#c :a\r\n") == 2; }));
  }
  // Without the prefix it would be for all.
  bot.server.say(":irc.test 005 mynah -STATUSMSG :are supported");
  bot.catch_up();
  CHECK_FALSE(bot.live->send_now(secret));
  bot_side::sending two(bot, secret);
  CHECK(bot.until([&] { return two.outcome == told(errc::not_sent); }));
}

TEST_CASE("a refusal is told in the server's words", "[irc][delivery]") {
  const bool labeled = GENERATE(true, false);
  const std::string numeric = GENERATE("404", "401", "482", "415", "417");
  bot_side bot;
  bot.log_in(labeled ? labels : "echo-message");
  bot_side::sending one(bot, bot_side::text("a"));
  REQUIRE(bot.until([&] { return bot.server.got("PRIVMSG #c :a\r\n"); }));
  const std::string target = numeric == "417" ? "" : " #c";
  bot.server.say((labeled ? "@label=m1 " : "") + std::string(":irc.test ") + numeric + " mynah" +
                 target + " :No way");
  CHECK(bot.until([&] { return one.outcome == told(errc::not_sent, "No way"); }));
  CHECK_FALSE(bot.live->ended());
}

TEST_CASE("a refusal withdraws the rest, and what was taken is not said again", "[irc][delivery]") {
  bot_side bot;
  auto slowly = bot.options();
  slowly.burst = 3;
  slowly.interval = 10s;
  bot.log_in(labels, slowly);
  bot_side::sending one(bot, bot_side::text("a\nb\nc\nd"));
  // The JOIN was the first of three.
  REQUIRE(bot.until([&] { return bot.server.got(":b\r\n"); }));
  bot.server.say("@label=m1 :irc.test ACK\r\n@label=m2 FAIL PRIVMSG SPAM #c :Moderated");
  CHECK(bot.until([&] { return one.outcome == told(errc::not_sent, "Moderated"); }));
  bot_side::sending again(bot, bot_side::text("a\nb\nc\nd"));
  for (int i = 0; i < 10; ++i) {
    settle(bot.io);
    bot.clock->advance(10s);
  }
  REQUIRE(bot.until([&] { return bot.server.got(":d\r\n"); }));
  CHECK(bot.server.count(":a\r\n") == 1);
  CHECK(bot.server.count(":b\r\n") == 2);
  CHECK(bot.server.count(":c\r\n") == 1);
}

TEST_CASE("a server that never confirms is not waited for without end", "[irc][delivery]") {
  bot_side bot;
  bot.log_in(labels);
  bot_side::sending one(bot, bot_side::text("a"));
  REQUIRE(bot.until([&] { return bot.server.got(":a\r\n"); }));
  settle(bot.io);
  bot.clock->advance(29s);
  settle(bot.io);
  CHECK(one.outcome.empty());
  bot.clock->advance(1s);
  CHECK(bot.until([&] { return one.outcome == "sent "; }));
}

TEST_CASE("a server that never confirmed anything is not waited for again", "[irc][delivery]") {
  const std::string capabilities = GENERATE(std::string("echo-message"), labels);
  bot_side bot;
  bot.log_in(capabilities);
  for (const char* text : {"a", "b"}) {
    bot_side::sending one(bot, bot_side::text(text));
    REQUIRE(bot.until([&] { return bot.server.got(std::string(":") + text + "\r\n"); }));
    settle(bot.io);
    bot.clock->advance(29s);
    settle(bot.io);
    CHECK(one.outcome.empty());
    bot.clock->advance(1s);
    CHECK(bot.until([&] { return one.outcome == "sent "; }));
  }
  bot_side::sending one(bot, bot_side::text("c"));
  CHECK(bot.until([&] { return one.outcome == "sent "; }));
  CHECK(bot.until([&] { return bot.server.got("\r\nPRIVMSG #c :c\r\n"); }));
}

TEST_CASE("a server that confirmed something is waited for", "[irc][delivery]") {
  bot_side bot;
  bot.log_in(labels);
  bot_side::sending first(bot, bot_side::text("x"));
  REQUIRE(bot.until([&] { return bot.server.got(":x\r\n"); }));
  bot.server.say("@label=m1 :irc.test ACK");
  REQUIRE(bot.until([&] { return first.outcome == "sent "; }));
  for (const char* text : {"a", "b", "c"}) {
    bot_side::sending one(bot, bot_side::text(text));
    REQUIRE(bot.until([&] { return bot.server.got(std::string(":") + text + "\r\n"); }));
    settle(bot.io);
    CHECK(one.outcome.empty());
    bot.clock->advance(30s);
    CHECK(bot.until([&] { return one.outcome == "sent "; }));
  }
}

TEST_CASE("what waits is sent when the server takes confirmations back", "[irc][delivery]") {
  const std::string taken = GENERATE("labeled-response", "batch", "echo-message");
  bot_side bot;
  bot.log_in(taken == "echo-message" ? "echo-message message-tags" : labels + " echo-message");
  bot_side::sending one(bot, bot_side::text("a"));
  REQUIRE(bot.until([&] { return bot.server.got(":a\r\n"); }));
  settle(bot.io);
  bot.server.say(":irc.test CAP mynah DEL :message-tags");
  settle(bot.io);
  CHECK(one.outcome.empty());
  bot.server.say(":irc.test CAP mynah DEL :" + taken);
  CHECK(bot.until([&] { return one.outcome == "sent "; }));
}

TEST_CASE("a message of several lines that is refused is said in lines", "[irc][delivery]") {
  const bool labeled = GENERATE(true, false);
  bot_side bot;
  bot.log_in(multiline);
  bot_side::sending one(bot, bot_side::text("a\nb"));
  REQUIRE(bot.until([&] { return bot.server.got("BATCH -b1\r\n"); }));
  bot.server.say(std::string(labeled ? "@label=m1 " : "") +
                 "FAIL BATCH MULTILINE_MAX_BYTES 10 :Too long");
  REQUIRE(bot.until(
      [&] { return bot.server.got("@label=m2 PRIVMSG #c :a\r\n@label=m3 PRIVMSG #c :b\r\n"); }));
  settle(bot.io);
  CHECK(one.outcome.empty());
  bot.server.say("@label=m2;msgid=x :mynah!u@h PRIVMSG #c :a\r\n@label=m3 :irc.test ACK");
  CHECK(bot.until([&] { return one.outcome == "sent x"; }));
  // The next one is not tried.
  bot_side::sending two(bot, bot_side::text("c\nd"));
  REQUIRE(bot.until([&] { return bot.server.got("@label=m4 PRIVMSG #c :c\r\n"); }));
  // And it can be refused like any other.
  bot.server.say("@label=m4 FAIL BATCH NONSENSE :No\r\n@label=m5 :irc.test ACK");
  CHECK(bot.until([&] { return two.outcome == told(errc::not_sent, "No"); }));
}

TEST_CASE("of a reply in several messages only what was refused is said again", "[irc][delivery]") {
  bot_side bot;
  bot.log_in(multiline);
  {
    bot_side::sending one(bot, bot_side::text("a\nb\nc\nd\ne"));
    REQUIRE(bot.until([&] { return bot.server.got(":e\r\n"); }));
    bot.server.say("@label=m1;msgid=x :irc.test ACK\r\n@label=m2 FAIL BATCH TIMEOUT :No");
    settle(bot.io);
    CHECK(bot.server.count(":d\r\n") == 1);
    bot.server.say("@label=m3 :irc.test ACK");
    REQUIRE(bot.until([&] { return bot.server.got("@label=m5 PRIVMSG #c :d\r\n"); }));
    bot.server.say("@label=m4 :irc.test ACK");
    SECTION("and taken") {
      bot.server.say("@label=m5 :irc.test ACK");
      CHECK(bot.until([&] { return one.outcome == "sent x"; }));
    }
    SECTION("and refused, the rest later") {
      bot.server.say("@label=m5 :irc.test 404 mynah #c :Banned");
      CHECK(bot.until([&] { return one.outcome == told(errc::not_sent, "Banned"); }));
      bot_side::sending again(bot, bot_side::text("a\nb\nc\nd\ne"));
      CHECK(bot.until([&] { return bot.server.got("@label=m6 PRIVMSG #c :d\r\n"); }));
      bot.server.say("@label=m6 :irc.test ACK");
      CHECK(bot.until([&] { return again.outcome == "sent "; }));
    }
  }
  for (const char* text : {":a\r\n", ":b\r\n", ":e\r\n"}) CHECK(bot.server.count(text) == 1);
}

TEST_CASE("what was written and not confirmed when the connection broke is unknown",
          "[irc][delivery]") {
  bot_side bot;
  bot.log_in(labels);
  bot_side::sending one(bot, bot_side::text("a"));
  REQUIRE(bot.until([&] { return bot.server.got(":a\r\n"); }));
  bot.server.hang_up();
  CHECK(bot.until([&] { return one.outcome == told(errc::unconfirmed); }));
}

TEST_CASE("what was not written when the connection broke is said through the next",
          "[irc][delivery]") {
  const std::string capabilities = GENERATE(std::string(), labels);
  bot_side bot;
  auto slowly = bot.options();
  slowly.burst = 3;
  slowly.interval = 10s;
  bot.log_in(capabilities, slowly);
  {
    bot_side::sending one(bot, bot_side::text("a\nb\nc\nd"));
    REQUIRE(bot.until([&] { return bot.server.got(":b\r\n"); }));
    if (!capabilities.empty()) {
      bot.server.say("@label=m1 :irc.test ACK\r\n@label=m2 :irc.test ACK");
      settle(bot.io);
    }
    bot.server.hang_up();
    CHECK(bot.until([&] { return one.outcome == told(errc::closed); }));
  }
  bot.log_in("");
  bot_side::sending again(bot, bot_side::text("a\nb\nc\nd"));
  CHECK(bot.until([&] { return again.outcome == "sent "; }));
  REQUIRE(bot.until([&] { return bot.server.got(":d\r\n"); }));
  CHECK_FALSE(bot.server.got(":a\r\n"));
  CHECK_FALSE(bot.server.got(":b\r\n"));
  CHECK(bot.server.got(":c\r\n"));
  // Another message is another message.
  bot_side::sending other(bot, bot_side::text("a\nb\nc\nd", "t"));
  REQUIRE(bot.until([&] { return other.outcome == "sent "; }));
  CHECK(bot.until([&] { return bot.server.got(":a\r\n"); }));
}

TEST_CASE("a bot that stops takes what is written for sent", "[irc][delivery]") {
  bot_side bot;
  bot.log_in(labels);
  bot_side::sending one(bot, bot_side::text("a"));
  REQUIRE(bot.until([&] { return bot.server.got(":a\r\n"); }));
  one.running.cancel();
  CHECK(bot.until([&] { return one.outcome == "sent "; }));
}

TEST_CASE("what waits for a nick goes with its owner", "[irc][delivery]") {
  bot_side bot;
  auto slowly = bot.options();
  slowly.burst = 3;
  slowly.interval = 10s;
  const bool confirmed = GENERATE(true, false);
  CAPTURE(confirmed);
  bot.log_in(confirmed ? labels : "", slowly);
  const outgoing secret(address("irc", "Ann", "Ann", {}, true), mynah::reply("a\nb\nc\nd"));
  {
    bot_side::sending one(bot, secret);
    REQUIRE(bot.until([&] { return bot.server.got("PRIVMSG Ann :b\r\n"); }));
    if (confirmed) bot.server.say("@label=m1 :irc.test ACK\r\n@label=m2 :irc.test ACK");
    bot.catch_up();
    const auto rest = [&] {
      for (int i = 0; i < 5; ++i) {
        settle(bot.io);
        bot.clock->advance(10s);
      }
      settle(bot.io);
    };
    SECTION("to the new nick, and to the next") {
      bot.server.say(":other!o@h NICK x\r\n:ann!a@h NICK ann2\r\n:ann2!a@h NICK :ann3");
      bot.catch_up();
      bot.clock->advance(10s);
      REQUIRE(bot.until([&] { return bot.server.got("PRIVMSG ann3 :c\r\n"); }));
      bot.server.say(":ann3!a@h NICK ann4");
      bot.catch_up();
      rest();
      CHECK(bot.server.got("PRIVMSG ann4 :d\r\n"));
      CHECK(bot.server.count("PRIVMSG") == 4);
    }
    SECTION("nowhere, if that is none") {
      bot.server.say(":ann!a@h NICK :#c");
      bot.catch_up();
      rest();
      CHECK(bot.server.count("PRIVMSG") == 2);
      CHECK(one.outcome == "sent ");
    }
    SECTION("nowhere, if it is gone") {
      bot.server.say(":ann!a@h QUIT :bye");
      bot.catch_up();
      rest();
      CHECK(bot.server.count("PRIVMSG") == 2);
      CHECK(one.outcome == "sent ");
    }
    SECTION("not through another connection") {
      bot.server.say(":ann!a@h NICK ann2");
      bot.catch_up();
      bot.server.hang_up();
      CHECK(bot.until([&] { return one.outcome == "sent "; }));
      CHECK(bot.partials->empty());
    }
  }
}

TEST_CASE("a reply that is too long for the queue is refused", "[irc][delivery]") {
  bot_side bot;
  auto without_limit = bot.options();
  without_limit.who.reply_lines = 0;
  bot.log_in("", without_limit);
  std::string text;
  for (int i = 0; i < 10'001; ++i) text += "x\n";
  bot_side::sending one(bot, bot_side::text(text));
  CHECK(bot.until([&] { return one.outcome == told(errc::not_sent); }));
}

TEST_CASE("a pace that learns waits for the server", "[irc][delivery][send_window]") {
  bot_side bot;
  auto learning = bot.options();
  learning.learn_pace = true;
  bot.log_in("", learning);
  std::string text;
  for (int i = 10; i < 40; ++i) text += std::to_string(i) + "\n";
  bot_side::sending one(bot, bot_side::text(text));
  // The JOIN and four lines, then it asks.
  REQUIRE(bot.until([&] { return bot.server.got("PING :mynah-1\r\n"); }));
  settle(bot.io);
  CHECK(bot.server.got(":13\r\n"));
  CHECK_FALSE(bot.server.got(":14\r\n"));
  bot.clock->advance(50ms);
  bot.server.say(":irc.test PONG irc.test :mynah-1");
  REQUIRE(bot.until([&] { return bot.server.got("PING :mynah-2\r\n"); }));
  settle(bot.io);
  CHECK(bot.server.got(":23\r\n"));
  CHECK_FALSE(bot.server.got(":24\r\n"));
  REQUIRE(bot.live->measured_lag());
  CHECK(bot.live->measured_lag()->last == 50ms);
  bot.clock->advance(5s);
  bot.server.say(":irc.test PONG irc.test :mynah-2");
  REQUIRE(bot.until([&] { return bot.server.got("PING :mynah-3\r\n"); }));
  settle(bot.io);
  CHECK(bot.server.got(":28\r\n"));
  CHECK_FALSE(bot.server.got(":29\r\n"));
  CHECK(one.outcome.empty());
}

TEST_CASE("a server that answers no PING gets a line in two seconds",
          "[irc][delivery][send_window]") {
  bot_side bot;
  auto learning = bot.options();
  learning.learn_pace = true;
  learning.who.ping_idle = 0ms;
  bot.log_in("", learning);
  std::string text;
  for (int i = 10; i < 40; ++i) text += std::to_string(i) + "\n";
  bot_side::sending one(bot, bot_side::text(text));
  REQUIRE(bot.until([&] { return bot.server.got("PING :mynah-1\r\n"); }));
  for (int i = 0; i < 140 && one.outcome.empty(); ++i) {
    settle(bot.io);
    bot.clock->advance(1s);
  }
  CHECK(bot.until([&] { return one.outcome == "sent "; }));
}

TEST_CASE("what else answers a PING", "[irc][delivery][send_window]") {
  const std::string answer = GENERATE("PONG mynah-1 irc.test", "PONG irc.test", "PONG",
                                      ":irc.test 421 mynah PING :Unknown command");
  CAPTURE(answer);
  bot_side bot;
  auto learning = bot.options();
  learning.learn_pace = true;
  bot.log_in("", learning);
  std::string text;
  for (int i = 10; i < 40; ++i) text += std::to_string(i) + "\n";
  bot_side::sending one(bot, bot_side::text(text));
  REQUIRE(bot.until([&] { return bot.server.got("PING :mynah-1\r\n"); }));
  // Of another PING.
  bot.server.say("PONG irc.test mynah-query-7");
  settle(bot.io);
  CHECK_FALSE(bot.server.got(":14\r\n"));
  bot.server.say(answer);
  CHECK(bot.until([&] { return bot.server.got("PING :mynah-2\r\n"); }));
}

TEST_CASE("a kill for flooding is remembered by the next connection",
          "[irc][delivery][send_window]") {
  bot_side bot;
  auto learning = bot.options();
  learning.learn_pace = true;
  bot.log_in("", learning);
  bot.server.say("ERROR :Closing link: (u@h) [Excess Flood]");
  REQUIRE(bot.until([&] { return bot.live->ended(); }));
  CHECK(bot.floods->careful());
  bot.log_in("", learning);
  bot_side::sending one(bot, bot_side::text("a\nb\nc\nd\ne\nf"));
  REQUIRE(bot.until([&] { return bot.server.got(":d\r\n"); }));
  settle(bot.io);
  CHECK_FALSE(bot.server.got(":e\r\n"));
  CHECK_FALSE(bot.server.got("PING"));
  bot.clock->advance(2s);
  CHECK(bot.until([&] { return bot.server.got(":e\r\n"); }));
}
