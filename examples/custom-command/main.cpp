// SPDX-License-Identifier: Apache-2.0
//
// Three ways to write a command: a function, a function with declared parameters, a coroutine.
#include <chrono>
#include <string>

#include <mynah/app.hpp>
#include <mynah/mynah.hpp>

namespace {

// Declared parameters are checked before the command runs; its usage line and the texts about wrong
// values come from the declaration.
mynah::reply scale(const mynah::arguments& args) {
  mynah::reply answer;
  answer.text("scaled ").code(args.string("service"));
  answer.text(" to " + std::to_string(args.integer("replicas")) + " in " + args.string("env"));
  if (args.boolean("wait")) answer.text(", and waited for it");
  return answer;
}

// A coroutine may wait without holding a thread: for time, for the network, for an answer.
mynah::task<mynah::reply> release(mynah::async_context& ctx) {
  const std::string version(ctx.args()[1]);
  mynah::ask_options choices;
  choices.choice("staging").choice("production").timeout(std::chrono::minutes(1));
  const std::string where = co_await ctx.ask("Where to?", choices);
  ctx.reply("releasing " + version + " to " + where + " ...");
  co_await ctx.sleep(std::chrono::milliseconds(10));
  co_return mynah::reply("released " + version);
}

}  // namespace

int main(int argc, char** argv) {
  mynah::app app("custom-command", "1.0");

  app.add(mynah::make_command("ping", "^ping$", "ping", "Answers pong",
                              [](const mynah::arguments&) { return "pong"; }));

  app.add(mynah::make_command(
      mynah::command_spec("scale", "Sets how often a service runs")
          .parameter(mynah::parameter::string("service"))
          .parameter(mynah::parameter::integer("replicas"))
          .parameter(mynah::parameter::choice("env", {"staging", "production"}).fallback("staging"))
          .parameter(mynah::parameter::boolean("wait").flag().fallback("no")),
      &scale));

  app.add(mynah::make_command("release", "^release (\\S+)$", "release <version>",
                              "Releases a version, after asking where to", &release));

  return app.run(argc, argv, mynah::linked_plugins());
}
