// SPDX-License-Identifier: Apache-2.0
#include "net/resolve.hpp"

#include <memory>

#include <boost/asio/ip/address.hpp>
#include <boost/asio/this_coro.hpp>

#include "net/condition.hpp"

namespace mynah::net {

namespace asio = boost::asio;
using asio::ip::tcp;

namespace {

// Shared with the handler, which comes whenever the system's lookup ends.
class lookup {
 public:
  explicit lookup(const asio::any_io_executor& executor) : resolver(executor), ended(executor) {}

  tcp::resolver resolver;
  condition ended;
  bool done = false;
  error_code code;
  std::vector<tcp::endpoint> found;
};

}  // namespace

task<result<std::vector<tcp::endpoint>>> resolve(std::string host, std::uint16_t port) {
  error_code not_an_address;
  const auto address = asio::ip::make_address(host, not_an_address);
  if (!not_an_address) {
    std::vector<tcp::endpoint> itself;
    itself.emplace_back(address, port);
    co_return itself;
  }

  const asio::any_io_executor executor = co_await asio::this_coro::executor;
  const auto shared = std::make_shared<lookup>(executor);
  shared->resolver.async_resolve(
      host, std::to_string(port), tcp::resolver::numeric_service,
      [shared](const error_code& code, const tcp::resolver::results_type& results) {
        shared->done = true;
        shared->code = code;
        for (const auto& entry : results) shared->found.push_back(entry.endpoint());
        shared->ended.notify_all();
      });
  while (!shared->done) co_await shared->ended.wait();
  if (shared->code) co_return failure(shared->code);
  co_return std::move(shared->found);
}

}  // namespace mynah::net
