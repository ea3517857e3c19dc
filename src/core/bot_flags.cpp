// SPDX-License-Identifier: Apache-2.0
#include "core/bot_flags.hpp"

namespace mynah::core {

std::vector<flag> bot_flags() {
  return {
      flag("inputs", "inputs to run, <name> or <name>:<instance>, separated by commas",
           flag_type::list),
      flag("name", "the bot's name: `<name>: <command>` is for it").fallback("mynah"),
      flag("prefix", "what a command in a room begins with; empty: only the name addresses the bot")
          .fallback("!"),
      flag("cancel-word", "the answer that ends a question").fallback("cancel"),
      flag("command-deadline", "time for one command, unless it sets its own", flag_type::duration)
          .fallback("30s"),
      flag("notice-after", "a command silent for this long is announced with its id; 0: never",
           flag_type::duration)
          .fallback("5s"),
      flag("drain", "time that running commands get when the bot stops", flag_type::duration)
          .fallback("10s"),
      flag("max-jobs", "commands running at one time; 0: no limit", flag_type::integer)
          .fallback("256")
          .range(0, 100'000),
      flag("max-jobs-per-room", "the same for one room", flag_type::integer)
          .fallback("16")
          .range(0, 100'000),
      flag("max-jobs-per-user", "the same for one user", flag_type::integer)
          .fallback("8")
          .range(0, 100'000),
      flag("max-jobs-per-command", "the same for one command", flag_type::integer)
          .fallback("16")
          .range(0, 100'000),
      flag("store",
           "where state is kept: memory, or a store that is linked; programs that link sqlite take "
           "that, but for --exec")
          .fallback("memory"),
      flag("state-dir", "directory for the files of the store"),
      flag("max-event-age", "a command said longer ago than this is not run; 0: any age is",
           flag_type::duration)
          .fallback("5m"),
      flag("late-commands", "what becomes of those: `answer` tells who said it, `log` only logs")
          .one_of({"answer", "log"})
          .fallback("answer"),
      flag("audit-keep", "how long the audit is kept; 0: for ever", flag_type::duration)
          .fallback("365d"),
      flag("role", "a role and what it permits: <role>=<command>[,<command>...], * and ? allowed",
           flag_type::list),
      flag("grant", "the roles of somebody: <input>/<id>=<role>[,<role>...], * and ? allowed",
           flag_type::list),
      flag("restrict", "commands that need a grant although they change nothing, * and ? allowed",
           flag_type::list),
  };
}

}  // namespace mynah::core
