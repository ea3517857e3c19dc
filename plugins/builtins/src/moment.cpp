// SPDX-License-Identifier: Apache-2.0
#include "moment.hpp"

#include <date/date.h>

namespace mynah::builtins {

std::string show(std::chrono::system_clock::time_point moment) {
  return date::format("%Y-%m-%d %H:%M:%S", date::floor<std::chrono::seconds>(moment));
}

}  // namespace mynah::builtins
