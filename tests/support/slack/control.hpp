// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "emulator.hpp"

namespace mynah_test::slack {

/// Carries out what POST /control/<action> asks for: the emulator's members, by their names, with
/// their arguments by name. Throws std::invalid_argument for actions there are not.
json carry_out_control(emulator& slack, const std::string& action, const json& arguments);

}  // namespace mynah_test::slack
