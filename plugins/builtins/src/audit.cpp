// SPDX-License-Identifier: Apache-2.0
#include <mynah/bot_view.hpp>
#include <mynah/context.hpp>
#include <mynah/duration.hpp>
#include <mynah/moment.hpp>
#include <mynah/store.hpp>

#include "commands.hpp"
#include "moment.hpp"

namespace mynah::builtins {

namespace {

std::optional<std::chrono::system_clock::time_point> moment_in(context& ctx, const char* flag) {
  if (!ctx.args().has(flag)) return std::nullopt;
  const std::string& text = ctx.args().string(flag);
  const auto moment = parse_moment(text, ctx.clock().wall());
  if (!moment) {
    throw usage_error("--" + std::string(flag) + " is '" + sanitised(text.substr(0, 60)) +
                      "'; expected a time ago such as 2h, or a moment such as 2026-01-31 or "
                      "2026-01-31T12:00");
  }
  return moment;
}

std::string text_in(context& ctx, const char* name) {
  return ctx.args().has(name) ? ctx.args().string(name) : std::string();
}

// One line: what happened, then what was said.
void add_line(reply& answer, const audit_entry& entry) {
  answer.text(std::to_string(entry.id) + "  " + show(entry.time) + "  ");
  answer.untrusted(entry.who);
  if (!entry.display.empty() && !entry.who.ends_with(entry.display)) {
    answer.text(" (").untrusted(entry.display).text(")");
  }
  if (!entry.room.empty()) answer.text(" in ").untrusted(entry.room);
  answer.text(": ").untrusted(entry.line).text("  -> " + entry.outcome);
  if (entry.duration.count() != 0) answer.text(" in " + format_duration(entry.duration));
  const std::string& why = entry.reason.empty() ? entry.decision : entry.reason;
  if (!why.empty()) answer.text("; ").untrusted(why);
}

reply search(context& ctx) {
  audit_query query;
  query.words = text_in(ctx, "words");
  if (const std::size_t flag = (" " + query.words).find(" --"); flag != std::string::npos) {
    const std::string word = query.words.substr(flag, query.words.find(' ', flag) - flag);
    throw usage_error("'" + sanitised(word.substr(0, 60)) +
                      "' is among the words; flags come before them, and those of `audit` only");
  }
  query.who = text_in(ctx, "user");
  query.command = text_in(ctx, "command");
  query.room = text_in(ctx, "room");
  query.outcome = text_in(ctx, "outcome");
  query.since = moment_in(ctx, "since");
  query.until = moment_in(ctx, "until");
  const std::int64_t limit = ctx.args().integer("limit");
  if (limit < 1 || limit > 50) throw usage_error("--limit must be between 1 and 50");
  query.limit = static_cast<std::size_t>(limit);
  if (ctx.args().has("before")) query.before = ctx.args().integer("before");

  audit_page page;
  try {
    page = ctx.bot().find_audit(query);
  } catch (const store_error& problem) {
    ctx.log().error("the audit cannot be read", {{"reason", problem.what()}});
    throw command_error("the audit cannot be read now (the log says why)");
  }
  if (page.entries.empty()) return "nothing in the audit fits";
  reply answer;
  for (const audit_entry& entry : page.entries) {
    if (!answer.empty()) answer.text("\n");
    add_line(answer, entry);
  }
  if (page.more) {
    answer.text("\nolder ones: the same with --before " + std::to_string(page.entries.back().id));
  }
  return answer.only_to_caller();
}

}  // namespace

command_ptr audit() {
  return make_command(
      command_spec("audit", "Shows who gave which command, and what came of it")
          .parameter(parameter::string("user", "part of an id or a name").flag())
          .parameter(parameter::string("command", "name of a command").flag())
          .parameter(parameter::string("room", "part of <input>/<room>").flag())
          .parameter(parameter::string("outcome", "done, denied, failed, interrupted ...").flag())
          .parameter(
              parameter::string("since", "a time ago (2h) or a moment (2026-01-31T12:00)").flag())
          .parameter(parameter::string("until", "the same").flag())
          .parameter(parameter::integer("before", "only entries with lower numbers").flag())
          .parameter(parameter::integer("limit", "entries at a time").flag().fallback("10"))
          .parameter(parameter::string("words", "words that all occur; `deploy*` for beginnings")
                         .optional()
                         .rest())
          .restricted(),
      search);
}

}  // namespace mynah::builtins
