// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <optional>
#include <string>

#include "disco.hpp"
#include "element.hpp"

namespace mynah::xmpp {

/// What a bot answers to whoever asks: XEP-0199 ping, XEP-0030 disco#info and disco#items, XEP-0092
/// version, XEP-0012 last activity, XEP-0202 time; and to everything else that it knows nothing of
/// it (RFC 6120, section 8.4). No I/O.
///
/// Thread safety: none; on the bot's strand.
class answers {
 public:
  using wall_time = std::chrono::system_clock::time_point;

  /// `node`: the URI by which caps name this program (XEP-0115).
  answers(std::string name, std::string version, std::string node);

  /// Another feature that is really there.
  void add_feature(std::string feature);

  /// The answer to an iq of type get or set; nothing to any other. `idle`: since the last thing
  /// somebody made the bot do; nothing for whoever may not know that (XEP-0012, section 4).
  [[nodiscard]] std::optional<element> answer(const element& asked, wall_time now,
                                              std::optional<std::chrono::seconds> idle) const;

  /// For every available presence (XEP-0115).
  [[nodiscard]] element caps() const;

 private:
  [[nodiscard]] element info(const std::string& node) const;
  [[nodiscard]] const std::string& hash() const;

  std::string name_;
  std::string version_;
  std::string node_;
  disco_info info_;
  mutable std::string hash_;  ///< empty: not known yet
};

/// The answer to an iq, still without content.
[[nodiscard]] element result_to(const element& asked);

}  // namespace mynah::xmpp
