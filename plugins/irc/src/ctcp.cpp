// SPDX-License-Identifier: Apache-2.0
#include "ctcp.hpp"

namespace mynah::irc {

std::optional<ctcp> ctcp::parse(std::string_view text) {
  if (!text.starts_with('\x01')) return std::nullopt;
  text.remove_prefix(1);
  text = text.substr(0, text.find('\x01'));
  ctcp parsed;
  const std::size_t blank = text.find(' ');
  for (const char c : text.substr(0, blank)) {
    parsed.command += c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
  }
  if (blank != std::string_view::npos) parsed.argument = text.substr(blank + 1);
  return parsed;
}

}  // namespace mynah::irc
