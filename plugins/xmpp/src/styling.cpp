// SPDX-License-Identifier: Apache-2.0
#include "styling.hpp"

#include <algorithm>
#include <array>
#include <string_view>
#include <utility>

#include <mynah/utf8.hpp>

namespace mynah::xmpp {

namespace {

constexpr std::string_view zero_width_space = "\xE2\x80\x8B";
constexpr std::string_view fence = "```";
constexpr std::string_view directives = "*_~`";
constexpr std::string_view blanks = " \t";

// Below it there is no room for fences, guards and a few words.
constexpr std::size_t least_limit = 64;

/// What a byte of a line is.
enum class mark : char { text, untrusted, strong, mono };

bool is_punctuation(char c) noexcept {
  return (c >= '!' && c <= '/') || (c >= ':' && c <= '@') || (c >= '[' && c <= '`') ||
         (c >= '{' && c <= '~');
}

// The blanks outside ASCII that a directive may follow, too (Unicode: White_Space).
bool ends_in_wide_blank(std::string_view text) noexcept {
  for (const std::string_view each :
       {"\xC2\x85", "\xC2\xA0", "\xE1\x9A\x80", "\xE2\x80\xA8", "\xE2\x80\xA9", "\xE2\x80\xAF",
        "\xE2\x81\x9F", "\xE3\x80\x80"}) {
    if (text.ends_with(each)) return true;
  }
  // U+2000 to U+200A.
  return text.size() >= 3 && text.substr(text.size() - 3, 2) == "\xE2\x80" &&
         static_cast<unsigned char>(text.back()) <= 0x8A;
}

bool ends_in_blank(std::string_view text) noexcept {
  if (text.empty()) return false;
  if ((text.back() >= '\t' && text.back() <= '\r') || text.back() == ' ') return true;
  return static_cast<unsigned char>(text.back()) >= 0x80 && ends_in_wide_blank(text);
}

bool starts_with_blank(std::string_view text) noexcept {
  return ends_in_blank(text.substr(0, std::max<std::size_t>(utf8_length(text), 1)));
}

bool is_blank(std::string_view text) noexcept {
  return text.find_first_not_of(blanks) == std::string_view::npos;
}

/// A line as it will be sent.
class styled_line {
 public:
  void append(std::string_view words, bool ours) {
    text_ += words;
    ours_.resize(text_.size(), ours);
  }

  [[nodiscard]] const std::string& text() const noexcept { return text_; }
  /// Not to be guarded: a directive that is meant, or preformatted text.
  [[nodiscard]] bool is_ours(std::size_t at) const noexcept { return ours_[at]; }

 private:
  std::string text_;
  std::vector<bool> ours_;
};

// Where the last character of each directive stands that could close a span; 0 if nowhere.
std::array<std::size_t, 4> last_closers(std::string_view text) noexcept {
  std::array<std::size_t, 4> last{};
  for (std::size_t i = 1; i < text.size(); ++i) {
    const std::size_t which = directives.find(text[i]);
    if (which != std::string_view::npos && !ends_in_blank(text.substr(0, i))) last[which] = i;
  }
  return last;
}

// Puts U+200B before all that would read as styling and is not meant so. Takes some that would not,
// as readers differ.
std::string guarded(const styled_line& line) {
  const std::string& text = line.text();
  const std::array<std::size_t, 4> closers = last_closers(text);
  std::string out;
  out.reserve(text.size());
  const bool is_block_start = text.starts_with(fence) || text.starts_with('>');
  if (is_block_start && !line.is_ours(0)) out += zero_width_space;
  // Whether a directive at this place could open a span.
  bool may_open = out.empty();
  for (std::size_t i = 0; i < text.size(); ++i) {
    const std::size_t which = directives.find(text[i]);
    if (which != std::string_view::npos && may_open) {
      if (!line.is_ours(i) && closers[which] > i + 1 &&
          !starts_with_blank(std::string_view(text).substr(i + 1))) {
        out += zero_width_space;
        may_open = false;
      }
    } else {
      may_open = ends_in_blank(std::string_view(text).substr(0, i + 1));
    }
    out += text[i];
  }
  return out;
}

/// One line of a reply, and what its bytes are.
class marked_line {
 public:
  void append(std::string_view words, mark as) {
    text_ += words;
    marks_.resize(text_.size(), as);
  }

  [[nodiscard]] const std::string& text() const noexcept { return text_; }

