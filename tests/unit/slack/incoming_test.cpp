// SPDX-License-Identifier: Apache-2.0
#include "incoming.hpp"

#include <random>

#include "catch.hpp"
#include "json_fields.hpp"

using namespace mynah::slack;
using mynah::event_origin;
using mynah::event_type;
using nlohmann::json;

namespace {

reader_options usual() {
  reader_options options;
  options.input = "slack";
  options.user_id = "U0BOT";
  options.bot_id = "B0BOT";
  options.team_id = "T1";
  options.app_id = "A1";
  return options;
}

json message(std::string_view text) {
  return {{"type", "message"},
          {"channel", "C1"},
          {"channel_type", "channel"},
          {"user", "U1"},
          {"text", text},
          {"ts", "1700000000.000100"},
          {"team", "T1"},
          {"event_ts", "1700000000.000100"},
          {"client_msg_id", "cm-1"}};
}

json mention(std::string_view text) {
  return {{"type", "app_mention"}, {"channel", "C1"}, {"user", "U1"},
          {"text", text},          {"team", "T1"},    {"ts", "1700000000.000100"}};
}

json callback(json event) {
  return {{"type", "event_callback"},
          {"team_id", "T1"},
          {"api_app_id", "A1"},
          {"event_id", "Ev1"},
          {"event", std::move(event)}};
}

incoming read(json event, const reader_options& options = usual()) {
  return reader(options).read(envelope_type::events_api, callback(std::move(event)));
}

incoming read_slash(json payload, const reader_options& options = usual()) {
  return reader(options).read(envelope_type::slash_commands, std::move(payload));
}

incoming read_click(json payload, const reader_options& options = usual()) {
  return reader(options).read(envelope_type::interactive, std::move(payload));
}

json with(json base, const json& more) {
  base.update(more);
  return base;
}

json changed(const json& before, const json& now) {
  return {{"type", "message"},
          {"subtype", "message_changed"},
          {"hidden", true},
          {"channel", "C1"},
          {"channel_type", "channel"},
          {"ts", "1700000009.000900"},
          {"event_ts", "1700000009.000900"},
          {"message", now},
          {"previous_message", before}};
}

json slash(std::string_view command, std::string_view text) {
  return {{"command", command},
          {"text", text},
          {"user_id", "U1"},
          {"user_name", "alice"},
          {"channel_id", "C1"},
          {"channel_name", "general"},
          {"team_id", "T1"},
          {"trigger_id", "tr.1"},
          {"response_url", "https://hooks.slack.com/commands/T1/1/x"}};
}

json click(const button_value& value) {
  return {{"type", "block_actions"},
          {"user", {{"id", "U1"}, {"username", "alice"}, {"team_id", "T1"}}},
          {"team", {{"id", "T1"}, {"domain", "acme"}}},
          {"container",
           {{"type", "message"}, {"message_ts", "1700000001.000200"}, {"channel_id", "C1"}}},
          {"channel", {{"id", "C1"}, {"name", "general"}}},
          {"message", {{"ts", "1700000001.000200"}, {"blocks", json::array()}}},
          {"response_url", "https://hooks.slack.com/actions/1"},
          {"trigger_id", "tr.2"},
          {"actions", json::array({{{"type", "button"},
                                    {"action_id", "mynah-1"},
                                    {"value", value.to_string()},
                                    {"action_ts", "1700000002.000300"}}})}};
}

}  // namespace

TEST_CASE("a message becomes an event", "[slack][incoming]") {
  const incoming got = read(message("deploy &amp; <http://x.test|x.test>"));
  CHECK(got.kind == incoming_kind::message);
  CHECK(got.event_id == "Ev1");
  CHECK(got.client_msg_id == "cm-1");
  CHECK(got.workspace == "T1");
  REQUIRE(got.event.has_value());
  const mynah::event& said = *got.event;
  CHECK(said.type == event_type::message);
  CHECK(said.origin == event_origin::person);
  CHECK_FALSE(said.addressed);
  CHECK(said.id == "C1:1700000000.000100");
  CHECK(said.from == mynah::address("slack", "C1", "U1"));
  CHECK(said.principal.key() == "slack/T1/U1");
  CHECK(said.to == "U0BOT");
  CHECK(said.text == "deploy & x.test");
  CHECK(said.raw() == "deploy &amp; <http://x.test|x.test>");
  CHECK(said.normalised);
  CHECK(said.time.time_since_epoch() == std::chrono::microseconds(1700000000000100));
  CHECK(said.tag("slack.ts") == "1700000000.000100");
  CHECK(said.tag("slack.channel_type") == "channel");
  CHECK(said.tag("slack.client_msg_id") == "cm-1");
  CHECK(said.tag("slack.team") == "T1");
  CHECK(said.tag("slack.external").empty());
  CHECK_FALSE(read(message("plain")).event->normalised);
}

