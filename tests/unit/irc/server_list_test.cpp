// SPDX-License-Identifier: Apache-2.0
// A list of servers: which failures go on with the next one, and which are for all of them.
#include <boost/asio/post.hpp>

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

connection_options options_for(const std::vector<std::uint16_t>& ports) {
  std::vector<connect_options> servers;
  for (const std::uint16_t port : ports) servers.emplace_back("127.0.0.1", port);
  session_options who;
  who.password = "open-sesame";
  connection_options options(std::move(servers), std::move(who));
  options.interval = 0ms;
  return options;
}

// A port that refuses connections: bound, and nobody listens.
class dead_port {
 public:
  explicit dead_port(boost::asio::io_context& io)
      : socket_(io, boost::asio::ip::tcp::endpoint(boost::asio::ip::address_v4::loopback(), 0)) {}
  [[nodiscard]] std::uint16_t port() const { return socket_.local_endpoint().port(); }

 private:
  boost::asio::ip::tcp::socket socket_;
};

scripted_server::script refusing(const std::string& line) {
  return {{"CAP LS", line}};
}

std::string name(errc code) {
  return make_error_code(code).message();
}

}  // namespace

TEST_CASE("a server that is away is passed over, every time anew", "[irc][connection]") {
  opening_bot bot;
  const dead_port dead(bot.io);
  scripted_server alive(bot.io, scripted_server::welcoming("batch"));
  CHECK(bot.open(options_for({dead.port(), alive.port()})) == "online");
  CHECK_THAT(bot.opened->describe(), ContainsSubstring(std::to_string(alive.port())));
  CHECK(bot.open(options_for({alive.port(), dead.port()})) == "online");
  CHECK(alive.heard.size() == 2);
}

TEST_CASE("a server that lets nobody in now is passed over", "[irc][connection]") {
  opening_bot bot;
  scripted_server full(bot.io, refusing("ERROR :Closing link: too many connections"));
  scripted_server alive(bot.io, scripted_server::welcoming("batch"));
  CHECK(bot.open(options_for({full.port(), alive.port()})) == "online");
  CHECK(full.heard.size() == 1);
}

TEST_CASE("a server that does not answer is passed over in time", "[irc][connection]") {
  opening_bot bot;
  scripted_server mute(bot.io, {});
  scripted_server alive(bot.io, scripted_server::welcoming("batch"));
  auto options = options_for({mute.port(), alive.port()});
  options.registration_limit = 1ms;
  // The limit is real only on a clock that moves: the first server's login, and not the second's.
  auto move = [](opening_bot& of, scripted_server& silent) -> mynah::task<void> {
    while (silent.heard.empty() || silent.heard.back().empty()) {
      co_await boost::asio::post(of.io, boost::asio::use_awaitable);
    }
    of.clock->advance(1ms);
  };
  spawned moving(bot.io.get_executor(), move(bot, mute));
  CHECK(bot.open(options) == "online");
  CHECK(mute.heard.size() == 1);
}

TEST_CASE("a refused password is not shown to the next server", "[irc][connection]") {
  opening_bot bot;
  const char* const line =
      GENERATE(":irc.test 464 * :Password incorrect", ":irc.test 465 * :You are banned");
  scripted_server first(bot.io, refusing(line));
  scripted_server second(bot.io, scripted_server::welcoming("batch"));
  CHECK_THAT(bot.open(options_for({first.port(), second.port()})),
             ContainsSubstring("logging in at 127.0.0.1:" + std::to_string(first.port())));
  CHECK(is_permanent(bot.refused->code()));
  CHECK(second.heard.empty());
}

TEST_CASE("when no server is left the bot tries again later", "[irc][connection]") {
  opening_bot bot;
  const dead_port one(bot.io);
  const dead_port two(bot.io);
  CHECK_THAT(bot.open(options_for({one.port(), two.port()})),
             ContainsSubstring("|connecting to 127.0.0.1:" + std::to_string(two.port())));
  CHECK_FALSE(is_permanent(bot.refused->code()));
  scripted_server full(bot.io, refusing("ERROR :Trying to reconnect too fast"));
  CHECK_THAT(bot.open(options_for({full.port(), two.port()})),
             ContainsSubstring(name(errc::throttled)));
  CHECK(bot.clock->timers() == 0);
}

TEST_CASE("a certificate that does not fit is passed over, never accepted", "[irc][connection]") {
  opening_bot bot;
  certificate_authority authority;
  scripted_server wrong(bot.io, scripted_server::welcoming("batch"),
                        authority.issue("DNS:elsewhere.test"));
  scripted_server right(bot.io, scripted_server::welcoming("batch"),
                        authority.issue("IP:127.0.0.1"));
  auto options = options_for({wrong.port(), right.port()});
  const auto context =
      mynah::net::tls_context::make(mynah::net::tls_options(authority.file())).value();
  for (auto& each : options.servers) each.tls = context;
  CHECK(bot.open(options) == "online");
  CHECK_THAT(bot.opened->describe(), ContainsSubstring(", TLS 1.3, nick mynah, 0 channels"));
  REQUIRE(wrong.heard.size() == 1);
  CHECK(wrong.heard[0].empty());
  options.servers.pop_back();
  CHECK_THAT(bot.open(options), ContainsSubstring(name(errc::certificate_rejected)));
}
