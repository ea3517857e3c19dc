// SPDX-License-Identifier: Apache-2.0
#include "blocks.hpp"

#include <random>
#include <set>

#include <mynah/utf8.hpp>

#include "button_value.hpp"
#include "catch.hpp"
#include "characters.hpp"
#include "json_fields.hpp"
#include "json_text.hpp"
#include "rounds.hpp"

using mynah::card;
using mynah::reply;
using namespace mynah::slack;
using nlohmann::json;

namespace {

/// What Slack refuses, by its rules for blocks; nothing if it would take them.
class checker {
 public:
  std::string check(const json& blocks) {
    if (!blocks.is_array()) return "no array";
    if (blocks.size() > 50) return "too many blocks";
    for (const json& each : blocks) {
      block(each);
      if (!wrong_.empty()) return wrong_ + ": " + dump_json(each).substr(0, 200);
    }
    if (characters_ > 13000) return "too long in all";
    return {};
  }

 private:
  void refuse(const std::string& why) {
    if (wrong_.empty()) wrong_ = why;
  }

  void text(const json& object, std::string_view type, std::size_t most) {
    if (!object.is_object() || text_in(object, "type") != type) return refuse("type of a text");
    const std::string_view words = text_in(object, "text");
    if (words.find_first_not_of(" \t\n") == std::string_view::npos) refuse("blank text");
    if (count_characters(words) > most) refuse("long text");
    if (!mynah::is_utf8(words)) refuse("no UTF-8");
    if (type == "plain_text" && words.find_first_of("<>\n") != std::string_view::npos) {
      refuse("plain text not escaped");
    }
    characters_ += count_characters(words);
  }

  void button(const json& element) {
    if (text_in(element, "type") != "button") return refuse("no button");
    text(object_in(element, "text"), "plain_text", 75);
    const std::string id(text_in(element, "action_id"));
    if (id.empty() || id.size() > 255 || !ids_.insert(id).second) refuse("action_id");
    const std::string_view value = text_in(element, "value");
    if (value.size() > 2000 || !button_value::parse(value)) refuse("value");
    characters_ += value.size();
  }

  void block(const json& each) {
    const std::string_view type = text_in(each, "type");
    if (type == "header") {
      text(object_in(each, "text"), "plain_text", 150);
    } else if (type == "section") {
      const json& fields = array_in(each, "fields");
      if (fields.empty()) {
        text(object_in(each, "text"), "mrkdwn", 3000);
      } else {
        if (fields.size() > 10) refuse("too many fields");
        for (const json& one : fields) text(one, "mrkdwn", 2000);
      }
    } else if (type == "image") {
      const std::string_view url = text_in(each, "image_url");
      if (!url.starts_with("https://") || url.size() > 3000) refuse("image_url");
      if (url.find_first_of(" <>\n") != std::string_view::npos) refuse("image_url");
      const std::string_view alt = text_in(each, "alt_text");
      if (alt.empty() || count_characters(alt) > 2000) refuse("alt_text");
      characters_ += url.size() + count_characters(alt);
    } else if (type == "actions") {
      const json& elements = array_in(each, "elements");
      if (elements.empty() || elements.size() > 25) refuse("elements");
      for (const json& one : elements) button(one);
    } else if (type == "context") {
      const json& elements = array_in(each, "elements");
      if (elements.empty() || elements.size() > 10) refuse("elements");
      for (const json& one : elements) text(one, "mrkdwn", 3000);
    } else {
      refuse("type");
    }
  }

  std::set<std::string> ids_;
  std::size_t characters_ = 0;
  std::string wrong_;
};

std::string refused(const json& blocks) {
  return checker().check(blocks);
}

std::vector<std::string> types(const json& blocks) {
  std::vector<std::string> out;
  for (const json& each : blocks) out.emplace_back(text_in(each, "type"));
  return out;
}

std::size_t buttons(const json& blocks) {
  std::size_t count = 0;
  for (const json& each : blocks) {
    if (text_in(each, "type") == "actions") count += array_in(each, "elements").size();
  }
  return count;
}

using names = std::vector<std::string>;

}  // namespace

