// SPDX-License-Identifier: Apache-2.0
#include <mynah/context.hpp>

#include "commands.hpp"

namespace mynah::builtins {

command_ptr echo() {
  return make_command(command_spec("echo", "Says what you say")
                          .parameter(parameter::string("text", "what to say").rest())
                          .quick(),
                      [](const arguments& args) { return reply().untrusted(args.string("text")); });
}

command_ptr hello() {
  return make_command(
      command_spec("hello", "Greets you").alias("hi").alias("hey").quick(), [](context& ctx) {
        const std::string& shown = ctx.principal().display;
        return reply("Hello, ").untrusted(shown.empty() ? ctx.event().from.user : shown).text("!");
      });
}

command_ptr three_laws() {
  // Asimov's laws of robotics, from "Runaround" (1942), in our own words.
  return make_command(
      command_spec("three laws", "Tells the three laws of robotics")
          .alias("the three laws")
          .quick(),
      [](const arguments&) {
        return "1. A robot does not harm a human, nor lets one come to harm by doing nothing.\n"
               "2. A robot obeys humans, unless that breaks the first law.\n"
               "3. A robot protects itself, unless that breaks the first or second law.";
      });
}

}  // namespace mynah::builtins
