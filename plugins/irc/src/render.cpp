// SPDX-License-Identifier: Apache-2.0
#include "render.hpp"

#include <algorithm>

#include <mynah/utf8.hpp>

#include "formatting.hpp"
#include "text_split.hpp"

namespace mynah::irc {

namespace {

constexpr std::string_view zero_width_space = "\xE2\x80\x8B";

// What is kept of a reply for `more`.
constexpr std::size_t most_rest = 64 * std::size_t{1024};

/// What is to know about a byte of a line.
using mark = unsigned char;
constexpr mark untrusted_mark = 1;
constexpr mark strong_mark = 2;
constexpr mark mono_mark = 4;

/// One line, and what its bytes are.
class marked_line {
 public:
  void append(std::string_view text, mark as) {
    text_ += text;
    marks_.resize(text_.size(), static_cast<char>(as));
  }

  [[nodiscard]] const std::string& text() const noexcept { return text_; }
  [[nodiscard]] bool empty() const noexcept { return text_.empty(); }
  [[nodiscard]] mark at(std::size_t index) const noexcept {
    return static_cast<mark>(marks_[index]);
  }

  /// Where U+200B must stand if a message begins at `start`; npos if nowhere.
  [[nodiscard]] std::size_t suspect(std::size_t start) const noexcept {
    const std::size_t first = text_.find_first_not_of(' ', start);
    if (first == std::string::npos || (at(first) & untrusted_mark) == 0) return std::string::npos;
    const char c = text_[first];
    const bool punctuation = (c >= '!' && c <= '/') || (c >= ':' && c <= '@') ||
                             (c >= '[' && c <= '`') || (c >= '{' && c <= '~');
    return punctuation ? first : std::string::npos;
  }

  /// A message of these bytes, with U+200B and format codes where they belong.
  [[nodiscard]] std::string piece(std::size_t start, std::size_t length,
                                  std::size_t suspect) const {
    std::string out;
    mark style = 0;
    for (std::size_t i = start; i < start + length; ++i) {
      const auto wanted = static_cast<mark>(at(i) & (strong_mark | mono_mark));
      if (((style ^ wanted) & strong_mark) != 0) out += '\x02';
      if (((style ^ wanted) & mono_mark) != 0) out += '\x11';
      style = wanted;
      if (i == suspect) out += zero_width_space;
      out += text_[i];
    }
    return out;
  }

  /// The bytes from `start` on as fragments of a reply.
  void add_to(reply& into, std::size_t start) const {
    while (start < text_.size()) {
      std::size_t end = start;
      while (end < text_.size() && at(end) == at(start)) ++end;
      std::string run = text_.substr(start, end - start);
      if ((at(start) & untrusted_mark) != 0) {
        into.untrusted(std::move(run));
      } else if ((at(start) & strong_mark) != 0) {
        into.emphasis(std::move(run));
      } else if ((at(start) & mono_mark) != 0) {
        into.code(std::move(run));
      } else {
        into.text(std::move(run));
      }
      start = end;
    }
  }

 private:
  std::string text_;
  std::string marks_;
};

/// Collects fragments into lines.
class line_maker {
 public:
  void add(std::string_view words, mark as) {
    const std::string text = repaired_utf8(words);
    std::string_view rest = text;
    for (;;) {
      // A lone CR counts as an end, too: so it does for some servers.
      const std::size_t end = rest.find_first_of("\r\n");
      std::string part = without_formatting(rest.substr(0, end));
      if ((as & untrusted_mark) != 0) part = sanitised(part);
      lines_.back().append(part, as);
      if (end == std::string_view::npos) return;
      lines_.emplace_back();
      rest.remove_prefix(end + 1);
    }
  }

  void start_line() {
    if (!lines_.back().empty()) lines_.emplace_back();
  }

  [[nodiscard]] const std::vector<marked_line>& lines() const noexcept { return lines_; }

