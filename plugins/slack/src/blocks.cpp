// SPDX-License-Identifier: Apache-2.0
#include "blocks.hpp"

#include <algorithm>
#include <cstddef>
#include <optional>

#include <mynah/utf8.hpp>

#include "button_value.hpp"
#include "characters.hpp"
#include "json_fields.hpp"
#include "mrkdwn.hpp"

namespace mynah::slack {

namespace {

using nlohmann::json;

constexpr std::size_t most_blocks = 50;
constexpr std::size_t most_characters = 13000;
constexpr std::size_t most_in_section = 3000;
constexpr std::size_t most_in_field = 2000;
constexpr std::size_t most_fields = 10;
constexpr std::size_t most_in_header = 150;
constexpr std::size_t most_in_label = 75;
constexpr std::size_t most_in_alt_text = 2000;
constexpr std::size_t most_in_url = 3000;
constexpr std::size_t most_elements = 25;
constexpr std::size_t most_buttons = 4 * most_elements;
// What buttons may take of a message's characters, and what is kept for saying what is left out.
constexpr std::size_t most_in_buttons = 7000;
constexpr std::size_t kept_for_notices = 500;
constexpr std::size_t most_in_last_line = 300;
constexpr std::size_t notices = 2;

bool is_blank(std::string_view text) noexcept {
  return text.find_first_not_of(" \t\r\n") == std::string_view::npos;
}

json mrkdwn_text(std::string text) {
  // Verbatim: Slack links nothing on its own.
  return {{"type", "mrkdwn"}, {"text", std::move(text)}, {"verbatim", true}};
}

json plain_text(std::string text) {
  return {{"type", "plain_text"}, {"text", std::move(text)}, {"emoji", false}};
}

json section(std::string mrkdwn) {
  return {{"type", "section"}, {"text", mrkdwn_text(std::move(mrkdwn))}};
}

json line(std::string mrkdwn) {
  json elements = json::array();
  elements.push_back(mrkdwn_text(std::move(mrkdwn)));
  return {{"type", "context"}, {"elements", std::move(elements)}};
}

// mrkdwn in at most `most` characters.
std::string cut(const std::string& mrkdwn, std::size_t most) {
  if (count_characters(mrkdwn) <= most) return mrkdwn;
  const std::vector<std::string> pieces = split_message(mrkdwn, most - 2);
  return pieces.empty() ? std::string() : pieces.front() + "\n\xE2\x80\xA6";
}

/// Collects blocks while there is room.
class block_maker {
 public:
  void add_buttons_of(const card& framed) {
    for (const card_action& each : framed.actions) {
      const bool is_answer = !each.question.empty();
      const button_value value(is_answer ? button_kind::answer : button_kind::command, each.command,
                               each.question);
      add_button(each.label, each.command, value);
    }
  }

  void add_text(const std::string& mrkdwn) {
    if (is_blank(mrkdwn)) return;
    for (std::string& piece : split_message(mrkdwn, most_in_section)) {
      if (!has_room(count_characters(piece))) {
        text_is_cut_ = true;
        return;
      }
      add(section(std::move(piece)));
    }
  }

  void add_card(const card& framed) {
    std::string title = plain_line(framed.title, most_in_header);
    if (!is_blank(title)) {
      if (has_room(count_characters(title))) {
        add({{"type", "header"}, {"text", plain_text(std::move(title))}});
      } else {
        text_is_cut_ = true;
      }
    }
    add_text(shown_as_is(framed.body));
    add_fields(framed);
    add_image(framed);
  }

  [[nodiscard]] json taken() {
    if (text_is_cut_) blocks_.push_back(line("\xE2\x80\xA6 the rest is left out: it is too long"));
    for (std::size_t at = 0; at < buttons_.size(); at += most_elements) {
      json elements = json::array();
      for (std::size_t i = at; i < std::min(at + most_elements, buttons_.size()); ++i) {
        elements.push_back(std::move(buttons_[i]));
      }
      blocks_.push_back({{"type", "actions"}, {"elements", std::move(elements)}});
    }
    if (left_out_ > 0) {
      const bool is_one = left_out_ == 1;
      blocks_.push_back(line((is_one ? "1 button is" : std::to_string(left_out_) + " buttons are") +
                             std::string(" left out: there is no room for ") +
                             (is_one ? "it" : "them")));
    }
    return std::move(blocks_);
  }

 private:
  void add_button(std::string_view label, std::string_view otherwise, const button_value& value) {
    std::string text = plain_line(label, most_in_label);
    if (is_blank(text)) text = plain_line(otherwise, most_in_label);
    std::string kept = value.to_string();
    const std::size_t cost = count_characters(text) + count_characters(kept) + 20;
    if (is_blank(text) || kept.size() > most_value_bytes || buttons_.size() == most_buttons ||
        in_buttons_ + cost > most_in_buttons) {
      ++left_out_;
      return;
    }
    in_buttons_ += cost;
    buttons_.push_back({{"type", "button"},
                        {"action_id", "mynah-" + std::to_string(buttons_.size() + 1)},
                        {"text", plain_text(text)},
                        {"value", std::move(kept)}});
  }

