// SPDX-License-Identifier: Apache-2.0
// A coroutine command takes async_context: a plain context cannot be waited on.
// expect: no member named .ask
#include <mynah/mynah.hpp>

mynah::command_ptr made() {
  return mynah::make_command(mynah::command_spec("deploy", "Asks, then deploys"),
#ifdef MYNAH_CORRECT
                             [](mynah::async_context& ctx) -> mynah::task<std::string> {
#else
      [](mynah::context& ctx) -> mynah::task<std::string> {
#endif
                               std::string answer = co_await ctx.ask("Which environment?");
                               co_return answer;
                             });
}
