// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

namespace mynah {

class reply;

/// Shows the values of secrets as `***`, wherever in a text they stand: as they are, broken over
/// lines, and in the encodings that programs put them into (percent, base64, hex, JSON, XML).
/// docs/settings.md lists the forms. It goes by value alone, so it is the last resort against
/// mistakes and no defence against somebody who wants a secret out.
///
/// Thread safety: const members from any thread; copies share one immutable state.
class redactor {
 public:
  /// Knows no secret and changes nothing.
  redactor() noexcept;
  /// Empty texts are ignored. Compiles patterns: made once, when settings are known.
  explicit redactor(std::vector<std::string> secrets);

  /// One that knows the secrets of both.
  [[nodiscard]] redactor with(const redactor& other) const;

  /// Whether it knows no secret.
  [[nodiscard]] bool empty() const noexcept { return state_ == nullptr; }

  /// False if `redact` would return `text` as it is. May rarely be true although it would.
  [[nodiscard]] bool suspects(std::string_view text) const;

  /// `text` with secrets masked. Time is linear in the text.
  template <class Text>
    requires std::is_convertible_v<const Text&, std::string_view>
  [[nodiscard]] std::string redact(const Text& text) const {
    return redacted(std::string_view(text));
  }

  /// The reply with every text of it masked, targets of links, cards and the commands of buttons
  /// included. A secret that begins in one fragment and ends in another is found as well.
  [[nodiscard]] mynah::reply redact(mynah::reply shown) const;

 private:
  class state;

  [[nodiscard]] std::string redacted(std::string_view text) const;

  std::shared_ptr<const state> state_;
};

}  // namespace mynah