TEST_CASE("a card becomes blocks", "[slack][blocks]") {
  card framed("Deploy <web>");
  framed.field("env", "prod").field("by", "*alice*").text("Go on & see?");
  framed.image("https://x.test/i.png").action("Yes", "deploy web").action("No", "cancel");
  const json made = to_blocks(reply("look").with(framed));
  CHECK(refused(made).empty());
  REQUIRE(types(made) == names{"section", "header", "section", "section", "image", "actions"});
  CHECK(text_in(made[0]["text"], "text") == "look");
  CHECK(text_in(made[1]["text"], "text") == "Deploy &lt;web&gt;");
  CHECK(text_in(made[2]["text"], "text") == "Go on &amp; see?");
  CHECK(text_in(made[3]["fields"][0], "text") == "*env*\nprod");
  CHECK(text_in(made[3]["fields"][1], "text") ==
        "*by*\n*\xE2\x80\x8B"
        "alice*");
  CHECK(text_in(made[4], "alt_text") == "Deploy &lt;web&gt;");
  const json& yes = made[5]["elements"][0];
  CHECK(text_in(yes, "action_id") == "mynah-1");
  CHECK(text_in(yes["text"], "text") == "Yes");
  CHECK(button_value::parse(text_in(yes, "value")) ==
        button_value(button_kind::command, "deploy web"));
  CHECK(text_in(made[5]["elements"][1], "action_id") == "mynah-2");
}

TEST_CASE("a question has its answers as buttons", "[slack][blocks]") {
  card asked("");
  for (const char* each : {"yes", "no"}) {
    asked.action(each, each);
    asked.actions.back().question = "q7";
  }
  const json made = to_blocks(reply("Really?").with(asked));
  CHECK(refused(made).empty());
  REQUIRE(types(made) == names{"section", "actions"});
  CHECK(button_value::parse(text_in(made[1]["elements"][1], "value")) ==
        button_value(button_kind::answer, "no", "q7"));
}

TEST_CASE("what is empty is no block", "[slack][blocks]") {
  CHECK(to_blocks(reply()) == json::array());
  CHECK(to_blocks(reply(card(""))) == json::array());
  card framed(" \x1B\n");
  framed.field("", "").field(" ", "x").field("y", "").text("\n");
  const json made = to_blocks(reply(framed));
  CHECK(refused(made).empty());
  CHECK(types(made) == names{"section"});
  CHECK(made[0]["fields"].size() == 2);
}

TEST_CASE("only images of the web are images", "[slack][blocks]") {
  for (const std::string url :
       {"http://x.test/i.png", "https://x.test/a b", "ftp://x", "x", "https://x.test/<!here>"}) {
    card framed("t");
    framed.image(url);
    const json made = to_blocks(reply(framed));
    CAPTURE(url);
    CHECK(refused(made).empty());
    CHECK(types(made) == names{"header", "section"});
  }
}

TEST_CASE("many fields take several sections", "[slack][blocks]") {
  card framed("t");
  for (int i = 0; i < 23; ++i) framed.field("n" + std::to_string(i), "v");
  const json made = to_blocks(reply(framed));
  CHECK(refused(made).empty());
  REQUIRE(types(made) == names{"header", "section", "section", "section"});
  CHECK(made[3]["fields"].size() == 3);
}

TEST_CASE("what does not fit is said", "[slack][blocks]") {
  card wordy("t");
  wordy.text(std::string(50000, 'x')).action("Go", "go");
  const json long_text = to_blocks(reply(wordy));
  CHECK(refused(long_text).empty());
  CHECK(buttons(long_text) == 1);
  CHECK(dump_json(long_text).find("the rest is left out") != std::string::npos);

  card busy("t");
  for (int i = 0; i < 60; ++i) busy.action("b" + std::to_string(i), "c");
  CHECK(refused(to_blocks(reply(busy))).empty());
  CHECK(buttons(to_blocks(reply(busy))) == 60);

  card heavy("t");
  heavy.action("good", "ok").action("bad", std::string(1993, 'x')).action("last", "z");
  const json made = to_blocks(reply(heavy));
  CHECK(refused(made).empty());
  CHECK(buttons(made) == 2);
  CHECK(dump_json(made).find("1 button is left out") != std::string::npos);
}

TEST_CASE("labels are cut between characters", "[slack][blocks]") {
  const std::string family = "\xF0\x9F\x91\xA9\xE2\x80\x8D\xF0\x9F\x91\xA7";
  card framed("t");
  framed.action(std::string(73, 'x') + family, "c").action("", "the command").action(" ", " ");
  const json made = to_blocks(reply(framed));
  CHECK(refused(made).empty());
  CHECK(text_in(made[1]["elements"][0]["text"], "text") == std::string(73, 'x') + "\xE2\x80\xA6");
  CHECK(text_in(made[1]["elements"][1]["text"], "text") == "the command");
  CHECK(buttons(made) == 2);
}

