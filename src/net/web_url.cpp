// SPDX-License-Identifier: Apache-2.0
#include "net/web_url.hpp"

#include <algorithm>
#include <charconv>

#include "net/http_words.hpp"

namespace mynah::net {

namespace {

std::optional<web_url> parse(std::string_view text, std::string_view scheme) {
  if (text.size() < scheme.size() || !same_name(text.substr(0, scheme.size()), scheme)) {
    return std::nullopt;
  }
  const bool printable =
      std::all_of(text.begin(), text.end(), [](char c) { return c > ' ' && c < '\x7f'; });
  if (!printable || text.find('#') != std::string_view::npos) return std::nullopt;
  text.remove_prefix(scheme.size());
  const std::size_t end = std::min(text.find_first_of("/?"), text.size());
  const std::string_view authority = text.substr(0, end);
  web_url made;
  made.authority = authority;
  made.target = text.substr(end);
  if (!made.target.starts_with('/')) made.target.insert(0, "/");
  std::string_view port;
  if (authority.starts_with('[')) {
    const std::size_t close = authority.find(']');
    if (close == std::string_view::npos) return std::nullopt;
    made.host = authority.substr(1, close - 1);
    port = authority.substr(close + 1);
  } else {
    made.host = authority.substr(0, authority.find(':'));
    port = authority.substr(made.host.size());
  }
  constexpr std::string_view no_host = "@[]\\<>\"%{}|^`'";
  if (made.host.empty() || made.host.find_first_of(no_host) != std::string::npos) {
    return std::nullopt;
  }
  if (port.empty()) return made;
  const auto [last, error] = std::from_chars(port.data() + 1, port.data() + port.size(), made.port);
  if (port.front() != ':' || error != std::errc() || last != port.data() + port.size() ||
      made.port == 0) {
    return std::nullopt;
  }
  return made;
}

}  // namespace

std::string web_url::peer() const {
  const bool bracketed = host.find(':') != std::string::npos;
  return (bracketed ? "[" + host + "]" : host) + ":" + std::to_string(port);
}

std::optional<web_url> parse_https_url(std::string_view text) {
  return parse(text, "https://");
}

std::optional<web_url> parse_wss_url(std::string_view text) {
  return parse(text, "wss://");
}

}  // namespace mynah::net
