// SPDX-License-Identifier: Apache-2.0
// Strict transport security: what a server may tell, what the session makes of it, what is kept.
#include "sts.hpp"

#include <boost/asio/io_context.hpp>

#include "catch.hpp"
#include "manual_clock.hpp"
#include "session_script.hpp"
#include "spawned.hpp"
#include "sts_policies.hpp"

using mynah::errc;
using mynah::task;
using namespace mynah::irc;
using namespace mynah_test;
using namespace std::chrono_literals;

namespace {

session_options without_tls() {
  session_options options;
  options.secure = false;
  options.password = "open-sesame";
  return options;
}

const texts introduction = {"^PASS :open-sesame", "^NICK mynah", "^USER mynah 0 * :mynah"};

texts joined(texts one, const texts& other) {
  one.insert(one.end(), other.begin(), other.end());
  return one;
}

/// Policies with a store of their own, and with one that survives them.
class kept {
 public:
  std::string port_of(const std::string& host) {
    sts_policies policies(store, clock, mynah::logger());
    std::string found = "no answer";
    auto look = [](sts_policies& in, std::string name, std::string& out) -> task<void> {
      const auto port = co_await in.port_of(std::move(name));
      if (port.has_error()) {
        out = port.error().message();
      } else {
        out = *port ? std::to_string(**port) : "none";
      }
    };
    spawned looking(io.get_executor(), look(policies, host, found));
    CHECK(run_until(io, [&] { return looking.done(); }));
    return found;
  }

  boost::asio::io_context io;
  std::shared_ptr<manual_clock> clock = std::make_shared<manual_clock>();
  std::shared_ptr<mynah::store> store = mynah::make_memory_store(clock);
  sts_policies policies{store, clock, mynah::logger()};
};

}  // namespace

TEST_CASE("values of sts", "[irc][sts]") {
  class row {
   public:
    const char* value;
    int port;
    long duration;  // -1: none
  };
  const std::vector<row> rows = {
      {"port=6697", 6697, -1},
      {"duration=2592000,port=6697", 6697, 2592000},
      {"port=6697,duration=0,preload", 6697, 0},
      {"unknown=x,,=,port=1", 1, -1},
      {"duration=99999999999999999999999", 0, 10L * 366 * 24 * 60 * 60},
      {"", 0, -1},
      {"port", 0, -1},
      {"port=", 0, -1},
      {"port=0", 0, -1},
      {"port=65536", 0, -1},
      {"port=-1,duration=-1", 0, -1},
      {"port=+5,duration= 5", 0, -1},
      {"port=66x,duration=1h", 0, -1},
      {"PORT=6697", 0, -1},
  };
  for (const row& each : rows) {
    CAPTURE(each.value);
    const sts_offer got = sts_offer::parse(each.value);
    CHECK(got.port.value_or(0) == each.port);
    CHECK(got.duration.value_or(-1s).count() == each.duration);
  }
}

TEST_CASE("without TLS the password waits for the list of capabilities", "[irc][session][sts]") {
  session_script script(without_tls());
  CHECK(script.sent() == texts{"^CAP LS 302"});
  SECTION("which says nothing of TLS") {
    script.server({"CAP * LS * :batch"});
    CHECK(script.sent() == texts{});
    script.server({"CAP * LS :sasl"});
    CHECK(script.sent() == joined(introduction, {"^CAP REQ :batch"}));
  }
  SECTION("which is not known to the server") {
    script.server({":irc.test 421 * CAP :Unknown command"});
    CHECK(script.sent() == introduction);
  }
  SECTION("nor anything before the login") {
    script.server({":irc.test 451 * :You have not registered"});
    CHECK(script.sent() == introduction);
  }
  SECTION("which never comes") {
    script.server({":irc.test NOTICE * :*** Looking up your hostname"});
    script.advance(4s);
    CHECK(script.sent() == texts{});
    script.advance(1s);
    CHECK(script.sent() == introduction);
    script.server({"CAP * LS :batch"});
    CHECK(script.sent() == texts{"^CAP REQ :batch"});
  }
  SECTION("which asks for TLS") {
    const char* const line = GENERATE("CAP * LS :sts=port=6697", "CAP * LS * :sts=port=6697,x=y",
                                      "CAP * LS :batch sasl=PLAIN sts=duration=5,port=6697");
    script.server({line, ":irc.test PING x", "CAP * LS :batch"});
    CHECK(script.sent() == texts{});
    REQUIRE(script.talking.failed());
    CHECK(script.talking.failed()->code() == errc::closed);
    CHECK(script.talking.sts().port == 6697);
    CHECK(script.talking.next_tick() == session::time_point::max());
  }
  SECTION("which asks for nonsense") {
    script.server({"CAP * LS :sts=port=0"});
    CHECK(script.sent() == joined(introduction, {"^CAP END"}));
    CHECK_FALSE(script.talking.sts().port);
  }
}

