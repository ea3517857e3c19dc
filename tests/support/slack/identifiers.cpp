// SPDX-License-Identifier: Apache-2.0
#include "identifiers.hpp"

#include <array>
#include <cstdio>
#include <stdexcept>
#include <vector>

#include <openssl/rand.h>

namespace mynah_test::slack {

namespace {

constexpr std::string_view digits = "0123456789abcdef";

int hex_value(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

void put_hex(std::string& to, std::size_t at, std::size_t count, std::uint64_t value) {
  while (count-- > 0) {
    to[at + count] = digits[value & 15];
    value >>= 4;
  }
}

}  // namespace

std::string identifiers::next(char kind) {
  constexpr std::string_view letters = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ";
  std::string made(11, '0');
  made[0] = kind;
  std::uint64_t value = ++last_;
  for (std::size_t i = made.size(); --i > 0 && value != 0; value /= 36)
    made[i] = letters[value % 36];
  return made;
}

std::string identifiers::uuid() {
  std::string made = "00000000-0000-4000-8000-000000000000";
  // An odd factor makes neighbours look different, and all of them different.
  const std::uint64_t value = ++last_uuid_ * 0x9E3779B97F4A7C15ULL;
  put_hex(made, 0, 8, value >> 32);
  put_hex(made, 24, 8, value & 0xFFFFFFFFU);
  return made;
}

std::string identifiers::secret(std::size_t count) {
  std::vector<unsigned char> bytes(count);
  if (RAND_bytes(bytes.data(), static_cast<int>(count)) != 1) {
    throw std::runtime_error("no random bytes");
  }
  std::string made;
  for (const unsigned char byte : bytes) made += digits[byte & 15];
  return made;
}

std::string identifiers::bot_token() {
  return "xoxb-000000000001-000000000002-" + secret(24);
}

std::string identifiers::app_token(const std::string& app_id) {
  return "xapp-1-" + app_id + "-000000000003-" + secret(64);
}

std::string to_ts(std::uint64_t microseconds) {
  std::array<char, 32> text;
  const int length = std::snprintf(text.data(), text.size(), "%llu.%06llu",
                                   static_cast<unsigned long long>(microseconds / 1'000'000),
                                   static_cast<unsigned long long>(microseconds % 1'000'000));
  return {text.data(), static_cast<std::size_t>(length)};
}

std::uint64_t from_ts(std::string_view ts) {
  const std::size_t point = ts.find('.');
  if (point == std::string_view::npos || point == 0 || point > 12 || ts.size() - point != 7) {
    return 0;
  }
  std::uint64_t value = 0;
  for (std::size_t i = 0; i < ts.size(); ++i) {
    if (i == point) continue;
    if (ts[i] < '0' || ts[i] > '9') return 0;
    value = value * 10 + static_cast<std::uint64_t>(ts[i] - '0');
  }
  return value;
}

std::size_t characters(std::string_view text) {
  std::size_t count = 0;
  for (const char c : text) count += (static_cast<unsigned char>(c) & 0xC0U) != 0x80U;
  return count;
}

std::string_view first_characters(std::string_view text, std::size_t count) {
  std::size_t at = 0;
  for (; at < text.size(); ++at) {
    if ((static_cast<unsigned char>(text[at]) & 0xC0U) == 0x80U) continue;
    if (count == 0) break;
    --count;
  }
  return text.substr(0, at);
}

std::string percent_encoded(std::string_view text) {
  std::string made;
  for (const char c : text) {
    if ((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
        c == '_' || c == '.' || c == '~') {
      made += c;
    } else {
      made += '%';
      made += "0123456789ABCDEF"[static_cast<unsigned char>(c) >> 4];
      made += "0123456789ABCDEF"[static_cast<unsigned char>(c) & 15U];
    }
  }
  return made;
}

std::string percent_decoded(std::string_view text) {
  std::string made;
  made.reserve(text.size());
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '+') {
      made += ' ';
    } else if (text[i] == '%' && i + 2 < text.size() && hex_value(text[i + 1]) >= 0 &&
               hex_value(text[i + 2]) >= 0) {
      made += static_cast<char>(hex_value(text[i + 1]) * 16 + hex_value(text[i + 2]));
      i += 2;
    } else {
      made += text[i];
    }
  }
  return made;
}

}  // namespace mynah_test::slack
