// SPDX-License-Identifier: Apache-2.0
#include "answers.hpp"

#include <array>
#include <string_view>
#include <utility>

#include "delay.hpp"
#include "namespaces.hpp"
#include "stanza_error.hpp"

namespace mynah::xmpp {

namespace {

constexpr std::array<std::string_view, 8> own_features = {
    ns::disco_info, ns::disco_items, ns::caps, ns::ping, ns::version, ns::last, ns::time, ns::muc};

}  // namespace

element result_to(const element& asked) {
  return element("iq", ns::client)
      .set("type", "result")
      .set("to", asked.attr("from"))
      .set("id", asked.attr("id"));
}

answers::answers(std::string name, std::string version, std::string node)
    : name_(std::move(name)), version_(std::move(version)), node_(std::move(node)) {
  info_.add(disco_identity("client", "bot", name_));
  for (const std::string_view each : own_features) info_.add(std::string(each));
}

void answers::add_feature(std::string feature) {
  info_.add(std::move(feature));
  hash_.clear();
}

const std::string& answers::hash() const {
  if (hash_.empty()) hash_ = caps_hash(info_);
  return hash_;
}

element answers::caps() const {
  return element("c", ns::caps).set("hash", "sha-1").set("node", node_).set("ver", hash());
}

element answers::info(const std::string& node) const {
  element made = info_.to_element();
  made.set("node", node);
  return made;
}

std::optional<element> answers::answer(const element& asked, wall_time now,
                                       std::optional<std::chrono::seconds> idle) const {
  const std::string_view type = asked.attr("type");
  if (asked.name != "iq" || (type != "get" && type != "set")) return std::nullopt;
  if (asked.children.size() != 1) return error_to(asked, stanza_error("bad-request"));
  const element& what = asked.children.front();
  if (type == "set") return error_to(asked, stanza_error("service-unavailable"));

  element made = result_to(asked);
  if (what.is("ping", ns::ping)) return made;
  if (what.is("query", ns::disco_info)) {
    const std::string node(what.attr("node"));
    if (!node.empty() && node != node_ + "#" + hash()) {
      return error_to(asked, stanza_error("item-not-found"));
    }
    return std::move(made).add(info(node));
  }
  if (what.is("query", ns::disco_items)) {
    if (what.has("node")) return error_to(asked, stanza_error("item-not-found"));
    return std::move(made).add(element("query", ns::disco_items));
  }
  if (what.is("query", ns::version)) {
    return std::move(made).add(element("query", ns::version)
                                   .add(element("name", ns::version, name_))
                                   .add(element("version", ns::version, version_)));
  }
  if (what.is("query", ns::last)) {
    if (!idle) return error_to(asked, stanza_error("forbidden"));
    return std::move(made).add(
        element("query", ns::last).set("seconds", std::to_string(idle->count())));
  }
  if (what.is("time", ns::time)) {
    return std::move(made).add(element("time", ns::time)
                                   .add(element("tzo", ns::time, "+00:00"))
                                   .add(element("utc", ns::time, format_date_time(now))));
  }
  return error_to(asked, stanza_error("service-unavailable"));
}

}  // namespace mynah::xmpp