TEST_CASE("no card makes blocks that Slack refuses", "[slack][blocks]") {
  std::mt19937 random(13);
  const std::string_view pieces[] = {
      "a",        "word ", "\n",      "*b*",      "<!here>",
      "&",        ">",     "`",       "```",      "\xFF",
      "\x1B",     " ",     ":smile:", "\xC3\xA4", "\xF0\x9F\x91\xA9\xE2\x80\x8D\xF0\x9F\x91\xA7",
      "e\xCC\x81"};
  const auto words = [&](unsigned most) {
    std::string text;
    // Now and then one that is as long as it may be, or longer.
    const std::size_t count = random() % (random() % 5 == 0 ? most : 6);
    for (std::size_t i = 0; i < count; ++i) text += pieces[random() % std::size(pieces)];
    return text;
  };
  for (std::size_t round = 0; round < mynah_test::rounds(400); ++round) {
    card framed(words(300));
    for (auto i = random() % 3 == 0 ? random() % 120 : random() % 4; i > 0; --i) {
      framed.field(words(300), words(3000));
    }
    framed.text(words(9000));
    if (random() % 2 == 0) framed.image("https://x.test/" + (random() % 2 ? words(50) : "i.png"));
    for (auto i = random() % 3 == 0 ? random() % 200 : random() % 4; i > 0; --i) {
      framed.action(words(150), words(900));
    }
    reply body;
    if (random() % 2 == 0) body.text(words(5000)).untrusted(words(500)).code(words(40));
    if (random() % 2 == 0) body.code_block(words(5000)).link(words(9), "https://x.test/");
    if (random() % 2 == 0) {
      const std::string question = words(30);
      for (mynah::card_action& each : framed.actions) each.question = question;
    }
    body.with(framed);
    const json made = to_blocks(body);
    CAPTURE(round);
    REQUIRE(refused(made) == "");
    REQUIRE(count_characters(fallback_text(body)) <= 3900);
    // Answered, it is still something that Slack takes.
    REQUIRE(refused(answered(made, words(3000) + ".")) == "");
    REQUIRE(buttons(answered(made, "x")) == 0);
  }
}

TEST_CASE("blocks come with a text", "[slack][blocks]") {
  card framed("Deploy <web>");
  framed.field("env", "prod").action("Yes", "deploy web");
  CHECK(fallback_text(reply("look").with(framed)) == "look\nDeploy &lt;web&gt;\nenv: prod\n1) Yes");
  CHECK(fallback_text(reply("a*b*")) == "a*b*");
  const std::string cut = fallback_text(reply(std::string(9000, 'x')));
  CHECK(count_characters(cut) <= 3900);
  CHECK(cut.ends_with("\xE2\x80\xA6"));
}

TEST_CASE("an answered message has no buttons", "[slack][blocks]") {
  card framed("t");
  framed.text("x").action("Yes", "y");
  const json before = to_blocks(reply(framed));
  const json after = answered(before, "<@U1> chose Yes");
  CHECK(types(after) == names{"header", "section", "context"});
  CHECK(text_in(after[2]["elements"][0], "text") == "<@U1> chose Yes");
  CHECK(types(answered(before, "")) == names{"header", "section"});
  const json mixed =
      json::array({{{"type", "section"}, {"block_id", "b"}, {"accessory", {{"type", "button"}}}},
                   {{"type", "section"}, {"accessory", {{"type", "image"}}}},
                   {{"type", "input"}},
                   5,
                   nullptr,
                   json::object(),
                   {{"type", 7}}});
  const json kept = answered(mixed, "by");
  REQUIRE(types(kept) == names{"section", "section", "context"});
  CHECK(kept[0].count("accessory") == 0);
  CHECK(kept[1].count("accessory") == 1);
  for (const json& odd : {json(), json(5), json("x"), json::object()}) {
    CHECK(types(answered(odd, "by")) == names{"context"});
  }
  json many = json::array();
  for (int i = 0; i < 60; ++i) many.push_back({{"type", "divider"}});
  CHECK(answered(many, "by").size() == 50);
}
