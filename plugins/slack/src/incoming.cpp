// SPDX-License-Identifier: Apache-2.0
#include "incoming.hpp"

#include <algorithm>
#include <array>
#include <cstddef>
#include <utility>

#include "json_fields.hpp"
#include "text.hpp"
#include "timestamp.hpp"

namespace mynah::slack {

namespace {

using nlohmann::json;

constexpr std::size_t most_files_told = 10;
constexpr std::string_view slackbot = "USLACKBOT";

/// How a message with this subtype is meant.
enum class meaning : unsigned char { said, emote, changed, deleted, topic, other };

meaning meaning_of(std::string_view subtype) noexcept {
  if (subtype.empty() || subtype == "file_share" || subtype == "thread_broadcast" ||
      subtype == "bot_message") {
    return meaning::said;
  }
  if (subtype == "me_message") return meaning::emote;
  if (subtype == "message_changed") return meaning::changed;
  if (subtype == "message_deleted") return meaning::deleted;
  if (subtype == "channel_topic" || subtype == "group_topic") return meaning::topic;
  return meaning::other;
}

void tag(mynah::event& on, std::string key, std::string_view value) {
  if (!value.empty()) on.meta.emplace_back(std::move(key), std::string(value));
}

std::string_view first_of(std::string_view a, std::string_view b,
                          std::string_view c = {}) noexcept {
  if (!a.empty()) return a;
  return b.empty() ? c : b;
}

// A channel or user is its id, or an object that has one.
std::string_view id_in(const json& from, const char* name) noexcept {
  return first_of(text_in(from, name), text_in(object_in(from, name), "id"));
}

std::string_view https_only(std::string_view url) noexcept {
  return url.starts_with("https://") ? url : std::string_view();
}

void tag_files(mynah::event& on, const json& said) {
  const json& files = array_in(said, "files");
  if (files.empty()) return;
  tag(on, "slack.files", std::to_string(files.size()));
  for (std::size_t i = 0; i < std::min(files.size(), most_files_told); ++i) {
    const std::string start = "slack.file." + std::to_string(i + 1) + ".";
    for (const char* const name : {"id", "name", "mimetype", "url_private"}) {
      tag(on, start + name, text_in(files[i], name));
    }
    if (const auto size = number_in(files[i], "size")) {
      tag(on, start + "size", std::to_string(*size));
    }
  }
}

}  // namespace

/// One payload on its way to an `incoming`.
class reader::reading {
 public:
  reading(const reader_options& options, json&& payload)
      : options_(options), payload_(std::move(payload)) {}

  incoming event();
  incoming slash_command();
  incoming interaction();

 private:
  /// Who did something, as far as a payload tells.
  class speaker {
   public:
    std::string_view user;
    std::string_view team;
    std::string_view display;
    event_origin origin = event_origin::person;
  };

  void read_message(const json& said, bool is_mention);
  void read_said(const json& said, std::string_view subtype, bool is_mention);
  void read_changed(const json& said);
  void read_deleted(const json& said);
  void read_topic(const json& said);
  void read_reaction(const json& seen, bool is_removed);
  void read_membership(const json& seen, bool is_join);
  void read_revoked(const json& seen);
  void read_raw(const json& seen);
  void read_click();
  void read_shortcut(bool is_for_message);
  void read_assistant_opened(const json& seen);

  [[nodiscard]] speaker speaker_of(const json& said) const;
  void identify(const speaker& who);
  [[nodiscard]] mynah::principal principal_of(const speaker& who) const;
  [[nodiscard]] bool is_direct(std::string_view channel_type) const noexcept;
  [[nodiscard]] std::string thread_for_answers(std::string_view own_ts, bool direct) const;
  /// An event of this speaker at `got_.channel`; `text` as it came.
  mynah::event& make(event_type type, const speaker& who, std::string_view raw, bool direct,
                     std::string thread);
  void strip_mention(mynah::event& of) const;
  void tag_message(const json& said, std::string_view channel_type);

