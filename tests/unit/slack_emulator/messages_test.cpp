// SPDX-License-Identifier: Apache-2.0
#include "api_client.hpp"
#include "catch.hpp"

using namespace mynah_test::slack;

namespace {

class scene {
 public:
  emulator slack;
  small_world world{slack};
  api_client bot{slack, world.bot.bot_token};

  json post(const std::string& text, const json& more = json::object()) {
    json arguments = {{"channel", world.general}, {"text", text}};
    arguments.update(more);
    return bot.call("chat.postMessage", arguments);
  }
};

options unlimited() {
  options how;
  how.rate_limits = false;
  return how;
}

class free_scene {
 public:
  emulator slack{unlimited()};
  small_world world{slack};
  api_client bot{slack, world.bot.bot_token};
};

}  // namespace

TEST_CASE("a message needs a place where the bot may post", "[slack emulator]") {
  free_scene s;
  const auto error = [&](const std::string& channel) {
    return s.bot.error("chat.postMessage", {{"channel", channel}, {"text", "x"}});
  };
  new_channel facts;
  facts.name = "closed";
  facts.kind = channel_kind::private_channel;
  facts.members = {s.world.alice};
  CHECK(error(s.slack.add_channel(s.world.team, facts)) == "channel_not_found");
  facts.name = "open";
  facts.kind = channel_kind::public_channel;
  const std::string open = s.slack.add_channel(s.world.team, facts);
  CHECK(error(open).empty());
  s.slack.set_scopes(s.world.bot.bot_token, {"chat:write"});
  CHECK(error(open) == "not_in_channel");
  CHECK(error("C0NOWHERE") == "channel_not_found");
  CHECK(error("#general").empty());
  CHECK(error(s.world.alice).empty());
  CHECK(s.slack.posted_count(s.world.dm) == 1);
  s.slack.archive_channel(s.world.general);
  CHECK(error(s.world.general) == "is_archived");
}

