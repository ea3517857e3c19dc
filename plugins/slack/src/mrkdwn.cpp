// SPDX-License-Identifier: Apache-2.0
#include "mrkdwn.hpp"

#include <algorithm>
#include <array>
#include <cstdint>
#include <optional>
#include <utility>

#include <mynah/utf8.hpp>

#include "characters.hpp"
#include "text.hpp"

namespace mynah::slack {

namespace {

// What Slack takes for a blank, or the end of a word, beside a directive; nobody sees it.
constexpr std::string_view zero_width_space = "\xE2\x80\x8B";
constexpr std::string_view fence = "```";
constexpr std::string_view opening = "```\n";
constexpr std::string_view closing = "\n```";
constexpr std::string_view directives = "*_~`";
constexpr std::string_view blanks = " \t";
constexpr std::size_t least_limit = 64;
constexpr std::size_t longest_emoji_name = 100;
constexpr std::size_t longest_url = 3000;

enum class mark : char {
  text,       ///< to be escaped and guarded
  untrusted,  ///< the same; and it may not begin the message as it is
  ready       ///< mrkdwn as it is meant
};

bool is_word(char c) noexcept {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
}

bool is_punctuation(char c) noexcept {
  return c > ' ' && c < 0x7F && !is_word(c);
}

bool is_blank(std::string_view text) noexcept {
  return text.find_first_not_of(" \t\n") == std::string_view::npos;
}

// CR LF and lone CR are line ends, too.
std::string with_line_ends(std::string_view words) {
  std::string all = repaired_utf8(words);
  if (all.find('\r') == std::string::npos) return all;
  std::string out;
  out.reserve(all.size());
  for (std::size_t i = 0; i < all.size(); ++i) {
    if (all[i] != '\r') {
      out += all[i];
    } else if (i + 1 == all.size() || all[i + 1] != '\n') {
      out += '\n';
    }
  }
  return out;
}

std::string in_one_line(std::string text) {
  std::replace(text.begin(), text.end(), '\n', ' ');
  return text;
}

bool starts_with_ignoring_case(std::string_view text, std::string_view word) noexcept {
  if (text.size() < word.size()) return false;
  for (std::size_t i = 0; i < word.size(); ++i) {
    const char c = text[i];
    if ((c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c) != word[i]) return false;
  }
  return true;
}

// Whether `text`, which begins with a colon, begins with the name of an emoji. Digits alone are the
// minutes of a time, but for the two that are emoji.
bool is_emoji(std::string_view text) noexcept {
  bool has_letter = false;
  for (std::size_t i = 1; i < text.size() && i <= longest_emoji_name + 1; ++i) {
    const char c = text[i];
    if (c == ':') {
      const std::string_view name = text.substr(1, i - 1);
      return i > 1 && (has_letter || name == "100" || name == "1234");
    }
    const bool is_digit = c >= '0' && c <= '9';
    if (!is_word(c) && static_cast<unsigned char>(c) < 0x80 && c != '_' && c != '-' && c != '+' &&
        c != '\'') {
      return false;
    }
    has_letter = has_letter || !is_digit;
  }
  return false;
}

// Whether `text`, which begins with `@`, begins with a call to all.
bool is_broadcast(std::string_view text) noexcept {
  text.remove_prefix(1);
  for (const std::string_view word : {"here", "channel", "everyone", "group"}) {
    if (starts_with_ignoring_case(text, word)) return true;
  }
  return false;
}

/// Text with what its bytes are, made of the fragments of a reply.
class marked_text {
 public:
  void append(std::string_view words, mark as) {
    text_ += words;
    marks_.resize(text_.size(), as);
  }

  [[nodiscard]] bool starts_line() const noexcept { return text_.empty() || text_.back() == '\n'; }
  [[nodiscard]] bool ends_in_word() const noexcept {
    if (text_.empty() || text_.ends_with(zero_width_space)) return false;
    return is_word(text_.back()) || is_high(text_.back());
  }

  void start_line() {
    if (!starts_line()) append("\n", mark::ready);
  }

  /// Escaped and guarded.
  [[nodiscard]] std::string to_mrkdwn() const {
    std::string out;
    out.reserve(text_.size() + text_.size() / 8);
    for (std::size_t at = 0; at < text_.size();) {
      const std::size_t end = std::min(text_.find('\n', at), text_.size());
      append_line(at, end, out);
      if (end < text_.size()) out += '\n';
      at = end + 1;
    }
    guard_start(out);
    return out;
  }

 private:
  static bool is_high(char c) noexcept { return static_cast<unsigned char>(c) >= 0x80; }

