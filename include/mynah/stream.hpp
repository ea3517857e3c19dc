// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>

#include <mynah/address.hpp>
#include <mynah/event.hpp>
#include <mynah/reply.hpp>

namespace mynah {

class bot_view;

/// Lets a stream speak.
class emitter {
 public:
  virtual ~emitter() = default;
  /// Sends a message to any room of any input of this bot.
  virtual void emit(const address& where, reply message) = 0;
  [[nodiscard]] virtual bot_view& bot() noexcept = 0;
};

/// What happens to the event after a stream has seen it.
enum class stream_verdict : unsigned char {
  pass,    ///< goes on, as it is now
  consume  ///< ends here: no later stream and no command sees it
};

/// An overlay over all connections: sees every event of every input, in order of registration, and
/// may observe it, change it, consume it, or say something anywhere.
///
/// Executor: called on the bot's strand; must not block. What it throws is logged, and the event
/// passes on.
class stream {
 public:
  stream() = default;
  stream(const stream&) = delete;
  stream& operator=(const stream&) = delete;
  virtual ~stream() = default;

  [[nodiscard]] virtual std::string_view name() const noexcept = 0;
  virtual stream_verdict on_event(event& seen, emitter& out) = 0;
};

}  // namespace mynah
