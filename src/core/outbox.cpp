// SPDX-License-Identifier: Apache-2.0
#include "core/outbox.hpp"

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/co_spawn.hpp>

#include <vector>

#include "core/job.hpp"

namespace mynah::core {

namespace {

// Empty rooms are kept up to this many, so that a busy room is not made anew for each message.
constexpr std::size_t kept_rooms = 256;
// Who waits for the queue to become short goes on at this length.
constexpr std::size_t few = 100;

}  // namespace

outbox::outbox(boost::asio::any_io_executor strand, logger log)
    : strand_(std::move(strand)), log_(std::move(log)), changed_(strand_) {}

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

void outbox::push(outgoing message, std::shared_ptr<detail::job> from) {
  room& place = room_of(message);
  enqueue(place, item{std::move(message), nullptr, std::move(from)});
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
  enqueue(place, item{std::move(message), of, nullptr});
}

void outbox::enqueue(room& place, item added) {
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
  if (place.sending || connection_ == nullptr || place.items.empty()) return;
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
    while (connection_ != nullptr && !place->items.empty()) {
      item& next = place->items.front();
      if (next.progress_of != nullptr && connection_->can_edit()) {
        next.message.replaces = next.progress_of->progress_id;
      }
      ++next.attempts;
      // The item stays in front until it is sent: a connection that is lost here loses nothing.
      result<receipt> sent = co_await connection_->send(next.message);
      if (sent.has_value()) {
        if (next.progress_of != nullptr && next.message.replaces.empty()) {
          next.progress_of->progress_id = sent->id;
        }
      } else {
        const failure& error = sent.error();
        const bool of_message = error.code() == errc::not_sent;
        if (!of_message && next.attempts < max_attempts) {
          place->broken = true;  // the connection is gone; the next one sends the rest
          break;
        }
        log_.warning("message not delivered",
                     {{"room", place->name}, {"reason", error.describe()}});
      }
      if (next.from != nullptr) next.from->sent_one();
      place->items.pop_front();
      if (--waiting_ == few) changed_.notify_all();
      if (place->dropped != 0) {
        log_.warning("messages were dropped",
                     {{"room", place->name}, {"count", std::to_string(place->dropped)}});
        place->dropped = 0;
      }
    }
  } catch (const std::exception& error) {
    log_.debug("sending ended", {{"room", place->name}, {"reason", error.what()}});
    place->broken = true;
  }
}

void outbox::ended(room& place) {
  place.sending = false;
  --sending_;
  if (!place.broken) start(place);  // something came while the last one ended
  if (sending_ == 0 || waiting_ == 0) changed_.notify_all();
}

void outbox::attach(conn& connection) {
  connection_ = &connection;
  std::vector<room*> places;
  places.reserve(rooms_.size());
  for (auto& each : rooms_) places.push_back(each.second.get());
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
