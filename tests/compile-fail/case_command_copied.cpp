// SPDX-License-Identifier: Apache-2.0
// Commands are shared by pointer; a copy would be a second command with the same name.
// expect: deleted (function|copy constructor)|deleted constructor
#include <mynah/command.hpp>

class ping : public mynah::command {
 public:
  ping() : command(mynah::command_spec("ping", "Answers pong")) {}
  mynah::reply run(mynah::context&) override { return "pong"; }
};

mynah::command_ptr made(const ping& original) {
#ifdef MYNAH_CORRECT
  static_cast<void>(original);
  return std::make_shared<ping>();
#else
  return std::make_shared<ping>(original);
#endif
}
