// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>

/// The namespaces of XMPP that are used here.
namespace mynah::xmpp::ns {

inline constexpr std::string_view client = "jabber:client";
inline constexpr std::string_view component = "jabber:component:accept";
inline constexpr std::string_view stream = "http://etherx.jabber.org/streams";
inline constexpr std::string_view streams = "urn:ietf:params:xml:ns:xmpp-streams";
inline constexpr std::string_view stanzas = "urn:ietf:params:xml:ns:xmpp-stanzas";
inline constexpr std::string_view tls = "urn:ietf:params:xml:ns:xmpp-tls";
inline constexpr std::string_view sasl = "urn:ietf:params:xml:ns:xmpp-sasl";
inline constexpr std::string_view sasl_cb = "urn:xmpp:sasl-cb:0";
inline constexpr std::string_view sasl2 = "urn:xmpp:sasl:2";
inline constexpr std::string_view bind2 = "urn:xmpp:bind:0";
inline constexpr std::string_view fast = "urn:xmpp:fast:0";
inline constexpr std::string_view bind = "urn:ietf:params:xml:ns:xmpp-bind";
inline constexpr std::string_view session = "urn:ietf:params:xml:ns:xmpp-session";
inline constexpr std::string_view sm = "urn:xmpp:sm:3";
inline constexpr std::string_view roster = "jabber:iq:roster";
inline constexpr std::string_view disco_info = "http://jabber.org/protocol/disco#info";
inline constexpr std::string_view disco_items = "http://jabber.org/protocol/disco#items";
inline constexpr std::string_view caps = "http://jabber.org/protocol/caps";
inline constexpr std::string_view ping = "urn:xmpp:ping";
inline constexpr std::string_view version = "jabber:iq:version";
inline constexpr std::string_view last = "jabber:iq:last";
inline constexpr std::string_view time = "urn:xmpp:time";
inline constexpr std::string_view data = "jabber:x:data";
inline constexpr std::string_view commands = "http://jabber.org/protocol/commands";
inline constexpr std::string_view muc = "http://jabber.org/protocol/muc";
inline constexpr std::string_view muc_user = "http://jabber.org/protocol/muc#user";
inline constexpr std::string_view muc_admin = "http://jabber.org/protocol/muc#admin";
inline constexpr std::string_view muc_owner = "http://jabber.org/protocol/muc#owner";
inline constexpr std::string_view conference = "jabber:x:conference";
inline constexpr std::string_view bookmarks = "urn:xmpp:bookmarks:1";
inline constexpr std::string_view delay = "urn:xmpp:delay";
inline constexpr std::string_view old_delay = "jabber:x:delay";
inline constexpr std::string_view carbons = "urn:xmpp:carbons:2";
inline constexpr std::string_view forward = "urn:xmpp:forward:0";
inline constexpr std::string_view mam = "urn:xmpp:mam:2";
inline constexpr std::string_view sid = "urn:xmpp:sid:0";
inline constexpr std::string_view correct = "urn:xmpp:message-correct:0";
inline constexpr std::string_view retract = "urn:xmpp:message-retract:1";
inline constexpr std::string_view old_retract = "urn:xmpp:message-retract:0";
inline constexpr std::string_view moderate = "urn:xmpp:message-moderate:1";
inline constexpr std::string_view old_moderate = "urn:xmpp:message-moderate:0";
inline constexpr std::string_view fasten = "urn:xmpp:fasten:0";
inline constexpr std::string_view encryption = "urn:xmpp:eme:0";
inline constexpr std::string_view old_omemo = "eu.siacs.conversations.axolotl";
inline constexpr std::string_view openpgp = "urn:xmpp:openpgp:0";
inline constexpr std::string_view old_openpgp = "jabber:x:encrypted";
inline constexpr std::string_view reply = "urn:xmpp:reply:0";
inline constexpr std::string_view fallback = "urn:xmpp:fallback:0";
inline constexpr std::string_view reactions = "urn:xmpp:reactions:0";
inline constexpr std::string_view receipts = "urn:xmpp:receipts";
inline constexpr std::string_view markers = "urn:xmpp:chat-markers:0";
inline constexpr std::string_view chat_states = "http://jabber.org/protocol/chatstates";
inline constexpr std::string_view hints = "urn:xmpp:hints";
inline constexpr std::string_view csi = "urn:xmpp:csi:0";
inline constexpr std::string_view upload = "urn:xmpp:http:upload:0";
inline constexpr std::string_view oob = "jabber:x:oob";
inline constexpr std::string_view pubsub = "http://jabber.org/protocol/pubsub";
inline constexpr std::string_view pubsub_event = "http://jabber.org/protocol/pubsub#event";
inline constexpr std::string_view rsm = "http://jabber.org/protocol/rsm";

}  // namespace mynah::xmpp::ns