TEST_CASE("message and app_mention of one text are the same", "[slack][incoming]") {
  for (const std::string_view text : {"<@U0BOT> deploy api", "<@U0BOT|mynah>: deploy",
                                      "hey <@U0BOT> deploy", "<@U0BOT>", "<@U1> <@U0BOT>"}) {
    CAPTURE(text);
    const incoming one = read(message(text));
    const incoming two = read(mention(text));
    REQUIRE(one.event.has_value());
    REQUIRE(two.event.has_value());
    CHECK(one.event->id == two.event->id);
    CHECK(one.event->text == two.event->text);
    CHECK(one.event->raw() == two.event->raw());
    CHECK(one.event->addressed == two.event->addressed);
    CHECK(one.event->type == two.event->type);
    CHECK(one.event->origin == two.event->origin);
    CHECK(one.event->from == two.event->from);
    CHECK(one.event->principal == two.event->principal);
    CHECK(one.event->time == two.event->time);
    CHECK(one.kind == two.kind);
  }
}

TEST_CASE("a mention at the start addresses", "[slack][incoming]") {
  const mynah::event said = *read(message("<@U0BOT>\xC2\xA0: deploy <@U2|bob>")).event;
  CHECK(said.addressed);
  CHECK(said.text == "deploy @bob");
  CHECK(said.raw() == "<@U0BOT>\xC2\xA0: deploy <@U2|bob>");
  CHECK(said.meta.end() != std::find(said.meta.begin(), said.meta.end(),
                                     std::pair<std::string, std::string>("slack.mention", "U2")));
  CHECK_FALSE(read(message("hey <@U0BOT>")).event->addressed);
  CHECK(read(message("hey <@U0BOT>")).event->text == "hey @U0BOT");
  CHECK_FALSE(read(message("&lt;@U0BOT&gt; x")).event->addressed);
}

TEST_CASE("direct messages are direct", "[slack][incoming]") {
  const json base = with(message("ping"), {{"channel", "D1"}, {"channel_type", "im"}});
  CHECK(read(base).event->from.direct);
  CHECK(read(base).event->addressed);
  CHECK(read(with(base, {{"channel_type", "app_home"}})).event->from.direct);
  CHECK_FALSE(read(with(base, {{"channel_type", "mpim"}})).event->from.direct);
  json untyped = base;
  untyped.erase("channel_type");
  CHECK(read(untyped).event->from.direct);
  CHECK(read(with(base, {{"text", "<@U0BOT> ping"}})).event->text == "ping");
}

TEST_CASE("answers go to the thread as set", "[slack][incoming]") {
  const auto thread = [](threading how, const json& said) {
    reader_options options = usual();
    options.reply_in_thread = how;
    return read(said, options).event->from.thread;
  };
  const json plain = message("x");
  const json threaded = with(message("x"), {{"thread_ts", "1600000000.000001"}});
  CHECK(thread(threading::as_asked, plain).empty());
  CHECK(thread(threading::as_asked, threaded) == "1600000000.000001");
  CHECK(thread(threading::always, plain) == "1700000000.000100");
  CHECK(thread(threading::always, threaded) == "1600000000.000001");
  CHECK(thread(threading::never, threaded).empty());
  CHECK(thread(threading::always, with(plain, {{"channel_type", "im"}})).empty());
  CHECK(read(threaded).event->tag("slack.thread_ts") == "1600000000.000001");
}

