// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ssl/stream.hpp>

namespace mynah_test::slack {

using tls_stream = boost::asio::ssl::stream<boost::asio::ip::tcp::socket>;

/// What a client has asked for; views into the connection's buffers.
struct http_request {
  std::string_view method;
  std::string_view path;
  std::string_view query;
  std::string_view content_type;
  std::string_view authorization;
  std::string_view body;
  /// For an upgrade.
  std::string_view upgrade;
  std::string_view websocket_key;
  std::string_view websocket_version;
  std::uint64_t connection = 0;
};

/// What the client gets for that.
struct http_reply {
  enum class way {
    answer,
    /// The connection is closed without an answer.
    cut,
    /// Half of the answer, then the connection is closed.
    cut_answer,
    /// Nothing; the connection stays.
    hang,
    /// 101, and `upgraded` gets the stream.
    upgrade
  };

  way how = way::answer;
  int status = 200;
  std::string content_type = "application/json; charset=utf-8";
  /// Further header lines, each with its end.
  std::string headers;
  std::string body;
  std::chrono::milliseconds delay{0};
  std::function<void(std::unique_ptr<tls_stream>, std::string)> upgraded;
};

}  // namespace mynah_test::slack
