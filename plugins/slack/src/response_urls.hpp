// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <optional>
#include <string>
#include <string_view>

#include <mynah/clock.hpp>

namespace mynah::slack {

/// The `response_url`s that came with slash commands and with buttons of ephemeral messages: by
/// them the bot can answer where it is not a member. Each is good for 5 answers in 30 minutes.
///
/// The user of the event's address carries the number of its URL (`U0123/7`), which thus comes back
/// with the answers. Addresses outlive the process; a number that is not known means none.
///
/// Thread safety: none; used on the bot's strand.
class response_urls {
 public:
  using time_point = mynah::clock::time_point;

  /// Numbers go on from `last`, which should be another in each process.
  explicit response_urls(std::uint64_t last = 0) noexcept : last_(last) {}

  /// Keeps a URL, and gives the user part of the address that stands for it.
  [[nodiscard]] std::string keep(std::string_view user, std::string url, time_point now);
  /// The URL for an answer to an address with this user part, if there is one that is still good.
  [[nodiscard]] std::optional<std::string> url_for(std::string_view user, time_point now) const;
  /// One answer has been given.
  void count(std::string_view user);
  /// It does not work any more.
  void forget(std::string_view user);

  /// The user's id in the user part of an address.
  [[nodiscard]] static std::string_view id_in(std::string_view user) noexcept;

 private:
  class entry {
   public:
    std::uint64_t number = 0;
    std::string user;
    std::string url;
    time_point until{};
    int left = 0;
  };

  [[nodiscard]] std::deque<entry>::const_iterator find(std::string_view user) const noexcept;

  std::deque<entry> kept_;  ///< in order of their numbers
  std::uint64_t last_;
};

}  // namespace mynah::slack