TEST_CASE("own and other bots' messages are known", "[slack][incoming]") {
  const auto origin = [](const json& more, const reader_options& options = usual()) {
    const incoming got = read(with(message("<@U0BOT> x"), more), options);
    REQUIRE(got.event.has_value());
    CHECK(got.is_own == (got.event->origin == event_origin::self));
    return got.event->origin;
  };
  CHECK(origin({{"user", "U0BOT"}}) == event_origin::self);
  CHECK(origin({{"user", "U0BOT"}, {"bot_id", "B0BOT"}, {"app_id", "A1"}}) == event_origin::self);
  CHECK(origin({{"user", nullptr}, {"bot_id", "B0BOT"}, {"subtype", "bot_message"}}) ==
        event_origin::self);
  CHECK(origin({{"user", "U5"}, {"bot_id", "B5"}, {"app_id", "A1"}}) == event_origin::self);
  // Without a subtype, as most of them come.
  CHECK(origin({{"bot_id", "B2"}}) == event_origin::bot);
  CHECK(origin({{"user", nullptr}, {"bot_id", "B2"}, {"subtype", "bot_message"}}) ==
        event_origin::bot);
  CHECK(origin({{"user", nullptr}, {"subtype", "bot_message"}}) == event_origin::bot);
  CHECK(origin({{"user", nullptr}}) == event_origin::bot);
  CHECK(origin({{"user", "USLACKBOT"}}) == event_origin::bot);
  CHECK(origin({{"app_id", "A1"}}) == event_origin::person);
  reader_options heeding = usual();
  heeding.heed_bots = {"B2", "B0BOT", ""};
  CHECK(origin({{"bot_id", "B2"}}, heeding) == event_origin::person);
  CHECK(origin({{"bot_id", "B3"}}, heeding) == event_origin::bot);
  CHECK(origin({{"user", nullptr}}, heeding) == event_origin::bot);
  CHECK(origin({{"user", "U0BOT"}, {"bot_id", "B0BOT"}}, heeding) == event_origin::self);
  const incoming bot =
      read(with(message("x"), {{"user", nullptr}, {"bot_id", "B2"}, {"subtype", "bot_message"}}));
  CHECK(bot.event->principal.key() == "slack/T1/B2");
}

TEST_CASE("subtypes", "[slack][incoming]") {
  const auto type = [](std::string_view subtype) {
    return read(with(message("x"), {{"subtype", subtype}})).event->type;
  };
  CHECK(type("file_share") == event_type::message);
  CHECK(type("thread_broadcast") == event_type::message);
  CHECK(type("me_message") == event_type::emote);
  for (const std::string_view other :
       {"channel_join", "channel_name", "pinned_item", "message_replied", "reminder_add",
        "ekm_access_denied", "assistant_app_thread", "brand_new"}) {
    CAPTURE(other);
    CHECK(type(other) == event_type::raw);
  }
  CHECK(read(with(message("x"), {{"subtype", "pinned_item"}})).event->tag("slack.type") ==
        "message/pinned_item");
  const incoming topic = read(with(message("set the topic: a &amp; b"),
                                   {{"subtype", "channel_topic"}, {"topic", "a &amp; b"}}));
  CHECK(topic.event->type == event_type::topic);
  CHECK(topic.event->text == "a & b");
}

TEST_CASE("files come with their message", "[slack][incoming]") {
  json files = json::array();
  files.push_back({{"id", "F1"},
                   {"name", "log.txt"},
                   {"mimetype", "text/plain"},
                   {"size", 12},
                   {"url_private", "https://files.slack.com/F1"}});
  files.push_back(5);
  files.push_back({{"id", "F3"}, {"size", "big"}});
  const mynah::event said =
      *read(with(message("see"), {{"subtype", "file_share"}, {"files", files}})).event;
  CHECK(said.tag("slack.files") == "3");
  CHECK(said.tag("slack.file.1.id") == "F1");
  CHECK(said.tag("slack.file.1.name") == "log.txt");
  CHECK(said.tag("slack.file.1.mimetype") == "text/plain");
  CHECK(said.tag("slack.file.1.size") == "12");
  CHECK(said.tag("slack.file.1.url_private") == "https://files.slack.com/F1");
  CHECK(said.tag("slack.file.2.id").empty());
  CHECK(said.tag("slack.file.3.id") == "F3");
  CHECK(said.tag("slack.file.3.size").empty());
  json many = json::array();
  for (int i = 0; i < 1000; ++i) many.push_back({{"id", "F"}});
  CHECK(read(with(message("x"), {{"files", many}})).event->meta.size() < 30);
}

