// SPDX-License-Identifier: Apache-2.0
#include "core/outbox.hpp"

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/co_spawn.hpp>

#include <algorithm>
#include <vector>

#include "core/job.hpp"

namespace mynah::core {

namespace {

// Empty rooms are kept up to this many, so that a busy room is not made anew for each message.
constexpr std::size_t kept_rooms = 256;
// Who waits for the queue to become short goes on at this length.
constexpr std::size_t few = 100;
// How often a message is tried before it is given up.
constexpr int most_refusals = 4;
constexpr int most_waits = 20;  // when the network itself asks to wait
constexpr int most_losses = 3;
constexpr int most_losses_kept = 8;
constexpr std::chrono::milliseconds first_pause{1000};
constexpr std::chrono::milliseconds longest_pause{60'000};

std::chrono::milliseconds pause_after(int tries) {
  return std::min(longest_pause, first_pause * (1 << std::min(tries - 1, 6)));
}

}  // namespace

outbox::outbox(boost::asio::any_io_executor strand, std::shared_ptr<clock> clock, logger log,
               std::shared_ptr<journal> kept_in)
    : strand_(std::move(strand)),
      clock_(std::move(clock)),
      log_(std::move(log)),
      kept_in_(std::move(kept_in)),
      changed_(strand_) {}

outbox::~outbox() {
  close();
}

void outbox::close() noexcept {
  connection_ = nullptr;
  for (const auto& each : rooms_) {
    if (each.second->pause != 0) clock_->cancel(std::exchange(each.second->pause, 0));
    // Messages stay, as one may be under way; but they refer to jobs, and these to whoever has this
    // outbox.
    for (item& waiting : each.second->items) {
      if (const auto from = std::exchange(waiting.from, nullptr)) from->sent_one();
      waiting.progress_of = nullptr;
    }
  }
}

outbox::room& outbox::room_of(const outgoing& message) {
  const auto found = rooms_.find(message.to.room);
  if (found != rooms_.end()) return *found->second;
  if (rooms_.size() >= kept_rooms) {
    std::erase_if(rooms_, [](const auto& each) {
      return each.second->items.empty() && !each.second->sending;
    });
  }
  std::unique_ptr<room>& place = rooms_[message.to.room];
  place = std::make_unique<room>();
  place->name = message.to.room;
  return *place;
}

void outbox::push(outgoing&& message, std::shared_ptr<detail::job> from) {
  room& place = room_of(message);
  if (leaves_at_once(place, message)) {
    if (from != nullptr) from->sent_one();
    return;
  }
  enqueue(place, item{std::move(message), nullptr, std::move(from), nullptr});
}

bool outbox::leaves_at_once(const room& place, const outgoing& message) {
  if (connection_ == nullptr || place.sending || place.pause != 0 || !place.items.empty()) {
    return false;
  }
  try {
    return connection_->send_now(message);
  } catch (const std::exception& error) {
    log_.error("a connection failed", {{"reason", error.what()}});
    return false;
  }
}

void outbox::push_kept(outgoing message, std::shared_ptr<kept_message> kept,
                       std::shared_ptr<detail::job> from) {
  room& place = room_of(message);
  place.items.push_back(item{std::move(message), nullptr, std::move(from), std::move(kept)});
  ++waiting_;
  start(place);
}

void outbox::changed(const std::string& name) {
  const auto found = rooms_.find(name);
  if (found != rooms_.end()) start(*found->second);
}

void outbox::push_progress(outgoing message, const std::shared_ptr<detail::job>& of) {
  room& place = room_of(message);
  // The first item may be on its way already and must not change under the sender.
  const std::size_t first = place.sending ? 1 : 0;
  for (std::size_t i = first; i < place.items.size(); ++i) {
    if (place.items[i].progress_of == of) {
      place.items[i].message.body = std::move(message.body);
      return;
    }
  }
  enqueue(place, item{std::move(message), of, nullptr, nullptr});
}

std::shared_ptr<kept_message> outbox::take(std::int64_t wanted) {
  for (auto& [name, place] : rooms_) {
    for (std::size_t i = place->sending ? 1 : 0; i < place->items.size(); ++i) {
      const auto at = place->items.begin() + static_cast<std::ptrdiff_t>(i);
      if (at->kept == nullptr || at->kept->held.item != wanted) continue;
      std::shared_ptr<kept_message> taken = at->kept;
      if (at->from != nullptr) at->from->sent_one();
      place->items.erase(at);
      --waiting_;
      if (i == 0 && place->pause != 0) {
        clock_->cancel(std::exchange(place->pause, 0));
        start(*place);
      }
      return taken;
    }
  }
  return nullptr;
}

void outbox::enqueue(room& place, item&& added) {
  if (place.items.size() >= room_limit) {
    if (place.dropped++ == 0) {
      log_.warning("too many messages wait to be sent; dropping new ones", {{"room", place.name}});
    }
    if (added.from != nullptr) added.from->sent_one();
    return;
  }
  place.items.push_back(std::move(added));
  ++waiting_;
  start(place);
}

void outbox::start(room& place) {
  if (place.sending || place.pause != 0 || connection_ == nullptr || place.items.empty()) return;
  const item& next = place.items.front();
  if (next.kept != nullptr && next.kept->now == kept_message::state::storing) return;
  place.sending = true;
  place.broken = false;
  ++sending_;
  // Asio looks at the slot once more after the coroutine's frame has gone: only when this handler
  // runs is the room free again.
  auto done = [self = shared_from_this(), &place](const std::exception_ptr&) {
    self->ended(place);
  };
  boost::asio::co_spawn(strand_, pump(&place),
                        boost::asio::bind_cancellation_slot(place.cancel.slot(), std::move(done)));
}

task<void> outbox::pump(room* place) {
  try {
    while (connection_ != nullptr && !place->items.empty() && place->pause == 0) {
      item& next = place->items.front();
      if (next.kept != nullptr) {
        if (next.kept->now == kept_message::state::storing) break;
        if (next.kept->now == kept_message::state::dropped) {
          leave(*place);
          continue;
        }
      }
      if (next.progress_of != nullptr && connection_->can_edit()) {
        next.message.replaces = next.progress_of->progress_id;
      }
      if (next.losses != 0) next.message.again = true;
      ++next.losses;  // until it is known better
      // The item stays in front until it is sent: a connection that is lost here loses nothing.
      result<receipt> sent = co_await connection_->send(next.message);
      if (sent.has_error()) {
        if (goes_on_after(*place, sent.error())) continue;
        break;
      }
      if (next.progress_of != nullptr && next.message.replaces.empty()) {
        next.progress_of->progress_id = sent->id;
      }
      if (next.kept != nullptr) kept_in_->sent(*next.kept);
      leave(*place);
    }
  } catch (const std::exception& error) {
    log_.debug("sending ended", {{"room", place->name}, {"reason", error.what()}});
    place->broken = true;
  }
}

// Whether sending goes on through this connection.
bool outbox::goes_on_after(room& place, const failure& error) {
  item& next = place.items.front();
  const bool refused = error.code() == errc::not_sent;
  const bool later = error.code() == errc::throttled;
  if (error.code() == errc::unconfirmed) {
    place.broken = true;
    give_up(place, error.describe());  // once more might be twice
    return false;
  }
  if (!refused && !later) {
    if (next.losses < (next.kept != nullptr ? most_losses_kept : most_losses)) {
      place.broken = true;  // the connection is gone; the next one sends the rest
      return false;
    }
    give_up(place, error.describe());
    return true;
  }
  --next.losses;
  // Counted apart: a network that was busy for long may refuse a message once.
  const bool asked_to_wait = later || error.retry_after().count() != 0;
  const int tries = asked_to_wait ? ++next.waits : ++next.refusals;
  if (tries >= (asked_to_wait ? most_waits : most_refusals)) {
    give_up(place, error.describe());
    return true;
  }
  log_.debug("not sent yet", {{"room", place.name}, {"reason", error.describe()}});
  pause(place, error.retry_after().count() != 0 ? error.retry_after() : pause_after(tries));
  return true;
}

void outbox::pause(room& place, std::chrono::milliseconds time) {
  const std::weak_ptr<outbox> weak = weak_from_this();
  // The room lives as long as it has messages.
  place.pause = clock_->call_at(clock_->now() + time, [weak, &place] {
    const auto self = weak.lock();
    if (self == nullptr) return;
    place.pause = 0;
    self->start(place);
  });
}

void outbox::give_up(room& place, const std::string& why) {
  const item& lost = place.items.front();
  log_.warning(lost.kept != nullptr ? "message not delivered; set aside" : "message not delivered",
               {{"room", place.name}, {"reason", why}});
  if (lost.kept != nullptr) kept_in_->undeliverable(*lost.kept, why);
  leave(place);
}

void outbox::leave(room& place) {
  if (place.items.front().from != nullptr) place.items.front().from->sent_one();
  place.items.pop_front();
  if (--waiting_ == few) changed_.notify_all();
  // Not sooner, or a room that stays full would fill the log as well.
  if (place.dropped != 0 && place.items.size() <= room_limit / 2) {
    log_.warning("messages were dropped",
                 {{"room", place.name}, {"count", std::to_string(place.dropped)}});
    place.dropped = 0;
  }
}

void outbox::ended(room& place) {
  place.sending = false;
  --sending_;
  if (!place.broken) start(place);  // something came while the last one ended
  if (sending_ == 0 || waiting_ == 0) changed_.notify_all();
}

void outbox::working(const address& where, bool is, const std::string& answers) {
  const std::string key = where.room + '\n' + where.thread + '\n' + answers;
  if (is) {
    busy_.emplace(key, busy_command(where, answers));
  } else {
    const auto found = busy_.find(key);
    if (found == busy_.end()) return;
    busy_.erase(found);
  }
  if (connection_ != nullptr) connection_->working(where, is, answers);
}

void outbox::attach(conn& connection) {
  connection_ = &connection;
  for (const auto& [key, each] : busy_) connection.working(each.where, true, each.answers);
  std::vector<room*> places;
  places.reserve(rooms_.size());
  for (auto& each : rooms_) places.push_back(each.second.get());
  std::sort(places.begin(), places.end(),
            [](const room* a, const room* b) { return a->name < b->name; });
  for (room* place : places) start(*place);
}

task<void> outbox::detach() {
  connection_ = nullptr;
  std::vector<room*> places;
  for (auto& each : rooms_) {
    if (each.second->sending) places.push_back(each.second.get());
  }
  for (room* place : places) place->cancel.emit(boost::asio::cancellation_type::terminal);
  while (sending_ != 0) co_await changed_.wait();
}

task<void> outbox::caught_up() {
  if (waiting_ < room_limit / 2) co_return;
  while (waiting_ > few && connection_ != nullptr && sending_ != 0) co_await changed_.wait();
}

task<void> outbox::flushed() {
  while (waiting_ != 0 && connection_ != nullptr && sending_ != 0) co_await changed_.wait();
}

}  // namespace mynah::core
