// SPDX-License-Identifier: Apache-2.0
#pragma once

namespace mynah::irc {

/// Which invitations are followed.
enum class invite_policy : unsigned char {
  ignore,
  configured,  ///< to the channels of the settings
  any          ///< to every channel, with a limit
};

}  // namespace mynah::irc