TEST_CASE("an edit is one only if the text changed", "[slack][incoming]") {
  const json before = {{"type", "message"},
                       {"user", "U1"},
                       {"team", "T1"},
                       {"text", "ping"},
                       {"ts", "1700000000.000100"}};
  const json now = with(before, {{"text", "<@U0BOT> pong"},
                                 {"edited", {{"user", "U1"}, {"ts", "1700000009.000000"}}}});
  const incoming got = read(changed(before, now));
  REQUIRE(got.event.has_value());
  CHECK(got.type == "message/message_changed");
  CHECK(got.event->type == event_type::edit);
  CHECK(got.event->id == "C1:1700000000.000100:edit:1700000009.000000");
  CHECK(got.event->text == "pong");
  CHECK(got.event->addressed);
  CHECK(got.event->principal.key() == "slack/T1/U1");
  CHECK(got.event->tag("slack.ts") == "1700000000.000100");
  CHECK(got.event->time.time_since_epoch() == std::chrono::seconds(1700000009));

  const json unfurled = with(before, {{"attachments", json::array()}});
  CHECK_FALSE(read(changed(before, unfurled)).event.has_value());
  CHECK(read(changed(before, unfurled)).kind == incoming_kind::other);
  // Without the old text the mark of the edit tells.
  CHECK(read(changed(json::object(), now)).event.has_value());
  CHECK_FALSE(read(changed(json::object(), before)).event.has_value());

  reader_options running = usual();
  running.edits_run = true;
  CHECK(read(changed(before, now), running).event->type == event_type::message);
  CHECK(read(changed(before, now), running).event->id == got.event->id);
  // Its own are still its own.
  const json own = with(now, {{"user", "U0BOT"}, {"bot_id", "B0BOT"}});
  CHECK(read(changed(before, own), running).event->origin == event_origin::self);
}

TEST_CASE("a mention that an edit adds is that edit", "[slack][incoming]") {
  const json before = {{"user", "U1"}, {"text", "ping"}, {"ts", "1700000000.000100"}};
  const json edited = {{"edited", {{"ts", "1700000009.000000"}}}};
  const json now = with(with(before, {{"text", "<@U0BOT> ping"}}), edited);
  reader_options running = usual();
  running.edits_run = true;
  for (const reader_options& options : {usual(), running}) {
    const incoming one = read(changed(before, now), options);
    const incoming two = read(with(mention("<@U0BOT> ping"), edited), options);
    CHECK(one.event->id == two.event->id);
    CHECK(one.event->type == two.event->type);
    CHECK(one.event->text == two.event->text);
    CHECK(one.event->time == two.event->time);
  }
}

TEST_CASE("a deleted message is taken back", "[slack][incoming]") {
  const json gone = {{"type", "message"},
                     {"subtype", "message_deleted"},
                     {"channel", "C1"},
                     {"ts", "1700000009.000900"},
                     {"deleted_ts", "1700000000.000100"},
                     {"previous_message", {{"user", "U1"}, {"text", "secret"}}}};
  const incoming got = read(gone);
  CHECK(got.event->type == event_type::retraction);
  CHECK(got.event->id == "C1:1700000000.000100:deleted");
  CHECK(got.event->from.user == "U1");
  CHECK(got.event->text.empty());
  const json before = {{"user", "U1"}, {"text", "x"}, {"ts", "1700000000.000100"}};
  const json tombstone = {{"subtype", "tombstone"},
                          {"text", "This message was deleted."},
                          {"user", "USLACKBOT"},
                          {"ts", "1700000000.000100"}};
  CHECK(read(changed(before, tombstone)).event->type == event_type::retraction);
  CHECK(read(changed(before, tombstone)).event->id == "C1:1700000000.000100:deleted");
}

TEST_CASE("reactions", "[slack][incoming]") {
  const json added = {{"type", "reaction_added"},
                      {"user", "U1"},
                      {"reaction", "thumbsup::skin-tone-3"},
                      {"item_user", "U0BOT"},
                      {"item", {{"type", "message"}, {"channel", "C1"}, {"ts", "1.2"}}},
                      {"event_ts", "1700000000.000100"}};
  const incoming got = read(added);
  CHECK(got.kind == incoming_kind::reaction);
  CHECK(got.event->type == event_type::reaction);
  CHECK(got.event->text == "thumbsup::skin-tone-3");
  CHECK(got.event->id == "Ev1");
  CHECK(got.event->from.room == "C1");
  CHECK(got.event->tag("slack.item_ts") == "1.2");
  CHECK(got.event->tag("slack.item_user") == "U0BOT");
  CHECK(got.event->tag("slack.removed").empty());
  CHECK(read(with(added, {{"type", "reaction_removed"}})).event->tag("slack.removed") == "yes");
  CHECK(read(with(added, {{"user", "U0BOT"}})).event->origin == event_origin::self);
  CHECK(read(with(added, {{"item", {{"type", "file"}}}})).event->type == event_type::raw);
}

