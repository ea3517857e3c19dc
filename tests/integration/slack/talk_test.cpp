// SPDX-License-Identifier: Apache-2.0
// What is said, and where the answers go.
#include <mynah/async_command.hpp>

#include "catch.hpp"
#include "slack_bot.hpp"

using namespace mynah_test;
using mynah_test::slack::post_options;

namespace {

using texts = std::vector<std::string>;

}  // namespace

TEST_CASE("a command is answered where it was given", "[slack][talk]") {
  slack_place at;
  slack_bot bot(at.settings(), {ping()});
  bot.wait_until_online();

  SECTION("by prefix in a channel") {
    at.slack.post(at.world.general, at.world.alice, "!ping");
  }
  SECTION("by a mention, which comes as two events") {
    at.slack.post(at.world.general, at.world.alice, "<@" + at.world.bot.bot_user_id + "> ping");
  }
  SECTION("by a mention whose app_mention comes first") {
    post_options first;
    first.mention_first = true;
    at.slack.post(at.world.general, at.world.alice, "<@" + at.world.bot.bot_user_id + ">: ping",
                  first);
  }
  REQUIRE(at.has_said(1));
  at.slack.post(at.world.general, at.world.bob, "!ping");
  REQUIRE(at.has_said(2));
  CHECK(at.answers(at.world.general) == texts{"pong", "pong"});
  CHECK(at.slack.violations().empty());
}

TEST_CASE("a direct message needs no prefix, and an answer goes into the thread", "[slack][talk]") {
  slack_place at;
  slack_bot bot(at.settings(), {ping()});
  bot.wait_until_online();
  at.slack.post(at.world.dm, at.world.alice, "ping");
  REQUIRE(at.slack.wait_until([&] { return at.slack.posted_count(at.world.dm) == 1; }));

  const std::string parent = at.slack.post(at.world.general, at.world.alice, "morning");
  post_options in_thread;
  in_thread.thread_ts = parent;
  at.slack.post(at.world.general, at.world.alice, "!ping", in_thread);
  REQUIRE(at.has_said(1));
  CHECK(at.slack.posted(at.world.general)[0].value("thread_ts", "") == parent);
  CHECK(at.slack.violations().empty());
}

TEST_CASE("threads are made where the setting wants them", "[slack][talk]") {
  slack_place at;
  auto settings = at.settings();
  settings["threads"] = "always";
  slack_bot bot(settings, {ping()});
  bot.wait_until_online();
  const std::string asked = at.slack.post(at.world.general, at.world.alice, "!ping");
  REQUIRE(at.has_said(1));
  CHECK(at.slack.posted(at.world.general)[0].value("thread_ts", "") == asked);
}

TEST_CASE("what was typed is what a command gets, and no answer can mention anybody",
          "[slack][talk]") {
  slack_place at;
  noted_command note;
  slack_bot bot(at.settings(), {note.make()});
  bot.wait_until_online();
  at.slack.post(at.world.general, at.world.alice,
                "!note \"see <https://e.com|e.com> &lt;!channel&gt; &amp;amp; <#" +
                    at.world.general + "|general>\"");
  REQUIRE(at.has_said(1));
  REQUIRE(note.runs().size() == 1);
  CHECK(note.runs()[0].second == "see e.com <!channel> &amp; #general");
  const std::string answer = at.answers(at.world.general)[0];
  CHECK(answer.find("<!") == std::string::npos);
  CHECK(answer.find("&amp;amp;") != std::string::npos);
}

TEST_CASE("edits do not run again unless that is set, nor do unfurled links and deleted messages",
          "[slack][talk]") {
  slack_place at;
  noted_command note;
  auto settings = at.settings();
  const bool runs = GENERATE(false, true);
  settings["run-edits"] = runs ? "yes" : "no";
  slack_bot bot(settings, {note.make(), ping()});
  bot.wait_until_online();
  const std::string ts = at.slack.post(at.world.general, at.world.alice, "!note one");
  at.slack.unfurl(at.world.general, ts);
  at.slack.edit(at.world.general, ts, "!note two");
  at.slack.erase(at.world.general, ts);
  at.slack.post(at.world.general, at.world.alice, "!ping");
  REQUIRE(at.has_said(runs ? 3 : 2));
  CHECK(note.count("one") == 1);
  CHECK(note.count("two") == (runs ? 1U : 0U));
}

