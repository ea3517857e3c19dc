// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include <mynah/input.hpp>
#include <mynah/testkit.hpp>
#include <mynah/testkit/faults.hpp>

#include "net/mailbox.hpp"

namespace mynah::testkit {

/// What becomes of a message that is sent.
class send_fate {
 public:
  enum class kind : unsigned char { shown, vanishes, refused, throttled, lost };

  kind how = kind::shown;
  bool shown_first = true;            ///< before `takes` has passed, or before it is lost
  std::chrono::milliseconds time{0};  ///< it takes, or the network asks to wait
};

/// The network that the memory inputs of one chat speak to.
class memory_network : public std::enable_shared_from_this<memory_network> {
 public:
  explicit memory_network(std::shared_ptr<virtual_clock> clock) : clock(std::move(clock)) {}

  bool can_edit = false;
  bool can_show_cards = false;
  std::size_t connections = 0;
  std::size_t sends_to_refuse = 0;
  std::vector<said> unread;
  std::set<std::string> stamps;  ///< of messages that were shown
  std::size_t repeats = 0;       ///< messages that came with one of them again
  std::uint64_t deliveries = 0;
  /// Events by delivery, until they are acknowledged.
  std::map<std::uint64_t, event> unacknowledged;
  std::multiset<std::string> busy;  ///< "input/room", once for each command that works there
  std::vector<std::string> lines;   ///< the conversation, for people
  /// Where events of each input go, while it is connected.
  std::map<std::string, std::shared_ptr<net::mailbox<event>>> connected;
  const std::shared_ptr<virtual_clock> clock;

  // With faults.
  faults plan;
  std::optional<dice> luck;
  bool mute = false;
  bool deaf = false;
  std::size_t on_the_way = 0;  ///< events that are delayed
  /// Sees each message that is shown.
  std::function<void(const outgoing&)> on_shown;

  /// Somebody said something; false if the bot's buffer is full.
  bool deliver(event happened);
  /// All connections are lost.
  void lose_connections();
  /// From now on nothing goes wrong.
  void calm();
  [[nodiscard]] send_fate fate_of_send();
  void show(const outgoing& message);
  /// Writes down what happened, with the time if there are faults.
  void note(std::string line);

 private:
  /// Delivers an event, and again at the next connection as long as it is not acknowledged.
  bool arrive(event happened);
  void arrive_later(event happened, std::chrono::milliseconds after);

  std::optional<event> held_back_;  ///< until the next one has arrived
};

/// Input type `test`: connects to the network in memory.
input_type memory_input_type(std::shared_ptr<memory_network> network);

}  // namespace mynah::testkit