TEST_CASE("joining and leaving", "[slack][incoming]") {
  const json joined = {{"type", "member_joined_channel"},
                       {"user", "U1"},
                       {"channel", "C1"},
                       {"channel_type", "G"},
                       {"team", "T1"}};
  CHECK(read(joined).kind == incoming_kind::joined);
  CHECK(read(joined).event->type == event_type::join);
  CHECK(read(joined).event->tag("slack.channel_type") == "group");
  CHECK_FALSE(read(joined).is_own);
  const incoming own = read(with(joined, {{"user", "U0BOT"}}));
  CHECK(own.is_own);
  CHECK(own.channel == "C1");
  CHECK(own.event->origin == event_origin::self);
  const incoming left = read(with(joined, {{"type", "member_left_channel"}}));
  CHECK(left.kind == incoming_kind::left);
  CHECK(left.event->type == event_type::part);
  const incoming thrown_out = read({{"type", "channel_left"}, {"channel", "C1"}});
  CHECK(thrown_out.kind == incoming_kind::left);
  CHECK(thrown_out.is_own);
  CHECK(thrown_out.channel == "C1");
}

TEST_CASE("what the session has to know", "[slack][incoming]") {
  CHECK(read({{"type", "app_home_opened"}, {"user", "U1"}, {"tab", "home"}}).kind ==
        incoming_kind::home_opened);
  CHECK(read({{"type", "app_home_opened"}, {"user", "U1"}, {"tab", "home"}}).user == "U1");
  CHECK(read({{"type", "app_home_opened"}, {"user", "U1"}, {"tab", "messages"}}).kind ==
        incoming_kind::other);
  CHECK(read({{"type", "app_uninstalled"}}).kind == incoming_kind::revoked);
  CHECK(read({{"type", "tokens_revoked"}, {"tokens", {{"bot", {"U0BOT"}}}}}).kind ==
        incoming_kind::revoked);
  CHECK(read({{"type", "tokens_revoked"}, {"tokens", {{"oauth", {"U1"}}, {"bot", {"U7"}}}}}).kind ==
        incoming_kind::other);
  const incoming user = read({{"type", "user_change"}, {"user", {{"id", "U5"}}}});
  CHECK(user.kind == incoming_kind::user_changed);
  CHECK(user.user == "U5");
  const incoming group = read({{"type", "subteam_members_changed"}, {"subteam_id", "S1"}});
  CHECK(group.kind == incoming_kind::group_changed);
  CHECK(group.group == "S1");
  CHECK(read({{"type", "subteam_updated"}, {"subteam", {{"id", "S2"}}}}).group == "S2");
  const incoming limited = reader(usual()).read(
      envelope_type::events_api,
      {{"type", "app_rate_limited"}, {"minute_rate_limited", 1700000000}, {"team_id", "T1"}});
  CHECK(limited.kind == incoming_kind::rate_limited);
  CHECK_FALSE(limited.event.has_value());
}

TEST_CASE("other events are raw", "[slack][incoming]") {
  const incoming renamed =
      read({{"type", "channel_rename"}, {"channel", {{"id", "C1"}, {"name", "x"}}}});
  CHECK(renamed.channel == "C1");
  REQUIRE(renamed.event.has_value());
  CHECK(renamed.event->type == event_type::raw);
  CHECK(renamed.event->id == "Ev1");
  CHECK(renamed.event->from.room == "C1");
  CHECK(renamed.event->tag("slack.type") == "channel_rename");
  CHECK_FALSE(read(json::object()).event.has_value());
  CHECK_FALSE(reader(usual()).read(envelope_type::other, callback(message("x"))).event.has_value());
}

TEST_CASE("the team is the user's own", "[slack][incoming]") {
  CHECK(read(with(message("x"), {{"user_team", "T9"}})).event->principal.key() == "slack/T9/U1");
  CHECK(read(with(message("x"), {{"user_team", "T9"}})).is_external);
  CHECK(read(with(message("x"), {{"user_team", "T9"}})).event->tag("slack.external") == "yes");
  CHECK(read(with(message("x"), {{"team", "T9"}})).event->principal.id == "T9/U1");
  json teamless = message("x");
  teamless.erase("team");
  CHECK(read(teamless).event->principal.id == "T1/U1");
  CHECK_FALSE(read(teamless).is_external);
  // In a channel with others, no team is no proof of the own one.
  json shared = callback(teamless);
  shared["is_ext_shared_channel"] = true;
  CHECK(reader(usual()).read(envelope_type::events_api, json(shared)).is_external);
  shared["event"]["team"] = "T1";
  CHECK_FALSE(reader(usual()).read(envelope_type::events_api, std::move(shared)).is_external);
}