TEST_CASE("a message needs something to say, of bounded length", "[slack emulator]") {
  free_scene s;
  const auto call = [&](json arguments) {
    arguments["channel"] = s.world.general;
    return s.bot.call("chat.postMessage", arguments);
  };
  CHECK(call({})["error"] == "no_text");
  CHECK(call({{"text", ""}})["error"] == "no_text");
  CHECK(call({{"text", "x"}, {"markdown_text", "y"}})["error"] == "markdown_text_conflict");
  CHECK(call({{"text", "x"}, {"metadata", {{"event_type", "t"}}}})["error"] ==
        "invalid_metadata_format");
  std::string text;
  for (int i = 0; i < 40'001; ++i) text += "\xC3\xA9";
  const json cut = call({{"text", text}});
  CHECK(cut["warning"] == "message_truncated");
  CHECK(cut["message"]["text"].get<std::string>().size() == 80'000);

  const std::string ts = call({{"text", "short"}})["ts"];
  CHECK(s.bot.error("chat.update",
                    {{"channel", s.world.general}, {"ts", ts}, {"text", text.substr(0, 8002)}}) ==
        "msg_too_long");
  CHECK(s.bot.error("chat.update",
                    {{"channel", s.world.general}, {"ts", ts}, {"text", text.substr(0, 8000)}}) ==
        "");
}

TEST_CASE("a thread is named by its parent's ts, a string", "[slack emulator]") {
  free_scene s;
  const auto in_thread = [&](const json& thread_ts) {
    return s.bot.call("chat.postMessage",
                      {{"channel", s.world.general}, {"text", "x"}, {"thread_ts", thread_ts}});
  };
  const std::string parent = s.slack.post(s.world.general, s.world.alice, "question");
  const json reply = in_thread(parent);
  CHECK(reply["message"]["thread_ts"] == parent);
  CHECK(reply["message"]["parent_user_id"] == s.world.alice);
  CHECK(in_thread(reply["ts"])["error"] == "cannot_reply_to_message");
  CHECK(in_thread("1.000000")["error"] == "thread_not_found");
  CHECK(in_thread("yesterday")["error"] == "invalid_thread_ts");
  CHECK(in_thread(1700000000.0001)["error"] == "invalid_thread_ts");
  CHECK(s.slack.message(s.world.general, parent)["reply_count"] == 1);
}

TEST_CASE("only own messages can be changed", "[slack emulator]") {
  free_scene s;
  const std::string other = s.slack.post(s.world.general, s.world.alice, "mine");
  const json at = {{"channel", s.world.general}, {"ts", other}, {"text", "x"}};
  CHECK(s.bot.error("chat.update", at) == "cant_update_message");
  CHECK(s.bot.error("chat.delete", at) == "cant_delete_message");
  CHECK(s.bot.error("chat.update",
                    {{"channel", s.world.general}, {"ts", "1.000000"}, {"text", "x"}}) ==
        "message_not_found");
}

TEST_CASE("metadata is shown only when asked for", "[slack emulator]") {
  scene s;
  const json stamp = {{"event_type", "stamp"}, {"event_payload", {{"id", "1"}}}};
  const std::string ts = s.post("x", {{"metadata", stamp}})["ts"];
  const auto newest = [&](const json& more) {
    json arguments = {{"channel", s.world.general}, {"limit", 1}};
    arguments.update(more);
    return s.bot.call("conversations.history", arguments)["messages"][0];
  };
  CHECK(newest(json::object())["ts"] == ts);
  CHECK_FALSE(newest(json::object()).contains("metadata"));
  CHECK(newest({{"include_all_metadata", true}})["metadata"] == stamp);
}

TEST_CASE("an ephemeral message is not stored", "[slack emulator]") {
  free_scene s;
  const std::size_t before = s.slack.messages(s.world.general).size();
  CHECK(s.bot.call("chat.postEphemeral", {{"channel", s.world.general},
                                          {"user", s.world.alice},
                                          {"text", "psst"}})["ok"] == true);
  CHECK(s.slack.messages(s.world.general).size() == before);
  CHECK(s.slack.ephemerals()[0]["shown_to"] == s.world.alice);
  new_user absent;
  absent.name = "absent";
  CHECK(s.bot.error("chat.postEphemeral", {{"channel", s.world.general},
                                           {"user", s.slack.add_user(s.world.team, absent)},
                                           {"text", "psst"}}) == "user_not_in_channel");
}

TEST_CASE("a stream grows a message of a thread", "[slack emulator]") {
  free_scene s;
  const std::string parent = s.slack.post(s.world.general, s.world.alice, "question");
  json arguments = {{"channel", s.world.general}, {"thread_ts", parent}};
  CHECK(s.bot.error("chat.startStream", arguments) == "missing_recipient_user_id");
  arguments["recipient_user_id"] = s.world.alice;
  arguments["recipient_team_id"] = s.world.team;
  const std::string ts = s.bot.call("chat.startStream", arguments)["ts"];
  const json piece = {{"channel", s.world.general}, {"ts", ts}, {"markdown_text", "more "}};
  CHECK(s.bot.call("chat.appendStream", piece)["ok"] == true);
  CHECK(s.bot.call("chat.stopStream", piece)["ok"] == true);
  CHECK(s.bot.error("chat.appendStream", piece) == "message_not_in_streaming_state");
  CHECK(s.slack.message(s.world.general, ts)["text"] == "more more ");
}

TEST_CASE("channels are made, changed and left by their rules", "[slack emulator]") {
  free_scene s;
  CHECK(s.bot.error("conversations.create", {{"name", "Bad Name"}}) == "invalid_name_specials");
  const std::string made = s.bot.call("conversations.create", {{"name", "ops"}})["channel"]["id"];
  CHECK(s.bot.error("conversations.create", {{"name", "ops"}}) == "name_taken");
  CHECK(s.bot.error("conversations.invite", {{"channel", made}, {"users", s.world.alice}}).empty());
  CHECK(s.bot.error("conversations.invite", {{"channel", made}, {"users", s.world.alice}}) ==
        "already_in_channel");
  CHECK(s.bot.error("conversations.kick", {{"channel", made}, {"user", s.world.bob}}) ==
        "not_in_channel");
  CHECK(s.bot.error("conversations.archive", {{"channel", s.world.general}}) ==
        "cant_archive_general");
  CHECK(s.bot.error("conversations.archive", {{"channel", made}}).empty());
  CHECK(s.bot.error("conversations.setTopic", {{"channel", made}, {"topic", "x"}}) ==
        "is_archived");
  CHECK(s.bot.error("conversations.unarchive", {{"channel", made}}).empty());
  CHECK(s.bot.call("conversations.join", {{"channel", made}})["warning"] == "already_in_channel");
  const json opened = s.bot.call("conversations.open", {{"users", s.world.bob}});
  CHECK(opened["channel"]["id"].get<std::string>().starts_with("D"));
}

TEST_CASE("a file is uploaded in three steps", "[slack emulator]") {
  free_scene s;
  const json place = s.bot.call("files.getUploadURLExternal",
                                {{"filename", "a.txt"}, {"length", "5"}}, body_kind::form);
  const std::string id = place["file_id"];
  const json share = {{"files", json::array({{{"id", id}}})}, {"channel_id", s.world.general}};
  CHECK(s.bot.error("files.completeUploadExternal", share) == "file_not_found");
  const std::string url = place["upload_url"];
  CHECK(s.bot.post(url, "four", "application/octet-stream").status == 400);
  CHECK(s.bot.post(url, "bytes", "application/octet-stream").body == "OK - 5");
  CHECK(s.bot.call("files.completeUploadExternal", share)["ok"] == true);
  CHECK(s.slack.wait_until([&] { return s.slack.posted_count(s.world.general) == 1; }));
  CHECK(s.slack.file_content(id) == "bytes");
  CHECK(s.slack.posted(s.world.general)[0]["subtype"] == "file_share");
}
