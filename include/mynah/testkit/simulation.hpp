// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include <mynah/testkit.hpp>
#include <mynah/testkit/faults.hpp>

namespace mynah::testkit {

/// What a simulation saw.
///
/// Thread safety: a value.
class simulation_report {
 public:
  std::size_t lines = 0;        ///< said by users
  std::size_t runs = 0;         ///< of commands
  std::size_t runs_again = 0;   ///< of idempotent commands, after a crash
  std::size_t interrupted = 0;  ///< commands whose outcome was told as unknown
  std::size_t set_aside = 0;    ///< commands, and messages that were never taken
  std::size_t kept = 0;         ///< messages that went through the store
  std::size_t repeats = 0;      ///< messages that the network had seen already
  std::size_t connections = 0;
  std::size_t crashes = 0;
  std::size_t processes = 0;
};

/// Some hours of people giving commands while things go wrong, and a check that nothing of it was
/// lost or done twice. The same seed gives the same hours.
///
///     mynah::testkit::simulation day(seed);
///     day.use(mynah::weather::plugin());
///     day.grant("alice", "*");
///     day.says("!weather Rome");
///     day.run();
///
/// Checked are, for everything users said: no command that changes something is lost, or run twice;
/// one during which the bot ended is run again only if it is idempotent, else its outcome is told
/// as unknown; every message that the store was given is shown, once, in the order of its room, or
/// set aside; nothing is shown before it is stored, except while the store fails. For commands that
/// change nothing: none runs twice in a process, or gets lost but with its process.
///
/// Commands should not block: those that run on threads do their work, but when is not repeatable.
///
/// Thread safety: none.
class simulation {
 public:
  explicit simulation(std::uint64_t seed);
  simulation(const simulation&) = delete;
  simulation& operator=(const simulation&) = delete;
  ~simulation();

  // As for a chat.

  void use(const plugin_info& plugin);
  void add(command_ptr added);
  void add(std::shared_ptr<stream> added);
  void set(std::string name, std::string value);
  void grant(const std::string& user, const std::string& commands);

  /// What goes wrong; `faults::everyday()` if nothing is said.
  void go_wrong(const faults& plan);
  /// Who speaks, and where; if nothing is said alice, bob and carol, in #ops and #dev.
  void users(std::vector<std::string> names);
  void rooms(std::vector<std::string> names);
  /// Somebody says this, now and then; the more often the higher its weight.
  void says(std::string line, unsigned weight = 1);
  /// The same with a line made for the occasion: the number is that of the line, from one.
  void says(std::function<std::string(dice& luck, std::size_t number)> line, unsigned weight = 1);
  /// How much is said, over how long; at first 200 lines in an hour.
  void lasts(std::chrono::nanoseconds time, std::size_t lines);
  /// Called after every line and whatever it caused, and at the end: what it throws ends the
  /// simulation as a violation.
  void check(std::function<void(testkit::chat&)> holds);

  /// Once. Throws `expectation_failed`, with the seed and the conversation around what is wrong.
  simulation_report run();

  /// Where it happens.
  [[nodiscard]] testkit::chat& chat() noexcept;

  /// Time after the last line, without faults, for what is on its way to arrive.
  std::chrono::nanoseconds settles = std::chrono::minutes(15);

 private:
  class impl;
  std::unique_ptr<impl> impl_;
};

}  // namespace mynah::testkit
