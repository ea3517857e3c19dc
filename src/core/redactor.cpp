// SPDX-License-Identifier: Apache-2.0
#include <mynah/redactor.hpp>

#include <re2/re2.h>

#include <algorithm>
#include <cstdint>
#include <deque>
#include <mutex>
#include <optional>
#include <utility>

#include <mynah/reply.hpp>
#include <mynah/utf8.hpp>

namespace mynah {

namespace {

constexpr std::string_view mask = "***";
// Below this a secret is masked as it is and in no derived form: those would be found everywhere.
constexpr std::size_t derived_from = 6;
// A line of a longer secret is a secret of its own from here on.
constexpr std::size_t line_from = 8;
// Longer secrets are looked for in pieces, which keeps each pattern small.
constexpr std::size_t piece_size = 128;
// So many bytes of secrets are looked for in derived forms: each costs about 15 KiB once one of
// them was seen, and RE2 takes only so many at once.
constexpr std::size_t derived_limit = 8U << 10;
// So much of a piece makes text suspicious.
constexpr std::size_t prefix_size = 16;

// What may stand between two characters of a secret: line breaks and the blanks after them, in
// plain or as an escape, and the characters that `sanitised` takes away after masking.
constexpr std::string_view filler = R"((?:(?:[\x00-\x1F\x7F]|\\+[nrt]|%0[AaDd]|\xC2[\x80-\x9F])"
                                    R"(|\xE2(?:\x80[\xA8-\xAE]|\x81[\xA6-\xA9])) *)*)";

// The same in base64 and hexadecimal, which have no blanks of their own.
constexpr std::string_view light_filler = R"((?:[\x00-\x20]|\\+[nr]|%0[AaDd])*)";

// All of a secret, or as little as makes a text suspicious.
enum class extent { whole, core };

class span {
 public:
  span(std::size_t begin, std::size_t end) : begin(begin), end(end) {}
  std::size_t begin;
  std::size_t end;
};

bool is_alphanumeric(unsigned char c) noexcept {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
}

bool is_control(unsigned char c) noexcept {
  return c < 0x20 || c == 0x7F;
}

// Pattern of a hexadecimal number in either case.
std::string hex(std::uint32_t number, int digits) {
  std::string pattern;
  for (int shift = 4 * (digits - 1); shift >= 0; shift -= 4) {
    const char digit = "0123456789abcdef"[(number >> static_cast<unsigned>(shift)) & 15U];
    if (digit < 'a') {
      pattern += digit;
    } else {
      pattern += {'[', digit, static_cast<char>(digit - 'a' + 'A'), ']'};
    }
  }
  return pattern;
}

std::string literal(unsigned char byte) {
  if (is_alphanumeric(byte)) return {static_cast<char>(byte)};
  return std::string("\\x") + "0123456789ABCDEF"[byte >> 4U] + "0123456789ABCDEF"[byte & 15U];
}

std::string literal(std::string_view text) {
  std::string pattern;
  for (const char c : text) pattern += literal(static_cast<unsigned char>(c));
  return pattern;
}

std::string percent(unsigned char byte) {
  return "%(?:25)*" + hex(byte, 2);  // %2541 is what encoding twice makes of A
}

std::uint32_t code_point(std::string_view character) {
  const auto first = static_cast<unsigned char>(character.front());
  if (character.size() == 1) return first;
  std::uint32_t code = first & (0xFFU >> (character.size() + 1));
  for (const char c : character.substr(1)) {
    code = (code << 6U) | (static_cast<unsigned char>(c) & 0x3FU);
  }
  return code;
}

std::string json_unit(std::uint32_t unit) {
  return R"(\\+u)" + hex(unit, 4);
}

std::string json_escape(std::uint32_t code) {
  if (code < 0x10000) return json_unit(code);
  return json_unit(0xD800 + ((code - 0x10000) >> 10U)) +
         json_unit(0xDC00 + ((code - 0x10000) & 0x3FFU));
}

std::string xml_escape(std::uint32_t code) {
  std::string name;
  switch (code) {
    case '&':
      name = "amp|";
      break;
    case '<':
      name = "lt|";
      break;
    case '>':
      name = "gt|";
      break;
    case '"':
      name = "quot|";
      break;
    case '\'':
      name = "apos|";
      break;
    default:
      break;
  }
  int digits = 1;
  while (code >> (4U * static_cast<unsigned>(digits)) != 0) ++digits;
  return "&(?:amp;)*(?:" + name + "#0*" + std::to_string(code) + "|#[xX]0*" + hex(code, digits) +
         ");";
}

// The letter of a control character's JSON escape, or nothing.
std::string short_escape(unsigned char c) {
  constexpr std::string_view controls = "\b\f\n\r\t";
  const std::size_t at = controls.find(static_cast<char>(c));
  return at == std::string_view::npos ? std::string()
                                      : R"(\\+)" + std::string(1, "bfnrt"[at]) + "|";
}

// Every way to write one character. What is longer comes first: RE2 takes the first that fits, and
// of `&amp;` the name must not stay behind.
std::string spelled(std::string_view character) {
  const auto first = static_cast<unsigned char>(character.front());
  if (is_alphanumeric(first)) return "(?:" + percent(first) + "|" + literal(first) + ")";

  std::string bytes;
  for (std::size_t i = 0; i < character.size(); ++i) {
    const auto byte = static_cast<unsigned char>(character[i]);
    if (i != 0) bytes += filler;
    bytes += "(?:" + percent(byte) + R"(|\\+x)" + hex(byte, 2);
    if (first == ' ') bytes += R"(|\+|[\r\n])";  // a line may be broken at a blank
    // Escaped punctuation, also by several rounds of escaping, and the backslash itself.
    bytes += R"(|\\*)" + literal(byte) + ")";
  }
  const bool is_character = first < 0x80 || character.size() > 1;
  if (!is_character) return bytes;
  const std::uint32_t code = code_point(character);
  std::string all =
      "(?:" + json_escape(code) + "|" + xml_escape(code) + "|" + short_escape(first) + bytes + ")";
  // A control character may have been dropped on the way.
  return is_control(first) ? all + "?" : all;
}

// One character of base64 that has these bits: `fixed` says which of the six are known.
std::string sextet(unsigned value, unsigned fixed) {
  constexpr std::string_view alphabet =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
  std::string set;
  std::string escaped;
  for (unsigned each = 0; each < 64; ++each) {
    if ((each & fixed) != (value & fixed)) continue;
    if (each < alphabet.size()) {
      set += alphabet[each];
    } else if (each == 62) {
      set += R"(+\-)";
      escaped += "|%(?:25)*2[bB]";
    } else {
      set += "/_";
      escaped += R"(|%(?:25)*2[fF]|\\+/)";
    }
  }
  if (set.size() == 1) return set;
  return escaped.empty() ? "[" + set + "]" : "(?:[" + set + "]" + escaped + ")";
}

// The secret in base64, `before` bytes after the start of a group of three. The characters at its
// ends that carry bits of a neighbour as well may be cut off.
std::string base64(std::string_view secret, std::size_t before, extent wanted) {
  const std::string bytes = std::string(before, '\0') + std::string(secret);
  const std::size_t begin = 8 * before;
  const std::size_t end = 8 * bytes.size();
  std::string pattern;
  for (std::size_t at = begin - begin % 6; at < end; at += 6) {
    unsigned value = 0;
    unsigned fixed = 0;
    for (std::size_t bit = at; bit < at + 6; ++bit) {
      const bool known = bit >= begin && bit < end;
      const unsigned byte = known ? static_cast<unsigned char>(bytes[bit / 8]) : 0;
      value = value << 1U | ((byte >> (7 - bit % 8)) & 1U);
      fixed = fixed << 1U | (known ? 1U : 0U);
    }
    const std::string one = sextet(value, fixed);
    if (fixed != 63 && wanted == extent::core) continue;
    if (at < begin) {
      pattern += "(?:" + one + std::string(light_filler) + ")?";
    } else if (fixed == 63) {
      if (at >= begin + 6) pattern += light_filler;
      pattern += one;
    } else {
      pattern += "(?:" + std::string(light_filler) + one + "(?:=|%(?:25)*3[dD]){0,2})?";
    }
  }
  return pattern;
}

// Characters of UTF-8, and bytes that belong to none.
std::vector<std::string_view> characters(std::string_view text) {
  std::vector<std::string_view> all;
  while (!text.empty()) {
    const std::size_t size = std::max<std::size_t>(utf8_length(text), 1);
    all.push_back(text.substr(0, size));
    text.remove_prefix(size);
  }
  return all;
}

std::size_t visible(std::string_view text) {
  return static_cast<std::size_t>(std::count_if(text.begin(), text.end(), [](char c) {
    return c != ' ' && !is_control(static_cast<unsigned char>(c));
  }));
}

std::string all_forms(std::string_view piece, extent wanted) {
  std::string plain;
  for (const std::string_view each : characters(piece)) {
    if (!plain.empty()) plain += filler;
    plain += spelled(each);
  }
  std::string digits;
  for (const char c : piece) {
    if (!digits.empty()) digits += light_filler;
    digits += hex(static_cast<unsigned char>(c), 2);
  }
  return plain + "|" + digits + "|" + base64(piece, 0, wanted) + "|" + base64(piece, 1, wanted) +
         "|" + base64(piece, 2, wanted);
}

// The beginning of a piece that is enough to suspect all of it.
std::string_view prefix_of(std::string_view piece) {
  std::size_t size = 0;
  for (const std::string_view each : characters(piece)) {
    size += each.size();
    if (size >= prefix_size && visible(piece.substr(0, size)) >= line_from) break;
  }
  return piece.substr(0, size);
}

// As even as can be, so that no piece is short, and between characters.
std::vector<std::string_view> pieces_of(std::string_view text) {
  const std::size_t count = (text.size() + piece_size - 1) / piece_size;
  const std::size_t size = count == 0 ? 0 : (text.size() + count - 1) / count;
  std::vector<std::string_view> pieces;
  std::size_t begin = 0;
  std::size_t at = 0;
  for (const std::string_view each : characters(text)) {
    at += each.size();
    if (at - begin < size) continue;
    pieces.push_back(text.substr(begin, at - begin));
    begin = at;
  }
  if (begin < text.size()) pieces.push_back(text.substr(begin));
  return pieces;
}

// "-----BEGIN PRIVATE KEY-----" stands in public files, too.
bool is_armour(std::string_view line) {
  return line.starts_with("-----") && line.ends_with("-----");
}

std::string_view without_breaks_around(std::string_view text) {
  const std::size_t first = text.find_first_not_of("\r\n");
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of("\r\n") + 1 - first);
}

std::unique_ptr<RE2> compiled(const std::string& pattern, std::size_t secret_bytes) {
  RE2::Options options(RE2::Latin1);  // secrets and texts are bytes
  options.set_log_errors(false);
  options.set_never_capture(true);
  // The default of 8 MiB is too little for long secrets; this is a bound, not a cost.
  const std::size_t budget = (8U << 20) + secret_bytes * (32U << 10);
  options.set_max_mem(static_cast<std::int64_t>(std::min<std::size_t>(budget, 256U << 20)));
  auto made = std::make_unique<RE2>(pattern, options);
  if (!made->ok()) made.reset();
  return made;
}

re2::StringPiece piece(std::string_view text) {
  return {text.data(), text.size()};
}

// Something to look for: a text as it is, or in all forms.
class needle {
 public:
  needle(std::string text, bool derived) : text_(std::move(text)), derived_(derived) {}

