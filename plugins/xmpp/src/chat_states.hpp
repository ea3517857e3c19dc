// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstddef>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <mynah/clock.hpp>

#include "element.hpp"

namespace mynah::xmpp {

/// Shows in a conversation that a command works for somebody there (XEP-0085): `composing` when
/// that takes longer than a moment, `active` with the answer or, if there is none, when it is over.
/// Only where somebody's client shows such a thing, too (section 5.1). No I/O: after each call see
/// `take_notices`, and call `tick` when `next_tick` has come.
///
/// A place is where messages go: a room, somebody in one, or a device. Each device is on its own:
/// one that shows such a thing need not be told what another has asked for.
class chat_states {
 public:
  using time_point = mynah::clock::time_point;

  /// What is answered sooner needs no sign.
  static constexpr std::chrono::milliseconds moment{500};
  /// Places whose clients are remembered.
  static constexpr std::size_t most_places = 5000;

  /// A state to be told.
  class notice {
   public:
    notice(std::string place, bool direct, std::string_view state)
        : place(std::move(place)), direct(direct), state(state) {}

    std::string place;
    bool direct;
    std::string_view state;  ///< composing or active
  };

  /// Somebody there sent this; `talk` if it says something.
  void heard(const std::string& place, const element& message, bool talk);
  /// A command begins to work, and is to be shown at `place`. `asked`: what it works for, the same
  /// when it ends; of several for the same thing each begins and ends.
  void begin(const std::string& asked, const std::string& place, bool direct, time_point now);
  /// It works no more.
  void end(const std::string& asked);
  /// That device has gone.
  void gone(const std::string& place);
  /// A message goes there now: whether it is to say that this is the end of composing.
  [[nodiscard]] bool ends_composing(const std::string& place, time_point now);

  /// The connection is gone, and with it all that works; what still does is told to the next one.
  void disconnected();
  /// There is another one. Of a new session nobody has been told anything.
  void connected(bool same_session, time_point now);

  /// The largest time if there is nothing to wait for.
  [[nodiscard]] time_point next_tick() const noexcept;
  void tick(time_point now);
  [[nodiscard]] std::vector<notice> take_notices() { return std::exchange(notices_, {}); }

 private:
  class work {
   public:
    bool direct = false;
    std::size_t commands = 0;
    bool shown = false;
    time_point due = time_point::max();  ///< then it is told how things stand
  };

  std::set<std::string, std::less<>> with_states_;
  std::map<std::string, work, std::less<>> works_;                 ///< by place
  std::multimap<std::string, std::string, std::less<>> shown_at_;  ///< place, by what was asked
  std::vector<notice> notices_;
};

}  // namespace mynah::xmpp