  void append_line(std::size_t start, std::size_t end, std::string& out) const {
    const std::string_view line = std::string_view(text_).substr(start, end - start);
    // Where each directive stands last, and could end a span.
    std::array<std::size_t, directives.size()> last{};
    for (std::size_t i = 0; i < line.size(); ++i) {
      const std::size_t which = directives.find(line[i]);
      if (which != std::string_view::npos) last[which] = start + i;
    }
    bool only_blanks = true;
    for (std::size_t i = start; i < end; ++i) {
      const char c = text_[i];
      if (marks_[i] == mark::ready) {
        out += c;
        only_blanks = false;
        continue;
      }
      append_guarded(i, end, last, only_blanks, out);
      if (blanks.find(c) == std::string_view::npos) only_blanks = false;
    }
  }

  void append_guarded(std::size_t at, std::size_t end,
                      const std::array<std::size_t, directives.size()>& last, bool only_blanks,
                      std::string& out) const {
    const char c = text_[at];
    switch (c) {
      case '&':
        out += "&amp;";
        return;
      case '<':
        out += "&lt;";
        return;
      case '>':
        // At the start of a line it quotes, escaped or not.
        if (only_blanks) out += zero_width_space;
        out += "&gt;";
        return;
      case ':':
      case '@': {
        const std::string_view rest = std::string_view(text_).substr(at, end - at);
        out += c;
        if (c == ':' ? is_emoji(rest) : is_broadcast(rest)) out += zero_width_space;
        return;
      }
      default:
        break;
    }
    const std::size_t which = directives.find(c);
    if (which == std::string_view::npos) {
      out += c;
      return;
    }
    const bool is_tick = c == '`';
    // Beside the last one of a span of ours it could make a fence.
    if (is_tick && out.ends_with('`')) out += zero_width_space;
    out += c;
    const char next = at + 1 < end ? text_[at + 1] : '\n';
    const bool may_open =
        (is_tick || at == 0 || !is_word(text_[at - 1])) && last[which] > at && next != ' ';
    if (may_open || (is_tick && next == '`')) out += zero_width_space;
  }

  void guard_start(std::string& out) const {
    const std::size_t first = text_.find_first_not_of(" \t\n");
    if (first == std::string::npos || marks_[first] != mark::untrusted ||
        !is_punctuation(text_[first])) {
      return;
    }
    const std::size_t place = out.find_first_not_of(" \t\n");
    if (!std::string_view(out).substr(place).starts_with(zero_width_space)) {
      out.insert(place, zero_width_space);
    }
  }

  std::string text_;
  std::vector<mark> marks_;
};

// An address that may be linked, as it stands in `<...>`.
std::optional<std::string> linkable(std::string_view url) {
  const bool is_known = starts_with_ignoring_case(url, "https://") ||
                        starts_with_ignoring_case(url, "http://") ||
                        starts_with_ignoring_case(url, "mailto:");
  if (!is_known || url.size() > longest_url || !is_utf8(url)) return std::nullopt;
  std::string out;
  for (const char c : url) {
    if (static_cast<unsigned char>(c) <= ' ' || c == 0x7F) return std::nullopt;
    switch (c) {
      case '|':
        out += "%7C";
        break;
      case '<':
        out += "%3C";
        break;
      case '>':
        out += "%3E";
        break;
      case '&':
        out += "&amp;";
        break;
      default:
        out += c;
    }
  }
  return out;
}

std::string without_fences(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  std::size_t ticks = 0;
  for (const char c : text) {
    if (c == '`' && ticks + 1 == fence.size()) {
      out += zero_width_space;
      ticks = 0;
    }
    ticks = c == '`' ? ticks + 1 : 0;
    out += c;
  }
  return out;
}

/// Turns fragments into marked text.
class fragment_writer {
 public:
  void add(const fragment& piece, const fragment* next) {
    if (std::exchange(after_block_, false)) text_.start_line();
    switch (piece.kind) {
      case fragment_kind::text:
        text_.append(with_line_ends(piece.value), mark::text);
        break;
      case fragment_kind::untrusted:
        text_.append(sanitised(with_line_ends(piece.value)), mark::untrusted);
        break;
      case fragment_kind::code:
        if (piece.value.find_first_of("\r\n") != std::string::npos) {
          add_block(piece.value);
        } else {
          add_span(sanitised(repaired_utf8(piece.value)), '`', next);
        }
        break;
      case fragment_kind::code_block:
        add_block(piece.value);
        break;
      case fragment_kind::emphasis:
        add_emphasis(with_line_ends(piece.value), next);
        break;
      case fragment_kind::link:
        add_link(piece);
        break;
    }
  }

