// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "command_directory.hpp"

namespace mynah::xmpp {

/// The commands of a bot, which outlives this.
class bot_commands final : public command_directory {
 public:
  explicit bot_commands(bot_view& bot) : bot_(bot) {}

  [[nodiscard]] std::vector<const command_spec*> list(const principal& who) const override;
  [[nodiscard]] const command_spec* find(std::string_view name) const override;
  [[nodiscard]] bool may_run(const principal& who, std::string_view name) const override;
  [[nodiscard]] bool admit(const event& asked) override;
  [[nodiscard]] std::vector<job_info> jobs() const override { return bot_.jobs(); }
  void cancel(std::uint64_t job, const principal& by) override;

 private:
  bot_view& bot_;
};

}  // namespace mynah::xmpp
