// SPDX-License-Identifier: Apache-2.0
#include "core/json_text.hpp"

#include <mynah/utf8.hpp>

#include <array>
#include <charconv>

namespace mynah::core {

namespace {

constexpr std::string_view hex = "0123456789abcdef";

bool stands_for_itself(char c) {
  return static_cast<unsigned char>(c) >= 0x20 && c != '"' && c != '\\';
}

}  // namespace

json_text& json_text::key(std::string_view name) {
  string(name);
  out_ += ':';
  follows_ = false;
  return *this;
}

json_text& json_text::string(std::string_view value) {
  separate();
  out_ += '"';
  if (is_utf8(value)) {
    escape(value);
  } else {
    escape(repaired_utf8(value));
  }
  out_ += '"';
  return *this;
}

json_text& json_text::number(std::int64_t value) {
  separate();
  std::array<char, 20> digits{};
  const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), value).ptr;
  out_.append(digits.data(), end);
  return *this;
}

json_text& json_text::boolean(bool value) {
  separate();
  out_ += value ? "true" : "false";
  return *this;
}

json_text& json_text::open(char bracket) {
  separate();
  out_ += bracket;
  follows_ = false;
  return *this;
}

json_text& json_text::close(char bracket) {
  out_ += bracket;
  follows_ = true;
  return *this;
}

void json_text::separate() {
  if (follows_) out_ += ',';
  follows_ = true;
}

void json_text::escape(std::string_view utf8) {
  while (!utf8.empty()) {
    std::size_t plain = 0;
    while (plain < utf8.size() && stands_for_itself(utf8[plain])) ++plain;
    out_.append(utf8.substr(0, plain));
    utf8.remove_prefix(plain);
    if (utf8.empty()) return;
    const auto c = static_cast<unsigned char>(utf8.front());
    out_ += '\\';
    if (c >= 0x20) {
      out_ += utf8.front();
    } else if (c == '\n') {
      out_ += 'n';
    } else {
      out_.append("u00").append(1, hex[c >> 4U]).append(1, hex[c & 15U]);
    }
    utf8.remove_prefix(1);
  }
}

}  // namespace mynah::core
