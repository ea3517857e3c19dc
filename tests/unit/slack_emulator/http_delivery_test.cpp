// SPDX-License-Identifier: Apache-2.0
#include <deque>
#include <mutex>
#include <thread>

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/beast/core.hpp>
#include <boost/beast/http.hpp>

#include "catch.hpp"
#include "emulator.hpp"

using namespace mynah_test::slack;
using namespace std::chrono_literals;
namespace asio = boost::asio;
namespace http = boost::beast::http;

namespace {

/// An app's server, which answers as told and keeps what it got.
class app_server {
 public:
  struct request {
    std::string body;
    std::string retry;
    std::string timestamp;
    std::string signature;
  };

  app_server() : acceptor_(io_, {asio::ip::address_v4::loopback(), 0}) {
    thread_ = std::thread([this] { run(); });
  }
  ~app_server() {
    stopping_ = true;
    boost::system::error_code ignored;
    asio::ip::tcp::socket knock(io_);
    knock.connect(acceptor_.local_endpoint(), ignored);
    knock.close(ignored);
    thread_.join();
  }

  std::string url() const {
    return "http://127.0.0.1:" + std::to_string(acceptor_.local_endpoint().port()) + "/slack";
  }
  void answer_next(int status, const std::string& body) {
    const std::lock_guard lock(mutex_);
    answers_.emplace_back(status, body);
  }
  std::vector<request> requests() {
    const std::lock_guard lock(mutex_);
    return requests_;
  }

 private:
  void run() {
    while (!stopping_) {
      asio::ip::tcp::socket socket(io_);
      boost::system::error_code error;
      acceptor_.accept(socket, error);
      if (error || stopping_) return;
      boost::beast::flat_buffer buffer;
      http::request<http::string_body> got;
      http::read(socket, buffer, got, error);
      if (error) continue;
      http::response<http::string_body> made;
      {
        const std::lock_guard lock(mutex_);
        const auto field = [&](const char* name) { return std::string(got[name]); };
        requests_.push_back({got.body(), field("x-slack-retry-num"),
                             field("x-slack-request-timestamp"), field("x-slack-signature")});
        if (!answers_.empty()) {
          made.result(static_cast<unsigned>(answers_.front().first));
          made.body() = answers_.front().second;
          answers_.pop_front();
        } else {
          const json body = json::parse(got.body(), nullptr, false);
          if (body.is_object() && body.contains("challenge")) made.body() = body["challenge"];
        }
      }
      made.keep_alive(false);
      made.prepare_payload();
      http::write(socket, made, error);
    }
  }

  asio::io_context io_;
  asio::ip::tcp::acceptor acceptor_;
  std::atomic<bool> stopping_ = false;
  std::mutex mutex_;
  std::deque<std::pair<int, std::string>> answers_;
  std::vector<request> requests_;
  std::thread thread_;
};

class scene {
 public:
  static options manual() {
    options how;
    how.manual_time = true;
    return how;
  }
  static new_app by_http(const app_server& server) {
    new_app made;
    made.socket_mode = false;
    made.events_url = server.url();
    return made;
  }

  app_server server;
  emulator slack{manual()};
  small_world world{slack, by_http(server)};
};

}  // namespace

TEST_CASE("an events URL is verified by its challenge", "[slack emulator]") {
  scene s;
  CHECK(s.slack.verify_url(s.world.app.app_id).status == 200);
  s.server.answer_next(200, "something else");
  CHECK(s.slack.verify_url(s.world.app.app_id).status == 0);
}

TEST_CASE("failed events are posted again, saying so", "[slack emulator]") {
  scene s;
  s.server.answer_next(500, "");
  s.server.answer_next(500, "");
  s.slack.post(s.world.general, s.world.alice, "hi");
  CHECK(s.slack.wait_until([&] { return s.server.requests().size() == 2; }));
  CHECK(s.server.requests()[0].retry.empty());
  CHECK(s.server.requests()[1].retry == "1");
  CHECK(s.server.requests()[0].body == s.server.requests()[1].body);
  CHECK(s.server.requests()[0].signature.starts_with("v0="));
  CHECK(s.slack.deliveries().pending == 1);
  // The second answer must have been read before time moves on.
  CHECK(s.slack.wait_until([&] {
    s.slack.advance(60s);
    return s.server.requests().size() == 3;
  }));
  CHECK(s.slack.wait_until([&] { return s.slack.deliveries().acknowledged == 1; }));
  CHECK(s.server.requests()[2].retry == "2");
}

TEST_CASE("a command and its answer travel by HTTP", "[slack emulator]") {
  scene s;
  s.server.answer_next(200, "at once");
  const interaction asked = s.slack.slash_command(s.world.app.app_id, s.world.general,
                                                  s.world.alice, "/deploy", "web & more");
  CHECK(s.slack.wait_until([&] { return s.slack.ephemerals().size() == 1; }));
  CHECK(s.slack.acknowledgement(asked.id)["payload"]["text"] == "at once");
  CHECK(s.server.requests()[0].body.find("text=web%20%26%20more") != std::string::npos);
}

TEST_CASE("signatures can be wrong on demand", "[slack emulator]") {
  scene s;
  signing wrong;
  wrong.wrong_signature = true;
  signing none;
  none.without_signature = true;
  CHECK(s.slack.post_signed(s.world.app.app_id, s.server.url(), "{}", "application/json").status ==
        200);
  CHECK(s.slack.post_signed(s.world.app.app_id, s.server.url(), "{}", "application/json", wrong)
            .status == 200);
  CHECK(s.slack.post_signed(s.world.app.app_id, s.server.url(), "{}", "application/json", none)
            .status == 200);
  const auto seen = s.server.requests();
  CHECK(seen[0].timestamp == seen[1].timestamp);
  CHECK(seen[0].signature != seen[1].signature);
  CHECK(seen[2].signature.empty());
}
