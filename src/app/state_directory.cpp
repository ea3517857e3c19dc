// SPDX-License-Identifier: Apache-2.0
#include "app/state_directory.hpp"

namespace mynah::cli {

state_directory default_state_directory(const environment& variables, const std::string& program) {
  state_directory found;
  const std::string of_unit = peek(variables, "STATE_DIRECTORY");
  const std::string of_user = peek(variables, "XDG_STATE_HOME");
  const std::string home = peek(variables, "HOME");
  if (!of_unit.empty()) {
    found.path = of_unit.substr(0, of_unit.find(':'));  // a unit may have several
    found.source = "STATE_DIRECTORY";
  } else if (of_user.starts_with('/')) {  // others are to be ignored, says the specification
    found.path = of_user + "/" + program;
    found.source = "XDG_STATE_HOME";
  } else if (home.starts_with('/')) {
    found.path = home + "/.local/state/" + program;
    found.source = "HOME";
  }
  return found;
}

}  // namespace mynah::cli
