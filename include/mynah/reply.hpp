// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

namespace mynah {

/// What a piece of a reply is, so that each network can escape or decorate it its own way.
enum class fragment_kind : unsigned char {
  text,        ///< words of the command's author: shown as they are, never as markup or mentions
  untrusted,   ///< words from outside (users, servers): also stripped of control and format codes,
               ///< and never able to start another bot's command
  code,        ///< a few characters in fixed width
  code_block,  ///< lines in fixed width; `extra` is the language
  emphasis,    ///< stressed where the network can
  link         ///< `value` shown, `extra` the address
};

/// One piece of a reply.
class fragment {
 public:
  fragment(fragment_kind kind, std::string value, std::string extra = {});

  friend bool operator==(const fragment&, const fragment&) = default;

  fragment_kind kind;
  std::string value;
  std::string extra;
};

/// A button: what it says, and the command line it stands for. Whoever uses it gives that command,
/// and is authorised for it.
class card_action {
 public:
  card_action(std::string label, std::string command);

  friend bool operator==(const card_action&, const card_action&) = default;

  std::string label;
  std::string command;
  /// If not empty, the button is an answer (`command` is its text) to the question of this id, and
  /// is of use to nobody but the one who was asked. Set by `async_context::ask`.
  std::string question;
};

/// A framed reply: title, named fields, text, image, buttons. Networks without cards show it as
/// lines with numbered choices; answering with the number gives the command.
class card {
 public:
  explicit card(std::string title);

  card& field(std::string name, std::string value);
  card& text(std::string value);
  card& image(std::string url);
  card& action(std::string label, std::string command);

  friend bool operator==(const card&, const card&) = default;

  std::string title;
  std::vector<std::pair<std::string, std::string>> fields;
  std::string body;
  std::string image_url;
  std::vector<card_action> actions;
};

/// One message of an answer, independent of the network.
///
///     return mynah::reply{}.text("restarted ").code(service).text(", it said:
///     ").untrusted(output);
///
/// Plain text converts to a reply of one `text` fragment. An empty reply is not sent.
///
/// Thread safety: a value.
class reply {
 public:
  reply();
  // Out of line, as they are long and every file with a command would compile them again.
  reply(const reply&);
  reply(reply&&) noexcept;
  reply& operator=(const reply&);
  reply& operator=(reply&&) noexcept;
  ~reply();

  template <class Text>
    requires std::is_convertible_v<Text, std::string_view> &&
             (!std::is_same_v<std::decay_t<Text>, std::nullptr_t>)
  reply(Text&& words) {  // NOLINT(google-explicit-constructor): a reply is mostly just text
    add_text(std::string(std::string_view(words)));
  }
  reply(std::string words);   // NOLINT(google-explicit-constructor)
  reply(mynah::card framed);  // NOLINT(google-explicit-constructor)

  reply& text(std::string value);
  reply& untrusted(std::string value);
  reply& code(std::string value);
  reply& code_block(std::string value, std::string language = {});
  reply& emphasis(std::string value);
  reply& link(std::string shown, std::string url);
  reply& with(mynah::card framed);

  /// Show it to the asker alone where the network can (Slack ephemeral); elsewhere it is public.
  reply& only_to_caller();

  [[nodiscard]] bool empty() const noexcept;
  [[nodiscard]] const std::vector<fragment>& fragments() const noexcept { return fragments_; }
  [[nodiscard]] const mynah::card* framed() const noexcept { return card_.get(); }
  [[nodiscard]] bool ephemeral() const noexcept { return ephemeral_; }

  /// The text form: fragments joined, then the card as lines with numbered choices. Control and
  /// format codes in untrusted fragments are gone; LF stays.
  [[nodiscard]] std::string plain() const;

 private:
  void add_text(std::string value);

  std::vector<fragment> fragments_;
  std::shared_ptr<const mynah::card> card_;
  bool ephemeral_ = false;
};

/// The text form of a card, as `reply::plain` shows it.
[[nodiscard]] std::string to_text(const card& framed);

/// `words` without C0/C1 controls other than LF and TAB, and without bidirectional overrides: what
/// text from outside must pass before it is shown to people.
[[nodiscard]] std::string sanitised(std::string_view words);

}  // namespace mynah
