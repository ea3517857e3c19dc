// SPDX-License-Identifier: Apache-2.0
#include "home.hpp"

#include <algorithm>
#include <cstddef>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <mynah/reply.hpp>
#include <mynah/utf8.hpp>

#include "button_value.hpp"
#include "characters.hpp"
#include "json_text.hpp"
#include "mrkdwn.hpp"

namespace mynah::slack {

namespace {

using nlohmann::json;

constexpr std::size_t most_blocks = 100;
// Of the 250 kB that a view may have.
constexpr std::size_t most_bytes = 200'000;
constexpr std::size_t most_in_usage = 300;
constexpr std::size_t most_in_description = 600;
// The title, and the buttons that lead to other pages.
constexpr std::size_t other_blocks = 2;

json plain_text(std::string_view text) {
  return {{"type", "plain_text"}, {"text", text}, {"emoji", false}};
}

json mrkdwn_section(std::string mrkdwn) {
  return {{"type", "section"},
          {"text", {{"type", "mrkdwn"}, {"text", std::move(mrkdwn)}, {"verbatim", true}}}};
}

// A pattern may match anything, so what it wants to hear is not known.
bool can_be_clicked(const command_spec& spec) noexcept {
  return spec.pattern.empty();
}

json block_of(const command_spec& spec, std::size_t number) {
  reply told;
  told.code(shortened(repaired_utf8(spec.usage_line()), most_in_usage));
  if (!spec.description.empty()) {
    told.text("\n").text(shortened(repaired_utf8(spec.description), most_in_description));
  }
  std::string text = to_mrkdwn(told);
  json made = mrkdwn_section(text.empty() ? std::string("\xE2\x80\xA6") : std::move(text));
  if (!can_be_clicked(spec)) return made;
  const bool asks = !spec.parameters.empty();
  std::string value =
      button_value(asks ? button_kind::form : button_kind::command, spec.name).to_string();
  if (value.size() > most_value_bytes) return made;
  made["accessory"] = {{"type", "button"},
                       {"action_id", "mynah-" + std::to_string(number)},
                       {"text", plain_text(asks ? "Run\xE2\x80\xA6" : "Run")},
                       {"value", std::move(value)}};
  return made;
}

json page_button(std::size_t page, std::string_view words) {
  return {{"type", "button"},
          {"action_id", "mynah-page-" + std::to_string(page)},
          {"text", plain_text(words)},
          {"value", button_value(button_kind::page, std::to_string(page)).to_string()}};
}

json page_buttons(std::size_t page, std::size_t pages) {
  json buttons = json::array();
  if (page > 0) buttons.push_back(page_button(page - 1, "Previous"));
  if (page + 1 < pages) buttons.push_back(page_button(page + 1, "Next"));
  return {{"type", "actions"}, {"elements", std::move(buttons)}};
}

}  // namespace

nlohmann::json home_view(const bot_view& bot, const principal& who, std::size_t page) {
  std::vector<json> pages(1, json::array());
  std::size_t bytes = 0;
  std::size_t shown = 0;
  bot.visit_commands([&](const command& each) {
    if (each.spec().is_hidden || !bot.may_run(who, each)) return;
    json made = block_of(each.spec(), ++shown);
    const std::size_t size = dump_json(made).size();
    if (pages.back().size() + other_blocks == most_blocks || bytes + size > most_bytes) {
      pages.push_back(json::array());
      bytes = 0;
    }
    bytes += size;
    pages.back().push_back(std::move(made));
  });
  page = std::min(page, pages.size() - 1);
  json blocks = json::array();
  std::string title = "What you may run";
  if (pages.size() > 1) {
    title += ", page " + std::to_string(page + 1) + " of " + std::to_string(pages.size());
  }
  blocks.push_back({{"type", "header"}, {"text", plain_text(title)}});
  for (json& each : pages[page]) blocks.push_back(std::move(each));
  if (shown == 0) {
    blocks.push_back(mrkdwn_section("Nothing, so far: no role gives you a command."));
  }
  if (pages.size() > 1) blocks.push_back(page_buttons(page, pages.size()));
  return {{"type", "home"}, {"blocks", std::move(blocks)}};
}

}  // namespace mynah::slack