  [[nodiscard]] const std::string& text() const noexcept { return text_; }
  [[nodiscard]] bool derived() const noexcept { return derived_; }

  // A pattern that is in every text which holds this.
  [[nodiscard]] std::string suspicion() const {
    if (derived_) return all_forms(prefix_of(text_), extent::core);
    return literal(std::string_view(text_).substr(0, piece_size));
  }

  [[nodiscard]] std::size_t suspicion_size() const {
    return derived_ ? prefix_of(text_).size() : std::min(text_.size(), piece_size);
  }

  void find(std::string_view in, std::vector<span>& found) const {
    // Most secrets are never seen in any text, so their patterns are never needed.
    if (derived_)
      std::call_once(once_,
                     [this] { forms_ = compiled(all_forms(text_, extent::whole), text_.size()); });
    if (forms_ != nullptr) {
      const re2::StringPiece whole = piece(in);
      re2::StringPiece match;
      std::size_t at = 0;
      while (at < in.size() && forms_->Match(whole, at, in.size(), RE2::UNANCHORED, &match, 1) &&
             !match.empty()) {
        const auto begin = static_cast<std::size_t>(match.data() - in.data());
        at = begin + match.size();
        found.emplace_back(begin, at);
      }
      return;
    }
    for (std::size_t at = in.find(text_); at != std::string_view::npos;
         at = in.find(text_, at + text_.size())) {
      found.emplace_back(at, at + text_.size());
    }
  }