  [[nodiscard]] std::string taken() const {
    std::string out = text_.to_mrkdwn();
    const std::size_t end = out.find_last_not_of(" \t\n");
    out.erase(end == std::string::npos ? 0 : end + 1);
    const std::size_t start = out.find_first_not_of('\n');
    out.erase(0, start == std::string::npos ? 0 : start);
    return out;
  }

 private:
  void add_block(std::string_view words) {
    const std::string lines = sanitised(with_line_ends(words));
    const std::string_view text =
        std::string_view(lines).substr(0, lines.find_last_not_of(" \t\n") + 1);
    if (is_blank(text)) return;
    text_.start_line();
    text_.append(opening, mark::ready);
    text_.append(without_fences(escaped(text)), mark::ready);
    text_.append(closing, mark::ready);
    after_block_ = true;
  }

  // Words between directives, if they will be seen as such.
  void add_span(std::string_view words, char directive, const fragment* next) {
    const bool is_code = directive == '`';
    const bool is_span = !words.empty() && blanks.find(words.front()) == std::string_view::npos &&
                         blanks.find(words.back()) == std::string_view::npos &&
                         words.find(directive) == std::string_view::npos;
    if (!is_span) {
      text_.append(words, mark::text);
      return;
    }
    if (text_.ends_in_word()) text_.append(zero_width_space, mark::ready);
    const std::string_view sign(&directive, 1);
    text_.append(sign, mark::ready);
    if (is_code) {
      text_.append(escaped(words), mark::ready);
    } else {
      text_.append(words, mark::text);
    }
    text_.append(sign, mark::ready);
    const bool is_followed_by_word =
        next != nullptr && !next->value.empty() &&
        (is_word(next->value.front()) || static_cast<unsigned char>(next->value.front()) >= 0x80 ||
         next->value.front() == directive);
    if (is_followed_by_word || (next != nullptr && next->kind == fragment_kind::code) ||
        (next != nullptr && next->kind == fragment_kind::emphasis)) {
      text_.append(zero_width_space, mark::ready);
    }
  }

  void add_emphasis(std::string_view words, const fragment* next) {
    for (;;) {
      const std::size_t end = words.find('\n');
      const bool is_last = end == std::string_view::npos;
      add_span(words.substr(0, end), '*', is_last ? next : nullptr);
      if (is_last) return;
      text_.append("\n", mark::ready);
      words.remove_prefix(end + 1);
    }
  }

  void add_link(const fragment& piece) {
    const auto url = linkable(piece.extra);
    if (url) {
      const std::string label = in_one_line(sanitised(with_line_ends(piece.value)));
      text_.append("<" + *url, mark::ready);
      if (!is_blank(label) && piece.value != piece.extra) {
        text_.append("|" + shown_as_is(label), mark::ready);
      }
      text_.append(">", mark::ready);
    } else if (piece.value.empty() || piece.value == piece.extra) {
      text_.append(with_line_ends(piece.extra), mark::text);
    } else {
      text_.append(with_line_ends(piece.value + " <" + piece.extra + ">"), mark::text);
    }
  }

  marked_text text_;
  bool after_block_ = false;
};

/// What may not be cut: a character as people see it, an entity, a control sequence, a fence.
class unit {
 public:
  std::size_t bytes = 0;
  std::size_t characters = 0;
  bool is_fence = false;
};

/// Cuts a text, one piece after the other.
class splitter {
 public:
  splitter(std::string_view text, std::size_t limit)
      : text_(text), limit_(std::max(limit, least_limit)) {}

  std::vector<std::string> split() {
    while (at_ < text_.size()) {
      skip_blanks();
      if (at_ < text_.size()) take_piece();
    }
    return std::move(pieces_);
  }

 private:
  /// A place to cut at; none at the start of a text.
  class border {
   public:
    std::size_t at = 0;
    bool in_block = false;
  };

  // What a piece outside a block would begin with for nothing: empty lines, and at a cut in the
  // middle of a line the blank there. A first line keeps its indentation.
  void skip_blanks() {
    if (in_block_) {
      // The line was cut just before its end.
      if (at_ > 0 && text_[at_ - 1] != '\n' && text_[at_] == '\n') ++at_;
      return;
    }
    if (at_ > 0 && text_[at_ - 1] != '\n') {
      while (at_ < text_.size() && blanks.find(text_[at_]) != std::string_view::npos) ++at_;
    }
    while (at_ < text_.size() && text_[at_] == '\n') ++at_;
  }