  const reader_options& options_;
  json payload_;
  incoming got_;
};

reader::reading::speaker reader::reading::speaker_of(const json& said) const {
  speaker who;
  const std::string_view bot = text_in(said, "bot_id");
  const json& profile = object_in(said, "user_profile");
  who.user = first_of(id_in(said, "user"), bot);
  who.team = first_of(text_in(said, "user_team"), text_in(said, "team"));
  who.display = first_of(text_in(profile, "display_name"), text_in(profile, "name"),
                         text_in(object_in(said, "bot_profile"), "name"));
  if (who.display.empty()) who.display = text_in(said, "username");

  const auto is_own = [](std::string_view id, const std::string& own) {
    return !own.empty() && id == own;
  };
  const bool is_app = !bot.empty() || text_in(said, "subtype") == "bot_message";
  if (is_own(who.user, options_.user_id) || is_own(bot, options_.bot_id) ||
      (is_app && is_own(text_in(said, "app_id"), options_.app_id))) {
    who.origin = event_origin::self;
  } else if (is_app || who.user.empty() || who.user == slackbot) {
    const auto is_heeded_as = [this](std::string_view id) {
      return !id.empty() && options_.heed_bots.contains(id);
    };
    const bool is_heeded = is_heeded_as(bot) || is_heeded_as(who.user);
    who.origin = is_heeded ? event_origin::person : event_origin::bot;
  }
  return who;
}

void reader::reading::identify(const speaker& who) {
  got_.user = who.user;
  std::string_view team = who.team;
  // On Enterprise Grid somebody of the organisation may have its id there.
  if (team == options_.enterprise_id) team = {};
  const std::string_view told =
      first_of(text_in(payload_, "team_id"), text_in(object_in(payload_, "team"), "id"));
  got_.team = first_of(team, told, options_.team_id);
  const bool is_shared = is_true_in(payload_, "is_ext_shared_channel");
  const bool is_same_organisation =
      !is_shared && !options_.enterprise_id.empty() && got_.enterprise == options_.enterprise_id;
  // In a channel that is shared with others, who does not say where from may be one of them.
  const bool is_of_own_team =
      got_.team == options_.team_id && !(is_shared && who.team.empty() && !who.user.empty());
  got_.is_external = !options_.team_id.empty() && !is_of_own_team && !is_same_organisation;
  got_.is_own = who.origin == event_origin::self;
}

mynah::principal reader::reading::principal_of(const speaker& who) const {
  if (who.user.empty()) {
    return mynah::principal(options_.input, {}, assurance::unverified, std::string(who.display));
  }
  std::string id;
  // Of others no payload tells the organisation reliably, and a grant needs one spelling.
  if (!options_.enterprise_id.empty() && !got_.is_external) id = options_.enterprise_id + "/";
  id += got_.team;
  id += '/';
  id += who.user;
  return mynah::principal(options_.input, std::move(id), assurance::verified,
                          std::string(who.display));
}

bool reader::reading::is_direct(std::string_view channel_type) const noexcept {
  if (!channel_type.empty()) return channel_type == "im" || channel_type == "app_home";
  return got_.channel.starts_with('D');
}

std::string reader::reading::thread_for_answers(std::string_view own_ts, bool direct) const {
  switch (options_.reply_in_thread) {
    case threading::never:
      return {};
    case threading::always:
      if (got_.thread_ts.empty() && !direct) return std::string(own_ts);
      break;
    case threading::as_asked:
      break;
  }
  return got_.thread_ts;
}

mynah::event& reader::reading::make(event_type type, const speaker& who, std::string_view raw,
                                    bool direct, std::string thread) {
  std::string text = typed_text(raw);
  const bool is_changed = text != raw;
  address from(options_.input, got_.channel, std::string(who.user), std::move(thread), direct);
  mynah::event& made =
      got_.event.emplace(type, std::move(from), principal_of(who), std::move(text));
  if (is_changed) {
    made.normalised = true;
    made.raw_text = raw;
  }
  made.origin = who.origin;
  made.to = options_.user_id;
  made.id = got_.event_id;
  tag(made, "slack.team", got_.team);
  if (got_.is_external) tag(made, "slack.external", "yes");
  return made;
}

void reader::reading::strip_mention(mynah::event& of) const {
  const auto rest = starts_with_mention(of.raw(), options_.user_id);
  if (!rest) return;
  of.addressed = true;
  std::string text = typed_text(*rest);
  if (!of.normalised) of.raw_text = std::move(of.text);
  of.normalised = true;
  of.text = std::move(text);
}

void reader::reading::tag_message(const json& said, std::string_view channel_type) {
  mynah::event& on = *got_.event;
  tag(on, "slack.ts", got_.message_ts);
  tag(on, "slack.thread_ts", got_.thread_ts);
  tag(on, "slack.channel_type", channel_type);
  tag(on, "slack.subtype", text_in(said, "subtype"));
  tag(on, "slack.client_msg_id", got_.client_msg_id);
  for (const std::string& user : mentioned_users(on.raw())) tag(on, "slack.mention", user);
  tag_files(on, said);
}

incoming reader::reading::event() {
  const json& authorizations = array_in(payload_, "authorizations");
  static const json none = json::object();
  const json& authorization = authorizations.empty() ? none : authorizations.front();
  got_.workspace = first_of(text_in(authorization, "team_id"), text_in(payload_, "context_team_id"),
                            text_in(payload_, "team_id"));
  got_.enterprise =
      first_of(text_in(authorization, "enterprise_id"), text_in(payload_, "enterprise_id"));
  got_.event_id = text_in(payload_, "event_id");
  if (text_in(payload_, "type") == "app_rate_limited") {
    got_.type = "app_rate_limited";
    got_.kind = incoming_kind::rate_limited;
    return std::move(got_);
  }
  const json& seen = object_in(payload_, "event");
  const std::string_view type = text_in(seen, "type");
  got_.type = type;
  got_.channel = id_in(seen, "channel");
  if (type == "message" || type == "app_mention") {
    read_message(seen, type == "app_mention");
  } else if (type == "reaction_added" || type == "reaction_removed") {
    read_reaction(seen, type == "reaction_removed");
  } else if (type == "member_joined_channel" || type == "member_left_channel") {
    read_membership(seen, type == "member_joined_channel");
  } else if (type == "channel_left" || type == "group_left") {
    got_.kind = incoming_kind::left;
    got_.is_own = true;
    got_.user = options_.user_id;
  } else if (type == "app_home_opened") {
    // The other tab is the talk with the bot.
    if (text_in(seen, "tab") != "messages") got_.kind = incoming_kind::home_opened;
    identify(speaker_of(seen));
    if (json* const inner = field(payload_, "event")) {
      if (json* const view = field(*inner, "view")) got_.view = std::move(*view);
    }
  } else if (type == "assistant_thread_started") {
    read_assistant_opened(seen);
  } else if (type == "tokens_revoked" || type == "app_uninstalled") {
    read_revoked(seen);
  } else if (type == "user_change" || type == "team_join" || type == "user_profile_changed") {
    got_.kind = incoming_kind::user_changed;
    got_.user = id_in(seen, "user");
  } else if (type.starts_with("subteam_")) {
    got_.kind = incoming_kind::group_changed;
    got_.group = first_of(text_in(seen, "subteam_id"), id_in(seen, "subteam"));
  } else if (!type.empty()) {
    read_raw(seen);
  }
  return std::move(got_);
}

void reader::reading::read_message(const json& said, bool is_mention) {
  const std::string_view subtype = text_in(said, "subtype");
  if (!subtype.empty()) got_.type.append("/").append(subtype);
  if (got_.channel.empty()) return;
  switch (meaning_of(subtype)) {
    case meaning::said:
    case meaning::emote:
      read_said(said, subtype, is_mention);
      return;
    case meaning::changed:
      read_changed(said);
      return;
    case meaning::deleted:
      read_deleted(said);
      return;
    case meaning::topic:
      read_topic(said);
      return;
    case meaning::other:
      read_raw(said);
      return;
  }
}

void reader::reading::read_said(const json& said, std::string_view subtype, bool is_mention) {
  got_.kind = incoming_kind::message;
  got_.message_ts = text_in(said, "ts");
  got_.thread_ts = text_in(said, "thread_ts");
  got_.client_msg_id = text_in(said, "client_msg_id");
  const std::string_view channel_type = text_in(said, "channel_type");
  const bool direct = is_direct(channel_type);
  const speaker who = speaker_of(said);
  identify(who);
  event_type type = meaning_of(subtype) == meaning::emote ? event_type::emote : event_type::message;
  std::string_view edited;
  if (is_mention) {
    // A mention that an edit added. The same edit comes as `message_changed`, too.
    edited = text_in(object_in(said, "edited"), "ts");
    if (!edited.empty() && !options_.edits_run) type = event_type::edit;
  }
  mynah::event& made =
      make(type, who, text_in(said, "text"), direct, thread_for_answers(got_.message_ts, direct));
  if (!got_.message_ts.empty()) {
    made.id = got_.channel + ":" + got_.message_ts;
    if (!edited.empty()) made.id.append(":edit:").append(edited);
  }
  made.time = time_of(edited.empty() ? got_.message_ts : edited).value_or(made.time);
  strip_mention(made);
  if (direct) made.addressed = true;
  tag_message(said, channel_type);
}

void reader::reading::read_changed(const json& said) {
  got_.kind = incoming_kind::message;
  const json& now = object_in(said, "message");
  const json& before = object_in(said, "previous_message");
  got_.message_ts = text_in(now, "ts");
  got_.thread_ts = text_in(now, "thread_ts");
  const speaker who = speaker_of(now);
  identify(who);
  // What is left of a deleted message that was answered.
  if (text_in(now, "subtype") == "tombstone") {
    read_deleted(said);
    return;
  }
  const std::string_view edited = text_in(object_in(now, "edited"), "ts");
  // An unfurled link, a reply to it, a pin change a message, but not what it says.
  const bool is_edit = field(before, "text") != nullptr
                           ? text_in(before, "text") != text_in(now, "text")
                           : !edited.empty();
  if (!is_edit) {
    got_.kind = incoming_kind::other;
    return;
  }
  got_.client_msg_id.clear();  // that of the original
  const std::string_view channel_type = text_in(said, "channel_type");
  const bool direct = is_direct(channel_type);
  const bool runs = options_.edits_run && meaning_of(text_in(now, "subtype")) == meaning::said;
  mynah::event& made =
      make(runs ? event_type::message : event_type::edit, who, text_in(now, "text"), direct,
           thread_for_answers(got_.message_ts, direct));
  const std::string_view when = first_of(edited, text_in(said, "event_ts"), text_in(said, "ts"));
  if (!got_.message_ts.empty()) {
    made.id = got_.channel + ":" + got_.message_ts + ":edit:";
    made.id += when;
  }
  made.time = time_of(when).value_or(made.time);
  strip_mention(made);
  if (direct) made.addressed = true;
  tag_message(now, channel_type);
}

void reader::reading::read_deleted(const json& said) {
  got_.kind = incoming_kind::message;
  const json& before = object_in(said, "previous_message");
  got_.message_ts = first_of(text_in(said, "deleted_ts"), text_in(before, "ts"), got_.message_ts);
  got_.thread_ts = text_in(before, "thread_ts");
  const speaker who = speaker_of(before);
  identify(who);
  const std::string_view channel_type = text_in(said, "channel_type");
  mynah::event& made =
      make(event_type::retraction, who, {}, is_direct(channel_type), thread_for_answers({}, true));
  if (!got_.message_ts.empty()) made.id = got_.channel + ":" + got_.message_ts + ":deleted";
  made.time = time_of(first_of(text_in(said, "event_ts"), text_in(said, "ts"))).value_or(made.time);
  tag(made, "slack.ts", got_.message_ts);
  tag(made, "slack.thread_ts", got_.thread_ts);
  tag(made, "slack.channel_type", channel_type);
}

void reader::reading::read_topic(const json& said) {
  got_.kind = incoming_kind::message;
  got_.message_ts = text_in(said, "ts");
  const speaker who = speaker_of(said);
  identify(who);
  const std::string_view channel_type = text_in(said, "channel_type");
  mynah::event& made =
      make(event_type::topic, who, text_in(said, "topic"), is_direct(channel_type), {});
  if (!got_.message_ts.empty()) made.id = got_.channel + ":" + got_.message_ts;
  made.time = time_of(got_.message_ts).value_or(made.time);
  tag(made, "slack.ts", got_.message_ts);
  tag(made, "slack.channel_type", channel_type);
}

void reader::reading::read_reaction(const json& seen, bool is_removed) {
  const json& item = object_in(seen, "item");
  got_.channel = id_in(item, "channel");
  if (got_.channel.empty()) return read_raw(seen);  // on a file
  got_.kind = incoming_kind::reaction;
  got_.message_ts = text_in(item, "ts");
  const speaker who = speaker_of(seen);
  identify(who);
  mynah::event& made =
      make(event_type::reaction, who, text_in(seen, "reaction"), is_direct({}), {});
  made.time = time_of(text_in(seen, "event_ts")).value_or(made.time);
  tag(made, "slack.item_ts", got_.message_ts);
  tag(made, "slack.item_user", text_in(seen, "item_user"));
  if (is_removed) tag(made, "slack.removed", "yes");
}

void reader::reading::read_membership(const json& seen, bool is_join) {
  if (got_.channel.empty()) return read_raw(seen);
  got_.kind = is_join ? incoming_kind::joined : incoming_kind::left;
  const speaker who = speaker_of(seen);
  identify(who);
  const std::string_view type = text_in(seen, "channel_type");
  // Letters of the old kind: C and G.
  mynah::event& made = make(is_join ? event_type::join : event_type::part, who, {}, false, {});
  made.time = time_of(text_in(seen, "event_ts")).value_or(made.time);
  tag(made, "slack.channel_type", type == "C" ? "channel" : type == "G" ? "group" : type);
}

void reader::reading::read_revoked(const json& seen) {
  if (got_.type == "tokens_revoked") {
    // Names the users whose tokens ended; those of people are not ours.
    const json& bots = array_in(object_in(seen, "tokens"), "bot");
    const bool is_ours = std::any_of(bots.begin(), bots.end(), [this](const json& each) {
      return each.is_string() && *each.get_ptr<const json::string_t*>() == options_.user_id;
    });
    if (!is_ours) return;
  }
  got_.kind = incoming_kind::revoked;
  got_.is_own = true;
}

void reader::reading::read_raw(const json& seen) {
  const speaker who = speaker_of(seen);
  identify(who);
  got_.message_ts = text_in(seen, "ts");
  mynah::event& made = make(event_type::raw, who, {}, is_direct(text_in(seen, "channel_type")), {});
  made.time = time_of(first_of(text_in(seen, "event_ts"), got_.message_ts)).value_or(made.time);
  tag(made, "slack.type", got_.type);
}

incoming reader::reading::slash_command() {
  const std::string_view command = text_in(payload_, "command");
  got_.type = command;
  if (command.empty()) return std::move(got_);
  got_.kind = incoming_kind::slash;
  got_.workspace = text_in(payload_, "team_id");
  got_.enterprise = text_in(payload_, "enterprise_id");
  got_.channel = text_in(payload_, "channel_id");
  got_.response_url = https_only(text_in(payload_, "response_url"));
  got_.trigger_id = text_in(payload_, "trigger_id");
  speaker who;
  who.user = text_in(payload_, "user_id");
  who.display = text_in(payload_, "user_name");
  if (who.user.empty() || got_.channel.empty()) return std::move(got_);
  identify(who);
  const std::string_view said = text_in(payload_, "text");
  mynah::event& made = make(event_type::message, who, said, is_direct({}), {});
  made.id = got_.trigger_id.empty() ? std::string() : "slash:" + got_.trigger_id;
  made.addressed = true;
  std::string line;
  if (!options_.command_words.contains(command)) {
    line = command.substr(command.starts_with('/') ? 1 : 0);
    if (!made.text.empty()) line += ' ';
  }
  line += made.text;
  if (line.find_first_not_of(" \t") == std::string::npos) line = "help";
  if (line != said) {
    made.normalised = true;
    made.raw_text = said;
    made.text = std::move(line);
  }
  tag(made, "slack.command", command);
  tag(made, "slack.channel_name", text_in(payload_, "channel_name"));
  return std::move(got_);
}

incoming reader::reading::interaction() {
  const std::string_view type = text_in(payload_, "type");
  got_.type = type;
  got_.workspace = text_in(object_in(payload_, "team"), "id");
  got_.enterprise = text_in(object_in(payload_, "enterprise"), "id");
  got_.response_url = https_only(text_in(payload_, "response_url"));
  got_.trigger_id = text_in(payload_, "trigger_id");
  const json& user = object_in(payload_, "user");
  const json& container = object_in(payload_, "container");
  got_.channel = first_of(id_in(payload_, "channel"), text_in(container, "channel_id"));
  const json& message = object_in(payload_, "message");
  got_.message_ts = first_of(text_in(container, "message_ts"), text_in(message, "ts"));
  got_.thread_ts = first_of(text_in(container, "thread_ts"), text_in(message, "thread_ts"));
  // A message that was answered in a thread is not in it.
  if (got_.thread_ts == got_.message_ts) got_.thread_ts.clear();
  got_.is_ephemeral = is_true_in(container, "is_ephemeral");
  speaker who;
  who.user = text_in(user, "id");
  who.team = text_in(user, "team_id");
  identify(who);
  if (type == "block_actions") {
    read_click();
  } else if (type == "shortcut" || type == "message_action") {
    read_shortcut(type == "message_action");
  } else if (type == "view_submission") {
    got_.kind = incoming_kind::view_submission;
  } else if (type == "view_closed") {
    got_.kind = incoming_kind::view_closed;
  } else if (type == "block_suggestion") {
    got_.kind = incoming_kind::suggestion;
  }
  if (json* const found = field(payload_, "view")) got_.view = std::move(*found);
  if (json* const found = field(payload_, "message")) got_.message = std::move(*found);
  return std::move(got_);
}

void reader::reading::read_click() {
  got_.kind = incoming_kind::click;
  json* const actions = field(payload_, "actions");
  if (actions == nullptr || !actions->is_array() || actions->empty()) return;
  got_.action = std::move(actions->front());
  got_.clicked = button_value::parse(first_of(
      text_in(got_.action, "value"), text_in(object_in(got_.action, "selected_option"), "value")));
  if (!got_.clicked || got_.user.empty()) return;
  const bool is_no_command =
      got_.clicked->kind == button_kind::form || got_.clicked->kind == button_kind::page;
  if (is_no_command) return;

  const std::string_view when = text_in(got_.action, "action_ts");
  const std::string_view view = text_in(object_in(payload_, "view"), "id");
  std::string id = "click:";
  id.append(first_of(got_.channel, view)).append(":").append(got_.message_ts).append(":");
  id.append(first_of(when, got_.trigger_id)).append(":").append(got_.user).append(":");
  id.append(text_in(got_.action, "action_id"));

  const json& user = object_in(payload_, "user");
  speaker who;
  who.user = got_.user;
  who.display = first_of(text_in(user, "username"), text_in(user, "name"));
  const bool in_view = got_.channel.empty();
  const bool direct = in_view || is_direct({});
  // An answer must come from where the question was asked.
  const bool is_answer = got_.clicked->kind == button_kind::answer;
  std::string thread = thread_for_answers(is_answer ? std::string_view() : got_.message_ts, direct);
  mynah::event& made =
      got_.event.emplace(event_type::action,
                         address(options_.input, in_view ? got_.user : got_.channel, got_.user,
                                 std::move(thread), direct),
                         principal_of(who), got_.clicked->text);
  made.id = std::move(id);
  made.addressed = true;
  made.to = options_.user_id;
  made.time = time_of(when).value_or(made.time);
  tag(made, "slack.team", got_.team);
  if (got_.is_external) tag(made, "slack.external", "yes");
  tag(made, "slack.ts", got_.message_ts);
  tag(made, "slack.thread_ts", got_.thread_ts);
  tag(made, "question", got_.clicked->question);
  tag(made, "button", "yes");
  tag(made, "slack.action_id", text_in(got_.action, "action_id"));
}

void reader::reading::read_shortcut(bool is_for_message) {
  got_.kind = is_for_message ? incoming_kind::message_shortcut : incoming_kind::shortcut;
  got_.callback_id = text_in(payload_, "callback_id");
  const bool has_place = !is_for_message || !got_.channel.empty();
  if (got_.callback_id.empty() || got_.user.empty() || !has_place) return;
  const json& user = object_in(payload_, "user");
  speaker who;
  who.user = got_.user;
  who.team = text_in(user, "team_id");
  who.display = first_of(text_in(user, "username"), text_in(user, "name"));
  const bool direct = !is_for_message || is_direct({});
  const std::string_view text = text_in(object_in(payload_, "message"), "text");
  mynah::event& made = make(event_type::action, who, text, direct,
                            is_for_message ? thread_for_answers(got_.message_ts, direct) : "");
  if (!is_for_message) made.from.room = got_.user;
  const std::string_view when = first_of(got_.trigger_id, text_in(payload_, "action_ts"));
  made.id = when.empty() ? std::string() : "shortcut:" + std::string(when);
  made.addressed = true;
  tag(made, "slack.shortcut", got_.callback_id);
  tag(made, "slack.ts", got_.message_ts);
  tag(made, "slack.thread_ts", got_.thread_ts);
}

// For Slack, the user's doing is about a thread, and not said.
void reader::reading::read_assistant_opened(const json& seen) {
  const json& thread = object_in(seen, "assistant_thread");
  got_.kind = incoming_kind::assistant_opened;
  speaker who;
  who.user = text_in(thread, "user_id");
  identify(who);
  got_.channel = text_in(thread, "channel_id");
  got_.thread_ts = text_in(thread, "thread_ts");
}

reader::reader(reader_options options) : options_(std::move(options)) {}

incoming reader::read(envelope_type type, nlohmann::json&& payload) const {
  reading one(options_, std::move(payload));
  switch (type) {
    case envelope_type::events_api:
      return one.event();
    case envelope_type::slash_commands:
      return one.slash_command();
    case envelope_type::interactive:
      return one.interaction();
    case envelope_type::hello:
    case envelope_type::disconnect:
    case envelope_type::other:
      break;
  }
  return {};
}

mynah::principal reader::principal_of(const incoming& from) const {
  std::string id = from.team + "/" + from.user;
  if (!options_.enterprise_id.empty() && !from.is_external) id = options_.enterprise_id + "/" + id;
  return {options_.input, std::move(id), assurance::verified};
}

mynah::event reader::submitted(const incoming& from, std::string line, std::string channel,
                               std::string thread, bool direct) const {
  const bool in_none = channel.empty();
  if (in_none) channel = from.user;
  mynah::event made(
      event_type::action,
      address(options_.input, std::move(channel), from.user, std::move(thread), direct || in_none),
      principal_of(from), std::move(line));
  const std::string_view view = text_in(from.view, "id");
  if (!view.empty()) {
    made.id = "view:" + std::string(view) + ":" + std::string(text_in(from.view, "hash"));
  }
  made.addressed = true;
  made.to = options_.user_id;
  tag(made, "slack.team", from.team);
  if (from.is_external) tag(made, "slack.external", "yes");
  return made;
}

}  // namespace mynah::slack
