// SPDX-License-Identifier: Apache-2.0
#include "net/server_address.hpp"

#include <algorithm>
#include <charconv>

namespace mynah::net {

std::optional<server_address> server_address::parse(std::string_view text) {
  server_address parsed;
  if (text.starts_with('[')) {
    const std::size_t end = text.find(']');
    if (end == std::string_view::npos) return std::nullopt;
    parsed.host = text.substr(1, end - 1);
    text.remove_prefix(end + 1);
    // Only addresses stand in brackets.
    const bool address = std::all_of(parsed.host.begin(), parsed.host.end(), [](char c) {
      return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F') ||
             c == ':' || c == '.';
    });
    if (!address || parsed.host.find(':') == std::string::npos) return std::nullopt;
  } else {
    const std::size_t end = text.find(':');
    parsed.host = text.substr(0, end);
    text.remove_prefix(end == std::string_view::npos ? text.size() : end);
    const bool name = std::all_of(parsed.host.begin(), parsed.host.end(), [](char c) {
      return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
             c == '-' || c == '.' || c == '_';
    });
    if (!name) return std::nullopt;
  }
  if (parsed.host.empty()) return std::nullopt;
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
