// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "channel.hpp"

namespace mynah::console {

/// What the thread does when input or output is no terminal, or one without line editing: lines
/// from `in`, replies to `out`, both left blocking. Returns when the channel shuts down or there is
/// nothing more to do.
void run_stream_loop(channel& between, int in, int out);

}  // namespace mynah::console
