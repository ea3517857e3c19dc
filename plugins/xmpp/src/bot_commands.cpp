// SPDX-License-Identifier: Apache-2.0
#include "bot_commands.hpp"

namespace mynah::xmpp {

namespace {

// Whether its name and parameters make a line that the command is found by.
bool can_be_offered(const command_spec& spec) noexcept {
  return spec.pattern.empty() || !spec.parameters.empty();
}

}  // namespace

std::vector<const command_spec*> bot_commands::list(const principal& who) const {
  std::vector<const command_spec*> found;
  bot_.visit_commands([&](const command& each) {
    const command_spec& spec = each.spec();
    if (!spec.is_hidden && can_be_offered(spec) && bot_.may_run(who, each)) found.push_back(&spec);
  });
  return found;
}

const command_spec* bot_commands::find(std::string_view name) const {
  const command* const found = bot_.find_command(name);
  // An alias is the same command, and has its entry.
  if (found == nullptr || found->spec().name != name || !can_be_offered(found->spec())) {
    return nullptr;
  }
  return &found->spec();
}

bool bot_commands::may_run(const principal& who, std::string_view name) const {
  const command* const found = bot_.find_command(name);
  return found != nullptr && bot_.may_run(who, *found);
}

bool bot_commands::admit(const event& asked) {
  const command* const found = bot_.find_command(asked.text);
  return found != nullptr && bot_.admit(asked, *found);
}

void bot_commands::cancel(std::uint64_t job, const principal& by) {
  (void)bot_.cancel(job, by);
}

}  // namespace mynah::xmpp