TEST_CASE("an organisation stands before its teams", "[slack][incoming]") {
  reader_options grid = usual();
  grid.enterprise_id = "E1";
  CHECK(read(message("x"), grid).event->principal.id == "E1/T1/U1");
  CHECK(read(with(message("x"), {{"user_team", "T9"}}), grid).event->principal.id == "T9/U1");
  CHECK(read(with(message("x"), {{"team", "E1"}}), grid).event->principal.id == "E1/T1/U1");
  json other_workspace = callback(with(message("x"), {{"team", "T2"}}));
  other_workspace["authorizations"] =
      json::array({{{"enterprise_id", "E1"}, {"team_id", "T2"}, {"user_id", "U0BOT"}}});
  const incoming got = reader(grid).read(envelope_type::events_api, std::move(other_workspace));
  CHECK(got.workspace == "T2");
  CHECK(got.enterprise == "E1");
  CHECK_FALSE(got.is_external);
  CHECK(got.event->principal.id == "E1/T2/U1");
  // The same person by another door has the same id.
  CHECK(read_slash(slash("/mynah", "x"), grid).event->principal.id == "E1/T1/U1");
  CHECK(read_click(click(button_value(button_kind::command, "x")), grid).event->principal.id ==
        "E1/T1/U1");
}

TEST_CASE("slash commands", "[slack][incoming]") {
  const incoming got = read_slash(slash("/mynah", "deploy api &lt;now&gt;"));
  CHECK(got.kind == incoming_kind::slash);
  CHECK(got.response_url == "https://hooks.slack.com/commands/T1/1/x");
  CHECK(got.trigger_id == "tr.1");
  CHECK(got.channel == "C1");
  REQUIRE(got.event.has_value());
  CHECK(got.event->type == event_type::message);
  CHECK(got.event->text == "deploy api <now>");
  CHECK(got.event->raw() == "deploy api &lt;now&gt;");
  CHECK(got.event->addressed);
  CHECK(got.event->id == "slash:tr.1");
  CHECK(got.event->from == mynah::address("slack", "C1", "U1"));
  CHECK(got.event->principal.key() == "slack/T1/U1");
  CHECK(got.event->principal.display == "alice");
  CHECK(got.event->tag("slack.command") == "/mynah");
  CHECK(got.event->tag("slack.channel_name") == "general");

  CHECK(read_slash(slash("/mynah", "")).event->text == "help");
  CHECK(read_slash(slash("/mynah", "  ")).event->text == "help");
  CHECK(read_slash(slash("/mynah", "")).event->raw().empty());
  CHECK(read_slash(slash("/deploy", "web")).event->text == "deploy web");
  CHECK(read_slash(slash("/deploy", "web")).event->raw() == "web");
  CHECK(read_slash(slash("/deploy", "")).event->text == "deploy");
  CHECK(read_slash(slash("/mynah", "say <@U2|bob>")).event->text == "say @bob");
  CHECK(read_slash(with(slash("/mynah", "x"), {{"channel_id", "D1"}})).event->from.direct);
  CHECK(read_slash(with(slash("/mynah", "x"), {{"response_url", "http://evil.test/"}}))
            .response_url.empty());
  CHECK_FALSE(read_slash(with(slash("/mynah", "x"), {{"user_id", 5}})).event.has_value());
  CHECK_FALSE(read_slash(json::array()).event.has_value());
}

TEST_CASE("a click is a command of the clicker", "[slack][incoming]") {
  const incoming got = read_click(click(button_value(button_kind::command, "deploy \"a b\"")));
  CHECK(got.kind == incoming_kind::click);
  REQUIRE(got.clicked.has_value());
  CHECK(got.message_ts == "1700000001.000200");
  CHECK(got.user == "U1");
  CHECK(got.message.is_object());
  CHECK(text_in(got.action, "action_id") == "mynah-1");
  REQUIRE(got.event.has_value());
  CHECK(got.event->type == event_type::action);
  CHECK(got.event->text == "deploy \"a b\"");
  CHECK(got.event->addressed);
  CHECK(got.event->id == "click:C1:1700000001.000200:1700000002.000300:U1:mynah-1");
  CHECK(got.event->principal.key() == "slack/T1/U1");
  CHECK(got.event->principal.display == "alice");
  CHECK(got.event->from == mynah::address("slack", "C1", "U1"));
  CHECK(got.event->tag("question").empty());
  CHECK(got.event->time.time_since_epoch() == std::chrono::microseconds(1700000002000300));
  // Delivered again it is the same, clicked again another.
  CHECK(read_click(click(button_value(button_kind::command, "x"))).event->id == got.event->id);
  json again = click(button_value(button_kind::command, "x"));
  again["actions"][0]["action_ts"] = "1700000003.000000";
  CHECK(read_click(again).event->id != got.event->id);
}

