// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include <mynah/error_code.hpp>
#include <mynah/event.hpp>
#include <mynah/reply.hpp>
#include <mynah/task.hpp>

namespace mynah {

/// A reply on its way out.
class outgoing {
 public:
  outgoing() = default;
  outgoing(address to, mynah::reply body, std::string replaces = {})
      : to(std::move(to)), body(std::move(body)), replaces(std::move(replaces)) {}

  address to;
  mynah::reply body;
  std::string replaces;  ///< id of an own message to edit; only if the conn `can_edit`
  /// A UUID of its own for each message, the same whenever the message is sent again, also after a
  /// restart: goes where the network has a place for it (XMPP `origin-id`, Slack `client_msg_id`),
  /// so that what came through twice is shown once. Empty for messages that are not kept.
  std::string stamp;
  /// It may have been sent before: a connection was lost meanwhile, or the bot ended. A network
  /// that can look for the stamp does so before it sends it once more.
  bool again = false;
  /// The `event::id` of what it answers, for networks that show that; empty if nothing was said.
  std::string answers;
  /// It says that a command came to nothing (every `outcome` but `done`), for networks that show
  /// that. Not known any more of a message that is sent after a restart.
  bool failed = false;
  /// If it came to nothing because it was called the wrong way (`outcome::wrong_usage`), what was
  /// wrong: the same words as in `body`, which has the command's name and usage around them. The
  /// command has done nothing then, so a network that asked for its arguments with a form can show
  /// that again. Else empty; not known after a restart either. Shown as untrusted.
  std::string misuse;
};

/// What the network made of a message that was sent.
class receipt {
 public:
  receipt() = default;
  explicit receipt(std::string id) : id(std::move(id)) {}

  std::string id;  ///< the network's id of the message, empty where it has none
};

/// One live connection. It is opened by `input::stream`, and when it fails it is closed and
/// destroyed; nothing of it survives into the next.
///
/// Executor and thread safety: every member but `describe` is called on the bot's strand. At most
/// one `recv` and one `send` per room are outstanding. Cancellation: `recv` and `send` must support
/// terminal cancellation.
class conn {
 public:
  conn() = default;
  conn(const conn&) = delete;
  conn& operator=(const conn&) = delete;
  virtual ~conn() = default;

  /// The next event. An error ends the connection: `errc::closed` for an orderly end, a permanent
  /// code (see `is_permanent`) when connecting again is pointless.
  virtual task<result<event>> recv() = 0;

  /// The next event, if it is here already: spares a busy connection the coroutine. Without one,
  /// and when the connection has ended, `recv` tells more.
  [[nodiscard]] virtual std::optional<event> recv_now() { return std::nullopt; }

  /// The event with this `event::delivery` is the bot's now, or of no interest: the network need
  /// not deliver it again. Called once for each event whose `delivery` is not zero, in any order,
  /// as long as this connection lives. Must not wait: what has to be sent for it is queued.
  virtual void acknowledge(std::uint64_t delivery) noexcept { static_cast<void>(delivery); }

  /// Sends one reply, escaped and split as the network needs it; completes when the network has
  /// taken it; `message` lives that long. An error with `errc::not_sent` concerns this message
  /// only; `errc::throttled` says that the network takes it later, after `failure::retry_after` if
  /// it told. Any other error means that the connection is lost: the message is sent again through
  /// the next one, but not after `errc::unconfirmed`, as that might say it twice.
  virtual task<result<receipt>> send(const outgoing& message) = 0;

  /// Takes a reply that can leave at once, as `send` would; spares a busy connection the coroutine.
  /// Only asked for replies that nobody keeps, and while none of the same room waits: should the
  /// connection be lost in this moment, they are lost with it. False: not taken, `send` it.
  virtual bool send_now(const outgoing& message) {
    static_cast<void>(message);
    return false;
  }

  /// A command begins to work for the conversation at `where`, or works no more: for networks that
  /// show such a thing ("is typing"). Each is told, so where one sign stands for several at once
  /// they are to be counted; one that asks something and waits does not work, and quick commands
  /// are not worth telling. Said again to a new connection for what still runs. `answers` is the
  /// `event::id` of what the command answers, and the same when it stops. Must not wait. Does
  /// nothing where not overridden.
  virtual void working(const address& where, bool is, std::string_view answers) noexcept {
    static_cast<void>(where);
    static_cast<void>(is);
    static_cast<void>(answers);
  }

  /// Says goodbye and closes; after it `recv` fails. Called once, bounded by the caller.
  virtual task<void> close() = 0;

  /// What this connection is, in one line of our words, for `status`: "irc.example:6697, TLS 1.3,
  /// nick mynah, 3 channels". Texts of the other side in it are sanitised. Empty: nothing to tell.
  /// The one member that is called from any thread; must not wait.
  [[nodiscard]] virtual std::string describe() const { return {}; }

  /// Messages can be edited: progress updates change one message instead of adding more.
  [[nodiscard]] virtual bool can_edit() const noexcept { return false; }
  /// Cards are shown as cards; without, they are sent as text with numbered choices.
  [[nodiscard]] virtual bool can_show_cards() const noexcept { return false; }
};

}  // namespace mynah
