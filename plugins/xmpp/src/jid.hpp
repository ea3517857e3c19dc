// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <compare>
#include <cstddef>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

namespace mynah::xmpp {

/// An address: `[local@]domain[/resource]` (RFC 7622), in the one form that two programs agree on.
/// "Bare" is one without resource, "full" one with it; in a room the resource is the nick.
///
/// Thread safety: a value.
class jid {
 public:
  /// Reads an address and normalises it: local part and domain to lower case, non-ASCII by
  /// nodeprep, nameprep and resourceprep (RFC 6122, which is what servers do), a dot at the end of
  /// the domain taken off, `xn--` labels in Unicode. Nothing if a part is empty or longer than
  /// 1,023 bytes, if it is not UTF-8, or holds what is forbidden in it: control characters, in the
  /// local part also blanks and `"&'/:<>@`, in the domain all but letters, digits, `-`, `_` and
  /// dots between them.
  [[nodiscard]] static std::optional<jid> parse(std::string_view text);

  [[nodiscard]] std::string_view local() const noexcept;     ///< empty if there is none
  [[nodiscard]] std::string_view domain() const noexcept;    ///< never empty; `[::1]` in brackets
  [[nodiscard]] std::string_view resource() const noexcept;  ///< empty if there is none

  /// The domain as DNS and certificates have it: labels beyond ASCII as `xn--`. Nothing if it has
  /// no such form.
  [[nodiscard]] std::optional<std::string> ascii_domain() const;

  [[nodiscard]] bool is_bare() const noexcept { return bare_length_ == text_.size(); }
  [[nodiscard]] jid bare() const;
  /// `local@domain`, without making a string.
  [[nodiscard]] std::string_view bare_text() const noexcept;
  /// The same with another resource, or with none if it is empty. Nothing if it cannot be one.
  [[nodiscard]] std::optional<jid> with_resource(std::string_view resource) const;

  [[nodiscard]] const std::string& to_string() const noexcept { return text_; }

  friend bool operator==(const jid& a, const jid& b) noexcept { return a.text_ == b.text_; }
  friend std::strong_ordering operator<=>(const jid& a, const jid& b) noexcept {
    return a.text_ <=> b.text_;
  }

 private:
  jid(std::string text, std::size_t local_length, std::size_t bare_length);

  std::string text_;
  std::size_t local_length_;
  std::size_t bare_length_;
};

}  // namespace mynah::xmpp

template <>
struct std::hash<mynah::xmpp::jid> {
  std::size_t operator()(const mynah::xmpp::jid& address) const noexcept {
    return std::hash<std::string>()(address.to_string());
  }
};
