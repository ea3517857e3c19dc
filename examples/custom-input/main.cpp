// SPDX-License-Identifier: Apache-2.0
//
// An input of one's own: lines from a TCP connection on 127.0.0.1, one client after the other. Try
// it:
//
//     custom-input --lines-port=7000 &
//     nc 127.0.0.1 7000
#include <memory>
#include <string>
#include <utility>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/buffer.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/read_until.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>
#include <mynah/app.hpp>
#include <mynah/mynah.hpp>

namespace {

using boost::asio::ip::tcp;

constexpr auto no_throw = boost::asio::as_tuple(boost::asio::use_awaitable);
constexpr std::size_t longest_line = 4096;

// What `stream` opens: the listening socket, and the client that is served at the moment.
class line_conn final : public mynah::conn {
 public:
  line_conn(std::string input, std::string bot, tcp::acceptor& acceptor)
      : input_(std::move(input)),
        bot_(std::move(bot)),
        acceptor_(acceptor),
        client_(acceptor.get_executor()) {}

  mynah::task<mynah::result<mynah::event>> recv() override {
    while (true) {
      if (!client_.is_open()) {
        const auto [error] = co_await acceptor_.async_accept(client_, no_throw);
        if (error) co_return mynah::failure(error, "waiting for a client");
        received_.clear();
      }
      auto buffer = boost::asio::dynamic_buffer(received_, longest_line);
      const auto [error, size] =
          co_await boost::asio::async_read_until(client_, buffer, '\n', no_throw);
      if (error == boost::asio::error::operation_aborted) co_return mynah::failure(error);
      if (error) {
        client_.close();  // this one has left, or sends lines without end; the next one, please
        continue;
      }
      std::string line = received_.substr(0, size);
      received_.erase(0, size);
      while (line.ends_with('\n') || line.ends_with('\r')) line.pop_back();
      co_return said(std::move(line));
    }
  }

  mynah::task<mynah::result<mynah::receipt>> send(const mynah::outgoing& message) override {
    const std::string text = message.body.plain() + "\n";
    const auto [error, size] =
        co_await boost::asio::async_write(client_, boost::asio::buffer(text), no_throw);
    // The client may be gone: that concerns this message, not the input.
    if (error) co_return mynah::failure(mynah::errc::not_sent, "writing to the client");
    co_return mynah::receipt();
  }

  mynah::task<void> close() override {
    boost::system::error_code ignored;
    client_.close(ignored);
    co_return;
  }

 private:
  // Anybody on this machine can connect: nobody vouches for who speaks, so no grant matches.
  [[nodiscard]] mynah::event said(std::string line) const {
    mynah::event made(
        mynah::event_type::message, mynah::address(input_, "client", "client", "", true),
        mynah::principal(input_, "client", mynah::assurance::unverified), std::move(line));
    made.to = bot_;
    return made;
  }

  std::string input_;
  std::string bot_;
  tcp::acceptor& acceptor_;
  tcp::socket client_;
  std::string received_;
};

class line_input final : public mynah::input {
 public:
  explicit line_input(const mynah::input_environment& environment)
      : environment_(environment), acceptor_(environment.executor) {}

  void init(const mynah::settings& values) override {
    port_ = static_cast<unsigned short>(values.integer("port"));
  }

  // The bot calls it again later if it fails: the port may be free then.
  mynah::task<mynah::result<void>> start() override {
    boost::system::error_code error;
    const tcp::endpoint here(boost::asio::ip::address_v4::loopback(), port_);
    acceptor_.close(error);
    acceptor_.open(here.protocol(), error);
    if (!error) acceptor_.set_option(tcp::acceptor::reuse_address(true), error);
    if (!error) acceptor_.bind(here, error);
    if (!error) acceptor_.listen(1, error);
    if (error) co_return mynah::failure(error, "listening on port " + std::to_string(port_));
    environment_.log.info("listening", {{"port", std::to_string(port_)}});
    co_return mynah::result<void>();
  }

  mynah::task<mynah::result<std::unique_ptr<mynah::conn>>> stream() override {
    std::unique_ptr<mynah::conn> opened =
        std::make_unique<line_conn>(environment_.name, environment_.bot.name(), acceptor_);
    co_return opened;
  }

  mynah::task<void> stop() override {
    boost::system::error_code ignored;
    acceptor_.close(ignored);
    co_return;
  }

 private:
  mynah::input_environment environment_;
  tcp::acceptor acceptor_;
  unsigned short port_ = 0;
};

}  // namespace

int main(int argc, char** argv) {
  mynah::app app("custom-input", "1.0");
  app.add(mynah::input_type("lines", "lines over TCP, from this machine only",
                            {mynah::flag("port", "port on 127.0.0.1", mynah::flag_type::integer)
                                 .fallback("7000")
                                 .range(1, 65535)},
                            [](const mynah::input_environment& environment) {
                              return std::make_unique<line_input>(environment);
                            }));
  app.default_inputs("lines");
  app.add(mynah::make_command("ping", "^ping$", "ping", "Answers pong",
                              [](const mynah::arguments&) { return "pong"; }));
  app.add(mynah::make_command("echo", "^echo ", "echo <text>", "Says it again",
                              [](const mynah::arguments& args) {
                                return mynah::reply().untrusted(std::string(args.rest()));
                              }));
  return app.run(argc, argv);
}
