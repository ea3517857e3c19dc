// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <string>

#include <mynah/audit.hpp>
#include <mynah/input.hpp>

namespace mynah::cli {

/// What became of the one command line of `--exec`.
class exec_outcome {
 public:
  /// Remembers the attempt if it came in by the input `exec`.
  void observe(const audit_record& record) noexcept;

  /// A reply could not be written.
  void reply_lost() noexcept { lost_ = true; }

  [[nodiscard]] bool succeeded() const noexcept { return seen_ && good_ && !lost_; }
  [[nodiscard]] bool attempted() const noexcept { return seen_; }

 private:
  bool seen_ = false;
  bool good_ = false;
  bool lost_ = false;
};

/// The input behind `--exec`: one line in, replies to standard output, the end. It ends the bot.
/// The speaker is the user who runs the program, as `exec/<login name>`.
[[nodiscard]] input_type exec_input(std::string line, std::shared_ptr<exec_outcome> outcome);

}  // namespace mynah::cli
