// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace mynah::core {

/// A part of a line that a group captured.
class capture_span {
 public:
  std::size_t begin = 0;
  std::size_t size = 0;
};

/// Where a line goes.
class route {
 public:
  std::size_t index = 0;                                      ///< as `add` numbered it
  std::vector<capture_span> captures;                         ///< empty where a group took no part
  const std::map<std::string, int>* capture_names = nullptr;  ///< of its pattern
};

/// Finds the command for a line. RE2 syntax, searched unanchored as the author wrote it; among the
/// patterns that match, the lowest priority number wins, then the earliest registration.
///
/// The cost of a line does not grow with the number of anchored patterns: those go into a radix
/// tree by their literal beginning, so that only the few that can match are tried. The others share
/// one RE2::Set.
///
/// Thread safety: `find` from any thread after `build`.
class router {
 public:
  router();
  router(const router&) = delete;
  router& operator=(const router&) = delete;
  ~router();

  /// Adds a pattern; returns its index. Throws `registration_error` if RE2 refuses it or it is
  /// there already (`owner` names whose it is, for the text).
  std::size_t add(const std::string& pattern, int priority, const std::string& owner);
  /// Adds a first word (or words): matches a line that is `name`, or begins with it and a blank.
  std::size_t add_name(const std::string& name, int priority, const std::string& owner);

  /// Must be called after the last `add`, before the first `find`.
  void build();

  [[nodiscard]] std::optional<route> find(std::string_view line) const;

  /// How many patterns could not go into the tree, for tests and benchmarks.
  [[nodiscard]] std::size_t unindexed() const noexcept;

 private:
  class impl;
  std::unique_ptr<impl> impl_;
};

/// The literal text every match of this pattern begins with; empty if it is not anchored at the
/// start or begins with something else than literal characters.
std::string literal_beginning(std::string_view pattern);

}  // namespace mynah::core
