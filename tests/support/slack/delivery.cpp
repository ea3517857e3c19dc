// SPDX-License-Identifier: Apache-2.0
#include "delivery.hpp"

#include <stdexcept>
#include <utility>

#include "server.hpp"

namespace mynah_test::slack {

namespace {

constexpr std::size_t remembered = 2000;

}  // namespace

void deliveries::send(delivery what) {
  if (what.kind == delivery_kind::event) {
    if (recent_ids_.size() == remembered) {
      recent_.erase(recent_ids_.front());
      recent_ids_.pop_front();
    }
    recent_ids_.push_back(what.id);
    recent_.insert_or_assign(what.id, what);
  }
  ++counts.sent;
  ++counts.pending;
  dispatch(std::move(what));
}

void deliveries::dispatch(delivery what) {
  if (holding_) {
    held_.push_back(std::move(what));
  } else if (what.app->facts.socket_mode) {
    owner_.sockets.send(std::move(what));
  } else {
    owner_.http.send(std::move(what));
  }
}

void deliveries::hold(bool on) {
  holding_ = on;
  if (on) return;
  for (delivery& what : std::exchange(held_, {})) dispatch(std::move(what));
}

void deliveries::send_again(const std::string& event_id) {
  const auto found = recent_.find(event_id);
  if (found == recent_.end()) throw std::invalid_argument("there was no event " + event_id);
  ++counts.sent;
  ++counts.pending;
  dispatch(found->second);
}

void deliveries::acknowledged(const delivery& what, const json& payload) {
  ++counts.acknowledged;
  settled();
  if (what.kind != delivery_kind::event) owner_.interactions.acknowledged(what, payload);
}

void deliveries::failed(delivery what, const std::string& reason, bool at_once, bool final) {
  if (what.kind != delivery_kind::event || what.attempt >= 3 || final) {
    ++counts.lost;
    settled();
    if (what.kind != delivery_kind::event) owner_.interactions.failed(what, reason);
    return;
  }
  what.retry_reason = reason;
  ++what.attempt;
  const auto again = [this, what]() {
    ++counts.redelivered;
    dispatch(what);
  };
  if (what.attempt == 1 && at_once) return again();
  const auto pause = what.attempt == 1   ? std::chrono::seconds(1)
                     : what.attempt == 2 ? std::chrono::seconds(60)
                                         : std::chrono::seconds(300);
  owner_.time.after(pause, again);
}

void deliveries::settled() {
  if (counts.pending > 0) --counts.pending;
  if (!floods_.empty()) continue_flood();
}

void deliveries::flood(std::size_t count, std::size_t window,
                       std::function<void(std::size_t)> post) {
  floods_.push_back({0, count, window, std::move(post)});
  continue_flood();
}

void deliveries::continue_flood() {
  // What is posted may fail at once, which comes back here.
  if (flooding_) return;
  flooding_ = true;
  while (!floods_.empty()) {
    running_flood& now = floods_.front();
    while (now.next < now.count && (now.window == 0 || counts.pending < now.window)) {
      now.post(now.next++);
    }
    if (now.next < now.count) break;
    floods_.pop_front();
  }
  flooding_ = false;
}

}  // namespace mynah_test::slack
