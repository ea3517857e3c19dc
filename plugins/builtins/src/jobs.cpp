// SPDX-License-Identifier: Apache-2.0
#include <mynah/bot_view.hpp>
#include <mynah/context.hpp>
#include <mynah/duration.hpp>

#include "commands.hpp"

namespace mynah::builtins {

namespace {

// What somebody typed may hold what only they and the command should know, so the lines of others
// are shown by name only.
reply list(context& ctx) {
  const std::vector<job_info> jobs = ctx.bot().jobs();
  reply answer;
  bool first = true;
  for (const job_info& each : jobs) {
    if (each.id == ctx.id()) continue;
    const bool own = each.principal == ctx.principal() || ctx.allowed("cancel.any");
    answer.text((first ? "" : "\n") + std::to_string(each.id) + "  " + each.state + " for " +
                format_duration(ctx.clock().now() - each.started) + "  ");
    answer.untrusted(own ? each.line : each.command);
    answer.text("  by ").untrusted(each.principal.key());
    first = false;
  }
  if (first) answer.text("nothing is running");
  return answer;
}

}  // namespace

command_ptr jobs() {
  return make_command(command_spec("jobs", "Lists running commands").quick(), list);
}

command_ptr cancel() {
  return make_command(
      command_spec("cancel", "Tells a running command to stop")
          .parameter(parameter::integer("id", "number of the job, as `jobs` shows it"))
          .quick(),
      [](context& ctx) -> reply {
        const std::int64_t id = ctx.args().integer("id");
        const std::string shown = std::to_string(id);
        const auto outcome =
            id < 0 ? cancel_outcome::no_such_job
                   : ctx.bot().cancel(static_cast<std::uint64_t>(id), ctx.principal());
        switch (outcome) {
          case cancel_outcome::cancelled:
            return reply("told job " + shown + " to stop");
          case cancel_outcome::not_permitted:
            throw command_error("job " + shown +
                                " is somebody else's; stopping it needs a grant of cancel.any");
          case cancel_outcome::no_such_job:
            break;
        }
        throw command_error("no job " + shown + " is running");
      });
}

}  // namespace mynah::builtins