TEST_CASE("an answer comes from where the question was asked", "[slack][incoming]") {
  const json base = click(button_value(button_kind::answer, "yes", "q1"));
  reader_options always = usual();
  always.reply_in_thread = threading::always;
  CHECK(read_click(base).event->tag("question") == "q1");
  CHECK(read_click(base).event->text == "yes");
  CHECK(read_click(base).event->from.thread.empty());
  CHECK(read_click(base, always).event->from.thread.empty());
  json threaded = base;
  threaded["container"]["thread_ts"] = "1700000000.000100";
  CHECK(read_click(threaded).event->from.thread == "1700000000.000100");
  CHECK(read_click(threaded, always).event->from.thread == "1700000000.000100");
  // A message with a thread below it is not in that thread.
  json parent = base;
  parent["message"]["thread_ts"] = "1700000001.000200";
  CHECK(read_click(parent).event->from.thread.empty());
  const json command = click(button_value(button_kind::command, "x"));
  CHECK(read_click(command, always).event->from.thread == "1700000001.000200");
}

TEST_CASE("menus, foreign buttons and buttons that ask", "[slack][incoming]") {
  json menu = click(button_value(button_kind::command, "x"));
  json& action = menu["actions"][0];
  action.erase("value");
  action["selected_option"] = {{"value", button_value(button_kind::command, "two").to_string()}};
  CHECK(read_click(menu).event->text == "two");
  action.erase("selected_option");
  CHECK_FALSE(read_click(menu).event.has_value());
  CHECK(read_click(menu).kind == incoming_kind::click);
  action["value"] = "build-17";
  CHECK_FALSE(read_click(menu).event.has_value());
  CHECK_FALSE(read_click(menu).clicked.has_value());
  const incoming form = read_click(click(button_value(button_kind::form, "deploy")));
  CHECK_FALSE(form.event.has_value());
  REQUIRE(form.clicked.has_value());
  CHECK(form.clicked->text == "deploy");
  CHECK(form.trigger_id == "tr.2");
}

TEST_CASE("a click in the App Home is answered in private", "[slack][incoming]") {
  json home = click(button_value(button_kind::command, "ping"));
  home.erase("channel");
  home.erase("message");
  home["container"] = {{"type", "view"}, {"view_id", "V1"}};
  home["view"] = {{"id", "V1"}, {"type", "home"}};
  const incoming got = read_click(home);
  CHECK(got.channel.empty());
  CHECK(got.event->from == mynah::address("slack", "U1", "U1", "", true));
  CHECK(got.event->id == "click:V1::1700000002.000300:U1:mynah-1");
  CHECK(text_in(got.view, "id") == "V1");
}

TEST_CASE("modals come back", "[slack][incoming]") {
  const json sent = {{"type", "view_submission"},
                     {"user", {{"id", "U1"}, {"team_id", "T1"}}},
                     {"team", {{"id", "T1"}}},
                     {"trigger_id", "tr.3"},
                     {"view", {{"id", "V1"}, {"hash", "h1"}, {"callback_id", "x"}}}};
  const reader mine(usual());
  const incoming got = mine.read(envelope_type::interactive, json(sent));
  CHECK(got.kind == incoming_kind::view_submission);
  CHECK_FALSE(got.event.has_value());
  CHECK(text_in(got.view, "callback_id") == "x");
  const mynah::event said = mine.submitted(got, "deploy env=\"prod\"", "C1", "1.2", false);
  CHECK(said.type == event_type::action);
  CHECK(said.text == "deploy env=\"prod\"");
  CHECK(said.id == "view:V1:h1");
  CHECK(said.from == mynah::address("slack", "C1", "U1", "1.2"));
  CHECK(said.principal.key() == "slack/T1/U1");
  CHECK(mine.submitted(got, "x", "", "", false).from ==
        mynah::address("slack", "U1", "U1", "", true));
  CHECK(read_click(with(sent, {{"type", "view_closed"}})).kind == incoming_kind::view_closed);
  CHECK(read_click(with(sent, {{"type", "block_suggestion"}})).kind == incoming_kind::suggestion);
  CHECK(read_click(with(sent, {{"type", "workflow_step_edit"}})).kind == incoming_kind::other);
}

