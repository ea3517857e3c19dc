// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <set>
#include <string>
#include <string_view>

#include <nlohmann/json.hpp>

#include <mynah/event.hpp>

#include "button_value.hpp"
#include "envelope.hpp"

namespace mynah::slack {

/// In which thread answers go.
enum class threading : unsigned char {
  as_asked,  ///< the thread a message is in, if it is in one
  always,    ///< and one of its own for each message of a channel that is in none
  never      ///< the channel, wherever it was asked
};

/// Who the bot is, and how it wants to read.
class reader_options {
 public:
  reader_options() = default;

  std::string input;          ///< instance name, e.g. `slack`
  std::string user_id;        ///< own, of auth.test: what mentions name
  std::string bot_id;         ///< own, of auth.test
  std::string team_id;        ///< own, of auth.test
  std::string enterprise_id;  ///< own, of auth.test; empty outside Enterprise Grid
  std::string app_id;         ///< of hello, or empty
  threading reply_in_thread = threading::as_asked;
  bool edits_run = false;  ///< an edited message is said again
  /// Bots, by their bot id or user id, that may give commands.
  std::set<std::string, std::less<>> heed_bots;
  /// Slash commands whose text is the command line; of every other one its own word comes first.
  std::set<std::string, std::less<>> command_words = {"/mynah"};
};

/// What a payload is for the session.
enum class incoming_kind : unsigned char {
  message,           ///< said, edited or taken back in a conversation
  slash,             ///< a slash command
  click,             ///< a button or menu was used
  shortcut,          ///< chosen from the menu, in no conversation
  message_shortcut,  ///< chosen for a message
  home_opened,
  assistant_opened,  ///< a user began a thread with the bot as an assistant
  view_submission,   ///< a modal was sent; to be acknowledged with what is wrong in it
  view_closed,
  suggestion,  ///< a menu asks for its options
  reaction,
  joined,         ///< somebody joined a conversation; the bot, if `is_own`
  left,           ///< the same
  revoked,        ///< the bot's token ended, or the app was removed
  rate_limited,   ///< Slack holds events back
  user_changed,   ///< `user` is to be asked for again
  group_changed,  ///< the user group `group`
  other
};

/// A payload, read: what goes through the bot's pipeline, and what the session has to know besides.
class incoming {
 public:
  incoming() = default;

  incoming_kind kind = incoming_kind::other;
  /// What the bot shall see; without one there is nothing for it.
  std::optional<mynah::event> event;
  std::string type;      ///< for logs: `message/file_share`, `block_actions`
  std::string event_id;  ///< Slack's, the same in all deliveries; empty where it has none
  /// The same in the two messages that Slack rarely makes of one: a key besides `event->id`.
  std::string client_msg_id;

  /// The workspace this delivery is for: one app may be installed in several. Empty: not told.
  std::string workspace;
  std::string enterprise;    ///< of that workspace, as the payload has it
  std::string user;          ///< whose doing it was (or who changed)
  std::string team;          ///< that user's own
  bool is_external = false;  ///< somebody of another organisation (Slack Connect)
  bool is_own = false;       ///< the bot's own doing, or about the bot
  std::string channel;       ///< empty where it was in none (App Home, modal)
  std::string thread_ts;     ///< the thread it was in, whatever the setting
  std::string message_ts;    ///< the message that was said, changed, clicked
  bool is_ephemeral =
      false;          ///< the clicked message is seen by `user` only; it has no `chat.update`
  std::string group;  ///< of a changed user group

  std::string callback_id;              ///< of a shortcut
  std::string response_url;             ///< a secret; empty unless it is https
  std::string trigger_id;               ///< for views.open within 3 s
  std::optional<button_value> clicked;  ///< none if the button is not one of ours
  nlohmann::json action;                ///< of a click, as it came
  nlohmann::json message;               ///< the clicked message, as it came
  nlohmann::json view;                  ///< of what came from a modal or the App Home
};

/// Makes events of payloads.
///
/// One message has one id, `<channel>:<ts>`, whether it comes as `message`, as `app_mention` or as
/// both, and both mean the same, so whichever is first may be the only one. Others: an edit
/// `<channel>:<ts>:edit:<when>`, a deletion `<channel>:<ts>:deleted`, a slash command
/// `slash:<trigger>`, a shortcut `shortcut:<trigger>`, a click `click:<channel or
/// view>:<message>:<when>:<user>:<button>`, else the id of Slack's event.
///
/// The text of a shortcut's event is that of the message it was chosen for, not yet a command line:
/// which command is meant, and what it makes of a text, only the bot knows.
///
/// Addressed are messages that start with a mention of the bot, which is taken away, direct ones,
/// slash commands and clicks. Everybody is known by `<team>/<user>`, users of the bot's own
/// organisation on Enterprise Grid by `<enterprise>/<team>/<user>`; the team is their own.
///
/// Tags of events (`event::meta`): `slack.ts`, `slack.thread_ts`, `slack.channel_type`,
/// `slack.channel_name`, `slack.subtype`, `slack.team`, `slack.external` (`yes`), `slack.mention`
/// (one for each user), `slack.client_msg_id`, `slack.item_ts`, `slack.item_user`,
/// `slack.removed` (`yes`: a reaction taken away), `slack.command` (the slash word),
/// `slack.shortcut` (its callback id),
/// `slack.action_id`, and those that `event_type::action` means; of files `slack.files` (how many)
/// and, for the first ten, `slack.file.1.id`, `.name`, `.mimetype`, `.size`, `.url_private`; of
/// what is not interpreted `slack.type`.
///
/// Thread safety: const members from any thread. No input makes them throw (but for memory).
class reader {
 public:
  explicit reader(reader_options options);

  [[nodiscard]] const reader_options& options() const noexcept { return options_; }

  /// Reads the payload of an envelope or of a request: `events_api`, `slash_commands` or
  /// `interactive`; what is of no known form becomes `incoming_kind::other` without event.
  [[nodiscard]] incoming read(envelope_type type, nlohmann::json&& payload) const;

  /// Whose doing it was.
  [[nodiscard]] mynah::principal principal_of(const incoming& from) const;

  /// The event of a submitted modal, once its command line is known: given by who submitted it, in
  /// the place the modal was opened from.
  [[nodiscard]] mynah::event submitted(const incoming& from, std::string line, std::string channel,
                                       std::string thread, bool direct) const;

 private:
  class reading;

  reader_options options_;
};

}  // namespace mynah::slack