 private:
  std::string text_;
  bool derived_;
  mutable std::once_flag once_;
  mutable std::unique_ptr<RE2> forms_;  // null: too large for RE2
};

}  // namespace

class redactor::state {
 public:
  explicit state(std::vector<std::string> secrets) : secrets_(std::move(secrets)) {
    std::size_t derived = 0;
    for (const std::string_view value : secrets_) {
      if (value.find('\n') != std::string_view::npos || value.size() > piece_size)
        add(value, false);
      add_pieces(value, derived);
      if (value.find('\n') == std::string_view::npos) continue;
      for (std::size_t at = 0; at < value.size();) {
        const std::size_t end = std::min(value.find('\n', at), value.size());
        const std::string_view line = without_breaks_around(value.substr(at, end - at));
        if (line.size() >= line_from && !is_armour(line)) add_pieces(line, derived);
        at = end + 1;
      }
    }
    std::string pattern;
    std::size_t bytes = 0;
    for (const needle& each : needles_) {
      if (!pattern.empty()) pattern += '|';
      pattern += each.suspicion();
      bytes += each.suspicion_size();
    }
    suspicion_ = compiled(pattern, bytes);
  }

  [[nodiscard]] const std::vector<std::string>& secrets() const noexcept { return secrets_; }

  [[nodiscard]] bool suspects(std::string_view text) const {
    if (suspicion_ == nullptr) return true;
    return suspicion_->Match(piece(text), 0, text.size(), RE2::UNANCHORED, nullptr, 0);
  }

