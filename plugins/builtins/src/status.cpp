// SPDX-License-Identifier: Apache-2.0
#include <mynah/bot_view.hpp>
#include <mynah/context.hpp>
#include <mynah/duration.hpp>

#include "commands.hpp"

namespace mynah::builtins {

command_ptr ping() {
  return make_command(command_spec("ping", "Answers pong").quick(),
                      [](const arguments&) { return "pong"; });
}

command_ptr version_command() {
  return make_command(command_spec("version", "Tells which program this is").quick(),
                      [](context& ctx) { return reply(ctx.bot().program()); });
}

command_ptr uptime() {
  return make_command(
      command_spec("uptime", "Tells since when the bot runs and how its inputs are")
          .alias("status")
          .quick(),
      [](context& ctx) {
        reply answer("up " + format_duration(ctx.clock().now() - ctx.bot().started()) + "; ");
        bool first = true;
        for (const input_info& each : ctx.bot().inputs()) {
          answer.text((first ? "" : ", ") + each.name + " " + each.state);
          first = false;
          // Nicks and accounts in it are what a server said.
          if (!each.detail.empty()) answer.text(" (").untrusted(each.detail).text(")");
        }
        return answer;
      });
}

command_ptr whoami() {
  return make_command(
      command_spec("whoami", "Tells who you are to the bot, and your roles").quick(),
      [](context& ctx) {
        reply answer("you are ");
        answer.untrusted(ctx.principal().key());
        answer.text(ctx.principal().verified() ? " (verified by the network)"
                                               : " (not verified by the network)");
        const std::vector<std::string> roles = ctx.bot().roles_of(ctx.principal());
        std::string text = roles.empty() ? "; no roles" : "; roles: ";
        for (std::size_t i = 0; i < roles.size(); ++i) text += (i != 0 ? ", " : "") + roles[i];
        return answer.text(text);
      });
}

}  // namespace mynah::builtins
