// SPDX-License-Identifier: Apache-2.0
// Stanzas of hostile people: every reader gets each element of them, and what it understood is
// written and understood again.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include <mynah/utf8.hpp>

#include "plugins/xmpp/src/data_form.hpp"
#include "plugins/xmpp/src/delay.hpp"
#include "plugins/xmpp/src/disco.hpp"
#include "plugins/xmpp/src/jid.hpp"
#include "plugins/xmpp/src/message_text.hpp"
#include "plugins/xmpp/src/stanza_error.hpp"
#include "plugins/xmpp/src/stream_management.hpp"
#include "plugins/xmpp/src/stream_parser.hpp"

namespace {

using namespace mynah::xmpp;

void require(bool holds) {
  if (!holds) std::abort();
}

void check_address(std::string_view text) {
  const auto got = jid::parse(text);
  if (!got) return;
  require(mynah::is_utf8(got->to_string()) && !got->domain().empty());
  require(jid::parse(got->to_string()) == got);
  require(got->bare().with_resource(got->resource()) == got);
  require(got->bare().is_bare() && got->bare().to_string() == got->bare_text());
}

// Lines of fields of several lines come apart, so that only what was written before is compared.
void check_form(const element& one) {
  const auto form = data_form::read(one);
  if (!form) return;
  const auto again = data_form::read(form->to_element());
  require(again.has_value() && again->fields.size() == form->fields.size());
  require(data_form::read(again->to_element()) == again);
}

void check(const element& one) {
  for (const auto& [key, value] : one.attributes) check_address(value);
  check_address(one.text);
  check_form(one);
  if (const auto info = disco_info::read(one)) {
    (void)caps_hash(*info);
    const auto again = disco_info::read(info->to_element());
    require(again.has_value() && again->features() == info->features());
  }
  if (const auto why = stanza_error::read(one)) {
    require(stanza_error::read(error_to(one, *why)) == why);
  }
  if (const auto why = stream_error::read(one)) {
    require(stream_error::read(why->to_element()) == why);
  }
  for (const delay_stamp& each : delays_of(one)) (void)format_date_time(each.time);
  (void)body_of(one);
  (void)subject_of(one);
  stream_management counters;
  (void)counters.enable();
  counters.enabled(one);
  if (const auto h = read_h(one)) require(counters.acknowledged(*h).error.has_value() == (*h > 0));
  for (const element& each : one.children) check(each);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  check_address(bytes);
  stream_parser parser;
  parser.feed("<s:stream xmlns='jabber:client' xmlns:s='http://etherx.jabber.org/streams'>");
  parser.feed(bytes);
  while (const auto item = parser.next()) check(item->body);
  return 0;
}
