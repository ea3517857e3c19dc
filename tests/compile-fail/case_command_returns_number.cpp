// SPDX-License-Identifier: Apache-2.0
// A number is no reply: it would have to be turned into words by somebody who knows which.
// expect: no matching function for call to .*make_command
#include <mynah/mynah.hpp>

mynah::command_ptr made() {
  return mynah::make_command(
      mynah::command_spec("count", "Counts the words"),
#ifdef MYNAH_CORRECT
      [](const mynah::arguments& args) { return std::to_string(args.size()); });
#else
      [](const mynah::arguments& args) { return args.size(); });
#endif
}
