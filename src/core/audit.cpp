// SPDX-License-Identifier: Apache-2.0
#include <mynah/audit.hpp>

namespace mynah {

std::string_view to_string(outcome value) noexcept {
  switch (value) {
    case outcome::done:
      return "done";
    case outcome::unknown_command:
      return "unknown-command";
    case outcome::wrong_usage:
      return "wrong-usage";
    case outcome::denied:
      return "denied";
    case outcome::refused:
      return "refused";
    case outcome::failed:
      return "failed";
    case outcome::timed_out:
      return "timed-out";
    case outcome::cancelled:
      return "cancelled";
    case outcome::too_late:
      return "too-late";
    case outcome::interrupted:
      return "interrupted";
    case outcome::set_aside:
      return "set-aside";
  }
  return "unknown";
}

}  // namespace mynah
