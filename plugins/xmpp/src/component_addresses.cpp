// SPDX-License-Identifier: Apache-2.0
#include "component_addresses.hpp"

namespace mynah::xmpp {

std::string component_addresses::event_id(const jid& to, std::string_view rest) {
  std::string id(to.bare_text());
  id += '/';
  id += rest;
  return id;
}

void component_addresses::written(const jid& peer, const jid& to) {
  const std::string_view who = peer.bare_text();
  if (const auto known = written_.find(who); known != written_.end()) {
    known->second = to.to_string();
    return;
  }
  if (written_.size() >= most) written_.erase(written_.begin());
  written_.emplace(who, to.to_string());
}

std::string component_addresses::sender(const jid& peer, std::string_view answers,
                                        const jid& domain) const {
  // No bare address has a slash in it.
  auto asked = jid::parse(answers.substr(0, answers.find('/')));
  if (asked && asked->domain() != domain.domain()) asked.reset();
  const auto last = written_.find(peer.bare_text());
  const auto last_one = last == written_.end() ? std::nullopt : jid::parse(last->second);
  // The same with its resource, if there was one.
  if (last_one && (!asked || last_one->bare_text() == asked->bare_text())) return last->second;
  return asked ? asked->to_string() : domain.to_string();
}

}  // namespace mynah::xmpp
