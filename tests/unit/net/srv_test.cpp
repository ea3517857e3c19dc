// SPDX-License-Identifier: Apache-2.0
// SRV records, asked of a real name server and of one that is written down here.
#include "net/srv.hpp"

#include <algorithm>
#include <array>
#include <chrono>
#include <memory>
#include <optional>
#include <thread>

#include <boost/asio/ip/udp.hpp>
#include <boost/asio/use_awaitable.hpp>

#include "catch.hpp"
#include "child_process.hpp"
#include "manual_clock.hpp"
#include "net/with_deadline.hpp"
#include "spawned.hpp"
#include "temp_directory.hpp"

using boost::asio::ip::udp;
using mynah::errc;
using mynah::task;
using mynah::net::resolve_srv;
using mynah::net::srv_records;
using mynah::net::srv_target;
using namespace mynah_test;
using namespace std::chrono_literals;

namespace {

using servers = std::vector<std::string>;

udp::endpoint free_address() {
  boost::asio::io_context io;
  return udp::socket(io, {boost::asio::ip::address_v4::loopback(), 0}).local_endpoint();
}

std::string text_of(const udp::endpoint& address) {
  return address.address().to_string() + ":" + std::to_string(address.port());
}

// "5 10 5223 xmpp.test|..." in a fixed order; "not offered", "none", or the failure.
std::string described(const mynah::result<srv_records>& got) {
  if (!got) return got.error().code().message() + "|" + got.error().message();
  if (got->not_offered) return "not offered";
  if (got->targets.empty()) return "none";
  std::vector<std::string> lines;
  for (const srv_target& each : got->targets) {
    lines.push_back(std::to_string(each.priority) + " " + std::to_string(each.weight) + " " +
                    std::to_string(each.port) + " " + each.host + "|");
    CHECK(each.service == "_xmpp-client._tcp");
  }
  std::sort(lines.begin(), lines.end());
  std::string text;
  for (const std::string& each : lines) text += each;
  return text;
}

task<void> ask(std::string domain, servers of, std::string& outcome) {
  const auto got = co_await resolve_srv("_xmpp-client._tcp", std::move(domain), std::move(of));
  outcome = described(got);
}

task<void> ask_for(mynah::clock& clock, std::string domain, servers of, std::string& outcome) {
  const auto got = co_await mynah::net::with_deadline(
      clock, 10s, resolve_srv("_xmpp-client._tcp", std::move(domain), std::move(of)), "looking");
  outcome = described(got);
}

std::string answer(const std::string& domain, const servers& of) {
  boost::asio::io_context io;
  std::string outcome;
  spawned asking(io.get_executor(), ask(domain, of, outcome));
  CHECK(run_until(io, [&] { return asking.done(); }));
  asking.check();
  return outcome;
}

// Debian package dnsmasq-base. It knows what is said on its command line, and nothing else.
class dnsmasq {
 public:
  explicit dnsmasq(const std::vector<std::string>& records) : address_(free_address()) {
    std::vector<std::string> arguments = {
        // Not in the PATH of everybody.
        "/usr/sbin/dnsmasq", "--no-daemon", "--conf-file=/dev/null", "--no-hosts", "--no-resolv",
        "--listen-address=127.0.0.1", "--bind-interfaces", "--pid-file",
        "--port=" + std::to_string(address_.port()),
        // Names below it that it does not know do not exist.
        "--local=/test/", "--txt-record=_ready.test,yes"};
    arguments.insert(arguments.end(), records.begin(), records.end());
    process_.emplace(arguments, directory_.file("output"));
    const auto deadline = std::chrono::steady_clock::now() + 20s;
    while (answer("ready.test", {server()}) != "none") {
      REQUIRE(process_->running());
      REQUIRE(std::chrono::steady_clock::now() < deadline);
      std::this_thread::sleep_for(5ms);
    }
  }

  [[nodiscard]] std::string server() const { return text_of(address_); }

 private:
  temp_directory directory_;
  udp::endpoint address_;
  std::optional<child_process> process_;
};

// Answers one question with these targets, as the labels of their names.
class scripted {
 public:
  using labels = std::vector<std::string>;

