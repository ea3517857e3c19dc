// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include "isupport.hpp"

namespace mynah::irc {

/// What the network calls us: nick, user and host, and which nick to ask for next. No I/O.
class own_nick {
 public:
  explicit own_nick(std::string wanted);

  [[nodiscard]] const std::string& name() const noexcept { return name_; }
  [[nodiscard]] const std::string& wanted() const noexcept { return wanted_; }
  [[nodiscard]] bool is(std::string_view nick, const isupport& server) const;
  /// Length of `:nick!user@host ` as others see it; assumed at its longest until it is known.
  [[nodiscard]] std::size_t prefix_length() const noexcept;

  /// The nick we asked for is refused during registration: the one to ask for now, which is our
  /// name from then on, or nothing after too many.
  [[nodiscard]] std::optional<std::string> next(const isupport& server);
  /// The server calls us so.
  void called(std::string_view name) { name_ = name; }
  /// Where others see us; what is empty is not known.
  void seen_as(std::string_view user, std::string_view host);

 private:
  [[nodiscard]] std::string generated(const isupport& server) const;

  std::string wanted_;
  std::string name_;
  std::string user_;  ///< empty until known
  std::string host_;
  int tries_ = 0;
};

}  // namespace mynah::irc
