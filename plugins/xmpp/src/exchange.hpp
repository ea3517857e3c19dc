// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include <mynah/error_code.hpp>
#include <mynah/task.hpp>

#include "element.hpp"
#include "jid.hpp"
#include "occupant.hpp"

namespace mynah::xmpp {

/// Where one can ask others on the network. On the bot's strand.
///
/// Errors: errc::not_sent with the words of whoever refuses; timed_out, closed. Cancellation:
/// terminal.
class exchange {
 public:
  exchange() = default;
  exchange(const exchange&) = delete;
  exchange& operator=(const exchange&) = delete;
  virtual ~exchange() = default;

  /// Sends an iq (`type`: get or set) and gives the answer. An empty `to` is the own account.
  virtual task<result<element>> ask(std::string type, std::string to, element payload) = 0;
  /// Sends a message to a room; completes when the room has taken it.
  virtual task<result<void>> tell(element message) = 0;
  /// Goes into a room. True if that made it: then, with `make`, it is locked until its owner
  /// submits a configuration. False if it was there, or we were inside already.
  virtual task<result<bool>> enter(jid room, std::string password, bool make) = 0;
  virtual void leave(const jid& room, const std::string& why) = 0;
  [[nodiscard]] virtual bool inside(const jid& room) const = 0;
  [[nodiscard]] virtual std::vector<occupant> occupants(const jid& room) const = 0;
  /// Of the own account.
  [[nodiscard]] virtual std::string domain() const = 0;
};

}  // namespace mynah::xmpp