  // Where secrets stand, in order. All are looked for in the same text, so that of secrets which
  // overlap none leaves its end behind.
  [[nodiscard]] std::vector<span> find(std::string_view text) const {
    std::vector<span> found;
    if (!suspects(text)) return found;
    for (const needle& each : needles_) each.find(text, found);
    std::sort(found.begin(), found.end(),
              [](const span& a, const span& b) { return a.begin < b.begin; });
    std::vector<span> merged;
    for (const span& each : found) {
      if (!merged.empty() && each.begin <= merged.back().end) {
        merged.back().end = std::max(merged.back().end, each.end);
      } else {
        merged.push_back(each);
      }
    }
    return merged;
  }

 private:
  void add_pieces(std::string_view text, std::size_t& derived) {
    for (const std::string_view part : pieces_of(text)) {
      const bool in_forms = visible(part) >= derived_from && derived + part.size() <= derived_limit;
      if (in_forms) derived += part.size();
      // A short piece of a long secret is part of every text.
      if (in_forms || part.size() == text.size()) add(part, in_forms);
    }
  }

  void add(std::string_view text, bool derived) {
    const bool known = std::any_of(needles_.begin(), needles_.end(), [&](const needle& each) {
      return each.text() == text && each.derived() == derived;
    });
    if (!known) needles_.emplace_back(std::string(text), derived);
  }

  std::vector<std::string> secrets_;
  std::deque<needle> needles_;      // which cannot be moved
  std::unique_ptr<RE2> suspicion_;  // null: too large for RE2, everything is suspicious
};

