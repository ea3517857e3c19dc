// SPDX-License-Identifier: Apache-2.0
#include "block_rules.hpp"

#include "catch.hpp"

using namespace mynah_test::slack;

namespace {

std::string refusal(const json& blocks, surface where = surface::message) {
  try {
    (void)checked_blocks(blocks, where);
  } catch (const api_error& error) {
    return error.error;
  }
  return "";
}

json plain(std::size_t length) {
  return {{"type", "plain_text"}, {"text", std::string(length, 'x')}};
}

json section(std::size_t length) {
  return {{"type", "section"}, {"text", {{"type", "mrkdwn"}, {"text", std::string(length, 'x')}}}};
}

json button(const std::string& action_id, std::size_t length = 5) {
  return {{"type", "button"}, {"action_id", action_id}, {"text", plain(length)}};
}

json actions(json elements) {
  return json::array({{{"type", "actions"}, {"elements", std::move(elements)}}});
}

json options(std::size_t count) {
  json made = json::array();
  for (std::size_t i = 0; i < count; ++i) {
    made.push_back({{"text", plain(3)}, {"value", std::to_string(i)}});
  }
  return made;
}

json select(std::size_t count) {
  return actions(
      json::array({{{"type", "static_select"}, {"action_id", "a"}, {"options", options(count)}}}));
}

}  // namespace

TEST_CASE("blocks within their limits get their ids", "[slack emulator]") {
  json blocks = json::array(
      {section(3000), {{"type", "divider"}}, {{"type", "header"}, {"text", plain(150)}}});
  const json checked = checked_blocks(blocks, surface::message);
  CHECK(checked[0].contains("block_id"));
  CHECK(checked[0]["block_id"] != checked[1]["block_id"]);
  CHECK(checked_blocks(actions(json::array({{{"type", "button"}, {"text", plain(3)}}})),
                       surface::message)[0]["elements"][0]
            .contains("action_id"));
}

TEST_CASE("each limit of blocks is kept to the character", "[slack emulator]") {
  CHECK(refusal(json::array({section(3001)})) == "invalid_blocks");
  CHECK(refusal(json::array({{{"type", "header"}, {"text", plain(151)}}})) == "invalid_blocks");
  CHECK(
      refusal(json::array({{{"type", "header"}, {"text", {{"type", "mrkdwn"}, {"text", "x"}}}}})) ==
      "invalid_blocks");
  CHECK(refusal(actions(json::array({button("a", 75)}))).empty());
  CHECK(refusal(actions(json::array({button("a", 76)}))) == "invalid_blocks");
  CHECK(refusal(actions(json::array({button("a"), button("a")}))) == "invalid_blocks");
  CHECK(refusal(select(100)).empty());
  CHECK(refusal(select(101)) == "invalid_blocks");
  CHECK(refusal(select(0)) == "invalid_blocks");

  json many = json::array();
  for (int i = 0; i < 50; ++i) many.push_back(section(10));
  CHECK(refusal(many).empty());
  many.push_back(section(10));
  CHECK(refusal(many) == "invalid_blocks");
  CHECK(refusal(many, surface::modal).empty());

  json elements = json::array();
  for (int i = 0; i < 25; ++i) elements.push_back(button("a" + std::to_string(i)));
  CHECK(refusal(actions(elements)).empty());
  elements.push_back(button("more"));
  CHECK(refusal(actions(elements)) == "invalid_blocks");

  json fields = json::array();
  for (int i = 0; i < 10; ++i) fields.push_back(plain(2000));
  CHECK(refusal(json::array({{{"type", "section"}, {"fields", fields}}})) == "msg_blocks_too_long");
  fields.push_back(plain(1));
  CHECK(refusal(json::array({{{"type", "section"}, {"fields", fields}}})) == "invalid_blocks");
}

TEST_CASE("what is no block is refused", "[slack emulator]") {
  CHECK(refusal("text") == "invalid_blocks_format");
  CHECK(refusal(json::array({"text"})) == "invalid_blocks");
  CHECK(refusal(json::array({{{"type", "section"}}})) == "invalid_blocks");
  CHECK(refusal(json::array({{{"type", "carousel"}}})) == "invalid_blocks");
  json extra = section(3);
  extra["colour"] = "red";
  CHECK(refusal(json::array({extra})) == "invalid_blocks");
  json twice = section(3);
  twice["block_id"] = "same";
  CHECK(refusal(json::array({twice, twice})) == "invalid_blocks");
  CHECK(refusal(json::array({{{"type", "image"}, {"image_url", "https://e.com/a.png"}}})) ==
        "invalid_blocks");
  CHECK(refusal(json::array(
                    {{{"type", "image"}, {"image_url", "https://e.com/a.png"}, {"alt_text", "a"}}}))
            .empty());
}

TEST_CASE("views are checked with their blocks", "[slack emulator]") {
  json view = {{"type", "modal"}, {"title", plain(24)}, {"blocks", json::array({section(3)})}};
  CHECK_NOTHROW(checked_view(view));
  json bad = view;
  bad["title"] = plain(25);
  CHECK_THROWS_AS(checked_view(bad), api_error);
  bad = view;
  bad.erase("title");
  CHECK_THROWS_AS(checked_view(bad), api_error);
  bad = view;
  bad["private_metadata"] = std::string(3001, 'x');
  CHECK_THROWS_AS(checked_view(bad), api_error);
  // An input needs a button to send it.
  bad = view;
  bad["blocks"].push_back({{"type", "input"},
                           {"label", plain(3)},
                           {"element", {{"type", "plain_text_input"}, {"action_id", "a"}}}});
  CHECK_THROWS_AS(checked_view(bad), api_error);
  bad["submit"] = plain(4);
  CHECK_NOTHROW(checked_view(bad));
}