  explicit scripted(boost::asio::io_context& io)
      : socket_(io, {boost::asio::ip::address_v4::loopback(), 0}) {}

  [[nodiscard]] std::string server() const { return text_of(socket_.local_endpoint()); }

  /// Port 5222 unless another is given.
  task<void> serve(std::vector<labels> targets, unsigned char port_low = 0x66) {
    std::array<char, 512> question{};
    udp::endpoint from;
    const std::size_t size = co_await socket_.async_receive_from(boost::asio::buffer(question),
                                                                 from, boost::asio::use_awaitable);
    std::string reply(question.data(), size);
    reply[2] = '\x81';  // an answer
    reply[3] = '\x80';
    reply[7] = static_cast<char>(targets.size());
    // What comes behind the question is not repeated.
    reply[11] = 0;
    reply.resize(reply.find('\0', 12) + 5);
    for (const labels& target : targets) {
      std::string data{
          '\0', '\x05', '\0', '\x0A', port_low == 0 ? '\0' : '\x14', static_cast<char>(port_low)};
      for (const std::string& label : target) data += static_cast<char>(label.size()) + label;
      data += '\0';
      reply.append({'\xC0', '\x0C', '\0', '\x21', '\0', '\x01', '\0', '\0', '\0', '\x3C', '\0',
                    static_cast<char>(data.size())});
      reply += data;
    }
    co_await socket_.async_send_to(boost::asio::buffer(reply), from, boost::asio::use_awaitable);
  }

  /// Says something that is no answer.
  task<void> babble() {
    std::array<char, 512> question{};
    udp::endpoint from;
    const std::size_t size = co_await socket_.async_receive_from(boost::asio::buffer(question),
                                                                 from, boost::asio::use_awaitable);
    std::string reply(question.data(), size);
    reply[2] = '\x81';
    reply[3] = '\x80';
    reply[7] = '\x09';
    co_await socket_.async_send_to(boost::asio::buffer(reply), from, boost::asio::use_awaitable);
  }

 private:
  udp::socket socket_;
};

std::string scripted_answer(const std::vector<scripted::labels>& targets,
                            unsigned char port_low = 0x66) {
  boost::asio::io_context io;
  scripted server(io);
  std::string outcome;
  spawned serving(io.get_executor(), server.serve(targets, port_low));
  spawned asking(io.get_executor(), ask("chat.test", {server.server()}, outcome));
  CHECK(run_until(io, [&] { return asking.done(); }));
  return outcome;
}

}  // namespace

TEST_CASE("a name server tells where a service is", "[net][srv]") {
  std::vector<std::string> records = {
      "--srv-host=_xmpp-client._tcp.chat.test,one.chat.test,5222,5,10",
      "--srv-host=_xmpp-client._tcp.chat.test,two.chat.test,443,20,0",
      "--srv-host=_xmpps-client._tcp.chat.test,one.chat.test,5223,5,10",
      // Without a host: not here.
      "--srv-host=_xmpp-client._tcp.none.test", "--txt-record=_xmpp-client._tcp.text.test,hello"};
  std::string many;
  for (int i = 100; i < 140; ++i) {
    const std::string host = "server-with-a-long-name-" + std::to_string(i) + ".big.test";
    records.push_back("--srv-host=_xmpp-client._tcp.big.test," + host + ",5222,1,1");
    many += "1 1 5222 " + host + "|";
  }
  const dnsmasq server(records);
  const servers real = {server.server()};
  CHECK(answer("chat.test", real) == "20 0 443 two.chat.test|5 10 5222 one.chat.test|");
  CHECK(answer("chat.test.", real) == answer("chat.test", real));
  CHECK(answer("CHAT.test", real) == answer("chat.test", real));
  CHECK(answer("none.test", real) == "not offered");
  CHECK(answer("missing.test", real) == "none");
  CHECK(answer("text.test", real) == "none");
  // Too much for one datagram: it is asked for by TCP.
  CHECK(answer("big.test", real) == many);
  // Nobody told it whom to ask.
  CHECK_THAT(answer("chat.example", real),
             ContainsSubstring("looking up the SRV records of _xmpp-client._tcp.chat.example"));

  // Where one server is down, another is asked.
  const servers second = {text_of(free_address()), server.server()};
  CHECK(answer("none.test", second) == "not offered");
}

