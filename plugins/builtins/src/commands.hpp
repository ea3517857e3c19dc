// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <mynah/command.hpp>
#include <mynah/flag.hpp>
#include <mynah/registry.hpp>

namespace mynah::builtins {

command_ptr help();
command_ptr echo();
command_ptr hello();
command_ptr three_laws();
command_ptr ping();
command_ptr version_command();
command_ptr uptime();
command_ptr whoami();
command_ptr time_command();
flag time_zone_flag();
command_ptr jobs();
command_ptr cancel();
command_ptr audit();
command_ptr outbox();
command_ptr journal();

}  // namespace mynah::builtins
