// SPDX-License-Identifier: Apache-2.0
#include "sasl/saslprep.hpp"

#include <cstdlib>
#include <memory>

#include <stringprep.h>

namespace mynah::sasl {

std::optional<std::string> saslprep(std::string_view text, prep what) {
  // What comes behind a zero would not be seen.
  if (text.find('\0') != std::string_view::npos) return std::nullopt;
  const std::string input(text);
  const auto flags =
      what == prep::password ? STRINGPREP_NO_UNASSIGNED : static_cast<Stringprep_profile_flags>(0);
  char* made = nullptr;
  const int outcome = stringprep_profile(input.c_str(), &made, "SASLprep", flags);
  const std::unique_ptr<char, void (*)(void*)> owned(made, &std::free);
  if (outcome != STRINGPREP_OK || !owned) return std::nullopt;
  return std::string(owned.get());
}

}  // namespace mynah::sasl