  void add_fields(const card& framed) {
    json fields = json::array();
    const auto flush = [this, &fields] {
      if (!fields.empty()) add({{"type", "section"}, {"fields", std::move(fields)}});
      fields = json::array();
      in_fields_ = 0;
    };
    for (const auto& [name, value] : framed.fields) {
      std::string text = field_text(name, value);
      if (is_blank(text)) continue;
      const std::size_t size = count_characters(text);
      if (!has_room(in_fields_ + size)) {
        text_is_cut_ = true;
        break;
      }
      in_fields_ += size;
      fields.push_back(mrkdwn_text(std::move(text)));
      if (fields.size() == most_fields) flush();
    }
    flush();
  }

  static std::string field_text(std::string_view name, std::string_view value) {
    std::string title = sanitised(repaired_utf8(name));
    std::replace(title.begin(), title.end(), '\n', ' ');
    title = shortened(title, most_in_field / 8);
    reply told;
    if (!is_blank(title)) told.emphasis(std::move(title)).text("\n");
    told.text(sanitised(repaired_utf8(value)));
    return cut(to_mrkdwn(told), most_in_field);
  }

  void add_image(const card& framed) {
    const std::string& url = framed.image_url;
    if (is_blank(url)) return;
    const bool is_good = url.starts_with("https://") && url.size() <= most_in_url && is_utf8(url) &&
                         std::none_of(url.begin(), url.end(), [](char c) {
                           return static_cast<unsigned char>(c) <= ' ' || c == 0x7F || c == '<' ||
                                  c == '>' || c == '"';
                         });
    if (!is_good) {
      add_text(shown_as_is(url));
      return;
    }
    std::string alt = plain_line(framed.title, most_in_alt_text);
    if (is_blank(alt)) alt = "image";
    if (!has_room(url.size() + count_characters(alt))) {
      text_is_cut_ = true;
      return;
    }
    add({{"type", "image"}, {"image_url", url}, {"alt_text", std::move(alt)}});
  }

  // All buttons are there before the first text, so they have theirs.
  [[nodiscard]] bool has_room(std::size_t characters) const noexcept {
    const std::size_t actions = (buttons_.size() + most_elements - 1) / most_elements;
    return blocks_.size() + 1 + actions + notices <= most_blocks &&
           used_ + characters + in_buttons_ + kept_for_notices <= most_characters;
  }

  void add(json block) {
    for (const char* const name : {"text", "image_url", "alt_text"}) {
      used_ += count_characters(text_in(block, name));
      used_ += count_characters(text_in(object_in(block, name), "text"));
    }
    for (const json& each : array_in(block, "fields")) {
      used_ += count_characters(text_in(each, "text"));
    }
    blocks_.push_back(std::move(block));
  }

  json blocks_ = json::array();
  std::vector<json> buttons_;
  std::size_t used_ = 0;        // characters of blocks_
  std::size_t in_buttons_ = 0;  // and of buttons_
  std::size_t in_fields_ = 0;   // and of the section of fields in the making
  std::size_t left_out_ = 0;    // buttons
  bool text_is_cut_ = false;
};

bool is_clickable(const json& element) noexcept {
  return element.is_object() && text_in(element, "type") != "image";
}

}  // namespace

nlohmann::json to_blocks(const reply& body) {
  block_maker maker;
  if (body.framed() != nullptr) maker.add_buttons_of(*body.framed());
  maker.add_text(to_mrkdwn(body));
  if (body.framed() != nullptr) maker.add_card(*body.framed());
  return maker.taken();
}

std::string fallback_text(const reply& body) {
  std::string text = to_mrkdwn(body);
  if (body.framed() != nullptr) {
    if (!text.empty()) text += '\n';
    text += shown_as_is(mynah::to_text(*body.framed()));
  }
  return cut(text, usual_message_characters);
}

nlohmann::json answered(const nlohmann::json& blocks, std::string_view by_mrkdwn) {
  json kept = json::array();
  if (blocks.is_array()) {
    for (const json& each : blocks) {
      const std::string_view type = text_in(each, "type");
      if (type.empty() || type == "actions" || type == "input") continue;
      if (kept.size() + 1 == most_blocks) break;
      kept.push_back(each);
      if (const json* const beside = field(each, "accessory");
          beside != nullptr && is_clickable(*beside)) {
        kept.back().erase("accessory");
      }
    }
  }
  if (!is_blank(by_mrkdwn)) kept.push_back(line(cut(repaired_utf8(by_mrkdwn), most_in_last_line)));
  return kept;
}

}  // namespace mynah::slack
