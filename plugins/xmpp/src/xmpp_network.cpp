// SPDX-License-Identifier: Apache-2.0
#include "xmpp_network.hpp"

#include <algorithm>
#include <array>
#include <chrono>
#include <cstddef>
#include <optional>

#include <mynah/bot_view.hpp>
#include <mynah/reply.hpp>

#include "disco.hpp"
#include "namespaces.hpp"
#include "net/http_client.hpp"
#include "room_configuration.hpp"
#include "upload_slot.hpp"

namespace mynah::xmpp {

namespace {

// Of what a server lists, more than one runs.
constexpr std::size_t most_services = 30;
// What is slower than that is given up.
constexpr std::size_t slowest_bytes_per_ms = 32;

constexpr std::array<std::pair<affiliation, std::string_view>, 5> affiliation_names = {{
    {affiliation::owner, "owner"},
    {affiliation::admin, "admin"},
    {affiliation::member, "member"},
    {affiliation::none, "none"},
    {affiliation::outcast, "outcast"},
}};

affiliation affiliation_of(std::string_view text) noexcept {
  for (const auto& [one, name] : affiliation_names) {
    if (name == text) return one;
  }
  return affiliation::none;
}

std::string shown(std::string_view text) {
  return "'" + sanitised(text.substr(0, 80)) + "'";
}

failure no_address(std::string_view text) {
  return {errc::not_sent, shown(text) + " is no address"};
}

failure no_connection() {
  return {errc::closed, "there is no connection to the network"};
}

// A person's bare address; nothing if it is none.
std::optional<std::string> person(std::string_view text) {
  const std::optional<jid> who = jid::parse(text);
  if (!who) return std::nullopt;
  return std::string(who->bare_text());
}

element admin_query(element item) {
  return element("query", ns::muc_admin).add(std::move(item));
}

element with_reason(element about, const std::string& why) {
  if (!why.empty()) about.add(element("reason", about.ns, why));
  return about;
}

task<result<void>> done(task<result<element>> asked) {
  const result<element> answer = co_await std::move(asked);
  if (answer.has_error()) co_return answer.error();
  co_return result<void>();
}

task<result<void>> submit_configuration(std::shared_ptr<exchange> server, std::string room,
                                        room_settings how) {
  const element question("query", ns::muc_owner);
  const result<element> offered = co_await server->ask("get", room, question);
  if (offered.has_error()) co_return offered.error();
  const element* const query = offered->child("query", ns::muc_owner);
  const std::optional<data_form> form = query != nullptr ? data_form::find(*query) : std::nullopt;
  if (!form) co_return failure(errc::not_sent, "the room shows no configuration");
  const result<data_form> wanted = filled(*form, how);
  if (wanted.has_error()) co_return wanted.error();
  const element answer = element("query", ns::muc_owner).add(wanted->to_element());
  co_return co_await done(server->ask("set", room, answer));
}

task<result<void>> destroy_room(std::shared_ptr<exchange> server, std::string room, std::string why,
                                std::string alternative) {
  element end("destroy", ns::muc_owner);
  end.set("jid", alternative);
  const element query = element("query", ns::muc_owner).add(with_reason(std::move(end), why));
  co_return co_await done(server->ask("set", room, query));
}

}  // namespace

std::string_view to_string(affiliation one) noexcept {
  for (const auto& [known, name] : affiliation_names) {
    if (known == one) return name;
  }
  return {};
}

std::shared_ptr<network> network::of(const bot_view& bot, std::string_view input) {
  return std::dynamic_pointer_cast<network>(bot.network(input));
}

void xmpp_network::connected(std::weak_ptr<exchange> current) {
  current_ = std::move(current);
  services_ = services();
}

task<result<services>> xmpp_network::find_services(std::shared_ptr<exchange> server) {
  const element list("query", ns::disco_items);
  const result<element> items = co_await server->ask("get", server->domain(), list);
  if (items.has_error()) co_return items.error();
  const element* const query = items->child("query", ns::disco_items);
  std::vector<std::string> addresses;
  if (query != nullptr) {
    for (const element& each : query->children) {
      const std::optional<jid> service = jid::parse(each.attr("jid"));
      if (service && each.attr("node").empty() && addresses.size() < most_services) {
        addresses.push_back(service->to_string());
      }
    }
  }
  services found;
  for (const std::string& each : addresses) {
    const element question("query", ns::disco_info);
    const result<element> told = co_await server->ask("get", each, question);
    if (told.has_error()) {
      // One that does not answer may not be the one; without a connection none is.
      if (told.error().code() == errc::closed) co_return told.error();
      continue;
    }
    const element* const about = told->child("query", ns::disco_info);
    const auto info = about != nullptr ? disco_info::read(*about) : std::nullopt;
    if (info) found.add(each, *info);
  }
  services_ = found;
  co_return found;
}

task<result<xmpp_network::place>> xmpp_network::find(std::string room) {
  std::shared_ptr<exchange> server = current_.lock();
  if (server == nullptr) co_return no_connection();
  std::string address = room;
  if (room.find('@') == std::string::npos) {
    if (services_.rooms.empty()) {
      const result<services> found = co_await find_services(server);
      if (found.has_error()) co_return found.error();
      if (found->rooms.empty()) {
        co_return failure(errc::not_sent, "the server has no service for rooms");
      }
    }
    address += "@" + services_.rooms;
  }
  const std::optional<jid> found = jid::parse(address);
  if (!found || !found->is_bare() || found->local().empty()) co_return no_address(room);
  place made(std::move(server), *found);
  co_return made;
}

task<result<std::string>> xmpp_network::create(std::string room, room_settings how) {
  const result<place> at = co_await find(std::move(room));
  if (at.has_error()) co_return at.error();
  const std::string address = at->room.to_string();
  const bool was_inside = at->server->inside(at->room);
  const result<bool> made = co_await at->server->enter(at->room, {}, true);
  if (made.has_error()) co_return made.error();
  if (!*made) {
    if (!was_inside) at->server->leave(at->room, {});
    co_return failure(errc::not_sent, "there is a room " + address + " already", "conflict");
  }
  const result<void> configured = co_await submit_configuration(at->server, address, how);
  if (configured.has_error()) {
    (void)co_await destroy_room(at->server, address, {}, {});
    co_return configured.error();
  }
  co_return address;
}

task<result<void>> xmpp_network::configure(std::string room, room_settings how) {
  const result<place> at = co_await find(std::move(room));
  if (at.has_error()) co_return at.error();
  co_return co_await submit_configuration(at->server, at->room.to_string(), how);
}

task<result<void>> xmpp_network::destroy(std::string room, std::string why,
                                         std::string alternative) {
  const result<place> at = co_await find(std::move(room));
  if (at.has_error()) co_return at.error();
  std::string instead;
  if (!alternative.empty()) {
    const std::optional<std::string> other = person(alternative);
    if (!other) co_return no_address(alternative);
    instead = *other;
  }
  co_return co_await destroy_room(at->server, at->room.to_string(), why, instead);
}

task<result<void>> xmpp_network::set_topic(std::string room, std::string text) {
  const result<place> at = co_await find(std::move(room));
  if (at.has_error()) co_return at.error();
  element message("message", ns::client);
  message.set("to", at->room.to_string()).set("type", "groupchat");
  message.add(element("subject", ns::client, std::move(text)));
  co_return co_await at->server->tell(message);
}

task<result<void>> xmpp_network::invite(std::string room, std::string who, std::string why) {
  const std::optional<std::string> guest = person(who);
  if (!guest) co_return no_address(who);
  const result<place> at = co_await find(std::move(room));
  if (at.has_error()) co_return at.error();
  element invitation = with_reason(element("invite", ns::muc_user).set("to", *guest), why);
  element message("message", ns::client);
  message.set("to", at->room.to_string());
  message.add(element("x", ns::muc_user).add(std::move(invitation)));
  co_return co_await at->server->tell(message);
}

task<result<void>> xmpp_network::kick(std::string room, std::string nick, std::string why) {
  const result<place> at = co_await find(std::move(room));
  if (at.has_error()) co_return at.error();
  // An empty one would be left out, and the item be about nobody.
  if (!at->room.with_resource(nick)) {
    co_return failure(errc::not_sent, shown(nick) + " is no nick");
  }
  element item = element("item", ns::muc_admin).set("nick", nick).set("role", "none");
  const element query = admin_query(with_reason(std::move(item), why));
  co_return co_await done(at->server->ask("set", at->room.to_string(), query));
}

task<result<void>> xmpp_network::set_affiliation(std::string room, std::string who,
                                                 xmpp::affiliation what, std::string why) {
  const std::optional<std::string> whose = person(who);
  if (!whose) co_return no_address(who);
  const result<place> at = co_await find(std::move(room));
  if (at.has_error()) co_return at.error();
  element item =
      element("item", ns::muc_admin).set("affiliation", to_string(what)).set("jid", *whose);
  const element query = admin_query(with_reason(std::move(item), why));
  co_return co_await done(at->server->ask("set", at->room.to_string(), query));
}

task<result<std::vector<room_person>>> xmpp_network::affiliations(std::string room,
                                                                  xmpp::affiliation what) {
  const result<place> at = co_await find(std::move(room));
  if (at.has_error()) co_return at.error();
  const element query =
      admin_query(element("item", ns::muc_admin).set("affiliation", to_string(what)));
  const result<element> answer = co_await at->server->ask("get", at->room.to_string(), query);
  if (answer.has_error()) co_return answer.error();
  std::vector<room_person> people;
  if (const element* const list = answer->child("query", ns::muc_admin)) {
    for (const element& each : list->children) {
      const std::optional<std::string> who = person(each.attr("jid"));
      if (!each.is("item", ns::muc_admin) || !who) continue;
      room_person one;
      one.address = *who;
      one.nick = each.attr("nick");
      one.affiliation = affiliation_of(each.attr("affiliation"));
      one.is_moderator = each.attr("role") == "moderator";
      people.push_back(std::move(one));
    }
  }
  co_return people;
}

task<result<std::vector<room_person>>> xmpp_network::occupants(std::string room) {
  const result<place> at = co_await find(std::move(room));
  if (at.has_error()) co_return at.error();
  if (!at->server->inside(at->room)) {
    co_return failure(errc::not_sent, "we are not in the room " + at->room.to_string());
  }
  std::vector<room_person> people;
  for (const occupant& each : at->server->occupants(at->room)) {
    room_person one;
    one.nick = each.nick;
    if (each.real) one.address = each.real->bare_text();
    one.affiliation = affiliation_of(each.affiliation);
    one.is_moderator = each.role == "moderator";
    people.push_back(std::move(one));
  }
  co_return people;
}

task<result<void>> xmpp_network::enter(std::string room, std::string password) {
  const result<place> at = co_await find(std::move(room));
  if (at.has_error()) co_return at.error();
  if (at->server->inside(at->room)) co_return result<void>();
  // Else whoever mistypes a name would make a room.
  const element question("query", ns::disco_info);
  const result<void> there = co_await done(at->server->ask("get", at->room.to_string(), question));
  if (there.has_error()) co_return there.error();
  const result<bool> entered = co_await at->server->enter(at->room, password, false);
  if (entered.has_error()) co_return entered.error();
  co_return result<void>();
}

task<result<void>> xmpp_network::leave(std::string room, std::string why) {
  const result<place> at = co_await find(std::move(room));
  if (at.has_error()) co_return at.error();
  if (!at->server->inside(at->room)) {
    co_return failure(errc::not_sent, "we are not in the room " + at->room.to_string());
  }
  at->server->leave(at->room, why);
  co_return result<void>();
}

task<result<std::string>> xmpp_network::upload(std::string name, std::string type,
                                               std::string bytes) {
  const std::shared_ptr<exchange> server = current_.lock();
  if (server == nullptr) co_return no_connection();
  if (services_.upload.empty()) {
    const result<services> found = co_await find_services(server);
    if (found.has_error()) co_return found.error();
    if (found->upload.empty()) {
      co_return failure(errc::not_sent, "the server has no service for files");
    }
  }
  const services known = services_;
  if (known.largest_file && bytes.size() > *known.largest_file) {
    co_return failure(errc::not_sent, "the file has " + std::to_string(bytes.size()) +
                                          " bytes, and the service takes " +
                                          std::to_string(*known.largest_file) + " at most");
  }
  const element request = slot_request(name, bytes.size(), type);
  const result<element> answer = co_await server->ask("get", known.upload, request);
  if (answer.has_error()) co_return answer.error();
  const std::optional<upload_slot> slot = upload_slot::read(*answer);
  if (!slot) co_return failure(errc::protocol, "the service for files gave no place by https");
  net::http_request put("PUT", slot->put);
  put.fields = slot->fields;
  if (!type.empty()) put.fields.emplace_back("Content-Type", type);
  net::http_limits limits;
  limits.whole += std::chrono::milliseconds(bytes.size() / slowest_bytes_per_ms);
  put.body = std::move(bytes);
  const result<net::http_response> stored =
      co_await net::send_http(*clock_, std::move(put), web_, limits);
  if (stored.has_error()) co_return stored.error();
  if (stored->status < 200 || stored->status > 299) {
    co_return failure(errc::not_sent,
                      "the file was refused: HTTP " + std::to_string(stored->status),
                      sanitised(stored->body.substr(0, 200)));
  }
  co_return slot->get;
}

}  // namespace mynah::xmpp