TEST_CASE("without TLS and password nothing waits", "[irc][session][sts]") {
  session_options options = without_tls();
  options.password.clear();
  session_script script(options);
  CHECK(script.sent() == texts{"^CAP LS 302", "^NICK mynah", "^USER mynah 0 * :mynah"});
}

TEST_CASE("the account's password stays here when TLS is asked for", "[irc][session][sts]") {
  session_options options = without_tls();
  options.sasl.user = "user";
  options.sasl.password = "pencil";
  options.sasl.mechanisms = {"PLAIN"};
  options.sasl.plain_without_tls = true;
  session_script script(options);
  (void)script.sent();
  SECTION("at once") {
    script.server({"CAP * LS :sasl sts=port=6697", "CAP * ACK :sasl", "AUTHENTICATE +"});
  }
  SECTION("by a server that first pretended not to know CAP") {
    script.server({":irc.test 421 * CAP :Unknown command", "CAP * LS :sasl sts=port=6697"});
  }
  CHECK(script.sent() == texts{});
  CHECK(script.talking.failed());
}

TEST_CASE("TLS may be asked for later, too", "[irc][session][sts]") {
  session_options options;
  options.secure = false;
  session_script script(options);
  script.log_in();
  script.server({":irc.test CAP mynah NEW :sts=port=6697"});
  CHECK(script.talking.sts().port == 6697);
  CHECK(script.talking.failed());
}

TEST_CASE("within TLS only the duration counts, and nothing is asked for", "[irc][session][sts]") {
  session_script script;
  (void)script.sent();
  script.server({"CAP * LS :sts=port=1,duration=2592000"});
  CHECK(script.sent() == texts{"^CAP END"});
  CHECK_FALSE(script.talking.failed());
  CHECK_FALSE(script.talking.sts().port);
  CHECK(script.talking.sts().duration == 2592000s);
  script.server({"CAP mynah DEL :sts"});
  CHECK(script.talking.sts().duration == 2592000s);
  script.server({"CAP mynah NEW :sts=duration=0"});
  CHECK(script.talking.sts().duration == 0s);
}

TEST_CASE("policies are kept, run out, and are taken back", "[irc][sts]") {
  kept test;
  CHECK(test.port_of("irc.test") == "none");
  test.policies.keep("irc.test", 6697, 100s);
  test.policies.keep("other.test", 7000, 1000s);
  CHECK(test.port_of("irc.test") == "6697");
  CHECK(test.port_of("IRC.Test.") == "6697");
  CHECK(test.port_of("irc.test.example") == "none");
  test.clock->advance(99s);
  CHECK(test.port_of("irc.test") == "6697");
  test.clock->advance(1s);
  CHECK(test.port_of("irc.test") == "none");
  CHECK(test.port_of("other.test") == "7000");
  test.policies.keep("other.test", 7000, 0s);
  CHECK(test.port_of("other.test") == "none");
}

TEST_CASE("what cannot be read is no policy", "[irc][sts]") {
  kept test;
  const char* const text = GENERATE("", "6697", "0 99999999", "70000 99999999", "x 1", "6697 1x");
  test.store->write([&](mynah::transaction& tx) { tx.put("irc.sts", "irc.test", text); });
  CHECK(test.port_of("irc.test") == "none");
}

TEST_CASE("a store that does not answer leaves nothing decided", "[irc][sts]") {
  class silent final : public mynah::store {
   public:
    void open() override {}
    void submit(work, done) override {}
    void submit_reading(work, done then) override { waiting = std::move(then); }
    done waiting;
  };
  class broken final : public mynah::store {
   public:
    void open() override {}
    void submit(work, done) override {}
    void submit_reading(work, done then) override {
      then(std::make_exception_ptr(
          mynah::store_error(mynah::store_problem::full, "the disk is full")));
    }
  };
  kept test;
  test.store = std::make_shared<broken>();
  CHECK_THAT(test.port_of("irc.test"), ContainsSubstring("(STS): the disk is full"));

  const auto mute = std::make_shared<silent>();
  sts_policies policies(mute, test.clock, mynah::logger());
  std::string found;
  auto look = [](sts_policies& in, std::string& out) -> task<void> {
    const auto port = co_await in.port_of("irc.test");
    if (port.has_error()) out = port.error().describe();
  };
  spawned looking(test.io.get_executor(), look(policies, found));
  settle(test.io);
  test.clock->advance(10s);
  CHECK(run_until(test.io, [&] { return looking.done(); }));
  CHECK_THAT(found, ContainsSubstring("irc.test is for TLS only (STS)"));
  // An answer that comes too late is no harm.
  mute->waiting(nullptr);
  settle(test.io);
}

TEST_CASE("a wish for TLS counts once", "[irc][sts]") {
  kept test;
  CHECK_FALSE(test.policies.take_asked("irc.test"));
  test.policies.ask_for_tls("irc.test", 6697);
  CHECK_FALSE(test.policies.take_asked("other.test"));
  CHECK(test.policies.take_asked("IRC.test") == 6697);
  CHECK_FALSE(test.policies.take_asked("irc.test"));
}
