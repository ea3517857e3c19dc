// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <mynah/address.hpp>
#include <mynah/principal.hpp>

namespace mynah {

/// What kind of thing happened. Only `message` and `action` can become commands.
enum class event_type : unsigned char {
  message,     ///< somebody said something
  notice,      ///< said by a machine, or not to be answered (IRC NOTICE, XMPP headline)
  emote,       ///< talk about oneself (/me)
  edit,        ///< an earlier message was changed
  retraction,  ///< an earlier message was taken back
  reaction,    ///< an emoji was put on a message
  /// A button or menu was used; the text is the command line behind it, or with the tag `question`
  /// the answer to the question of that id. With the tag `button` it answers no other question.
  action,
  join,
  part,
  topic,
  webhook,
  tick,  ///< a moment in time came
  raw    ///< something of the network that mynah does not interpret
};

/// Who made the event, as far as it matters for whether it may run anything.
enum class event_origin : unsigned char {
  person,
  bot,      ///< another program: never runs commands, so that bots cannot drive each other
  self,     ///< our own message coming back
  history,  ///< playback of something said earlier
};

/// Small ordered key/value list for what a network adds (tags, subtypes).
using metadata = std::vector<std::pair<std::string, std::string>>;

/// What travels through the pipeline. Made by an input, seen by streams, handed to the command.
///
/// A class with constructors, not an aggregate: g++ 12 destroys aggregate temporaries twice inside
/// `co_await` expressions.
///
/// Thread safety: a value.
class event {
 public:
  event() = default;
  event(event_type type, address from, mynah::principal principal, std::string text);

  /// The text as the network delivered it, before normalisation.
  [[nodiscard]] const std::string& raw() const noexcept { return normalised ? raw_text : text; }

  /// The value kept under `key` in `meta`, or an empty view.
  [[nodiscard]] std::string_view tag(std::string_view key) const noexcept;

  event_type type = event_type::message;
  event_origin origin = event_origin::person;
  bool addressed = false;   ///< the network itself says it is for us (mention, slash command)
  bool normalised = false;  ///< `text` differs from what was typed; `raw_text` holds that
  /// The network's id of the message, the same whenever it is delivered again and unique within the
  /// input; empty where it has none.
  std::string id;
  std::uint64_t delivery = 0;  ///< what `conn::acknowledge` gets; zero: nothing is to be said
  address from;                ///< where it was said and by whom; also where answers go
  mynah::principal principal;
  std::string to;    ///< the bot's own name there (nick), used to recognise `name: command`
  std::string text;  ///< UTF-8
  std::string raw_text;
  metadata meta;
  std::chrono::system_clock::time_point
      time{};  ///< when the network says it happened; zero: unknown
};

}  // namespace mynah
