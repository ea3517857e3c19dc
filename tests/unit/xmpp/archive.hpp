// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <string>

namespace mynah_test {

/// The value of an attribute in the first element of this name.
inline std::string value_in(const std::string& sent, const std::string& element,
                            const std::string& attribute) {
  const std::size_t start = sent.find("<" + element);
  if (start == std::string::npos) return {};
  const std::string tag = sent.substr(start, sent.find('>', start) - start);
  const std::size_t at = tag.find(" " + attribute + "='");
  if (at == std::string::npos) return {};
  const std::size_t from = at + attribute.size() + 3;
  return tag.substr(from, tag.find('\'', from) - from);
}

/// What the session asks an archive.
class question {
 public:
  explicit question(const std::string& sent) {
    const std::size_t at = sent.find("<query xmlns='urn:xmpp:mam:2'");
    asked = at != std::string::npos;
    if (!asked) return;
    const std::string from = sent.substr(sent.rfind("<iq", at));
    iq = value_in(from, "iq", "id");
    to = value_in(from, "iq", "to");
    id = value_in(from, "query", "queryid");
    text = from.substr(0, from.find("</iq>"));
  }

  bool asked = false;
  std::string iq;
  std::string to;
  std::string id;
  std::string text;
};

inline std::string live(const std::string& from, const std::string& text, const std::string& id,
                        const std::string& by, const std::string& type = "groupchat") {
  return "<message from='" + from + "' type='" + type + "'><body>" + text +
         "</body><stanza-id xmlns='urn:xmpp:sid:0' by='" + by + "' id='" + id + "'/></message>";
}

inline std::string archived(const question& of, const std::string& archive, const std::string& id,
                            const std::string& message) {
  return "<message from='" + archive +
         "' to='bot@bots.test/here'><result xmlns='urn:xmpp:mam:2' "
         "queryid='" +
         of.id + "' id='" + id +
         "'><forwarded xmlns='urn:xmpp:forward:0'><delay xmlns='urn:xmpp:delay' "
         "stamp='2019-12-31T12:00:00Z'/>" +
         message + "</forwarded></result></message>";
}

inline std::string said_by(const std::string& from, const std::string& text,
                           const std::string& type = "groupchat", const std::string& more = {}) {
  return "<message xmlns='jabber:client' from='" + from + "' type='" + type + "'><body>" + text +
         "</body>" + more + "</message>";
}

inline std::string done(const question& of, const std::string& archive,
                        const std::string& last = {}) {
  return "<iq type='result' from='" + archive + "' id='" + of.iq + "'><fin xmlns='urn:xmpp:mam:2'" +
         (last.empty() ? " complete='true'" : "") +
         "><set xmlns='http://jabber.org/protocol/rsm'><last>" + last + "</last></set></fin></iq>";
}

/// There is nothing behind that message.
inline std::string last_page(const question& of, const std::string& archive,
                             const std::string& last) {
  return "<iq type='result' from='" + archive + "' id='" + of.iq +
         "'><fin xmlns='urn:xmpp:mam:2' complete='true'><set "
         "xmlns='http://jabber.org/protocol/rsm'><last>" +
         last + "</last></set></fin></iq>";
}

}  // namespace mynah_test
