// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <mynah/error_code.hpp>
#include <mynah/network.hpp>
#include <mynah/task.hpp>

namespace mynah {
class bot_view;
}

namespace mynah::slack {

/// A conversation of a workspace, as `conversations.list` and `conversations.info` tell it.
class channel {
 public:
  channel() = default;

  std::string id;    ///< `C0123`: for good, where a name can change
  std::string name;  ///< without `#`; empty for a talk between two
  bool is_private = false;
  bool is_archived = false;
  bool is_member = false;  ///< the bot is in it
  std::string topic;
  std::string purpose;
};

/// What stands above the messages of a channel.
class bookmark {
 public:
  bookmark() = default;

  std::string id;
  std::string title;
  std::string link;
};

/// Something that a user may be offered to say in a thread with an assistant.
class suggested_prompt {
 public:
  suggested_prompt(std::string title, std::string message)
      : title(std::move(title)), message(std::move(message)) {}

  std::string title;
  std::string message;
};

/// What Slack can do beyond talking: channels, pins, bookmarks, reactions, files.
///
///     task<std::string> incident(async_context& ctx) {
///       const auto slack = slack::network::of(ctx.bot(), ctx.event().from.input);
///       if (slack == nullptr) co_return "only on Slack";
///       const result<std::string> made = co_await slack->create("incident-7", true);
///       if (made.has_error()) {
///         throw command_error(made.error().message());
///       }
///       co_return "made " + *made;
///     }
///
/// Channels and users are ids (`C0123`, `U0123`), messages their channel and `ts`. Where channels
/// are asked for, a name with `#` in front works, too, for one that the bot can see.
///
/// Executor and thread safety: on the bot's strand only, so in coroutine commands, not in blocking
/// ones. Several may be asked at once; Slack's limits are kept by waiting, at most a minute.
///
/// Errors: errc::not_sent with what Slack refused, the scope that is missing included; errc::closed
/// while there is no connection; errc::throttled if it asks to wait for longer; errc::unconfirmed
/// if the outcome is unknown. Cancellation: terminal.
class network : public mynah::network {
 public:
  /// The network behind an input such as `slack`; null if there is none, or it is not Slack.
  [[nodiscard]] static std::shared_ptr<network> of(const bot_view& bot, std::string_view input);

  /// Makes a channel and gives its id (conversations.create). Names are small letters, digits, `-`
  /// and `_`, at most 80.
  virtual task<result<std::string>> create(std::string name, bool is_private = false) = 0;
  /// Up to 100 users (conversations.invite).
  virtual task<result<void>> invite(std::string channel, std::vector<std::string> users) = 0;
  /// Takes a user out (conversations.kick).
  virtual task<result<void>> remove(std::string channel, std::string user) = 0;
  virtual task<result<void>> set_topic(std::string channel, std::string text) = 0;
  virtual task<result<void>> set_purpose(std::string channel, std::string text) = 0;
  virtual task<result<void>> rename(std::string channel, std::string name) = 0;
  virtual task<result<void>> archive(std::string channel) = 0;
  virtual task<result<void>> unarchive(std::string channel) = 0;
  /// Goes into a public channel (conversations.join).
  virtual task<result<void>> join(std::string channel) = 0;
  virtual task<result<void>> leave(std::string channel) = 0;
  /// Every channel that the bot can see, all pages (conversations.list).
  virtual task<result<std::vector<slack::channel>>> list(bool with_archived = false) = 0;
  virtual task<result<slack::channel>> info(std::string channel) = 0;
  /// Ids of those in it, all pages (conversations.members).
  virtual task<result<std::vector<std::string>>> members(std::string channel) = 0;

  virtual task<result<void>> pin(std::string channel, std::string ts) = 0;
  virtual task<result<void>> unpin(std::string channel, std::string ts) = 0;
  /// Adds a link above the messages, and gives its id.
  virtual task<result<std::string>> add_bookmark(std::string channel, std::string title,
                                                 std::string link) = 0;
  virtual task<result<void>> remove_bookmark(std::string channel, std::string id) = 0;
  virtual task<result<std::vector<bookmark>>> bookmarks(std::string channel) = 0;

  /// `name` without colons: `eyes`. There already: no error.
  virtual task<result<void>> react(std::string channel, std::string ts, std::string name) = 0;
  virtual task<result<void>> unreact(std::string channel, std::string ts, std::string name) = 0;

  /// Puts a file into a channel, or into the thread of `thread_ts` there, and gives its id. The
  /// message with it appears some time later.
  virtual task<result<std::string>> upload(std::string channel, std::string name, std::string title,
                                           std::string bytes, std::string thread_ts = {}) = 0;

  /// What the bot is doing, shown in a thread with it as an assistant ("is looking it up...");
  /// empty takes it away (assistant.threads.setStatus).
  virtual task<result<void>> set_status(std::string channel, std::string thread_ts,
                                        std::string status) = 0;
  virtual task<result<void>> set_title(std::string channel, std::string thread_ts,
                                       std::string title) = 0;
  /// Up to four things to say next: title and message each.
  virtual task<result<void>> set_prompts(std::string channel, std::string thread_ts,
                                         std::vector<suggested_prompt> prompts) = 0;

  /// Begins a message that grows, in a thread, and gives its `ts` (chat.startStream). In channels
  /// Slack wants to know whom it is for. `markdown` is Markdown, not mrkdwn, and goes out as it is.
  virtual task<result<std::string>> start_stream(std::string channel, std::string thread_ts,
                                                 std::string markdown, std::string user = {}) = 0;
  virtual task<result<void>> append_stream(std::string channel, std::string ts,
                                           std::string markdown) = 0;
  virtual task<result<void>> stop_stream(std::string channel, std::string ts,
                                         std::string markdown = {}) = 0;
};

}  // namespace mynah::slack