TEST_CASE("own messages and other bots never run, chosen bots do", "[slack][talk]") {
  slack_place at;
  slack::new_user machine;
  machine.name = "deploybot";
  machine.is_bot = true;
  const std::string other = at.slack.add_user(at.world.team, machine);
  at.slack.join(at.world.general, other);
  noted_command note;
  auto settings = at.settings();
  const bool heeds = GENERATE(false, true);
  if (heeds) settings["heed-bots"] = other;
  slack_bot bot(settings, {note.make(), saying("echo", mynah::reply("!note self"))});
  bot.wait_until_online();
  at.slack.post(at.world.general, other, "!note machine");
  at.slack.post(at.world.general, at.world.alice, "!echo");
  at.slack.post(at.world.general, at.world.alice, "!note person");
  REQUIRE(at.slack.wait_until([&] { return note.count("person") == 1; }));
  CHECK(note.count("machine") == (heeds ? 1U : 0U));
  CHECK(note.count("self") == 0);
}

TEST_CASE("a long answer comes in pieces with its fences, a longer one as a file",
          "[slack][talk]") {
  slack_place at;
  std::string lines;
  for (int i = 0; i < 600; ++i) lines += "line " + std::to_string(i) + " of a log\n";
  std::string book;
  for (int i = 0; i < 10; ++i) book += lines;
  slack_bot bot(at.settings(), {saying("log", mynah::reply().code_block(lines)),
                                saying("book", mynah::reply().code_block(book))});
  bot.wait_until_online();
  at.slack.post(at.world.general, at.world.alice, "!log");
  REQUIRE(at.has_said(3));
  for (const std::string& each : at.answers(at.world.general)) {
    CHECK(each.size() <= 4000);
    CHECK(each.starts_with("```"));
    CHECK(each.ends_with("```"));
  }
  at.slack.post(at.world.general, at.world.alice, "!book");
  REQUIRE(at.slack.wait_until([&] {
    const auto files = at.slack.files();
    return files.size() == 1 && !files[0]["channels"].empty();
  }));
  CHECK(at.slack.file_content(at.slack.files()[0].value("id", "")) == book);
  CHECK(at.slack.violations().empty());
}

TEST_CASE("progress edits one message", "[slack][talk]") {
  slack_place at;
  auto run = [](mynah::context& ctx) -> std::string {
    ctx.progress("10 %");
    ctx.sleep_for(std::chrono::seconds(2));
    ctx.progress("90 %");
    ctx.sleep_for(std::chrono::seconds(2));
    return "done";
  };
  slack_bot bot(at.settings(), {mynah::make_command(mynah::command_spec("work", "Works"), run)});
  bot.wait_until_online();
  at.slack.post(at.world.general, at.world.alice, "!work");
  REQUIRE(at.has_said(1));
  bot.forward(std::chrono::seconds(3));
  REQUIRE(at.slack.wait_until(
      [&] { return at.slack.posted(at.world.general)[0].value("text", "") == "90 %"; }));
  bot.forward(std::chrono::seconds(3));
  REQUIRE(at.has_said(2));
  CHECK(at.answers(at.world.general) == texts{"90 %", "done"});
}

TEST_CASE("a denial is shown to the asker alone", "[slack][talk]") {
  slack_place at;
  noted_command note;
  slack_bot bot(at.settings(), {note.make(true)});
  bot.wait_until_online();
  at.slack.post(at.world.general, at.world.alice, "!note x");
  REQUIRE(at.slack.wait_until([&] { return at.slack.ephemerals().size() == 1; }));
  const auto shown = at.slack.ephemerals()[0];
  CHECK(shown.value("shown_to", "") == at.world.alice);
  CHECK(shown.value("text", "").find("denied") != std::string::npos);
  CHECK(at.slack.posted_count(at.world.general) == 0);
}
