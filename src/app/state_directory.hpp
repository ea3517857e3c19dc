// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "app/environment.hpp"

namespace mynah::cli {

/// Where a program keeps its state if nobody says so.
class state_directory {
 public:
  std::string path;    ///< empty: there is no good place
  std::string source;  ///< the variable that named it
};

/// The directory that systemd made for the unit (`StateDirectory=`), else
/// `$XDG_STATE_HOME/<program>`, else `~/.local/state/<program>`.
///
/// Source: systemd.exec(5), XDG Base Directory Specification 0.8.
[[nodiscard]] state_directory default_state_directory(const environment& variables,
                                                      const std::string& program);

}  // namespace mynah::cli
