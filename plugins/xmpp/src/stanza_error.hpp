// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include <mynah/error_code.hpp>

#include "element.hpp"

namespace mynah::xmpp {

/// What the sender of a refused stanza may do (RFC 6120, section 8.3.2).
enum class error_type : unsigned char {
  auth,      ///< try again with other credentials
  cancel,    ///< do not try again
  going_on,  ///< `continue`: a warning only
  modify,    ///< try again with other data
  wait       ///< try again later
};

[[nodiscard]] std::string_view to_string(error_type type) noexcept;

/// Why a stanza was refused (RFC 6120, section 8.3).
///
/// Thread safety: a value.
class stanza_error {
 public:
  /// With the type that the RFC names for this condition (`item-not-found`: cancel).
  explicit stanza_error(std::string_view condition, std::string text = {});
  stanza_error(error_type type, std::string_view condition, std::string text = {});

  /// What a stanza of type `error` says, or nothing if it is of another type. What is missing or
  /// unknown becomes `undefined-condition` and `cancel`.
  [[nodiscard]] static std::optional<stanza_error> read(const element& stanza);

  /// `<error/>` for a stanza of this namespace.
  [[nodiscard]] element to_element(std::string_view stanza_ns) const;

  friend bool operator==(const stanza_error&, const stanza_error&) = default;

  error_type type;
  std::string condition;
  std::string text;                    ///< from the peer: untrusted
  std::string by;                      ///< who refused it, if told
  std::string address;                 ///< of `gone` and `redirect`: where to go instead
  std::optional<element> application;  ///< a condition in another namespace, if there is one
};

/// The answer to a stanza that is refused: same name, id and namespace, the other way round. An iq
/// of type `result` or `error` and a stanza of type `error` must not be answered.
[[nodiscard]] element error_to(const element& stanza, const stanza_error& why);

/// Whether `error_to` may be used: RFC 6120, section 8.3.1.
[[nodiscard]] bool may_be_refused(const element& stanza) noexcept;

/// Why a stream ends (RFC 6120, section 4.9).
///
/// Thread safety: a value.
class stream_error {
 public:
  explicit stream_error(std::string_view condition, std::string text = {});

  /// What `<stream:error/>` says, or nothing if it is another element. Without a condition:
  /// `undefined-condition`.
  [[nodiscard]] static std::optional<stream_error> read(const element& stanza);

  [[nodiscard]] element to_element() const;

  /// What it is to a connection: throttled where to come back at once makes it worse, else closed.
  [[nodiscard]] failure to_failure() const;

  friend bool operator==(const stream_error&, const stream_error&) = default;

  std::string condition;
  std::string text;     ///< from the peer: untrusted
  std::string address;  ///< of `see-other-host`: `host`, `host:port`, IPv6 in brackets
  std::optional<element> application;  ///< a condition in another namespace, if there is one
};

}  // namespace mynah::xmpp
