// SPDX-License-Identifier: Apache-2.0
#include "irc_input.hpp"

#include <utility>

#include <mynah/bot_view.hpp>

#include "flags.hpp"

namespace mynah::irc {

irc_input::irc_input(const input_environment& environment, std::shared_ptr<kept_rests> rests)
    : environment_(environment),
      rests_(std::move(rests)),
      policies_(
          std::make_shared<sts_policies>(environment.store, environment.clock, environment.log)) {}

void irc_input::init(const settings& values) {
  options_ = options_from(values);
  options_->who.wall = [clock = environment_.clock] { return clock->wall(); };
  options_->who.heard = std::make_shared<catch_up>();
  options_->floods = std::make_shared<flood_memory>();
  options_->partials = std::make_shared<partial_replies>();
  options_->rests = rests_;
  options_->more_hint = environment_.bot.prefix() + "more";
  options_->more_hint_direct = "more";
}

task<result<std::unique_ptr<conn>>> irc_input::open() {
  result<std::unique_ptr<connection>> opened =
      co_await connection::open(environment_.clock, environment_.log, *options_, policies_);
  if (opened.has_error()) co_return opened.error();
  network_->connected((*opened)->asks());
  std::unique_ptr<conn> handed = std::move(*opened);
  co_return std::move(handed);
}

}  // namespace mynah::irc
