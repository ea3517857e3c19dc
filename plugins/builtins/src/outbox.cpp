// SPDX-License-Identifier: Apache-2.0
#include <mynah/bot_view.hpp>
#include <mynah/context.hpp>
#include <mynah/duration.hpp>
#include <mynah/store.hpp>
#include <mynah/utf8.hpp>

#include "commands.hpp"
#include "moment.hpp"

namespace mynah::builtins {

namespace {

constexpr std::size_t most_shown = 20;
constexpr std::size_t most_text = 80;

std::string shortened(std::string text) {
  for (char& c : text) {
    if (c == '\n') c = ' ';
  }
  return utf8_beginning(text, most_text);
}

std::string state_of(const std::string& set_aside, const char* otherwise) {
  return set_aside.empty() ? otherwise : "set aside (" + sanitised(set_aside) + ")";
}

// What was set aside first: it is what somebody has to look at.
template <class Kept, class Show>
reply listed(const std::vector<Kept>& all, const char* none, Show show_one) {
  reply answer;
  std::size_t shown = 0;
  for (const bool aside : {true, false}) {
    for (const Kept& each : all) {
      if (each.set_aside.empty() == aside || shown == most_shown) continue;
      if (shown++ != 0) answer.text("\n");
      show_one(answer, each);
    }
  }
  if (answer.empty()) return none;
  if (all.size() > shown) answer.text("\nand " + std::to_string(all.size() - shown) + " more");
  return answer.only_to_caller();
}

std::int64_t id_of(context& ctx) {
  if (!ctx.args().has("id")) throw usage_error("which one? Give the id that the list shows");
  return ctx.args().integer("id");
}

template <class Action>
reply guarded(context& ctx, Action action) {
  try {
    return action();
  } catch (const store_error& problem) {
    ctx.log().error("the store refuses", {{"reason", problem.what()}});
    throw command_error("the store cannot be used now (the log says why)");
  }
}

reply show_messages(context& ctx) {
  return listed(
      ctx.bot().kept_messages(), "no message waits or was set aside",
      [](reply& answer, const kept_message_info& each) {
        answer.text(std::to_string(each.id) + "  " + show(each.added) + "  " +
                    state_of(each.set_aside, "waits") + "  to ");
        answer.untrusted(each.to.to_string()).text(" (job " + std::to_string(each.job) + "): ");
        answer.untrusted(shortened(each.text));
      });
}

reply show_commands(context& ctx) {
  return listed(ctx.bot().kept_commands(), "no command is at work or was set aside",
                [](reply& answer, const kept_command_info& each) {
                  answer.text(std::to_string(each.id) + "  " + show(each.received) + "  " +
                              state_of(each.set_aside, each.started ? "started" : "received") +
                              "  job " + std::to_string(each.job) + " by ");
                  answer.untrusted(each.principal.key()).text(" in ");
                  answer.untrusted(each.where.to_string()).text(": ");
                  answer.untrusted(shortened(each.line));
                });
}

command_spec with_actions(const char* name, const char* description) {
  return command_spec(name, description)
      .parameter(parameter::choice("action", {"list", "retry", "drop"}).fallback("list"))
      .parameter(parameter::integer("id", "as the list shows it").optional())
      .restricted();
}

}  // namespace

command_ptr outbox() {
  return make_command(with_actions("outbox", "Lists answers that wait or could not be delivered"),
                      [](context& ctx) {
                        return guarded(ctx, [&ctx]() -> reply {
                          const std::string& action = ctx.args().string("action");
                          if (action == "list") return show_messages(ctx);
                          const std::int64_t id = id_of(ctx);
                          const std::string shown = "message " + std::to_string(id);
                          if (action == "drop") {
                            if (ctx.bot().drop_message(id)) return shown + " is dropped";
                            throw command_error(shown + " does not wait, or is being sent");
                          }
                          if (ctx.bot().retry_message(id)) return shown + " is tried again";
                          throw command_error(shown + " was not set aside");
                        });
                      });
}

command_ptr journal() {
  return make_command(
      with_actions("journal", "Lists commands at work, and those that were set aside"),
      [](context& ctx) {
        return guarded(ctx, [&ctx]() -> reply {
          const std::string& action = ctx.args().string("action");
          if (action == "list") return show_commands(ctx);
          const std::int64_t id = id_of(ctx);
          const std::string shown = "command " + std::to_string(id);
          if (action == "drop") {
            if (ctx.bot().drop_command(id)) return shown + " is dropped";
          } else if (ctx.bot().retry_command(id)) {
            return shown + " is run after all";
          }
          throw command_error(shown + " was not set aside");
        });
      });
}

}  // namespace mynah::builtins