  [[nodiscard]] unit next_unit(std::size_t at) const noexcept {
    const std::string_view rest = text_.substr(at);
    unit next;
    if (rest.starts_with(fence)) {
      next.bytes = fence.size();
      next.characters = fence.size();
      next.is_fence = true;
      return next;
    }
    for (const std::string_view entity : {"&amp;", "&lt;", "&gt;"}) {
      if (rest.starts_with(entity)) {
        next.bytes = entity.size();
        next.characters = entity.size();
        return next;
      }
    }
    if (rest.front() == '<') {
      // In at most so many bytes it is one that fits.
      const std::string_view near = rest.substr(0, limit_ / 2);
      const std::size_t end = near.find_first_of("<>\n", 1);
      if (end != std::string_view::npos && near[end] == '>') {
        next.bytes = end + 1;
        next.characters = count_characters(rest.substr(0, next.bytes));
        return next;
      }
    }
    next.bytes = visible_character(rest);
    next.characters = count_characters(rest.substr(0, next.bytes));
    return next;
  }

  void take_piece() {
    std::string piece = beginning();
    std::size_t count = count_characters(piece);
    bool in_block = in_block_;
    bool has_words = false;  // since the piece began, or its block was opened
    std::size_t at = at_;
    std::size_t blank_count = 0;
    border line_end;
    border blank;
    while (at < text_.size()) {
      const unit next = next_unit(at);
      const bool is_opening = next.is_fence && !in_block;
      if (is_opening && has_words) line_end = border{at, false};
      const bool is_closing = next.is_fence && in_block;
      // Of what is in a block, the fence that ends it has to have room behind.
      std::size_t needed = next.characters;
      if (is_opening) needed += closing.size() + opening.size();
      if (in_block && !is_closing) needed += closing.size();
      if (count + needed > limit_ && at > at_) break;
      count += next.characters;
      at += next.bytes;
      if (is_opening) {
        in_block = true;
        has_words = false;
      } else if (is_closing) {
        in_block = false;
        has_words = true;
        line_end = border{at, false};
        blank = border{};
      } else if (text_[at - 1] == '\n') {
        if (has_words) line_end = border{at, in_block};
      } else if (blanks.find(text_[at - 1]) != std::string_view::npos) {
        if (has_words) {
          blank = border{at, in_block};
          blank_count = count;
        }
      } else {
        has_words = true;
      }
    }
    border end{at, in_block};
    if (at < text_.size()) {
      if (line_end.at > at_) {
        end = line_end;
      } else if (blank.at > at_ && blank_count > limit_ / 2) {
        end = blank;
      }
    }
    piece += text_.substr(at_, end.at - at_);
    finish(std::move(piece), end.in_block);
    at_ = end.at;
    in_block_ = end.in_block;
  }

  [[nodiscard]] std::string beginning() const {
    if (in_block_) return std::string(opening);
    // It did not begin a message, and must not drive other bots now.
    const bool is_guarded = at_ > 0 && !pieces_.empty() && is_punctuation(text_[at_]) &&
                            std::string_view("<*_~`").find(text_[at_]) == std::string_view::npos;
    return is_guarded ? std::string(zero_width_space) : std::string();
  }

  void finish(std::string piece, bool in_block) {
    if (in_block) {
      piece += piece.ends_with('\n') ? fence : closing;
    } else {
      piece.erase(piece.find_last_not_of(" \t\n") + 1);
    }
    if (has_words(piece)) pieces_.push_back(std::move(piece));
  }

  // Fences with nothing in them are no message.
  static bool has_words(std::string_view piece) noexcept {
    for (;;) {
      const std::size_t first = piece.find_first_not_of(" \t\n");
      if (first == std::string_view::npos) return false;
      piece.remove_prefix(first);
      if (!piece.starts_with(fence)) return true;
      piece.remove_prefix(fence.size());
    }
  }

  std::string_view text_;
  std::size_t limit_;
  std::size_t at_ = 0;
  bool in_block_ = false;
  std::vector<std::string> pieces_;
};

}  // namespace

std::string to_mrkdwn(const reply& body) {
  fragment_writer writer;
  const std::vector<fragment>& all = body.fragments();
  for (std::size_t i = 0; i < all.size(); ++i) {
    writer.add(all[i], i + 1 < all.size() ? &all[i + 1] : nullptr);
  }
  return writer.taken();
}

bool is_styled(const reply& body) noexcept {
  return std::any_of(body.fragments().begin(), body.fragments().end(), [](const fragment& each) {
    return each.kind != fragment_kind::text && each.kind != fragment_kind::untrusted;
  });
}

std::string shown_as_is(std::string_view words) {
  marked_text text;
  text.append(sanitised(with_line_ends(words)), mark::text);
  return text.to_mrkdwn();
}

std::vector<std::string> split_message(std::string_view mrkdwn, std::size_t limit) {
  return splitter(mrkdwn, limit).split();
}

}  // namespace mynah::slack