  /// These bytes as a line of a body, or as the first one.
  [[nodiscard]] std::string piece(std::size_t start, std::size_t length, bool is_first) const {
    const std::size_t end = start + length;
    styled_line line;
    for (std::size_t i = start; i < end;) {
      std::size_t run_end = i + 1;
      while (run_end < end && marks_[run_end] == marks_[i]) ++run_end;
      append_run(std::string_view(text_).substr(i, run_end - i), marks_[i], line);
      i = run_end;
    }
    std::string out = guarded(line);
    if (!is_first) return out;
    const std::size_t first = text_.find_first_not_of(blanks, start);
    if (first < end && marks_[first] == mark::untrusted && is_punctuation(text_[first])) {
      const std::size_t place = out.find_first_not_of(blanks);
      if (!std::string_view(out).substr(place).starts_with(zero_width_space)) {
        out.insert(place, zero_width_space);
      }
    }
    return out;
  }

 private:
  // With its directives, if they will be seen as such.
  static void append_run(std::string_view run, mark as, styled_line& into) {
    const bool is_mono = as == mark::mono;
    const char directive = is_mono ? '`' : '*';
    const bool is_span = (is_mono || as == mark::strong) &&
                         (into.text().empty() || ends_in_blank(into.text())) &&
                         run.find(directive) == std::string_view::npos && !starts_with_blank(run) &&
                         !ends_in_blank(run);
    if (is_span) into.append({&directive, 1}, true);
    into.append(run, is_span && is_mono);
    if (is_span) into.append({&directive, 1}, true);
  }

  std::string text_;
  std::vector<mark> marks_;
};

/// Text that goes between fences, or does not.
class section {
 public:
  bool is_block = false;
  std::string language;  // of a block
  std::vector<marked_line> lines = std::vector<marked_line>(1);
};

// CR LF and lone CR are line ends, too.
std::string with_line_ends(std::string_view words) {
  std::string out = repaired_utf8(words);
  if (out.find('\r') == std::string::npos) return out;
  std::string kept;
  for (std::size_t i = 0; i < out.size(); ++i) {
    if (out[i] != '\r') {
      kept += out[i];
    } else if (i + 1 == out.size() || out[i + 1] != '\n') {
      kept += '\n';
    }
  }
  return kept;
}

// What may stand behind a fence.
std::string language_of(std::string_view text) {
  const bool is_word = std::all_of(text.begin(), text.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
           std::string_view("+#-_.").find(c) != std::string_view::npos;
  });
  return is_word && text.size() <= 20 ? std::string(text) : std::string();
}

/// Collects fragments into sections.
class section_maker {
 public:
  void add(std::string_view words, mark as) {
    if (sections_.empty() || sections_.back().is_block) sections_.emplace_back();
    add_lines(with_line_ends(words), as);
  }

  void add_block(std::string_view words, std::string_view language) {
    std::string text = sanitised(with_line_ends(words));
    while (text.ends_with('\n')) text.pop_back();
    if (is_blank(text)) return;
    section& made = sections_.emplace_back();
    made.is_block = true;
    made.language = language_of(language);
    add_lines(text, mark::text);
  }

  /// What follows begins a line.
  void start_line() {
    if (sections_.empty() || sections_.back().is_block) return;
    if (!sections_.back().lines.back().text().empty()) sections_.back().lines.emplace_back();
  }

  /// A line that a block follows, or that follows a block, would be one more for nothing.
  [[nodiscard]] std::vector<section> taken() {
    for (section& each : sections_) {
      if (!each.is_block && each.lines.back().text().empty()) each.lines.pop_back();
    }
    return std::move(sections_);
  }

 private:
  void add_lines(std::string_view rest, mark as) {
    std::vector<marked_line>& lines = sections_.back().lines;
    for (;;) {
      const std::size_t end = rest.find('\n');
      lines.back().append(rest.substr(0, end), as);
      if (end == std::string_view::npos) return;
      lines.emplace_back();
      rest.remove_prefix(end + 1);
    }
  }

  std::vector<section> sections_;
};

std::vector<section> sections_of(const reply& body) {
  section_maker maker;
  for (const fragment& piece : body.fragments()) {
    switch (piece.kind) {
      case fragment_kind::text:
        maker.add(piece.value, mark::text);
        break;
      case fragment_kind::untrusted:
        maker.add(sanitised(piece.value), mark::untrusted);
        break;
      case fragment_kind::code:
        if (piece.value.find_first_of("\r\n") != std::string::npos) {
          maker.add_block(piece.value, {});
        } else {
          maker.add(sanitised(piece.value), mark::mono);
        }
        break;
      case fragment_kind::code_block:
        maker.add_block(piece.value, piece.extra);
        break;
      case fragment_kind::emphasis:
        maker.add(piece.value, mark::strong);
        break;
      case fragment_kind::link:
        if (piece.value.empty() || piece.value == piece.extra) {
          maker.add(piece.extra, mark::text);
        } else {
          maker.add(piece.value + " <" + piece.extra + ">", mark::text);
        }
        break;
    }
  }
  if (body.framed() != nullptr) {
    maker.start_line();
    maker.add(to_text(*body.framed()), mark::text);
  }
  return maker.taken();
}

std::size_t escaped_size(std::string_view text) noexcept {
  std::size_t size = 0;
  for (const char c : text) {
    if (c == '&' || c == '\r') {
      size += 5;
    } else if (c == '<' || c == '>') {
      size += 4;
    } else if (c == '\'' || c == '"') {
      size += 6;
    } else {
      // Control characters become U+FFFD.
      size += c >= 0 && c < 0x20 && c != '\n' && c != '\t' ? 3 : 1;
    }
  }
  return size;
}

/// Fills bodies with lines.
class body_maker {
 public:
  explicit body_maker(std::size_t limit) : limit_(std::max(limit, least_limit)) {}

