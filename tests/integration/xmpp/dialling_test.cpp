// SPDX-License-Identifier: Apache-2.0
// Where the server of a domain is: as DNS says, and as a server says.
#include <chrono>
#include <thread>

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/write.hpp>

#include "catch.hpp"
#include "dialling.hpp"
#include "loopback.hpp"
#include "manual_clock.hpp"
#include "net/srv.hpp"
#include "spawned.hpp"
#include "xmpp_bot.hpp"

using namespace mynah_test;
using boost::asio::ip::tcp;
using mynah::task;
using mynah::net::resolve_srv;

namespace {

task<void> ask_ready(std::string server, bool& ready) {
  const std::vector<std::string> servers = {server};
  const auto got = co_await resolve_srv("_ready._tcp", "bots.test", servers);
  ready = got.has_value() && !got->targets.empty();
}

/// Debian package dnsmasq-base, with a zone `bots.test`.
class name_server {
 public:
  explicit name_server(const std::vector<std::string>& records) : port_(free_port()) {
    std::vector<std::string> arguments = {"/usr/sbin/dnsmasq",
                                          "--no-daemon",
                                          "--conf-file=/dev/null",
                                          "--no-hosts",
                                          "--no-resolv",
                                          "--listen-address=127.0.0.1",
                                          "--bind-interfaces",
                                          "--pid-file",
                                          "--local=/test/",
                                          "--port=" + std::to_string(port_),
                                          "--srv-host=_ready._tcp.bots.test,localhost,1"};
    arguments.insert(arguments.end(), records.begin(), records.end());
    process_.emplace(arguments, directory_.file("output"));
    const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(20);
    bool ready = false;
    while (!ready) {
      boost::asio::io_context io;
      spawned asking(io.get_executor(), ask_ready(address(), ready));
      REQUIRE(run_until(io, [&] { return asking.done(); }));
      REQUIRE(process_->running());
      REQUIRE(std::chrono::steady_clock::now() < deadline);
    }
  }

  [[nodiscard]] std::string address() const { return "127.0.0.1:" + std::to_string(port_); }

 private:
  temp_directory directory_;
  std::uint16_t port_;
  std::optional<child_process> process_;
};

std::string srv(const std::string& service, std::uint16_t port, int priority) {
  return "--srv-host=_" + service + "._tcp.bots.test,localhost," + std::to_string(port) + "," +
         std::to_string(priority) + ",0";
}

task<void> dial(mynah::clock& clock, mynah::xmpp::connection_options options,
                std::string& outcome) {
  mynah::xmpp::negotiation how(options.login);
  const auto got = co_await mynah::xmpp::dial(clock, mynah::logger(), options, how);
  outcome = got.has_value() ? got->peer : "failed: " + got.error().describe();
}

// Which server the bot comes to.
std::string dialled(const prosody& server, const name_server& names) {
  mynah::xmpp::negotiation_options login(*mynah::xmpp::jid::parse("bot@bots.test/here"));
  login.password = "bot-secret";
  login.mechanisms = {"SCRAM-SHA-256"};
  mynah::xmpp::connection_options options(
      login, mynah::net::tls_context::make(mynah::net::tls_options(server.ca_file())).value());
  options.dns_servers = {names.address()};
  boost::asio::io_context io;
  manual_clock clock;
  std::string outcome;
  spawned dialling(io.get_executor(), dial(clock, options, outcome));
  REQUIRE(run_until(io, [&] { return dialling.done(); }));
  dialling.check();
  return outcome;
}

/// A server that sends everybody elsewhere.
class elsewhere {
 public:
  explicit elsewhere(std::string address)
      : acceptor_(io_, {boost::asio::ip::address_v4::loopback(), 0}),
        thread_([this, address = std::move(address)] { serve(address); }) {}
  elsewhere(const elsewhere&) = delete;
  elsewhere& operator=(const elsewhere&) = delete;
  ~elsewhere() {
    boost::system::error_code ignored;
    // Wakes the thread, which then finds that it is over.
    over_ = true;
    boost::asio::io_context io;
    tcp::socket(io).connect(acceptor_.local_endpoint(), ignored);
    thread_.join();
  }

  [[nodiscard]] std::uint16_t port() const { return acceptor_.local_endpoint().port(); }

 private:
  void serve(const std::string& address) {
    while (true) {
      tcp::socket guest = acceptor_.accept();
      if (over_) return;
      boost::system::error_code ignored;
      std::array<char, 4096> said{};
      guest.read_some(boost::asio::buffer(said), ignored);
      boost::asio::write(
          guest,
          boost::asio::buffer(
              "<stream:stream xmlns='jabber:client' "
              "xmlns:stream='http://etherx.jabber.org/streams' id='1' version='1.0'><stream:error>"
              "<see-other-host xmlns='urn:ietf:params:xml:ns:xmpp-streams'>" +
              address + "</see-other-host></stream:error></stream:stream>"),
          ignored);
    }
  }

  boost::asio::io_context io_;
  tcp::acceptor acceptor_;
  std::atomic<bool> over_ = false;
  std::thread thread_;
};

}  // namespace

TEST_CASE("DNS tells where the server is", "[xmpp][dialling]") {
  const prosody server;
  SECTION("with STARTTLS") {
    const name_server names({srv("xmpp-client", server.port(), 0)});
    CHECK(dialled(server, names) == "localhost:" + std::to_string(server.port()));
  }
  SECTION("with direct TLS, where that comes first") {
    const name_server names(
        {srv("xmpp-client", server.port(), 10), srv("xmpps-client", server.tls_port(), 5)});
    CHECK(dialled(server, names) == "localhost:" + std::to_string(server.tls_port()));
  }
  SECTION("and where else, if nobody is there") {
    const name_server names(
        {srv("xmpp-client", free_port(), 0), srv("xmpp-client", server.port(), 10)});
    CHECK(dialled(server, names) == "localhost:" + std::to_string(server.port()));
  }
  SECTION("or that there is none") {
    const name_server names(
        {"--srv-host=_xmpp-client._tcp.bots.test", "--srv-host=_xmpps-client._tcp.bots.test"});
    CHECK_THAT(dialled(server, names), ContainsSubstring("the domain says that it has no XMPP"));
  }
}

TEST_CASE("a server sends the bot elsewhere", "[xmpp][dialling]") {
  const prosody server;
  SECTION("and it goes there") {
    const elsewhere first("127.0.0.1:" + std::to_string(server.port()));
    auto settings = account_on(server);
    settings["port"] = std::to_string(first.port());
    xmpp_bot bot(settings, {ping()});
    bot.wait_for_log("the server sends us elsewhere");
    bot.wait_until_online();
    slixmpp_client ada = client_of(server, "ada");
    ada.say("bot@bots.test", "!ping");
    ada.wait_for_message("pong");
  }
  SECTION("but not for ever") {
    // From one to the other and back.
    const std::uint16_t nobody = free_port();
    const elsewhere first("127.0.0.1:" + std::to_string(nobody));
    const elsewhere second("127.0.0.1:" + std::to_string(first.port()));
    auto settings = account_on(server);
    settings["port"] = std::to_string(second.port());
    xmpp_bot bot(settings, {ping()});
    bot.wait_for_log("not connected; trying again");
    CHECK_THAT(bot.log(), !ContainsSubstring("bot-secret"));
  }
}
