// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <string>
#include <vector>

#include <mynah/command.hpp>
#include <mynah/flag.hpp>
#include <mynah/subcommand.hpp>

namespace mynah {

class input_type;
class store_type;
class stream;

/// What a plugin fills when it is used: commands, inputs, streams, stores, flags.
///
/// Errors: every `add` throws `registration_error`, naming both places, for a name, alias or
/// pattern that is taken; and for a pattern that RE2 refuses or a declaration that contradicts
/// itself.
class registry {
 public:
  virtual ~registry() = default;

  virtual void add(command_ptr added) = 0;
  virtual void add(input_type added) = 0;
  virtual void add(std::shared_ptr<stream> added) = 0;
  virtual void add(store_type added) = 0;
  /// A flag of the plugin itself: `--<plugin>-<name>`. Inputs bring theirs in `input_type`.
  virtual void add(flag added) = 0;
  virtual void add(subcommand added) = 0;
};

}  // namespace mynah
