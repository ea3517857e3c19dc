// SPDX-License-Identifier: Apache-2.0
#include "core/normalise.hpp"

#include <string_view>

#include <string.h>  // memmem

#include <mynah/utf8.hpp>

namespace mynah::core {

namespace {

// "<http://web-1|web-1>", "<mailto:a@b|a@b>", "<https://x.example/y>" as chat clients write links.
// Finds them from the left to the right and looks for each sign that matters once only, so that no
// text, not one of nothing but `<` either, costs more than its length.
class link_reader {
 public:
  explicit link_reader(std::string_view text) noexcept : text_(text) {}

  // Length of the link at `start`, where a `<` stands, and the text that was typed; or 0. Each
  // `start` is greater than the one before.
  std::size_t read(std::size_t start, std::string_view& typed) noexcept {
    const std::string_view rest = text_.substr(start + 1);
    if (!rest.starts_with("http://") && !rest.starts_with("https://") &&
        !rest.starts_with("mailto:")) {
      return 0;
    }
    look_from(start);
    if (end_ == std::string_view::npos) return 0;
    const std::string_view inside = text_.substr(start + 1, end_ - start - 1);
    const bool has_bar = bar_ != std::string_view::npos && bar_ > start;
    if (blank_ < (has_bar ? bar_ : end_)) return 0;
    if (!has_bar) {
      typed = inside;
      return inside.size() + 2;
    }
    const std::string_view target = inside.substr(0, bar_ - start - 1);
    const std::string_view shown = inside.substr(target.size() + 1);
    // Only a text that the address merely repeats was linked by the client; any other was written
    // by somebody who wanted that address, so the address is what counts.
    // memmem, because string_view::find takes the product of both lengths for "aaa" and "aab".
    const bool repeats = !shown.empty() && ::memmem(target.data(), target.size(), shown.data(),
                                                    shown.size()) != nullptr;
    typed = repeats ? shown : target;
    return inside.size() + 2;
  }

 private:
  void look_from(std::size_t start) noexcept {
    if (end_ < start || !looked_) {
      end_ = text_.find('>', start);
      const std::size_t bar = text_.substr(start, end_ - start).rfind('|');
      bar_ = bar == std::string_view::npos ? bar : start + bar;
    }
    if (blank_ < start || !looked_) blank_ = text_.find(' ', start);
    looked_ = true;
  }

  std::string_view text_;
  bool looked_ = false;
  std::size_t end_ = 0;    // the next `>`
  std::size_t bar_ = 0;    // the last `|` before it
  std::size_t blank_ = 0;  // the next blank
};

bool needs_work(std::string_view text) noexcept {
  for (const char c : text) {
    if (static_cast<unsigned char>(c) >= 0x80 || c == '<') return true;
  }
  return false;
}

}  // namespace

bool normalise(std::string& text) {
  if (!needs_work(text)) return false;
  std::string out;
  out.reserve(text.size());
  link_reader links(text);
  for (std::size_t at = 0; at < text.size();) {
    if (text[at] == '<') {
      std::string_view typed;
      if (const std::size_t length = links.read(at, typed)) {
        std::string shown(typed);  // holds no '>', so no further link
        normalise(shown);
        out += shown;
        at += length;
        continue;
      }
    }
    const std::string_view rest = std::string_view(text).substr(at);
    const std::size_t length = utf8_length(rest);
    if (length == 0) {
      out += "\xEF\xBF\xBD";
      ++at;
      continue;
    }
    switch (utf8_code_point(rest)) {
      case 0x2018:
      case 0x2019:
      case 0x201A:
      case 0x201B:
      case 0x2032:
        out += '\'';
        break;
      case 0x201C:
      case 0x201D:
      case 0x201E:
      case 0x201F:
      case 0x2033:
      case 0x00AB:
      case 0x00BB:
        out += '"';
        break;
      case 0x2010:
      case 0x2011:
      case 0x2012:
      case 0x2212:
        out += '-';
        break;
      case 0x2013:
      case 0x2014:
      case 0x2015: {
        // A long dash that begins a word before a letter was "--"; anywhere else it is one dash.
        const bool starts_word = out.empty() || out.back() == ' ' || out.back() == '\t';
        const std::size_t after = at + length;
        const bool flag = after < text.size() && ((text[after] >= 'a' && text[after] <= 'z') ||
                                                  (text[after] >= 'A' && text[after] <= 'Z'));
        out += starts_word && flag ? "--" : "-";
        break;
      }
      case 0x00A0:
      case 0x1680:
      case 0x2000:
      case 0x2001:
      case 0x2002:
      case 0x2003:
      case 0x2004:
      case 0x2005:
      case 0x2006:
      case 0x2007:
      case 0x2008:
      case 0x2009:
      case 0x200A:
      case 0x202F:
      case 0x205F:
      case 0x3000:
        out += ' ';
        break;
      case 0x200B:
      case 0x2060:
      case 0xFEFF:
        break;  // zero width; U+200C and U+200D stay, words and emoji are made with them
      default:
        out += rest.substr(0, length);
    }
    at += length;
  }
  if (out == text) return false;
  text = std::move(out);
  return true;
}

void normalise(event& seen) {
  // Made by a program, with quotes where they must be.
  if (seen.type == event_type::action) return;
  if (!needs_work(seen.text)) return;
  std::string raw = seen.text;
  if (!normalise(seen.text)) return;
  if (!seen.normalised) seen.raw_text = std::move(raw);
  seen.normalised = true;
}

}  // namespace mynah::core
