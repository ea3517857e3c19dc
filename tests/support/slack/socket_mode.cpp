// SPDX-License-Identifier: Apache-2.0
#include "socket_mode.hpp"

#include <algorithm>
#include <utility>

#include "server.hpp"

namespace mynah_test::slack {

namespace {

constexpr std::size_t connections_per_app = 10;
constexpr std::size_t acknowledgement_bytes = 20'480;
constexpr std::size_t remembered = 20'000;
constexpr auto time_to_acknowledge = std::chrono::seconds(3);
constexpr auto ticket_life = std::chrono::seconds(30);
constexpr std::string_view host = "applink-emulator";

}  // namespace

std::string socket_mode::open(app_record& app) {
  const std::string name = owner_.all.ids.uuid() + identifiers::secret(8);
  tickets_.emplace(name, ticket{&app, owner_.time.now()});
  return "wss://" + owner_.how.websocket_host + ":" + std::to_string(owner_.port()) +
         "/link/?ticket=" + name + "&app_id=" + identifiers::secret(32);
}

http_reply socket_mode::upgrade(const http_request& request) {
  http_reply reply;
  reply.content_type = "text/plain";
  if (refuse_status != 0 && refuse_times != 0) {
    if (refuse_times > 0) --refuse_times;
    reply.status = refuse_status;
    reply.body = "refused";
    return reply;
  }
  if (request.upgrade.empty() || request.websocket_key.empty() ||
      request.websocket_version != "13" || request.method != "GET") {
    reply.status = 400;
    reply.body = "not a WebSocket upgrade";
    return reply;
  }
  arguments given = arguments::of(request.query, {}, {}, false);
  const auto found = tickets_.find(given.text("ticket").value_or(""));
  if (found == tickets_.end()) {
    violation("ticket", "unknown or used ticket");
    reply.status = 401;
    reply.body = "invalid ticket";
    return reply;
  }
  const ticket used = found->second;
  tickets_.erase(found);
  if (owner_.time.now() - used.made > ticket_life) {
    reply.status = 401;
    reply.body = "expired ticket";
    return reply;
  }
  const bool debug = given.flag("debug_reconnects");
  reply.how = http_reply::way::upgrade;
  reply.upgraded = [this, debug, app = used.app, accept = accept_value(request.websocket_key)](
                       std::unique_ptr<tls_stream> stream, std::string early) {
    const auto link =
        std::make_shared<socket_link>(*this, *app, std::move(stream), std::move(early));
    const auto present = std::count_if(links_.begin(), links_.end(), [app](const auto& other) {
      return other->app == app && !other->closing;
    });
    links_.push_back(link);
    const std::weak_ptr<socket_link> weak = link;
    link->start(
        "HTTP/1.1 101 Switching Protocols\r\nupgrade: websocket\r\nconnection: Upgrade\r\n"
        "sec-websocket-accept: " +
        accept + "\r\n\r\n");
    if (!app->facts.socket_mode) {
      link->put(opcode::text, json{{"type", "disconnect"},
                                   {"reason", "link_disabled"},
                                   {"debug_info", {{"host", host}}}}
                                  .dump());
      return link->close(1000, {});
    }
    if (static_cast<std::size_t>(present) >= connections_per_app) {
      link->put(opcode::text, json{{"type", "disconnect"},
                                   {"reason", "too_many_websockets"},
                                   {"num_connections", present + 1},
                                   {"debug_info", {{"host", host}}}}
                                  .dump());
      return link->close(1000, {});
    }
    const auto life = std::chrono::seconds(debug ? 360 : 18'060);
    link->warning_timer = owner_.time.after(life - std::chrono::seconds(10), [weak] {
      const auto self = weak.lock();
      if (!self || self->closing) return;
      self->put(
          opcode::text,
          json{{"type", "disconnect"}, {"reason", "warning"}, {"debug_info", {{"host", host}}}}
              .dump());
    });
    link->end_timer = owner_.time.after(life, [weak] {
      if (const auto self = weak.lock()) self->close(1000, {});
    });
    link->put_raw({});
    // Told in the hello.
    if (!withhold_) greet(*link);
  };
  return reply;
}

void socket_mode::greet(socket_link& link) {
  if (link.greeted || link.closing) return;
  const auto present = std::count_if(links_.begin(), links_.end(), [&link](const auto& other) {
    return other->app == link.app && !other->closing;
  });
  link.put(opcode::text,
           json{{"type", "hello"},
                {"num_connections", present},
                {"debug_info",
                 {{"host", host}, {"build_number", 99}, {"approximate_connection_time", 18'060}}},
                {"connection_info", {{"app_id", link.app->id}}}}
               .dump());
  link.greeted = true;
  link.usable = true;
  owner_.changed();
}

void socket_mode::withhold_hello(bool on) {
  withhold_ = on;
  if (on) return;
  for (const auto& link : links_) greet(*link);
}

void socket_mode::send(delivery what) {
  std::size_t usable = 0;
  for (const auto& link : links_) usable += link->usable && link->app == what.app ? 1 : 0;
  if (usable == 0) return owner_.out.failed(std::move(what), "timeout", false);
  // No particular pattern, the same in every run.
  turn_ = turn_ * 6364136223846793005ULL + 1442695040888963407ULL;
  std::size_t choice = static_cast<std::size_t>((turn_ >> 33U) % usable);
  socket_link* to = nullptr;
  for (const auto& link : links_) {
    if (!link->usable || link->app != what.app) continue;
    to = link.get();
    if (choice-- == 0) break;
  }
  if (!keep_envelope_id || what.envelope_id.empty()) what.envelope_id = owner_.all.ids.uuid();
  std::string text;
  text.reserve(what.payload->size() + 256);
  text += R"({"envelope_id":")";
  text += what.envelope_id;
  text += R"(","payload":)";
  text += *what.payload;
  text += R"(,"type":")";
  text += what.kind == delivery_kind::event           ? "events_api"
          : what.kind == delivery_kind::slash_command ? "slash_commands"
                                                      : "interactive";
  text += R"(","accepts_response_payload":)";
  text += what.accepts_payload ? "true" : "false";
  if (what.kind == delivery_kind::event) {
    text += R"(,"retry_attempt":)" + std::to_string(what.attempt);
    text += R"(,"retry_reason":")" + what.retry_reason + "\"";
  }
  text += '}';
  for (std::size_t i = 0; i < copies; ++i) to->put_text(text, frame_bytes);
  deadlines_.emplace_back(owner_.time.now() + time_to_acknowledge, what.envelope_id);
  const std::string id = what.envelope_id;
  pending_.insert_or_assign(id, pending{std::move(what), to, copies});
  arm();
}

