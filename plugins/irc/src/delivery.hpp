// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <boost/asio/any_io_executor.hpp>

#include <mynah/clock.hpp>
#include <mynah/error_code.hpp>

#include "net/condition.hpp"

namespace mynah::irc {

/// One message of a reply on its way out, or several that travel as one (draft/multiline).
class delivery_part {
 public:
  enum class state : unsigned char {
    waiting,  ///< nothing of it is with the server
    sent,     ///< written, and the server has not said what became of it
    done,     ///< confirmed; written, where nothing confirms
    refused
  };

  std::vector<std::string> texts;  ///< what it says, to say it again
  std::uint64_t number = 0;        ///< by which the session confirms it; zero: nothing does
  bool labeled = false;
  std::string echo;            ///< the text that comes back
  std::size_t lines_left = 0;  ///< not yet written
  state now = state::waiting;
};

/// A reply on its way out, as the one who waits for it sees it.
class delivery {
 public:
  delivery(const boost::asio::any_io_executor& executor, std::string room)
      : room(std::move(room)), changed(executor) {}

  /// Nothing more will become of it, except what waits to be sent.
  [[nodiscard]] bool settled() const noexcept {
    return sent == 0 && (waiting == 0 || refused.has_value());
  }

  void begin(delivery_part& part) noexcept {
    if (part.now != delivery_part::state::waiting) return;
    part.now = delivery_part::state::sent;
    --waiting;
    ++sent;
  }

  void settle(delivery_part& part, delivery_part::state as) {
    if (part.now != delivery_part::state::sent) return;
    part.now = as;
    --sent;
    changed.notify_all();
  }

  /// Begins another delivery of what is left of this one; gives its texts.
  [[nodiscard]] std::vector<std::string> pass_on_to(delivery& other) const {
    std::vector<std::string> left;
    for (const delivery_part& each : parts) {
      if (each.now != delivery_part::state::done) {
        left.insert(left.end(), each.texts.begin(), each.texts.end());
      } else {
        other.parts.emplace_back().now = delivery_part::state::done;
      }
    }
    other.id = id;
    other.moved = moved;
    return left;
  }

  /// Something was written that the server may or may not have taken.
  [[nodiscard]] bool awaits_confirmation() const noexcept {
    return std::any_of(parts.begin(), parts.end(), [](const delivery_part& each) {
      return each.now == delivery_part::state::sent && each.number != 0;
    });
  }

  std::string room;
  std::vector<delivery_part> parts;
  std::size_t waiting = 0;  ///< parts of each state
  std::size_t sent = 0;
  bool withdrawn = false;  ///< nobody waits any more: what is not begun is not sent
  std::string id;          ///< the network's, of the first part
  std::optional<failure> refused;
  bool again = false;  ///< what is left is to be said once more, in another way or elsewhere
  /// The nick that this is for was given up, by somebody who has another one now; empty: none.
  std::optional<std::string> moved_to;
  bool moved = false;                      ///< once at least
  mynah::clock::time_point progress_at{};  ///< when something was last written or confirmed
  net::condition changed;
};

}  // namespace mynah::irc
