// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

#include "web_api.hpp"

namespace mynah_test::slack {

/// Reads what a message says from arguments into `to`: text, markdown_text, blocks, attachments,
/// metadata. Throws no_text if there is none.
void read_content(call& now, message_record& to, std::size_t largest_text);
/// The thread that an argument names; 0 without one.
std::uint64_t read_thread(call& now, channel_record& in, const char* argument = "thread_ts");

}  // namespace mynah_test::slack