  void add(const section& each) {
    if (each.is_block) {
      opening_ = std::string(fence) + each.language + "\n";
      for (const marked_line& line : each.lines) add_line(line, true);
      close_fence();
    } else {
      for (const marked_line& line : each.lines) add_line(line, false);
    }
  }

  [[nodiscard]] std::vector<std::string> taken() {
    flush();
    return std::move(bodies_);
  }

 private:
  void add_line(const marked_line& line, bool in_block) {
    const std::size_t size = line.text().size();
    if (put(line, 0, size, in_block)) return;
    flush();
    std::size_t start = 0;
    while (start < size || size == 0) {
      std::size_t length = piece_length(std::string_view(line.text()).substr(start), limit_);
      while (!put(line, start, length, in_block)) {
        if (body_.empty()) {
          length =
              piece_length(std::string_view(line.text()).substr(start, length), length * 3 / 4);
        } else {
          flush();
        }
      }
      start += length;
      if (size == 0) return;
    }
  }

  // How much of a line that is too long to take: up to a blank, if there is one in the second half.
  static std::size_t piece_length(std::string_view rest, std::size_t room) noexcept {
    if (rest.size() <= room) return rest.size();
    const std::size_t blank = rest.substr(0, room).find_last_of(' ');
    if (blank != std::string_view::npos && blank + 1 > room / 2) return blank + 1;
    return std::max<std::size_t>(utf8_border(rest, room), 1);
  }

  // Whether there was room for it.
  bool put(const marked_line& line, std::size_t start, std::size_t length, bool in_block) {
    // No message begins with empty lines.
    if (!in_block && body_.empty() &&
        is_blank(std::string_view(line.text()).substr(start, length))) {
      return true;
    }
    std::string text;
    if (!body_.empty()) text = "\n";
    if (!in_block) {
      text += line.piece(start, length, body_.empty());
    } else {
      if (!fence_is_open_) text += opening_;
      const std::string_view words = std::string_view(line.text()).substr(start, length);
      // It would close the block.
      if (words.starts_with(fence)) text += zero_width_space;
      text += words;
    }
    const std::size_t reserve = in_block ? fence.size() + 1 : 0;
    if (body_.size() + text.size() + reserve > limit_) return false;
    const std::size_t escaped = escaped_size(text);
    if (escaped_ + escaped + reserve > 3 * limit_) return false;
    body_ += text;
    escaped_ += escaped;
    fence_is_open_ = in_block;
    return true;
  }

  void close_fence() {
    if (!fence_is_open_) return;
    body_ += '\n';
    body_ += fence;
    escaped_ += fence.size() + 1;
    fence_is_open_ = false;
  }

  void flush() {
    close_fence();
    while (!body_.empty() &&
           std::string_view(" \t\n").find(body_.back()) != std::string_view::npos) {
      body_.pop_back();
    }
    if (!body_.empty()) bodies_.push_back(std::move(body_));
    body_.clear();
    escaped_ = 0;
  }

  std::size_t limit_;
  std::vector<std::string> bodies_;
  std::string body_;
  std::size_t escaped_ = 0;
  std::string opening_;
  bool fence_is_open_ = false;
};

// One line in which nothing could be styling, which is nearly all that is said.
bool is_plain_line(const reply& body, std::size_t limit) noexcept {
  if (body.framed() != nullptr || body.fragments().size() != 1) return false;
  const fragment& only = body.fragments().front();
  const std::string_view words = only.value;
  if (only.kind != fragment_kind::text || words.empty() || words.size() > limit / 2) return false;
  return words.front() != ' ' && words.back() != ' ' &&
         std::all_of(words.begin(), words.end(), [](char c) {
           return c >= 0x20 && c < 0x7F &&
                  std::string_view("*_~`>").find(c) == std::string_view::npos;
         });
}

}  // namespace

std::vector<std::string> rendered(const reply& body, std::size_t limit) {
  if (is_plain_line(body, limit)) return {body.fragments().front().value};
  body_maker maker(limit);
  for (const section& each : sections_of(body)) maker.add(each);
  return maker.taken();
}

}  // namespace mynah::xmpp
