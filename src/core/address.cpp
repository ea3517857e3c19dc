// SPDX-License-Identifier: Apache-2.0
#include <mynah/address.hpp>

#include <array>

namespace mynah {

namespace {

bool must_escape(char c) noexcept {
  const auto byte = static_cast<unsigned char>(c);
  return byte < 0x20 || byte == 0x7f || c == '/' || c == '%';
}

void append_escaped(std::string& out, std::string_view part) {
  static constexpr char digits[] = "0123456789ABCDEF";
  for (std::size_t i = 0; i < part.size(); ++i) {
    const char c = part[i];
    if (must_escape(c) || (i == 0 && c == '~')) {
      const auto byte = static_cast<unsigned char>(c);
      out += '%';
      out += digits[byte >> 4];
      out += digits[byte & 15];
    } else {
      out += c;
    }
  }
}

int hex_value(char c) noexcept {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  return -1;
}

bool unescape(std::string_view text, std::string& out) {
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '%') {
      out += text[i];
      continue;
    }
    if (i + 2 >= text.size()) return false;
    const int high = hex_value(text[i + 1]);
    const int low = hex_value(text[i + 2]);
    if (high < 0 || low < 0) return false;
    out += static_cast<char>(high * 16 + low);
    i += 2;
  }
  return true;
}

}  // namespace

address::address(std::string input, std::string room, std::string user, std::string thread,
                 bool direct)
    : input(std::move(input)),
      room(std::move(room)),
      user(std::move(user)),
      thread(std::move(thread)),
      direct(direct) {}

std::string address::to_string() const {
  std::string out;
  append_escaped(out, input);
  out += '/';
  if (direct) out += '~';
  append_escaped(out, room);
  if (!user.empty() || !thread.empty()) {
    out += '/';
    append_escaped(out, user);
  }
  if (!thread.empty()) {
    out += '/';
    append_escaped(out, thread);
  }
  return out;
}

std::optional<address> address::parse(std::string_view text) {
  address parsed;
  const std::array<std::string*, 4> parts = {&parsed.input, &parsed.room, &parsed.user,
                                             &parsed.thread};
  std::size_t index = 0;
  for (;;) {
    if (index == parts.size()) return std::nullopt;
    const std::size_t end = text.find('/');
    std::string_view part = text.substr(0, end);
    if (index == 1 && part.starts_with('~')) {
      parsed.direct = true;
      part.remove_prefix(1);
    }
    if (!unescape(part, *parts[index])) return std::nullopt;
    ++index;
    if (end == std::string_view::npos) break;
    text.remove_prefix(end + 1);
  }
  if (index < 2) return std::nullopt;
  return parsed;
}

bool address::same_place(const address& other) const noexcept {
  return room == other.room && thread == other.thread && input == other.input;
}

}  // namespace mynah
