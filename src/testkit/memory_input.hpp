// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include <mynah/input.hpp>
#include <mynah/testkit.hpp>

#include "net/mailbox.hpp"

namespace mynah::testkit {

/// The network that the memory inputs of one chat speak to.
class memory_network {
 public:
  bool can_edit = false;
  bool can_show_cards = false;
  std::size_t connections = 0;
  std::size_t sends_to_refuse = 0;
  std::vector<said> unread;
  std::vector<std::string> lines;  ///< the conversation, for people
  /// Where events of each input go, while it is connected.
  std::map<std::string, std::shared_ptr<net::mailbox<event>>> connected;
};

/// Input type `test`: connects to the network in memory.
input_type memory_input_type(std::shared_ptr<memory_network> network);

}  // namespace mynah::testkit
