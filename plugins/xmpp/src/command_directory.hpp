// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include <mynah/bot_view.hpp>
#include <mynah/command.hpp>
#include <mynah/event.hpp>
#include <mynah/principal.hpp>

namespace mynah::xmpp {

/// The bot's commands, as far as they can be offered in a menu.
class command_directory {
 public:
  command_directory() = default;
  command_directory(const command_directory&) = delete;
  command_directory& operator=(const command_directory&) = delete;
  virtual ~command_directory() = default;

  /// What `who` may run and help would list, by name. Only commands whose line can be made of their
  /// name and their parameters: not those of a pattern that says nothing about parameters.
  [[nodiscard]] virtual std::vector<const command_spec*> list(const principal& who) const = 0;
  /// One of these by its name, whoever may run it; or null.
  [[nodiscard]] virtual const command_spec* find(std::string_view name) const = 0;
  [[nodiscard]] virtual bool may_run(const principal& who, std::string_view name) const = 0;
  /// The same for who asks to run the command whose name is the text of `asked`. If they may not,
  /// they are told why, and it is in the audit, as when they write it.
  [[nodiscard]] virtual bool admit(const event& asked) = 0;

  [[nodiscard]] virtual std::vector<job_info> jobs() const = 0;
  virtual void cancel(std::uint64_t job, const principal& by) = 0;
};

}  // namespace mynah::xmpp