void socket_mode::arm() {
  if (armed_ || deadlines_.empty()) return;
  armed_ = true;
  owner_.time.after(deadlines_.front().first - owner_.time.now(), [this] {
    armed_ = false;
    expire();
    arm();
  });
}

void socket_mode::expire() {
  while (!deadlines_.empty() && deadlines_.front().first <= owner_.time.now()) {
    const std::string id = std::move(deadlines_.front().second);
    deadlines_.pop_front();
    const auto found = pending_.find(id);
    if (found == pending_.end()) continue;
    delivery what = std::move(found->second.what);
    pending_.erase(found);
    finished(id);
    violation("not_acknowledged", "envelope " + id + " was not acknowledged within 3 s");
    owner_.out.failed(std::move(what), "timeout", true);
  }
  // Those at the front that were acknowledged need no timer.
  while (!deadlines_.empty() && !pending_.contains(deadlines_.front().second)) {
    deadlines_.pop_front();
  }
  owner_.changed();
}

void socket_mode::finished(const std::string& envelope_id) {
  if (settled_ids_.size() == remembered) {
    settled_.erase(settled_ids_.front());
    settled_ids_.pop_front();
  }
  settled_ids_.push_back(envelope_id);
  settled_.insert_or_assign(envelope_id, true);
}

void socket_mode::violation(const std::string& rule, const std::string& detail) {
  owner_.violation(rule, detail);
}

void socket_mode::received(socket_link& from, std::string_view text, opcode kind,
                           std::size_t frames) {
  if (frames > 1) {
    return violation("fragmented_acknowledgement", std::to_string(frames) + " frames");
  }
  if (kind != opcode::text) return violation("binary_acknowledgement", "");
  if (text.size() >= acknowledgement_bytes) {
    return violation("acknowledgement_too_big", std::to_string(text.size()) + " bytes");
  }
  const json parsed = json::parse(text, nullptr, false);
  if (!parsed.is_object()) return violation("acknowledgement_not_an_object", std::string(text));
  const auto id = parsed.find("envelope_id");
  if (id == parsed.end() || !id->is_string()) {
    return violation("acknowledgement_without_id", std::string(text));
  }
  const auto& name = id->get_ref<const std::string&>();
  const auto found = pending_.find(name);
  if (found == pending_.end()) {
    return violation(settled_.contains(name) ? "acknowledged_late_or_twice" : "unknown_envelope",
                     name);
  }
  if (found->second.what.app != from.app) return violation("envelope_of_another_app", name);
  const auto given = parsed.find("payload");
  json payload = nullptr;
  if (given != parsed.end() && !given->is_null() && !(given->is_object() && given->empty())) {
    if (found->second.what.accepts_payload) {
      payload = *given;
    } else {
      violation("payload_not_accepted", name);
    }
  }
  if (--found->second.copies > 0) return;
  const delivery what = std::move(found->second.what);
  pending_.erase(found);
  finished(name);
  owner_.out.acknowledged(what, payload);
  owner_.changed();
}

