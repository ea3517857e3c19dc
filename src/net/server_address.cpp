// SPDX-License-Identifier: Apache-2.0
#include "net/server_address.hpp"

#include <algorithm>
#include <charconv>

#include <arpa/inet.h>

namespace mynah::net {

namespace {

// As text may hold one; whether there is such a name, DNS knows.
bool is_name(std::string_view text) noexcept {
  constexpr std::size_t longest = 254;
  if (text.empty() || text.size() > longest || text.front() == '.') return false;
  if (text.find("..") != std::string_view::npos) return false;
  return std::all_of(text.begin(), text.end(), [](char c) {
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '-' ||
           c == '.' || c == '_';
  });
}

bool is_ipv6(std::string_view text) {
  in6_addr address{};
  return ::inet_pton(AF_INET6, std::string(text).c_str(), &address) == 1;
}

}  // namespace

std::optional<std::string> server_address::parse_host(std::string_view text) {
  const bool in_brackets = text.size() > 2 && text.front() == '[' && text.back() == ']';
  if (in_brackets) text = text.substr(1, text.size() - 2);
  if (!is_ipv6(text) && (in_brackets || !is_name(text))) return std::nullopt;
  return std::string(text);
}

std::optional<server_address> server_address::parse(std::string_view text) {
  server_address parsed;
  if (text.starts_with('[')) {
    const std::size_t end = text.find(']');
    if (end == std::string_view::npos) return std::nullopt;
    parsed.host = text.substr(1, end - 1);
    text.remove_prefix(end + 1);
    // Only addresses stand in brackets.
    if (!is_ipv6(parsed.host)) return std::nullopt;
  } else {
    const std::size_t end = text.find(':');
    parsed.host = text.substr(0, end);
    text.remove_prefix(end == std::string_view::npos ? text.size() : end);
    if (!is_name(parsed.host)) return std::nullopt;
  }
  if (text.empty()) return parsed;
  if (!text.starts_with(':')) return std::nullopt;
  text.remove_prefix(1);
  std::uint16_t port = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), port);
  if (error != std::errc() || end != text.data() + text.size() || port == 0) return std::nullopt;
  parsed.port = port;
  return parsed;
}

}  // namespace mynah::net
