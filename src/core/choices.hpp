// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <mynah/address.hpp>
#include <mynah/clock.hpp>
#include <mynah/reply.hpp>

namespace mynah::core {

/// The numbered choices of the last card in each room. Whoever says a number gives the command
/// behind it, as themselves.
///
/// Thread safety: none; used on the bot's strand.
class choices {
 public:
  /// Keeps the actions of a card that was shown there; one without actions changes nothing.
  void remember(const address& where, const card& shown, clock::time_point now);

  /// The command line behind a number, if a card with that many choices was shown there less than
  /// five minutes ago.
  [[nodiscard]] std::optional<std::string> command_for(const address& where, std::string_view text,
                                                       clock::time_point now) const;

 private:
  struct shown_card {
    std::vector<card_action> actions;
    clock::time_point at;
  };

  std::map<std::string, shown_card> rooms_;
};

}  // namespace mynah::core
