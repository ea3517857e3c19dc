// SPDX-License-Identifier: Apache-2.0
#include "message.hpp"

#include <algorithm>

#include <mynah/utf8.hpp>

namespace mynah::irc {

namespace {

std::string_view take_word(std::string_view& rest) noexcept {
  const std::size_t end = rest.find(' ');
  const std::string_view word = rest.substr(0, end);
  rest.remove_prefix(end == std::string_view::npos ? rest.size() : end);
  const std::size_t next = rest.find_first_not_of(' ');
  rest.remove_prefix(next == std::string_view::npos ? rest.size() : next);
  return word;
}

std::string unescaped(std::string_view value) {
  std::string out;
  for (std::size_t i = 0; i < value.size(); ++i) {
    if (value[i] != '\\') {
      out += value[i];
      continue;
    }
    // A lone backslash at the end vanishes.
    if (++i == value.size()) break;
    switch (value[i]) {
      case ':':
        out += ';';
        break;
      case 's':
        out += ' ';
        break;
      case 'r':
        out += '\r';
        break;
      case 'n':
        out += '\n';
        break;
      default:
        out += value[i];
    }
  }
  return out;
}

bool ends_line(char c) noexcept {
  return c == '\r' || c == '\n' || c == '\0';
}

// [+][vendor/]name
bool is_tag_key(std::string_view key) noexcept {
  if (key.starts_with('+')) key.remove_prefix(1);
  return !key.empty() && std::all_of(key.begin(), key.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
           c == '/' || c == '.';
  });
}

std::string escaped(std::string_view value) {
  std::string out;
  for (const char c : value) {
    switch (c) {
      case ';':
        out += "\\:";
        break;
      case ' ':
        out += "\\s";
        break;
      case '\\':
        out += "\\\\";
        break;
      case '\r':
        out += "\\r";
        break;
      case '\n':
        out += "\\n";
        break;
      case '\0':
        break;
      default:
        out += c;
    }
  }
  return out;
}

}  // namespace

message_source message_source::parse(std::string_view text) {
  message_source parsed;
  // Hosts hold anything (cloaks), but no `@`; a user may hold one on odd servers.
  const std::size_t user = text.find('!');
  const std::size_t host = user == std::string_view::npos ? text.find('@') : text.rfind('@');
  if (host != std::string_view::npos && (user == std::string_view::npos || host > user)) {
    parsed.host = text.substr(host + 1);
    text = text.substr(0, host);
  }
  if (user != std::string_view::npos) {
    parsed.user = text.substr(user + 1);
    text = text.substr(0, user);
  }
  parsed.nick = text;
  return parsed;
}

bool message_source::is_server() const noexcept {
  return nick.empty() || (user.empty() && host.empty() && nick.find('.') != std::string::npos);
}

std::optional<message> message::parse(std::string_view line) {
  message parsed;
  line.remove_prefix(std::min(line.find_first_not_of(' '), line.size()));
  if (line.starts_with('@')) {
    line.remove_prefix(1);
    std::string_view tags = take_word(line);
    while (!tags.empty()) {
      const std::size_t end = tags.find(';');
      const std::string_view tag = tags.substr(0, end);
      const std::size_t equals = tag.find('=');
      if (equals == std::string_view::npos) {
        if (!tag.empty()) parsed.tags.emplace_back(tag, "");
      } else if (equals > 0) {
        parsed.tags.emplace_back(tag.substr(0, equals), unescaped(tag.substr(equals + 1)));
      }
      tags.remove_prefix(end == std::string_view::npos ? tags.size() : end + 1);
    }
  }
  if (line.starts_with(':')) {
    line.remove_prefix(1);
    parsed.source = take_word(line);
  }
  parsed.command = take_word(line);
  if (parsed.command.empty()) return std::nullopt;
  for (char& c : parsed.command) {
    if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 'a' + 'A');
    if (!((c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9'))) return std::nullopt;
  }
  while (!line.empty()) {
    if (line.starts_with(':')) {
      parsed.params.emplace_back(line.substr(1));
      break;
    }
    parsed.params.emplace_back(take_word(line));
  }
  return parsed;
}

std::string_view message::param(std::size_t index) const noexcept {
  return index < params.size() ? std::string_view(params[index]) : std::string_view();
}

std::string_view message::last() const noexcept {
  return params.empty() ? std::string_view() : std::string_view(params.back());
}

std::string_view message::tag(std::string_view key) const noexcept {
  for (auto it = tags.rbegin(); it != tags.rend(); ++it) {
    if (it->first == key) return it->second;
  }
  return {};
}

std::string build(std::string_view command, std::initializer_list<std::string_view> params,
                  bool free_text) {
  std::string line(command);
  std::size_t left = params.size();
  for (const std::string_view param : params) {
    line += ' ';
    if (--left == 0) {
      if (free_text || param.empty() || param.starts_with(':') ||
          param.find(' ') != std::string_view::npos) {
        line += ':';
      }
      for (const char c : param) {
        if (!ends_line(c)) line += c;
      }
      break;
    }
    const std::size_t start = line.size();
    for (const char c : param) {
      const bool leading_colon = c == ':' && line.size() == start;
      if (!ends_line(c) && c != ' ' && !leading_colon) line += c;
    }
    if (line.size() == start) line += '*';
  }
  return line;
}

std::string tag_list(std::initializer_list<std::pair<std::string_view, std::string_view>> tags) {
  std::string list;
  for (const auto& [key, value] : tags) {
    if (!is_tag_key(key)) continue;
    std::string tag(key);
    if (!value.empty()) tag += "=" + escaped(value);
    if (list.size() + tag.size() + 1 > longest_tags) continue;
    if (!list.empty()) list += ';';
    list += tag;
  }
  return list;
}

std::string on_wire(std::string_view line, std::string_view tags) {
  std::string clean;
  clean.reserve(line.size() + 2);
  clean = line;
  std::erase_if(clean, ends_line);
  if (clean.size() > longest_line - 2) clean.resize(utf8_border(clean, longest_line - 2));
  clean += "\r\n";
  if (!tags.empty() && tags.size() <= longest_tags) {
    std::string front = "@";
    for (const char c : tags) {
      if (!ends_line(c) && c != ' ') front += c;
    }
    clean.insert(0, front + " ");
  }
  return clean;
}

}  // namespace mynah::irc
