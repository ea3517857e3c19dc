// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "element.hpp"
#include "jid.hpp"

namespace mynah::xmpp {

/// What an account says of a room (XEP-0402).
class bookmark {
 public:
  bookmark(jid room, bool wanted, std::string password = {})
      : room(std::move(room)), wanted(wanted), password(std::move(password)) {}

  friend bool operator==(const bookmark&, const bookmark&) = default;

  jid room;
  bool wanted;  ///< clients are to be in it; false as well for one that was taken back
  std::string password;
};

/// Asks the own account for all of them.
[[nodiscard]] element bookmarks_query();

/// Reads `<items/>` of an answer, or of a notification of what has changed. What is no bookmark is
/// left out.
[[nodiscard]] std::vector<bookmark> read_bookmarks(const element& items);

/// The `<items/>` of bookmarks in `<pubsub/>`, `<event/>`; null if there are none.
[[nodiscard]] const element* bookmark_items(const element* in) noexcept;

/// Whether `<event/>` says that all of them were taken back.
[[nodiscard]] bool takes_all_back(const element& event) noexcept;

}  // namespace mynah::xmpp
