// SPDX-License-Identifier: Apache-2.0
#include "render.hpp"

#include <mynah/utf8.hpp>

#include "formatting.hpp"
#include "text_split.hpp"

namespace mynah::irc {

namespace {

constexpr std::string_view zero_width_space = "\xE2\x80\x8B";

/// One line, and which of its bytes came from outside.
class marked_line {
 public:
  void append(std::string_view text, bool untrusted) {
    text_ += text;
    untrusted_.resize(text_.size(), untrusted);
  }

  [[nodiscard]] const std::string& text() const noexcept { return text_; }
  [[nodiscard]] bool empty() const noexcept { return text_.empty(); }

  /// Where U+200B must stand if a message begins at `start`; npos if nowhere.
  [[nodiscard]] std::size_t suspect(std::size_t start) const noexcept {
    const std::size_t first = text_.find_first_not_of(' ', start);
    if (first == std::string::npos || !untrusted_[first]) return std::string::npos;
    const char c = text_[first];
    const bool punctuation = (c >= '!' && c <= '/') || (c >= ':' && c <= '@') ||
                             (c >= '[' && c <= '`') || (c >= '{' && c <= '~');
    return punctuation ? first : std::string::npos;
  }

 private:
  std::string text_;
  std::vector<bool> untrusted_;
};

/// Collects fragments into lines.
class line_maker {
 public:
  void add(std::string_view words, bool untrusted) {
    const std::string text = repaired_utf8(words);
    std::string_view rest = text;
    for (;;) {
      // A lone CR counts as an end, too: so it does for some servers.
      const std::size_t end = rest.find_first_of("\r\n");
      std::string part = without_formatting(rest.substr(0, end));
      if (untrusted) part = sanitised(part);
      lines_.back().append(part, untrusted);
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

void add_fragments(const reply& body, line_maker& into) {
  bool after_block = false;
  for (const fragment& piece : body.fragments()) {
    if (after_block) into.start_line();
    after_block = false;
    switch (piece.kind) {
      case fragment_kind::text:
      case fragment_kind::code:
        into.add(piece.value, false);
        break;
      case fragment_kind::untrusted:
        into.add(piece.value, true);
        break;
      case fragment_kind::code_block:
        into.start_line();
        into.add(piece.value, false);
        after_block = true;
        break;
      case fragment_kind::emphasis:
        into.add("*" + piece.value + "*", false);
        break;
      case fragment_kind::link:
        if (piece.value.empty() || piece.value == piece.extra) {
          into.add(piece.extra, false);
        } else {
          into.add(piece.value + " <" + piece.extra + ">", false);
        }
        break;
    }
  }
  if (body.framed() != nullptr) {
    into.start_line();
    into.add(to_text(*body.framed()), false);
  }
}

void split(const marked_line& line, std::size_t room, std::vector<std::string>& into) {
  const std::string& text = line.text();
  std::size_t start = 0;
  while (start < text.size()) {
    const std::size_t suspect = line.suspect(start);
    const bool guarded = suspect != std::string::npos;
    const std::size_t length = piece_length(std::string_view(text).substr(start),
                                            guarded ? room - zero_width_space.size() : room);
    std::string piece = text.substr(start, length);
    // The suspect may be behind so many blanks that the piece ends before it.
    if (guarded && suspect < start + length) piece.insert(suspect - start, zero_width_space);
    // A message of blanks only is as good as an empty one, which servers refuse.
    if (piece.find_first_not_of(' ') != std::string::npos) into.push_back(std::move(piece));
    start += length;
  }
}

}  // namespace

std::vector<std::string> rendered(const reply& body, std::size_t room, std::size_t most) {
  line_maker maker;
  add_fragments(body, maker);
  std::vector<std::string> pieces;
  for (const marked_line& line : maker.lines()) split(line, room, pieces);
  if (most != 0 && pieces.size() > most) {
    const std::size_t missing = pieces.size() - (most - 1);
    pieces.resize(most - 1);
    std::string note = "(" + std::to_string(missing) + " more lines)";
    note.resize(std::min(note.size(), room));
    pieces.push_back(std::move(note));
  }
  return pieces;
}

}  // namespace mynah::irc
