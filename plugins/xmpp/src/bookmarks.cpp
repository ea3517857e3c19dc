// SPDX-License-Identifier: Apache-2.0
#include "bookmarks.hpp"

#include <algorithm>
#include <string_view>

#include "namespaces.hpp"

namespace mynah::xmpp {

element bookmarks_query() {
  element items = element("items", ns::pubsub).set("node", ns::bookmarks);
  return element("pubsub", ns::pubsub).add(std::move(items));
}

const element* bookmark_items(const element* in) noexcept {
  if (in == nullptr) return nullptr;
  const element* const items = in->child("items", in->ns);
  return items != nullptr && items->attr("node") == ns::bookmarks ? items : nullptr;
}

std::vector<bookmark> read_bookmarks(const element& items) {
  std::vector<bookmark> found;
  for (const element& each : items.children) {
    const auto room = jid::parse(each.attr("id"));
    if (each.ns != items.ns || !room || !room->is_bare()) continue;
    if (each.name == "retract") {
      found.emplace_back(*room, false);
    } else if (const element* const marked = each.child("conference", ns::bookmarks);
               each.name == "item" && marked != nullptr) {
      const std::string_view wish = marked->attr("autojoin");
      found.emplace_back(*room, wish == "true" || wish == "1",
                         std::string(marked->child_text("password", ns::bookmarks)));
    }
  }
  return found;
}

bool takes_all_back(const element& event) noexcept {
  return std::any_of(event.children.begin(), event.children.end(), [&event](const element& each) {
    return each.ns == event.ns && (each.name == "purge" || each.name == "delete") &&
           each.attr("node") == ns::bookmarks;
  });
}

}  // namespace mynah::xmpp
