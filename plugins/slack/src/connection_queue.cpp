// SPDX-License-Identifier: Apache-2.0
#include "connection_queue.hpp"

#include <exception>

#include "net/with_deadline.hpp"

// g++ 12 inlines a coroutine frame's allocation but not its release, and takes them for a mismatch.
#if defined(__GNUC__) && !defined(__clang__) && __GNUC__ < 13
#pragma GCC diagnostic ignored "-Wmismatched-new-delete"
#endif

namespace mynah::slack {

namespace {

// At a time. Fewer than the connections of the Web API's client: answers must be sent meanwhile.
constexpr std::size_t most_lookups = 8;
// Somebody may be forgotten while their event waits behind others.
constexpr int most_times_asked = 2;

}  // namespace

connection_queue::connection_queue(std::shared_ptr<mynah::clock> clock, logger log,
                                   net::task_group& group, std::shared_ptr<people> people,
                                   std::shared_ptr<poster> posts, std::chrono::milliseconds limit,
                                   receiver give)
    : clock_(std::move(clock)),
      log_(std::move(log)),
      group_(group),
      people_(std::move(people)),
      posts_(std::move(posts)),
      limit_(limit),
      give_(std::move(give)) {}

std::string connection_queue::key_of(question what, const std::string& user) {
  return (what == question::who ? "who " : "where ") + user;
}

bool connection_queue::is_unknown(const waiting_event& one) const {
  return one.event.origin == event_origin::person && !one.user.empty() && !one.is_external &&
         people_->find(one.user) == nullptr;
}

void connection_queue::push(waiting_event&& one) {
  if (closed_) return;
  const std::string room = one.needs_room ? one.user : one.event.from.room;
  if (!one.needs_room && !is_unknown(one) && rooms_.find(room) == rooms_.end()) {
    give_(std::move(one));
    return;
  }
  entry waiting(std::move(one), clock_->now() + limit_);
  if (is_unknown(waiting.what)) {
    waiting.who = ask_for(question::who, waiting, room);
    ++waiting.times_asked;
  }
  if (waiting.what.needs_room) waiting.where = ask_for(question::where, waiting, room);
  rooms_[room].push_back(std::move(waiting));
  ++size_;
  start_lookups();
}

// One that others wait for already has an earlier deadline, and is good for this event, too.
std::shared_ptr<connection_queue::lookup> connection_queue::ask_for(question what, const entry& by,
                                                                    const std::string& room) {
  std::shared_ptr<lookup>& found = lookups_[key_of(what, by.what.user)];
  if (found == nullptr) {
    found = std::make_shared<lookup>(what, by.what.user, by.deadline);
    // Who has waited longer is asked for first.
    const bool is_late = !pending_.empty() && by.deadline < pending_.front()->deadline;
    if (is_late) {
      pending_.push_front(found);
    } else {
      pending_.push_back(found);
    }
  }
  found->rooms.insert(room);
  return found;
}

bool connection_queue::is_ready(entry& one, const std::string& room) {
  if (one.who != nullptr && !one.who->is_done) return false;
  if (one.where != nullptr && !one.where->is_done) return false;
  const bool is_forgotten =
      is_unknown(one.what) && one.times_asked < most_times_asked && clock_->now() < one.deadline;
  if (!is_forgotten) return true;
  one.who = ask_for(question::who, one, room);
  ++one.times_asked;
  return false;
}

void connection_queue::release(const std::string& room) {
  for (;;) {
    const auto found = rooms_.find(room);
    if (found == rooms_.end() || !is_ready(found->second.front(), room)) return;
    entry first = std::move(found->second.front());
    found->second.pop_front();
    if (found->second.empty()) rooms_.erase(found);
    --size_;
    if (first.where != nullptr) {
      address& from = first.what.event.from;
      from.room = first.where->channel.empty() ? first.what.user : first.where->channel;
      from.direct = true;
    }
    give_(std::move(first.what));
  }
}

void connection_queue::start_lookups() {
  // A lookup that ends at once comes back here; the loop below goes on then.
  if (starting_) return;
  starting_ = true;
  while (!closed_ && running_ < most_lookups && !pending_.empty()) {
    std::shared_ptr<lookup> next = std::move(pending_.front());
    pending_.pop_front();
    if (next->deadline <= clock_->now()) {
      log_.warning("too many people are to be asked for, so one was not", {{"user", next->user}});
      settle(next);
      continue;
    }
    ++running_;
    group_.spawn("asking who spoke", look_up(shared_from_this(), std::move(next)));
  }
  starting_ = false;
}

void connection_queue::settle(const std::shared_ptr<lookup>& done) {
  done->is_done = true;
  lookups_.erase(key_of(done->what, done->user));
  const std::set<std::string> rooms = std::move(done->rooms);
  for (const std::string& each : rooms) release(each);
}

task<void> connection_queue::look_up(std::shared_ptr<connection_queue> self,
                                     std::shared_ptr<lookup> one) {
  try {
    const auto left =
        std::chrono::ceil<std::chrono::milliseconds>(one->deadline - self->clock_->now());
    if (one->what == question::who) {
      co_await self->people_->ask(one->user, left);
    } else {
      const result<std::string> direct = co_await net::with_deadline(
          *self->clock_, left, self->posts_->direct_channel(one->user), "conversations.open");
      if (direct.has_value()) {
        one->channel = *direct;
      } else {
        self->log_.warning("the conversation with a user is not known",
                           {{"user", one->user}, {"reason", direct.error().describe()}});
      }
    }
  } catch (const std::exception& error) {
    // Its events wait for it, unless nobody hears them any more.
    if (self->closed_) throw;
    self->log_.error("a lookup failed", {{"user", one->user}, {"reason", error.what()}});
  }
  if (self->closed_) co_return;
  --self->running_;
  self->settle(one);
  self->start_lookups();
}

}  // namespace mynah::slack