TEST_CASE("no field of another type does harm", "[slack][incoming]") {
  const std::vector<json> odd = {
      nullptr,    5, -1.5, true, "", "x", json::array(), json::object(), json::array({1, nullptr}),
      {{"id", 5}}};
  json changed_message = changed(message("a"), message("b"));
  const std::vector<std::pair<envelope_type, json>> whole = {
      {envelope_type::events_api, callback(message("<@U0BOT> x"))},
      {envelope_type::events_api, callback(mention("<@U0BOT> x"))},
      {envelope_type::events_api, callback(changed_message)},
      {envelope_type::events_api, callback({{"type", "reaction_added"},
                                            {"user", "U1"},
                                            {"reaction", "x"},
                                            {"item", {{"channel", "C1"}, {"ts", "1.2"}}}})},
      {envelope_type::slash_commands, slash("/mynah", "x")},
      {envelope_type::interactive, click(button_value(button_kind::answer, "x", "q"))}};
  const reader mine(usual());
  // Every value at every depth is replaced by every odd one.
  for (const auto& [type, payload] : whole) {
    const json flat = payload.flatten();
    for (const auto& each : flat.items()) {
      json::json_pointer place(each.key());
      while (!place.empty()) {
        for (const json& value : odd) {
          json broken = payload;
          broken[place] = value;
          const incoming got = mine.read(type, std::move(broken));
          if (got.event) CHECK(got.event->from.input == "slack");
        }
        place = place.parent_pointer();
      }
    }
    for (const json& value : odd) (void)mine.read(type, json(value));
  }
}

TEST_CASE("a shortcut of a message brings what it says", "[slack][incoming]") {
  json payload = {{"type", "message_action"},
                  {"callback_id", "note"},
                  {"trigger_id", "tr.3"},
                  {"user", {{"id", "U1"}, {"name", "alice"}, {"team_id", "T1"}}},
                  {"team", {{"id", "T1"}}},
                  {"channel", {{"id", "C1"}, {"name", "general"}}},
                  {"message", {{"ts", "1700000001.000200"}, {"text", "a &amp; b"}, {"user", "U2"}}},
                  {"message_ts", "1700000001.000200"},
                  {"response_url", "https://hooks.slack.com/app/1"}};
  const incoming got = read_click(payload);
  CHECK(got.kind == incoming_kind::message_shortcut);
  CHECK(got.callback_id == "note");
  CHECK(got.response_url == "https://hooks.slack.com/app/1");
  REQUIRE(got.event.has_value());
  CHECK(got.event->type == event_type::action);
  CHECK(got.event->text == "a & b");
  CHECK(got.event->raw() == "a &amp; b");
  CHECK(got.event->id == "shortcut:tr.3");
  CHECK(got.event->addressed);
  // Of whoever chose it, not of whoever wrote the message.
  CHECK(got.event->principal.key() == "slack/T1/U1");
  CHECK(got.event->from == mynah::address("slack", "C1", "U1"));
  CHECK(got.event->tag("slack.shortcut") == "note");
  CHECK(got.event->tag("slack.ts") == "1700000001.000200");

  SECTION("into its thread") {
    payload["message"]["thread_ts"] = "1700000000.000100";
    CHECK(read_click(payload).event->from.thread == "1700000000.000100");
  }
  SECTION("which may be without text") {
    payload["message"].erase("text");
    CHECK(read_click(payload).event->text.empty());
  }
  SECTION("and half of one is none") {
    for (const char* const part : {"callback_id", "user", "channel"}) {
      json without = payload;
      without.erase(part);
      CHECK_FALSE(read_click(without).event.has_value());
    }
  }
}

TEST_CASE("a shortcut from the menu belongs to no conversation", "[slack][incoming]") {
  const incoming got = read_click({{"type", "shortcut"},
                                   {"callback_id", "ping"},
                                   {"trigger_id", "tr.4"},
                                   {"user", {{"id", "U1"}, {"team_id", "T1"}}},
                                   {"team", {{"id", "T1"}}}});
  CHECK(got.kind == incoming_kind::shortcut);
  CHECK(got.trigger_id == "tr.4");
  REQUIRE(got.event.has_value());
  CHECK(got.event->from == mynah::address("slack", "U1", "U1", {}, true));
  CHECK(got.event->text.empty());
}

TEST_CASE("a thread with the assistant is begun by a user", "[slack][incoming]") {
  const incoming got =
      read({{"type", "assistant_thread_started"},
            {"assistant_thread",
             {{"user_id", "U1"}, {"channel_id", "D1"}, {"thread_ts", "1700000000.000100"}}},
            {"event_ts", "1700000001.000100"}});
  CHECK(got.kind == incoming_kind::assistant_opened);
  CHECK(got.user == "U1");
  CHECK(got.channel == "D1");
  CHECK(got.thread_ts == "1700000000.000100");
  CHECK_FALSE(got.event.has_value());
}