void socket_mode::lost(socket_link& link) {
  link.usable = false;
  owner_.time.cancel(link.warning_timer);
  owner_.time.cancel(link.end_timer);
  std::vector<delivery> again;
  for (auto it = pending_.begin(); it != pending_.end();) {
    // A client may still acknowledge on another connection what came on one that it lost; but then
    // it has been sent again already.
    if (it->second.link == &link) {
      finished(it->first);
      again.push_back(std::move(it->second.what));
      it = pending_.erase(it);
    } else {
      ++it;
    }
  }
  std::sort(again.begin(), again.end(),
            [](const delivery& a, const delivery& b) { return a.id < b.id; });
  const bool others = std::any_of(links_.begin(), links_.end(), [&link](const auto& other) {
    return other->usable && other->app == link.app;
  });
  for (delivery& what : again) owner_.out.failed(std::move(what), "timeout", others);
  owner_.changed();
}

template <class F>
void socket_mode::each(int which, F action) {
  std::vector<std::shared_ptr<socket_link>> wanted;
  int number = 0;
  for (const auto& link : links_) {
    if (which < 0) {
      wanted.push_back(link);
    } else if (link->greeted && number++ == which) {
      wanted.push_back(link);
    }
  }
  if (which >= 0 && wanted.empty()) throw std::invalid_argument("there is no such connection");
  for (const auto& link : wanted) action(*link);
}

void socket_mode::disconnect(const std::string& reason, int which) {
  each(which, [&](socket_link& link) {
    link.put(
        opcode::text,
        json{{"type", "disconnect"}, {"reason", reason}, {"debug_info", {{"host", host}}}}.dump());
    const auto pause =
        reason == "warning" ? std::chrono::milliseconds(10'000) : std::chrono::milliseconds(100);
    if (reason != "warning") link.usable = false;
    owner_.time.after(pause, [weak = link.weak_from_this()] {
      if (const auto self = weak.lock()) self->close(1000, {});
    });
  });
}

void socket_mode::drop(int which, bool reset) {
  each(which, [&](socket_link& link) { link.cut(reset); });
}

void socket_mode::close(std::uint16_t code, const std::string& reason, int which) {
  each(which, [&](socket_link& link) { link.close(code, reason); });
}

void socket_mode::ping(const std::string& payload, int which) {
  each(which, [&](socket_link& link) { link.put(opcode::ping, payload); });
}

void socket_mode::put_text(const std::string& text, std::size_t bytes, int which,
                           bool ping_between) {
  each(which, [&](socket_link& link) {
    if (!ping_between || bytes == 0 || text.size() <= bytes) return link.put_text(text, bytes);
    link.put(opcode::text, text.substr(0, bytes), false);
    link.put(opcode::ping, "between");
    std::size_t at = bytes;
    for (; text.size() - at > bytes; at += bytes) {
      link.put(opcode::continuation, text.substr(at, bytes), false);
    }
    link.put(opcode::continuation, text.substr(at), true);
  });
}

void socket_mode::put_binary(const std::string& bytes, int which) {
  each(which, [&](socket_link& link) { link.put(opcode::binary, bytes); });
}

void socket_mode::put_raw(const std::string& bytes, int which) {
  each(which, [&](socket_link& link) { link.put_raw(bytes); });
}

void socket_mode::fall_silent(bool on) {
  silent = on;
  if (on) return;
  for (const auto& link : std::vector(links_)) link->resume();
}

void socket_mode::start_pings() {
  if (owner_.how.ping_interval.count() <= 0) return;
  owner_.time.after(owner_.how.ping_interval, [this] {
    for (const auto& link : links_) {
      if (link->greeted) link->put(opcode::ping, "Ping from " + std::string(host));
    }
    start_pings();
  });
}

std::size_t socket_mode::connections() const {
  return static_cast<std::size_t>(std::count_if(links_.begin(), links_.end(), [](const auto& link) {
    return link->greeted && !link->closing && !link->dead;
  }));
}

void socket_mode::app_off(app_record& app, const std::string& reason) {
  for (const auto& link : std::vector(links_)) {
    if (link->app != &app) continue;
    link->put(
        opcode::text,
        json{{"type", "disconnect"}, {"reason", reason}, {"debug_info", {{"host", host}}}}.dump());
    link->close(1000, {});
  }
}

void socket_mode::shut() {
  for (const auto& link : std::vector(links_)) link->cut(false);
}

}  // namespace mynah_test::slack
