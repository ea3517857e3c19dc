// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include <mynah/bot_view.hpp>
#include <mynah/context.hpp>

#include "commands.hpp"

namespace mynah::builtins {

namespace {

// Only what the asker may run: a list of what others may do is noise at best.
reply overview(context& ctx) {
  std::vector<std::pair<std::string, std::string>> lines;
  std::size_t widest = 0;
  ctx.bot().visit_commands([&](const command& each) {
    if (each.spec().is_hidden || !ctx.bot().may_run(ctx.principal(), each)) return;
    lines.emplace_back(each.spec().usage_line(), each.spec().description);
    widest = std::max(widest, lines.back().first.size());
  });
  widest = std::min<std::size_t>(widest, 28);
  std::string text;
  for (const auto& [usage, description] : lines) {
    text += usage;
    if (!description.empty()) {
      text.append(usage.size() < widest ? widest - usage.size() : 0, ' ');
      text += " - " + description;
    }
    text += '\n';
  }
  text += "help <command> tells more";
  return reply().code_block(std::move(text)).only_to_caller();
}

reply about(context& ctx, const std::string& name) {
  const command* found = ctx.bot().find_command(name);
  if (found != nullptr && ctx.bot().may_run(ctx.principal(), *found)) {
    return reply().code_block(found->spec().help_text()).only_to_caller();
  }
  if (found != nullptr) throw command_error("you may not run '" + name + "'");
  std::string text = "there is no command '" + sanitised(name.substr(0, 60)) + "'";
  const std::vector<std::string> near = ctx.bot().suggestions(ctx.principal(), name);
  if (!near.empty()) text += "; did you mean " + near.front() + "?";
  throw command_error(text);
}

}  // namespace

command_ptr help() {
  return make_command(
      command_spec("help", "Lists what you may run, or tells about one command")
          .parameter(parameter::string("command", "name of a command").optional().rest())
          .quick(),
      [](context& ctx) {
        if (!ctx.args().has("command")) return overview(ctx);
        std::string name = ctx.args().string("command");
        // "help !deploy" means the same.
        const std::string& prefix = ctx.bot().prefix();
        if (!prefix.empty() && name.starts_with(prefix)) name.erase(0, prefix.size());
        return about(ctx, name);
      });
}

}  // namespace mynah::builtins
