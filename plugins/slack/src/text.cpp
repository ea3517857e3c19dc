// SPDX-License-Identifier: Apache-2.0
#include "text.hpp"

#include <algorithm>
#include <cstddef>

namespace mynah::slack {

namespace {

constexpr std::string_view no_break_space = "\xC2\xA0";

/// The character of the entity at the start of `text`, and its length; 0 if none stands there.
std::size_t read_entity(std::string_view text, char& into) noexcept {
  if (text.starts_with("&amp;")) {
    into = '&';
    return 5;
  }
  if (text.starts_with("&lt;")) {
    into = '<';
    return 4;
  }
  if (text.starts_with("&gt;")) {
    into = '>';
    return 4;
  }
  return 0;
}

void append_unescaped(std::string_view text, std::string& out) {
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t next = std::min(text.find('&', at), text.size());
    out += text.substr(at, next - at);
    at = next;
    if (at == text.size()) return;
    char character = '&';
    at += std::max<std::size_t>(read_entity(text.substr(at), character), 1);
    out += character;
  }
}

// Ids are opaque; what cannot stand in one tells that this is none.
bool is_id(std::string_view text) noexcept {
  return !text.empty() && std::all_of(text.begin(), text.end(), [](char c) {
    return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' ||
           c == '_';
  });
}

/// The inside of `<...>`.
class sequence {
 public:
  explicit sequence(std::string_view inside) noexcept : inside_(inside) {
    const std::size_t bar = inside.find('|');
    target_ = inside.substr(0, bar);
    if (bar != std::string_view::npos) label_ = inside.substr(bar + 1);
  }

  /// The id of a mentioned user, or an empty view.
  [[nodiscard]] std::string_view user() const noexcept {
    if (!target_.starts_with('@') || !is_id(target_.substr(1))) return {};
    return target_.substr(1);
  }

  /// Adds what was typed; false if it is no control sequence.
  bool append_typed(std::string& out) const {
    if (inside_.empty()) return false;
    switch (inside_.front()) {
      case '@':
        if (user().empty()) return false;
        append_name('@', user(), out);
        return true;
      case '#':
        if (!is_id(target_.substr(1))) return false;
        append_name('#', target_.substr(1), out);
        return true;
      case '!':
        return append_special(target_.substr(1), out);
      default:
        return append_link(out);
    }
  }

 private:
  // `sign` and the label, which may have it already, or the id if there is no label.
  void append_name(char sign, std::string_view id, std::string& out) const {
    if (label_.empty() || !label_.starts_with(sign)) out += sign;
    append_unescaped(label_.empty() ? id : label_, out);
  }

  bool append_special(std::string_view what, std::string& out) const {
    if (what.starts_with("date^")) {
      if (label_.empty()) return false;
      append_unescaped(label_, out);
      return true;
    }
    if (what.starts_with("subteam^")) what.remove_prefix(std::string_view("subteam^").size());
    if (!is_id(what)) return false;
    append_name('@', what, out);
    return true;
  }

  bool append_link(std::string& out) const {
    // `<` and `>` of typed text are escaped, so only Slack writes them; still, what has no scheme
    // is no address.
    const std::size_t colon = target_.find(':');
    if (colon == std::string_view::npos || colon == 0 || !is_scheme(target_.substr(0, colon)) ||
        target_.find_first_of(" \t\n") != std::string_view::npos) {
      return false;
    }
    constexpr std::string_view mail = "mailto:";
    if (target_.starts_with(mail)) {
      append_unescaped(target_.substr(mail.size()), out);
    } else {
      append_unescaped(label_.empty() ? target_ : label_, out);
    }
    return true;
  }

  static bool is_scheme(std::string_view text) noexcept {
    return std::all_of(text.begin(), text.end(), [](char c) {
      return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') ||
             c == '+' || c == '-' || c == '.';
    });
  }

  std::string_view inside_;
  std::string_view target_;
  std::string_view label_;
};

// The inside of the sequence at the start of `text`, where a `<` stands; nothing if there is none.
// Looks no further than to the next `<`, so that a text of many of them takes no longer.
std::optional<std::string_view> sequence_at(std::string_view text) noexcept {
  const std::size_t end = text.find_first_of("<>", 1);
  if (end == std::string_view::npos || text[end] == '<') return std::nullopt;
  return text.substr(1, end - 1);
}

std::string_view without_blanks(std::string_view text) noexcept {
  for (;;) {
    if (!text.empty() && std::string_view(" \t\r\n").find(text.front()) != std::string_view::npos) {
      text.remove_prefix(1);
    } else if (text.starts_with(no_break_space)) {
      text.remove_prefix(no_break_space.size());
    } else {
      return text;
    }
  }
}

}  // namespace

std::string typed_text(std::string_view raw) {
  std::string out;
  out.reserve(raw.size());
  for (std::size_t at = 0; at < raw.size();) {
    const std::size_t next = std::min(raw.find('<', at), raw.size());
    append_unescaped(raw.substr(at, next - at), out);
    at = next;
    if (at == raw.size()) break;
    const auto inside = sequence_at(raw.substr(at));
    if (inside && sequence(*inside).append_typed(out)) {
      at += inside->size() + 2;
    } else {
      out += raw[at++];
    }
  }
  return out;
}

std::vector<std::string> mentioned_users(std::string_view raw) {
  std::vector<std::string> users;
  for (std::size_t at = raw.find('<'); at < raw.size(); at = raw.find('<', at + 1)) {
    const auto inside = sequence_at(raw.substr(at));
    if (!inside) continue;
    const std::string_view user = sequence(*inside).user();
    if (!user.empty()) users.emplace_back(user);
  }
  return users;
}

std::optional<std::string_view> starts_with_mention(std::string_view raw,
                                                    std::string_view user_id) {
  raw = without_blanks(raw);
  if (user_id.empty() || !raw.starts_with('<')) return std::nullopt;
  const auto inside = sequence_at(raw);
  if (!inside || sequence(*inside).user() != user_id) return std::nullopt;
  raw = without_blanks(raw.substr(inside->size() + 2));
  if (raw.starts_with(':') || raw.starts_with(',')) raw = without_blanks(raw.substr(1));
  return raw;
}

std::string escaped(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  for (const char c : text) {
    switch (c) {
      case '&':
        out += "&amp;";
        break;
      case '<':
        out += "&lt;";
        break;
      case '>':
        out += "&gt;";
        break;
      default:
        out += c;
    }
  }
  return out;
}

std::string unescaped(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  append_unescaped(text, out);
  return out;
}

}  // namespace mynah::slack