 private:
  std::vector<marked_line> lines_ = std::vector<marked_line>(1);
};

void add_fragments(const reply& body, bool formatting, line_maker& into) {
  const mark code = formatting ? mono_mark : mark{0};
  bool after_block = false;
  for (const fragment& piece : body.fragments()) {
    if (after_block) into.start_line();
    after_block = false;
    switch (piece.kind) {
      case fragment_kind::text:
        into.add(piece.value, 0);
        break;
      case fragment_kind::code:
        into.add(piece.value, code);
        break;
      case fragment_kind::untrusted:
        into.add(piece.value, untrusted_mark);
        break;
      case fragment_kind::code_block:
        into.start_line();
        into.add(piece.value, code);
        after_block = true;
        break;
      case fragment_kind::emphasis:
        if (formatting) {
          into.add(piece.value, strong_mark);
        } else {
          into.add("*" + piece.value + "*", 0);
        }
        break;
      case fragment_kind::link:
        if (piece.value.empty() || piece.value == piece.extra) {
          into.add(piece.extra, 0);
        } else {
          into.add(piece.value + " <" + piece.extra + ">", 0);
        }
        break;
    }
  }
  if (body.framed() != nullptr) {
    into.start_line();
    into.add(to_text(*body.framed()), 0);
  }
}

/// A message, and where in the reply it begins.
class placed_piece {
 public:
  std::string text;
  std::size_t line = 0;
  std::size_t start = 0;
};

void split(const marked_line& line, std::size_t index, std::size_t room,
           std::vector<placed_piece>& into) {
  const std::string& text = line.text();
  std::size_t start = 0;
  while (start < text.size()) {
    const std::size_t suspect = line.suspect(start);
    const bool guarded = suspect != std::string::npos;
    std::size_t allowed = guarded ? room - zero_width_space.size() : room;
    std::size_t length = piece_length(std::string_view(text).substr(start), allowed);
    // The suspect may be behind so many blanks that the piece ends before it.
    std::string piece = line.piece(start, length, suspect);
    // Format codes need room, too. Each round takes away at least what was too much.
    while (piece.size() > room && allowed > 4) {
      allowed = std::min(allowed, length) - std::min(piece.size() - room, allowed / 2);
      length = piece_length(std::string_view(text).substr(start), allowed);
      piece = line.piece(start, length, suspect);
    }
    // A message of blanks only is as good as an empty one, which servers refuse.
    if (piece.find_first_not_of(" \x02\x11") != std::string::npos) {
      into.push_back({std::move(piece), index, start});
    }
    start += length;
  }
}

// What begins with this message, as a reply.
reply rest_from(const placed_piece& first, const std::vector<marked_line>& lines,
                std::size_t pieces) {
  reply rest;
  std::size_t size = 0;
  for (std::size_t i = first.line; i < lines.size(); ++i) {
    if (size > 0) rest.text("\n");
    size += lines[i].text().size() + 1;
    if (size > most_rest) {
      rest.text("(the rest of " + std::to_string(pieces) + " lines was not kept)");
      break;
    }
    lines[i].add_to(rest, i == first.line ? first.start : 0);
  }
  return rest;
}

}  // namespace

rendered_reply render(const reply& body, const rendering& how) {
  line_maker maker;
  add_fragments(body, how.formatting, maker);
  std::vector<placed_piece> pieces;
  for (std::size_t i = 0; i < maker.lines().size(); ++i) {
    split(maker.lines()[i], i, how.room, pieces);
  }
  rendered_reply made;
  std::size_t shown = pieces.size();
  if (how.most != 0 && pieces.size() > how.most) {
    // With room for one message only, what it says is of more use than that there is more.
    shown = how.most == 1 && !how.more.empty() ? 1 : how.most - 1;
    made.left_out = pieces.size() - shown;
    made.rest = rest_from(pieces[shown], maker.lines(), pieces.size());
  }
  for (std::size_t i = 0; i < shown; ++i) made.messages.push_back(std::move(pieces[i].text));
  if (made.left_out > 0 && shown < how.most) {
    std::string note = "(" + std::to_string(made.left_out) + " more lines";
    note += how.more.empty() ? ")" : ": " + how.more + ")";
    note.resize(utf8_border(note, how.room));
    made.messages.push_back(std::move(note));
  }
  return made;
}

std::vector<std::string> rendered(const reply& body, std::size_t room, std::size_t most) {
  rendering how;
  how.room = room;
  how.most = most;
  return render(body, how).messages;
}

}  // namespace mynah::irc
