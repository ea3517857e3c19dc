// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/string_body.hpp>

#include "http_message.hpp"

namespace mynah_test::slack {

class server;

/// One connection of a client: TLS, then requests one after the other.
class http_connection : public std::enable_shared_from_this<http_connection> {
 public:
  http_connection(server& owner, boost::asio::ip::tcp::socket socket, std::uint64_t number);

  void start();
  /// Closes TCP at once.
  void cut();
  [[nodiscard]] bool idle() const noexcept { return idle_; }

 private:
  using parser = boost::beast::http::request_parser<boost::beast::http::string_body>;

  void read();
  void answer();
  void send(http_reply reply);
  void write(http_reply reply);
  void wait_for_end();
  void finish();

  server& owner_;
  std::unique_ptr<tls_stream> stream_;
  std::uint64_t number_;
  boost::beast::flat_buffer buffer_;
  std::optional<parser> parser_;
  std::string out_;
  std::array<char, 256> rest_{};
  std::size_t answered_ = 0;
  bool idle_ = false;
};

}  // namespace mynah_test::slack
