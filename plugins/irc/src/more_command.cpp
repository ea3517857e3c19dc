// SPDX-License-Identifier: Apache-2.0
#include "more_command.hpp"

#include <optional>
#include <utility>

#include <mynah/context.hpp>

namespace mynah::irc {

command_ptr make_more(std::shared_ptr<kept_rests> rests) {
  command_spec spec("more", "Shows what was left out of the last long answer here (IRC)");
  spec.quick();
  auto run = [rests = std::move(rests)](context& ctx) -> reply {
    std::optional<reply> rest =
        rests->take(ctx.event().from, ctx.principal().key(), ctx.clock().now());
    return rest ? *std::move(rest) : reply("There is nothing more.");
  };
  return make_command(std::move(spec), std::move(run));
}

}  // namespace mynah::irc
