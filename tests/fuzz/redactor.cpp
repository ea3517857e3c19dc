// SPDX-License-Identifier: Apache-2.0
// The input up to the first NUL is a secret, the rest a text, also as fragments. Whatever they are,
// the secret is in what comes out neither as it is nor percent-encoded nor in base64.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include <mynah/redactor.hpp>
#include <mynah/reply.hpp>

namespace {

std::string percent(std::string_view bytes, const char* digits) {
  std::string out;
  for (const char c : bytes) {
    out += '%';
    out += digits[static_cast<unsigned char>(c) >> 4U];
    out += digits[static_cast<unsigned char>(c) & 15U];
  }
  return out;
}

// The characters of base64 that depend on the secret alone, if it begins at this place of a group.
std::string base64(std::string_view secret, std::size_t place, const char* last_two) {
  const std::string alphabet =
      std::string("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789") + last_two;
  const std::string bytes = std::string(place, '\0') + std::string(secret);
  std::string out;
  for (std::size_t at = 0; at + 6 <= 8 * bytes.size(); at += 6) {
    if (at < 8 * place) continue;
    unsigned value = 0;
    for (std::size_t bit = at; bit < at + 6; ++bit) {
      value = value << 1U | ((static_cast<unsigned char>(bytes[bit / 8]) >> (7 - bit % 8)) & 1U);
    }
    out += alphabet[value];
  }
  return out;
}

void refuse(const std::string& shown, const std::string& forbidden) {
  if (shown.find(forbidden) != std::string::npos) std::abort();
}

void check(const std::string& shown, const std::string& secret) {
  refuse(shown, secret);
  const auto visible = std::count_if(secret.begin(), secret.end(), [](char c) {
    return c != ' ' && static_cast<unsigned char>(c) >= 0x20 && c != '\x7F';
  });
  if (visible < 6 || secret.size() > 128) return;
  refuse(shown, percent(secret, "0123456789ABCDEF"));
  refuse(shown, percent(secret, "0123456789abcdef"));
  for (const std::size_t place : {0U, 1U, 2U}) {
    refuse(shown, base64(secret, place, "+/"));
    refuse(shown, base64(secret, place, "-_"));
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string input(data, data + size);
  const std::size_t end = std::min(input.find('\0'), input.size());
  const std::string secret = input.substr(0, std::min<std::size_t>(end, 40));  // to be quick
  const std::string text = end < input.size() ? input.substr(end + 1) : std::string();
  const mynah::redactor safe({secret});
  if (safe.empty() && safe.redact(text) != text) std::abort();
  // The mask itself could complete such a secret; line breaks around one are no part of it.
  if (safe.empty() || secret.find('*') != std::string::npos) return 0;
  if (!safe.suspects(text) && safe.redact(text) != text) std::abort();
  for (const std::string& given :
       {text, secret, text + secret + text, text + percent(secret, "0123456789aBcDeF"),
        text + base64(secret, 0, "+/"), text + base64("u:" + secret + "@", 0, "+_")}) {
    check(safe.redact(given), secret);
  }

  mynah::reply parts;
  std::string rest = text + secret + text;
  for (std::size_t length = 1; !rest.empty(); length = length % 5 + 1) {
    parts.text(rest.substr(0, length)).emphasis(rest.substr(std::min(length, rest.size()), 2));
    rest.erase(0, length + 2);
  }
  parts.with(mynah::card(text).field(secret, text).action(text, secret));
  const mynah::reply shown = safe.redact(parts);
  std::string joined;
  for (const mynah::fragment& each : shown.fragments()) joined += each.value;
  check(joined, secret);
  if (shown.framed() == nullptr) std::abort();
  check(shown.framed()->fields.front().first, secret);
  check(shown.framed()->actions.front().command, secret);
  return 0;
}
