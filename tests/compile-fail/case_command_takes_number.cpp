// SPDX-License-Identifier: Apache-2.0
// A command's function takes `const arguments&` or `context&`, nothing else.
// expect: no matching function for call to .*make_command
#include <mynah/mynah.hpp>

mynah::command_ptr made() {
  return mynah::make_command("ping", "^ping$", "ping", "Answers pong",
#ifdef MYNAH_CORRECT
                             [](const mynah::arguments&) { return "pong"; });
#else
                             [](int) { return "pong"; });
#endif
}
