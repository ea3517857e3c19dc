// SPDX-License-Identifier: Apache-2.0
// Strict transport security with real sockets: what is said to whom, and what a restart remembers.
#include "catch.hpp"
#include "opening_bot.hpp"
#include "scripted_server.hpp"

using mynah::errc;
using mynah::is_permanent;
using mynah::net::connect_options;
using namespace mynah::irc;
using namespace mynah_test;
using namespace std::chrono_literals;

namespace {

/// One host with a plain port and one for TLS.
class network {
 public:
  explicit network(opening_bot& bot, const std::string& names = "DNS:localhost",
                   const std::string& offered = "sts=duration=1000")
      : secure(bot.io, scripted_server::welcoming(offered), authority.issue(names)),
        plain(bot.io, scripted_server::welcoming("batch sts=duration=9,port=" +
                                                 std::to_string(secure.port()))) {}

  connection_options options(bool tls = false) {
    session_options who;
    who.password = "open-sesame";
    connect_options where("localhost", tls ? secure.port() : plain.port());
    const auto context =
        mynah::net::tls_context::make(mynah::net::tls_options(authority.file())).value();
    if (tls) where.tls = context;
    connection_options made(std::move(where), std::move(who));
    made.upgrade = context;
    made.interval = 0ms;
    return made;
  }

  certificate_authority authority;
  scripted_server secure;
  scripted_server plain;
};

std::string kept_of(opening_bot& bot) {
  std::string found = "nothing";
  bot.store->read(
      [&](mynah::transaction& tx) { found = tx.get("irc.sts", "localhost").value_or("nothing"); });
  return found;
}

std::string until(opening_bot& bot, std::uint16_t port, std::chrono::seconds from_now) {
  const auto when = bot.clock->wall().time_since_epoch() + from_now;
  return std::to_string(port) + " " +
         std::to_string(std::chrono::duration_cast<std::chrono::seconds>(when).count());
}

const std::string rejected = make_error_code(errc::certificate_rejected).message();

}  // namespace

TEST_CASE("a server that asks for TLS gets nothing before", "[irc][sts]") {
  opening_bot bot;
  network test(bot);
  CHECK(bot.open(test.options()) == "online");
  REQUIRE(test.plain.heard.size() == 1);
  CHECK(test.plain.heard[0] == "CAP LS 302\r\n");
  REQUIRE(test.secure.heard.size() == 1);
  CHECK_THAT(test.secure.heard[0], ContainsSubstring("PASS :open-sesame\r\n"));
  CHECK_THAT(bot.opened->describe(),
             ContainsSubstring("localhost:" + std::to_string(test.secure.port()) + ", TLS 1.3"));
}

TEST_CASE("a host that was reached by TLS is not reached without any more", "[irc][sts]") {
  opening_bot bot;
  network test(bot);
  const bool begun_plain = GENERATE(true, false);
  CHECK(bot.open(test.options(!begun_plain)) == "online");
  CHECK(kept_of(bot) == until(bot, test.secure.port(), 1000s));
  test.plain.heard.clear();
  bot.restart();
  CHECK(bot.open(test.options()) == "online");
  CHECK(test.plain.heard.empty());
  CHECK(test.secure.heard.size() == 2);
  // Nor when TLS does not work: there is no way back.
  bot.restart();
  auto options = test.options();
  certificate_authority other;
  options.upgrade = mynah::net::tls_context::make(mynah::net::tls_options(other.file())).value();
  CHECK_THAT(bot.open(options), ContainsSubstring(rejected));
  options.upgrade.reset();
  CHECK_THAT(bot.open(options), ContainsSubstring("is to be used with TLS (STS)"));
  CHECK(test.plain.heard.empty());
}

TEST_CASE("the time counts from the end of the connection, and ends", "[irc][sts]") {
  opening_bot bot;
  network test(bot);
  CHECK(bot.open(test.options(true)) == "online");
  bot.clock->advance(60s);
  bot.restart();
  CHECK(kept_of(bot) == until(bot, test.secure.port(), 1000s));
  bot.clock->advance(999s);
  CHECK(bot.open(test.options()) == "online");
  CHECK(test.plain.heard.empty());
  bot.restart();
  bot.clock->advance(1000s);
  CHECK(bot.open(test.options()) == "online");
  CHECK(test.plain.heard.size() == 1);
}

TEST_CASE("a server takes its wish back", "[irc][sts]") {
  opening_bot bot;
  network test(bot, "DNS:localhost", "sts=duration=0");
  bot.policies->keep("localhost", test.secure.port(), 1000s);
  CHECK(kept_of(bot) != "nothing");
  CHECK(bot.open(test.options()) == "online");
  CHECK(test.plain.heard.empty());
  CHECK(kept_of(bot) == "nothing");
  bot.restart();
  CHECK(kept_of(bot) == "nothing");
}

TEST_CASE("a certificate that does not fit is final", "[irc][sts]") {
  opening_bot bot;
  network test(bot, "DNS:elsewhere.test");
  CHECK_THAT(bot.open(test.options()), ContainsSubstring(rejected));
  CHECK(is_permanent(bot.refused->code()));
  CHECK(test.plain.heard == std::vector<std::string>{"CAP LS 302\r\n"});
  CHECK(kept_of(bot) == "nothing");
}

TEST_CASE("where there is no TLS the server is asked anew", "[irc][sts]") {
  opening_bot bot;
  // Says that TLS is where nobody listens.
  scripted_server liar(bot.io, scripted_server::welcoming("sts=port=1"));
  session_options who;
  who.password = "open-sesame";
  connection_options options(connect_options("127.0.0.1", liar.port()), std::move(who));
  options.upgrade = mynah::net::tls_context::make().value();
  for (std::size_t i = 1; i <= 2; ++i) {
    CHECK_THAT(bot.open(options), ContainsSubstring("127.0.0.1:1"));
    CHECK_FALSE(is_permanent(bot.refused->code()));
    REQUIRE(liar.heard.size() == i);
    CHECK(liar.heard.back() == "CAP LS 302\r\n");
  }
}

TEST_CASE("asked for later, TLS is used from the next connection on", "[irc][sts]") {
  opening_bot bot;
  network test(bot);
  auto script = scripted_server::welcoming("batch");
  script.emplace_back("PRIVMSG", "CAP mynah NEW :sts=port=" + std::to_string(test.secure.port()));
  scripted_server late(bot.io, script);
  auto options = test.options();
  options.servers.front().port = late.port();
  CHECK(bot.open(options) == "online");
  auto say = [](connection& to) -> mynah::task<void> {
    const mynah::outgoing message(mynah::address("irc", "ann"), mynah::reply("hi"));
    (void)co_await to.send(message);
  };
  spawned saying(bot.io.get_executor(), say(*bot.opened));
  CHECK(run_until(bot.io, [&] { return bot.opened->ended(); }));
  CHECK(run_until(bot.io, [&] { return saying.done(); }));
  CHECK(bot.open(options) == "online");
  CHECK(late.heard.size() == 1);
  CHECK(test.secure.heard.size() == 1);
}
