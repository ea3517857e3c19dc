// SPDX-License-Identifier: Apache-2.0
#pragma once

/// Everything that commands and programs need, for examples and small bots. Plugins include what
/// they use.

#include <mynah/async_command.hpp>
#include <mynah/bot.hpp>
#include <mynah/bot_view.hpp>
#include <mynah/command.hpp>
#include <mynah/context.hpp>
#include <mynah/plugin.hpp>
#include <mynah/registry.hpp>
#include <mynah/version.hpp>
