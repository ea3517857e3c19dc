// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "web_api.hpp"

namespace mynah_test::slack {

/// A page of the channels of the asked-for types that the bot can see; `of`: only that user's.
json list_channels(call& now, const std::string& of);

}  // namespace mynah_test::slack
