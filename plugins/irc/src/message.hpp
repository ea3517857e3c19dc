// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace mynah::irc {

/// Who sent a line: `nick!user@host`, parts of it, or a server's name (then all in `nick`).
class message_source {
 public:
  [[nodiscard]] static message_source parse(std::string_view text);

  /// A name with a dot and neither user nor host is a server; an empty one is ours.
  [[nodiscard]] bool is_server() const noexcept;

  std::string nick;
  std::string user;
  std::string host;
};

/// One line of the protocol, taken apart. Bytes are as they came: not necessarily UTF-8.
class message {
 public:
  /// Reads a line without its end. Nothing if there is no command in it. Never throws on any input.
  [[nodiscard]] static std::optional<message> parse(std::string_view line);

  /// The parameter, or an empty view: every handler must bear too few of them.
  [[nodiscard]] std::string_view param(std::size_t index) const noexcept;
  [[nodiscard]] std::string_view last() const noexcept;
  /// The value of a tag, unescaped; of a repeated one the last. An empty view if it is not there.
  [[nodiscard]] std::string_view tag(std::string_view key) const noexcept;

  std::vector<std::pair<std::string, std::string>> tags;
  std::string source;   ///< as it came, without the colon
  std::string command;  ///< upper case, or three digits
  std::vector<std::string> params;
};

/// A line for the server, without its end. The last parameter gets a colon when it needs one, or
/// always with `free_text`. Characters that would make another parameter or line of the others are
/// left out; an empty one among them becomes `*`.
[[nodiscard]] std::string build(std::string_view command,
                                std::initializer_list<std::string_view> params,
                                bool free_text = false);

/// The longest line that may be sent, its end included.
inline constexpr std::size_t longest_line = 512;

/// The most that a client may send between the `@` of its tags and the blank after them.
inline constexpr std::size_t longest_tags = 4094;

/// Tags for a line of ours as `on_wire` takes them: `label=7;+reply=x`. Values are escaped. What
/// is no key is left out, and so is a tag that would make them longer than a client may send.
[[nodiscard]] std::string tag_list(
    std::initializer_list<std::pair<std::string_view, std::string_view>> tags);

/// The one door to the wire: `line` without CR, LF and NUL, not longer than the protocol allows
/// (cut between characters), and with its CR LF. Everything that is sent passes here, so nothing
/// that a command, a template or a setting says can become a second line. `tags` come from
/// `tag_list`; their length does not count.
[[nodiscard]] std::string on_wire(std::string_view line, std::string_view tags = {});

}  // namespace mynah::irc
