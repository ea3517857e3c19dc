// SPDX-License-Identifier: Apache-2.0
#include <mynah/reply.hpp>

#include <cstdint>

namespace mynah {

fragment::fragment(fragment_kind kind, std::string value, std::string extra)
    : kind(kind), value(std::move(value)), extra(std::move(extra)) {}

card_action::card_action(std::string label, std::string command)
    : label(std::move(label)), command(std::move(command)) {}

card::card(std::string title) : title(std::move(title)) {}

card& card::field(std::string name, std::string value) {
  fields.emplace_back(std::move(name), std::move(value));
  return *this;
}

card& card::text(std::string value) {
  body = std::move(value);
  return *this;
}

card& card::image(std::string url) {
  image_url = std::move(url);
  return *this;
}

card& card::action(std::string label, std::string command) {
  actions.emplace_back(std::move(label), std::move(command));
  return *this;
}

reply::reply() = default;
reply::reply(const reply&) = default;
reply::reply(reply&&) noexcept = default;
reply& reply::operator=(const reply&) = default;
reply& reply::operator=(reply&&) noexcept = default;
reply::~reply() = default;

reply::reply(std::string words) {
  add_text(std::move(words));
}

reply::reply(mynah::card framed) : card_(std::make_shared<const mynah::card>(std::move(framed))) {}

void reply::add_text(std::string value) {
  if (!value.empty()) fragments_.emplace_back(fragment_kind::text, std::move(value));
}

reply& reply::text(std::string value) {
  add_text(std::move(value));
  return *this;
}

reply& reply::untrusted(std::string value) {
  if (!value.empty()) fragments_.emplace_back(fragment_kind::untrusted, std::move(value));
  return *this;
}

reply& reply::code(std::string value) {
  if (!value.empty()) fragments_.emplace_back(fragment_kind::code, std::move(value));
  return *this;
}

reply& reply::code_block(std::string value, std::string language) {
  if (!value.empty()) {
    fragments_.emplace_back(fragment_kind::code_block, std::move(value), std::move(language));
  }
  return *this;
}

reply& reply::emphasis(std::string value) {
  if (!value.empty()) fragments_.emplace_back(fragment_kind::emphasis, std::move(value));
  return *this;
}

reply& reply::link(std::string shown, std::string url) {
  fragments_.emplace_back(fragment_kind::link, std::move(shown), std::move(url));
  return *this;
}

reply& reply::with(mynah::card framed) {
  card_ = std::make_shared<const mynah::card>(std::move(framed));
  return *this;
}

reply& reply::only_to_caller() {
  ephemeral_ = true;
  return *this;
}

bool reply::empty() const noexcept {
  return fragments_.empty() && card_ == nullptr;
}

std::string reply::plain() const {
  std::string out;
  const auto start_line = [&out] {
    if (!out.empty() && out.back() != '\n') out += '\n';
  };
  bool after_block = false;
  for (const fragment& piece : fragments_) {
    if (after_block) start_line();
    after_block = false;
    switch (piece.kind) {
      case fragment_kind::untrusted:
        out += sanitised(piece.value);
        break;
      case fragment_kind::code_block:
        start_line();
        out += piece.value;
        after_block = true;
        break;
      case fragment_kind::link:
        out += piece.value;
        if (piece.value.empty()) {
          out += piece.extra;
        } else if (piece.value != piece.extra) {
          out += " <" + piece.extra + ">";
        }
        break;
      case fragment_kind::text:
      case fragment_kind::code:
      case fragment_kind::emphasis:
        out += piece.value;
        break;
    }
  }
  if (card_ != nullptr) {
    start_line();
    out += to_text(*card_);
  }
  return out;
}

std::string to_text(const card& framed) {
  std::string out = framed.title;
  const auto line = [&out](std::string_view text) {
    if (!out.empty()) out += '\n';
    out += text;
  };
  for (const auto& [name, value] : framed.fields) line(name + ": " + value);
  if (!framed.body.empty()) line(framed.body);
  if (!framed.image_url.empty()) line(framed.image_url);
  std::size_t number = 0;
  for (const card_action& choice : framed.actions) {
    line(std::to_string(++number) + ") " + choice.label);
  }
  return out;
}

std::string sanitised(std::string_view words) {
  std::string out;
  out.reserve(words.size());
  for (std::size_t i = 0; i < words.size(); ++i) {
    const auto byte = static_cast<unsigned char>(words[i]);
    if (byte < 0x20 || byte == 0x7f) {
      if (byte == '\n' || byte == '\t') out += words[i];
      continue;
    }
    if (byte == 0xC2 && i + 1 < words.size()) {
      const auto next = static_cast<unsigned char>(words[i + 1]);
      if (next >= 0x80 && next <= 0x9F) {  // C1 controls
        ++i;
        continue;
      }
    }
    if (byte == 0xE2 && i + 2 < words.size()) {
      const auto second = static_cast<unsigned char>(words[i + 1]);
      const auto third = static_cast<unsigned char>(words[i + 2]);
      // U+202A..U+202E and U+2066..U+2069 turn text around so that it reads as something else;
      // U+2028 and U+2029 are line breaks to some.
      const bool turns = (second == 0x80 && third >= 0xA8 && third <= 0xAE) ||
                         (second == 0x81 && third >= 0xA6 && third <= 0xA9);
      if (turns) {
        i += 2;
        continue;
      }
    }
    out += words[i];
  }
  return out;
}

}  // namespace mynah
