// SPDX-License-Identifier: Apache-2.0
#include "isupport.hpp"

#include <charconv>
#include <optional>

#include "words.hpp"

namespace mynah::irc {

namespace {

std::optional<std::size_t> number(std::string_view text) noexcept {
  std::size_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return value;
}

int hex(char c) noexcept {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  return -1;
}

// Values escape bytes as \x20.
std::string unescaped(std::string_view value) {
  std::string out;
  for (std::size_t i = 0; i < value.size(); ++i) {
    if (value[i] == '\\' && i + 3 < value.size() && value[i + 1] == 'x' && hex(value[i + 2]) >= 0 &&
        hex(value[i + 3]) >= 0) {
      out += static_cast<char>(hex(value[i + 2]) * 16 + hex(value[i + 3]));
      i += 3;
    } else {
      out += value[i];
    }
  }
  return out;
}

// TARGMAX=JOIN:4,PRIVMSG:1,KICK:
std::size_t join_limit(std::string_view value) {
  for (const std::string_view part : words(value, ',')) {
    if (part.starts_with("JOIN:")) return number(part.substr(5)).value_or(0);
  }
  return 0;
}

// CHANLIMIT=#&:50,+: has a limit for # and & together, and none for +.
std::vector<isupport::channel_limit> channel_limits_of(std::string_view value) {
  constexpr std::size_t most_groups = 16;
  std::vector<isupport::channel_limit> limits;
  for (const std::string_view part : words(value, ',')) {
    if (limits.size() >= most_groups) break;
    const std::size_t colon = part.find(':');
    if (colon != std::string_view::npos && colon > 0) {
      // Zero is how ngircd says that there is none.
      if (const auto most = number(part.substr(colon + 1)); most && *most > 0) {
        isupport::channel_limit limit;
        limit.types = part.substr(0, colon);
        limit.most = *most;
        limits.push_back(std::move(limit));
      }
    }
  }
  return limits;
}

bool is_letter(char c) noexcept {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

}  // namespace

void isupport::apply(const std::vector<std::string>& params) {
  // The first is our nick, the last "are supported by this server".
  for (std::size_t i = 1; i + 1 < params.size(); ++i) {
    const std::string_view token = params[i];
    if (token.starts_with('-')) {
      unset(token.substr(1));
      continue;
    }
    const std::size_t equals = token.find('=');
    if (equals == std::string_view::npos) {
      set(token, "");
    } else {
      set(token.substr(0, equals), unescaped(token.substr(equals + 1)));
    }
  }
}

void isupport::set(std::string_view key, std::string_view value) {
  if (key == "CASEMAPPING") {
    mapping = casemapping_named(value);
  } else if (key == "CHANTYPES") {
    channel_types = value;
  } else if (key == "STATUSMSG") {
    status_prefixes = value;
  } else if (key == "PREFIX") {
    // PREFIX=(ov)@+
    const std::size_t end = value.find(')');
    member_prefixes = end == std::string_view::npos ? "" : value.substr(end + 1);
  } else if (key == "WHOX") {
    whox = true;
  } else if (key == "UTF8ONLY") {
    utf8_only = true;
  } else if (key == "NICKLEN") {
    const auto length = number(value);
    if (length && *length > 0 && *length < 256) {
      nick_length = *length;
      nick_length_known = true;
    }
  } else if (key == "TARGMAX") {
    join_targets = join_limit(value);
  } else if (key == "CHATHISTORY" || key == "draft/CHATHISTORY") {
    history_limit = number(value).value_or(0);
  } else if (key == "CHANLIMIT") {
    channel_limits = channel_limits_of(value);
  } else if (key == "MONITOR") {
    monitor = true;
  } else if (key == "BOT") {
    bot_mode = value.size() == 1 && is_letter(value.front()) ? value : "";
  }
}

void isupport::unset(std::string_view key) {
  const isupport initial;
  if (key == "CASEMAPPING") mapping = initial.mapping;
  if (key == "CHANTYPES") channel_types = initial.channel_types;
  if (key == "STATUSMSG") status_prefixes = initial.status_prefixes;
  if (key == "PREFIX") member_prefixes = initial.member_prefixes;
  if (key == "WHOX") whox = initial.whox;
  if (key == "UTF8ONLY") utf8_only = initial.utf8_only;
  if (key == "TARGMAX") join_targets = initial.join_targets;
  if (key == "CHATHISTORY") history_limit = initial.history_limit;
  if (key == "CHANLIMIT") channel_limits.clear();
  if (key == "MONITOR") monitor = false;
  if (key == "BOT") bot_mode.clear();
  if (key == "NICKLEN") {
    nick_length = initial.nick_length;
    nick_length_known = false;
  }
}

bool isupport::is_channel(std::string_view name) const noexcept {
  return is_one_word(name) && channel_types.find(name.front()) != std::string::npos &&
         name.size() <= longest_channel && name.find(',') == std::string_view::npos;
}

std::string_view isupport::without_status(std::string_view target) const noexcept {
  std::string_view rest = target;
  while (!rest.empty() && status_prefixes.find(rest.front()) != std::string::npos &&
         !is_channel(rest)) {
    rest.remove_prefix(1);
  }
  // A `+` may be both a prefix and a type of channel.
  if (!is_channel(target) && is_channel(rest)) return rest;
  return target;
}

}  // namespace mynah::irc
