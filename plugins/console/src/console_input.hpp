// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <string>

#include <mynah/input.hpp>

#include "line_editor.hpp"

namespace mynah::console {

/// The input `console`. Reads and writes the given descriptors, which stay open.
class console_input final : public input {
 public:
  console_input(const input_environment& environment, int in, int out);

  void init(const settings& values) override;
  task<result<void>> start() override;
  task<result<std::unique_ptr<conn>>> stream() override;
  task<void> stop() override;
  [[nodiscard]] bool ends_bot() const noexcept override { return true; }

 private:
  input_environment environment_;
  int in_;
  int out_;
  std::string prompt_;
  std::string history_file_;
  bool opened_ = false;
};

/// The flags of the input.
[[nodiscard]] std::vector<flag> console_flags();

/// Name of the user who runs this program.
[[nodiscard]] std::string login_name();

/// Where typed lines are kept unless a flag says otherwise:
/// `$XDG_STATE_HOME/mynah/console-history`,
/// `~/.local/state/mynah/console-history`, or nowhere without a home.
[[nodiscard]] std::string default_history_file();

}  // namespace mynah::console
