// SPDX-License-Identifier: Apache-2.0
#include "slack_input.hpp"

#include <random>
#include <utility>

#include "flags.hpp"

// g++ 12 inlines a coroutine frame's allocation but not its release, and takes them for a mismatch.
#if defined(__GNUC__) && !defined(__clang__) && __GNUC__ < 13
#pragma GCC diagnostic ignored "-Wmismatched-new-delete"
#endif

namespace mynah::slack {

slack_input::slack_input(const input_environment& environment)
    : environment_(environment), network_(std::make_shared<slack_network>()) {}

void slack_input::init(const settings& values) {
  options_.emplace(options_from(values));
  std::random_device source;
  options_->posting.stamp_prefix = std::to_string(source()) + std::to_string(source());
  if (options_->socket) options_->socket->seed = source();
  std::string key = options_->http ? options_->http->signing_secret : options_->socket->app_token;
  options_->app = std::make_shared<shared_app>(std::move(key), environment_.executor);
}

task<result<std::unique_ptr<conn>>> slack_input::open() {
  result<std::unique_ptr<connection>> opened = co_await connection::open(
      environment_.executor, environment_.clock, environment_.log, environment_.bot, *options_);
  if (opened.has_error()) co_return opened.error();
  network_->connected((*opened)->access());
  std::unique_ptr<conn> handed = std::move(*opened);
  co_return std::move(handed);
}

}  // namespace mynah::slack
