// SPDX-License-Identifier: Apache-2.0
// Files, on Prosody and ejabberd (XEP-0363).
#include <mynah/async_command.hpp>
#include <mynah/bot_view.hpp>
#include <mynah/xmpp/network.hpp>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>

#include "catch.hpp"
#include "manual_clock.hpp"
#include "net/http_client.hpp"
#include "slixmpp_client.hpp"
#include "spawned.hpp"
#include "xmpp_bot.hpp"

using mynah_test::account_on;
using mynah_test::ejabberd;
using mynah_test::prosody;
using mynah_test::slixmpp_client;
using mynah_test::xmpp_bot;

namespace {

mynah::command_ptr uploading() {
  mynah::command_spec spec("put", "");
  spec.parameter(mynah::parameter::integer("size"));
  return mynah::make_command(
      std::move(spec), [](mynah::async_context& ctx) -> mynah::task<std::string> {
        const auto xmpp = mynah::xmpp::network::of(ctx.bot(), ctx.event().from.input);
        const std::string bytes(static_cast<std::size_t>(ctx.args().integer("size")), 'x');
        const auto done = co_await xmpp->upload("a/b c.txt", "text/plain", bytes);
        co_return done.has_error() ? "failed: " + done.error().describe() : *done;
      });
}

mynah::task<void> fetch(mynah::clock& clock, std::string url, mynah::net::tls_context tls,
                        mynah::net::http_response& into) {
  mynah::net::http_limits limits;
  limits.body_bytes = 200'000;
  auto got =
      co_await mynah::net::send_http(clock, mynah::net::http_request("GET", url), tls, limits);
  into = std::move(got).value();
}

}  // namespace

TEMPLATE_TEST_CASE("a file is put where others can get it", "[xmpp][upload]", prosody, ejabberd) {
  mynah_test::options_of<TestType> options;
  options.keeps_files = true;
  const TestType server(options);
  xmpp_bot bot(account_on(server), {uploading()});
  bot.wait_for_log("xmpp: online");
  slixmpp_client ada(server.port(), server.ca_file(), "ada@bots.test/there", "ada-secret");
  ada.say("bot@bots.test", "put 90000");
  const std::string url = ada.wait_for({{"event", "message"}, {"type", "chat"}})["body"];
  INFO(url);
  REQUIRE(url.starts_with("https://127.0.0.1:" + std::to_string(server.https_port()) + "/"));
  CHECK(url.find("a/b") == std::string::npos);

  boost::asio::io_context io;
  mynah_test::manual_clock clock;
  const auto tls = mynah::net::tls_context::make(mynah::net::tls_options(server.ca_file())).value();
  mynah::net::http_response got;
  mynah_test::spawned getting(io.get_executor(), fetch(clock, url, tls, got));
  REQUIRE(mynah_test::run_until(io, [&] { return getting.done(); }));
  CHECK(got.status == 200);
  CHECK(got.body == std::string(90000, 'x'));
  CHECK(got.field("content-type") == "text/plain");

  ada.say("bot@bots.test", "put 100001");
  const std::string refused = ada.wait_for({{"event", "message"}, {"type", "chat"}})["body"];
  CHECK(refused.find("100000 at most") != std::string::npos);
}

TEST_CASE("without a service there is no place for files", "[xmpp][upload]") {
  const prosody server;
  xmpp_bot bot(account_on(server), {uploading()});
  bot.wait_for_log("xmpp: online");
  slixmpp_client ada(server.port(), server.ca_file(), "ada@bots.test/there", "ada-secret");
  ada.say("bot@bots.test", "put 10");
  const std::string refused = ada.wait_for({{"event", "message"}, {"type", "chat"}})["body"];
  CHECK(refused.find("no service for files") != std::string::npos);
}
