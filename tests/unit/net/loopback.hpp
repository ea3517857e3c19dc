// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include <boost/asio/buffer.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>

#include <mynah/task.hpp>

#include "net/stream.hpp"

namespace mynah_test {

/// A listening socket on a free port of 127.0.0.1.
class loopback {
 public:
  explicit loopback(boost::asio::io_context& io)
      : acceptor(io, {boost::asio::ip::address_v4::loopback(), 0}) {}

  [[nodiscard]] std::uint16_t port() const { return acceptor.local_endpoint().port(); }

  boost::asio::ip::tcp::acceptor acceptor;
};

/// Connects, and notes how that went: "connected" or the failure in one line.
inline mynah::task<void> open(mynah::clock& clock, mynah::net::connect_options options,
                              std::optional<mynah::net::stream>& opened, std::string& outcome) {
  auto got = co_await mynah::net::connect(clock, std::move(options));
  if (got) {
    opened.emplace(std::move(*got));
    outcome = "connected";
  } else {
    outcome = got.error().code().message() + "|" + got.error().message();
  }
}

/// Reads until the end; notes what came and then how it ended.
inline mynah::task<void> read_all(mynah::net::stream& from, std::string& got, std::string& end) {
  char buffer[64];
  for (;;) {
    const auto size = co_await from.read_some(buffer, sizeof buffer);
    if (!size) {
      end = size.error().code().message();
      co_return;
    }
    got.append(buffer, *size);
  }
}

inline mynah::task<void> write(mynah::net::stream& to, std::string text, std::string& outcome) {
  const auto written = co_await to.write_all(text);
  outcome = written ? "written" : written.error().code().message();
}

}  // namespace mynah_test