namespace {

// `text` from `begin` on, for as long as `size` says, with the spans in it masked. A span that
// begins before it has its mask there.
std::string cut(std::string_view text, std::size_t begin, std::size_t size,
                const std::vector<span>& spans) {
  const std::size_t end = begin + size;
  std::string out;
  std::size_t at = begin;
  for (const span& each : spans) {
    if (each.end <= at) continue;
    if (each.begin >= end) break;
    if (each.begin >= begin) {
      out += text.substr(at, each.begin - at);
      out += mask;
    }
    at = std::min(each.end, end);
  }
  out += text.substr(at, end - at);
  return out;
}

// Calls `visit(text, gap)` for every text of a reply, what is shown side by side first; `gap` says
// whether people see it apart from the one before. `original` are the fragments as they were, for
// visitors that change them.
template <class Fragments, class Card, class Visit>
void for_each_text(const std::vector<fragment>& original, Fragments& fragments, Card* framed,
                   Visit visit) {
  const auto shows_target = [&original](std::size_t i) {
    return original[i].kind == fragment_kind::link && original[i].value.empty();
  };
  for (std::size_t i = 0; i < original.size(); ++i) {
    visit(shows_target(i) ? fragments[i].extra : fragments[i].value, false);
  }
  for (std::size_t i = 0; i < original.size(); ++i) {
    if (!shows_target(i)) visit(fragments[i].extra, true);
  }
  if (framed == nullptr) return;
  visit(framed->title, true);
  for (auto& [name, value] : framed->fields) {
    visit(name, true);
    visit(value, true);
  }
  visit(framed->body, true);
  visit(framed->image_url, true);
  for (auto& choice : framed->actions) visit(choice.label, true);
  for (auto& choice : framed->actions) visit(choice.command, true);
}

reply made_of(std::vector<fragment> fragments, const card* framed, bool ephemeral) {
  reply made;
  for (fragment& each : fragments) {
    switch (each.kind) {
      case fragment_kind::text:
        made.text(std::move(each.value));
        break;
      case fragment_kind::untrusted:
        made.untrusted(std::move(each.value));
        break;
      case fragment_kind::code:
        made.code(std::move(each.value));
        break;
      case fragment_kind::code_block:
        made.code_block(std::move(each.value), std::move(each.extra));
        break;
      case fragment_kind::emphasis:
        made.emphasis(std::move(each.value));
        break;
      case fragment_kind::link:
        made.link(std::move(each.value), std::move(each.extra));
        break;
    }
  }
  if (framed != nullptr) made.with(*framed);
  if (ephemeral) made.only_to_caller();
  return made;
}

}  // namespace

redactor::redactor() noexcept = default;

redactor::redactor(std::vector<std::string> secrets) {
  // What others write around a secret is no part of it: files end with a line break.
  for (std::string& each : secrets) each = without_breaks_around(each);
  std::erase(secrets, std::string());
  std::sort(secrets.begin(), secrets.end());
  secrets.erase(std::unique(secrets.begin(), secrets.end()), secrets.end());
  if (!secrets.empty()) state_ = std::make_shared<const state>(std::move(secrets));
}

redactor redactor::with(const redactor& other) const {
  if (state_ == nullptr) return other;
  if (other.state_ == nullptr || other.state_ == state_) return *this;
  std::vector<std::string> all = state_->secrets();
  all.insert(all.end(), other.state_->secrets().begin(), other.state_->secrets().end());
  return redactor(std::move(all));
}

bool redactor::suspects(std::string_view text) const {
  return state_ != nullptr && state_->suspects(text);
}

std::string redactor::redacted(std::string_view text) const {
  if (state_ == nullptr) return std::string(text);
  return cut(text, 0, text.size(), state_->find(text));
}

reply redactor::redact(reply shown) const {
  if (state_ == nullptr || shown.empty()) return shown;
  const std::vector<fragment>& fragments = shown.fragments();
  const card* framed = shown.framed();

  std::string joined;
  std::string_view text;
  if (framed == nullptr && fragments.size() == 1 && fragments.front().extra.empty()) {
    text = fragments.front().value;
  } else {
    for_each_text(fragments, fragments, framed, [&joined](const std::string& each, bool gap) {
      if (each.empty()) return;
      if (gap) joined += '\n';
      joined += each;
    });
    text = joined;
  }
  const std::vector<span> spans = state_->find(text);
  if (spans.empty()) return shown;

  std::vector<fragment> masked = fragments;
  std::optional<card> masked_card;
  if (framed != nullptr) masked_card = *framed;
  card* const changed = masked_card ? &*masked_card : nullptr;
  std::size_t at = 0;
  for_each_text(fragments, masked, changed, [&](std::string& each, bool gap) {
    if (each.empty()) return;
    if (gap) ++at;
    const std::size_t size = each.size();
    each = cut(text, at, size, spans);
    at += size;
  });
  return made_of(std::move(masked), changed, shown.ephemeral());
}

}  // namespace mynah
