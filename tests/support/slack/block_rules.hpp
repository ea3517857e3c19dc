// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>

#include "arguments.hpp"

namespace mynah_test::slack {

/// Where blocks are shown.
enum class surface { message, modal, home };

/// Checks blocks as Slack does; throws api_error with "invalid_blocks" ("invalid_blocks_format" if
/// they are no list) or "msg_blocks_too_long". Returns them with the block and action ids that
/// Slack gives to those without. Null stays null.
[[nodiscard]] json checked_blocks(json blocks, surface where);
/// Checks a view, its blocks too; throws "invalid_arguments" or "view_too_large".
[[nodiscard]] json checked_view(json view);

}  // namespace mynah_test::slack