TEST_CASE("what is no name is not asked for", "[net][srv]") {
  for (const std::string& name :
       {std::string(), std::string("a b.test"), std::string("a\0.test", 7),
        std::string("k\xC3\xA4se.test"), std::string("a\\.test"), std::string(254, 'a'),
        std::string(64, 'a') + ".test", std::string("a..test")}) {
    CAPTURE(name);
    const std::string outcome = answer(name, {text_of(free_address())});
    CHECK_THAT(outcome,
               ContainsSubstring(make_error_code(boost::system::errc::invalid_argument).message()));
  }
  CHECK_THAT(answer("chat.test", {"nonsense"}), ContainsSubstring("looking up"));
}

TEST_CASE("hosts that are none are left out", "[net][srv]") {
  CHECK(scripted_answer({{"a", "test"}, {"b", "test"}}) == "5 10 5222 a.test|5 10 5222 b.test|");
  CHECK(scripted_answer({{"a test"}, {"b", "test"}, {"c;rm"}, {"d.e"}, {"\xC3\xA4"}}) ==
        "5 10 5222 b.test|");
  CHECK(scripted_answer({{std::string("a\0b", 3)}, {"c\nd"}}) == "none");
  CHECK(scripted_answer({{"a", "test"}}, 0) == "none");
  CHECK(scripted_answer({}) == "none");
  CHECK(scripted_answer({{}}) == "not offered");
  CHECK(scripted_answer({{}, {"a", "test"}}) == "5 10 5222 a.test|");
}

TEST_CASE("an answer that cannot be read is a failure", "[net][srv]") {
  boost::asio::io_context io;
  scripted server(io);
  std::string outcome;
  spawned serving(io.get_executor(), server.babble());
  spawned asking(io.get_executor(), ask("chat.test", {server.server()}, outcome));
  CHECK(run_until(io, [&] { return asking.done(); }));
  CHECK_THAT(outcome, ContainsSubstring(make_error_code(errc::protocol).message()));
}

TEST_CASE("a lookup can be given up", "[net][srv]") {
  manual_clock clock;
  std::string outcome;
  auto io = std::make_unique<boost::asio::io_context>();
  // It has a socket, and never reads.
  udp::socket silent(*io, {boost::asio::ip::address_v4::loopback(), 0});
  spawned asking(io->get_executor(),
                 ask_for(clock, "chat.test", {text_of(silent.local_endpoint())}, outcome));
  settle(*io);
  REQUIRE_FALSE(asking.done());
  SECTION("by time") {
    clock.advance(10s);
    CHECK(run_until(*io, [&] { return asking.done(); }));
    CHECK_THAT(outcome, ContainsSubstring(make_error_code(errc::timed_out).message()));
  }
  SECTION("by cancellation") {
    asking.cancel();
    CHECK(run_until(*io, [&] { return asking.done(); }));
    CHECK(asking.cancelled());
  }
  SECTION("by the end of everything") {
    silent.close();
    io.reset();
  }
  if (io) {
    // Nothing is left behind.
    settle(*io);
    CHECK(io->poll() == 0);
    CHECK(clock.timers() == 0);
  }
}

TEST_CASE("who is silent is asked again", "[net][srv]") {
  boost::asio::io_context io;
  udp::socket silent(io, {boost::asio::ip::address_v4::loopback(), 0});
  scripted server(io);
  std::string outcome;
  spawned serving(io.get_executor(), server.serve({{"a", "test"}}));
  spawned asking(io.get_executor(),
                 ask("chat.test", {text_of(silent.local_endpoint()), server.server()}, outcome));
  CHECK(run_until(io, [&] { return asking.done(); }));
  CHECK(outcome == "5 10 5222 a.test|");
}
