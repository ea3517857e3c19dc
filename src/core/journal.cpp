// SPDX-License-Identifier: Apache-2.0
#include "core/journal.hpp"

#include <boost/asio/post.hpp>

#include <algorithm>
#include <atomic>
#include <limits>
#include <utility>

#include "core/job.hpp"
#include "net/thrown_text.hpp"

namespace mynah::core {

using detail::job;

namespace {

// How long a claim holds without being renewed, and how often it is.
constexpr std::chrono::seconds lease_time{60};
constexpr std::chrono::seconds lease_step{20};
// How long it may stay unrecorded that a message has left.
constexpr std::chrono::milliseconds moment{2};
constexpr std::chrono::milliseconds first_delay{250};
constexpr std::chrono::milliseconds longest_delay{10'000};
// Who waits for receipts to be recorded goes on below this.
constexpr std::size_t few = 64;

// What the steps find out inside their transactions.
class receipt_result {
 public:
  lease held;
  bool duplicate = false;
};

// A settlement on its way into the store.
class settling {
 public:
  explicit settling(settlement what)
      : what_(std::move(what)), keeps_answer(what_.answer != nullptr) {
    if (keeps_answer) {
      group_ = what_.answer->group;
      body_ = what_.answer->body;
    }
  }

  void write(transaction& tx) {
    known = false;
    held = lease();
    if (what_.command.item != 0) {
      // If somebody else took over, how it ended is theirs to say.
      known = what_.set_aside.empty() ? !tx.finish(what_.command)
                                      : !tx.bury(what_.command, what_.set_aside);
    } else if (!what_.event_id.empty()) {
      known = !tx.append_event(what_.input, what_.event_id);
    }
    if (known) return;
    if (keeps_answer) held = tx.enqueue_claimed(journal::message_queue, group_, body_, lease_time);
    tx.append_audit(what_.entry);
  }

 private:
  settlement what_;
  std::string group_;
  std::string body_;

 public:
  bool keeps_answer;   ///< changed between tries only
  bool known = false;  ///< it had been settled before
  lease held;          ///< of the answer
};

}  // namespace

// Holds back what must not overtake what just failed. Looked at where the store works.
class journal::gate {
 public:
  std::atomic<bool> closed = false;
};

// How the store's threads come back. Cut when the journal goes, so that nobody touches an executor
// that may be gone too.
class journal::way_back {
 public:
  using report = std::pair<std::uint64_t, std::exception_ptr>;

  explicit way_back(const std::shared_ptr<journal>& home) : home_(home), strand_(home->strand_) {}

  /// Reports come in crowds, one for each step of a commit: the strand is woken once for all.
  void finished(std::uint64_t id, std::exception_ptr error) {
    const std::lock_guard lock(mutex_);
    if (cut_) return;
    reports_.emplace_back(id, std::move(error));
    if (reports_.size() != 1) return;
    boost::asio::post(strand_, [home = home_] {
      if (const auto self = home.lock()) self->take_reports();
    });
  }

  [[nodiscard]] std::vector<report> take() {
    const std::lock_guard lock(mutex_);
    return std::exchange(reports_, {});
  }

  void cut() {
    const std::lock_guard lock(mutex_);
    cut_ = true;
    // A thread of the store may be the last to know this object, when the executor's context is
    // gone.
    strand_ = boost::asio::any_io_executor();
    home_.reset();
  }

 private:
  std::mutex mutex_;
  bool cut_ = false;
  std::weak_ptr<journal> home_;
  boost::asio::any_io_executor strand_;
  std::vector<report> reports_;
};

journal::journal(boost::asio::any_io_executor strand, std::shared_ptr<clock> clock, logger log,
                 std::shared_ptr<store> store)
    : strand_(std::move(strand)),
      clock_(std::move(clock)),
      log_(std::move(log)),
      store_(std::move(store)),
      gate_(std::make_shared<gate>()),
      changed_(strand_) {}

journal::~journal() {
  close();
}

void journal::close() {
  if (way_back_ != nullptr) way_back_->cut();
  if (retry_timer_ != 0) clock_->cancel(retry_timer_);
  if (lease_timer_ != 0) clock_->cancel(lease_timer_);
  if (left_timer_ != 0) clock_->cancel(left_timer_);
  left_timer_ = 0;
  retry_timer_ = 0;
  lease_timer_ = 0;
  given_up_ = true;
  closed_ = true;
  // What waits refers to jobs, and they to whoever has this journal.
  std::exchange(pending_, {}).clear();
}

void journal::add(pending what) {
  if (closed_) return;
  if (!left_->empty()) {
    // A commit of their own would make this one wait.
    const auto left = std::exchange(left_, std::make_shared<std::vector<lease>>());
    what.forgets = left;
    what.what = [left, step = std::move(what.what)](transaction& tx) {
      step(tx);
      for (const lease& each : *left) static_cast<void>(tx.finish(each));
    };
  }
  const std::uint64_t id = ++last_;
  pending& each = pending_.emplace(id, std::move(what)).first->second;
  if (each.ordered && ordered_failing_ != 0) {
    fails(each, "it waits for what came before it");
  } else {
    submit(id);
  }
}

void journal::submit(std::uint64_t id) {
  if (way_back_ == nullptr) way_back_ = std::make_shared<way_back>(shared_from_this());
  pending& each = pending_.at(id);
  each.submitted = true;
  if (!each.ordered) {
    store_->submit(each.what, [way = way_back_, id](std::exception_ptr error) {
      way->finished(id, std::move(error));
    });
    return;
  }
  ++ordered_submitted_;
  store_->submit(
      [gate = gate_, what = each.what](transaction& tx) {
        if (gate->closed) {
          throw store_error(store_problem::busy, "it waits for what came before it");
        }
        what(tx);
      },
      [way = way_back_, gate = gate_, id](std::exception_ptr error) {
        if (error) gate->closed = true;  // before the next one is tried
        way->finished(id, std::move(error));
      });
}

void journal::take_reports() {
  for (const auto& [id, error] : way_back_->take()) {
    finished(id, error);
    if (closed_) return;
  }
}

void journal::finished(std::uint64_t id, const std::exception_ptr& error) {
  const auto found = pending_.find(id);
  if (found == pending_.end()) return;
  pending& each = found->second;
  each.submitted = false;
  if (each.ordered) --ordered_submitted_;
  const std::string why = error ? net::thrown_text(error) : std::string();
  if (error && each.insisting && !given_up_) {
    fails(each, why);
    return;
  }
  if (each.failing) {
    if (each.ordered) --ordered_failing_;
    if (--failing_ == 0) log_.info("the store takes what happens again");
  }
  if (!error) delay_ = std::chrono::milliseconds(0);
  const pending done = std::move(each);
  pending_.erase(found);
  if (error && done.forgets != nullptr) {
    for (const lease& left : *done.forgets) write_later(left);
  }
  if (done.then && (!error || !done.insisting)) done.then(why);
  // What came while this was with the store waits for its turn.
  if (ordered_submitted_ == 0 && ordered_failing_ != 0 && !given_up_) arm_retry_timer();
  changed_.notify_all();
}

void journal::arm_retry_timer() {
  if (retry_timer_ != 0) return;
  delay_ = delay_.count() == 0 ? first_delay : std::min(delay_ * 2, longest_delay);
  const std::weak_ptr<journal> weak = weak_from_this();
  retry_timer_ = clock_->call_at(clock_->now() + delay_, [weak] {
    if (const auto self = weak.lock()) self->try_again();
  });
}

// It is tried again later.
void journal::fails(pending& each, const std::string& why) {
  arm_retry_timer();
  if (each.failing) return;
  each.failing = true;
  if (each.ordered) ++ordered_failing_;
  if (failing_++ == 0) log_.error("the store does not take what happened", {{"reason", why}});
  if (each.troubled) each.troubled(why);
}

void journal::try_again() {
  retry_timer_ = 0;
  // What is ordered goes when nothing ordered is with the store any more; else it would come back
  // in between. That comes back, and then there is a next time.
  const bool in_order = ordered_submitted_ == 0;
  if (in_order) gate_->closed = false;
  std::vector<std::uint64_t> again;
  for (const auto& [id, each] : pending_) {
    if (each.failing && !each.submitted && (in_order || !each.ordered)) again.push_back(id);
  }
  for (const std::uint64_t id : again) {
    const auto found = pending_.find(id);
    if (found == pending_.end()) continue;
    if (found->second.before_retry) found->second.before_retry();
    submit(id);
  }
}

void journal::give_up() {
  given_up_ = true;
  if (!pending_.empty()) {
    log_.error("the store did not take what happened; given up",
               {{"count", std::to_string(pending_.size())}});
  }
  std::exchange(pending_, {}).clear();
  failing_ = 0;
  ordered_failing_ = 0;
  ordered_submitted_ = 0;
  gate_ = std::make_shared<gate>();
  changed_.notify_all();
}

void journal::insist(store::work what, std::function<void()> then) {
  pending each;
  each.what = std::move(what);
  if (then) each.then = [then = std::move(then)](const std::string&) { then(); };
  each.insisting = true;
  add(std::move(each));
}

void journal::write(store::work what, std::function<void(const std::string&)> then) {
  pending each;
  each.what = std::move(what);
  each.then = std::move(then);
  add(std::move(each));
}

void journal::receive(const std::shared_ptr<job>& received, on_received then) {
  const auto found = std::make_shared<receipt_result>();
  const auto body = std::make_shared<const std::string>(received->journal_body);
  ++receiving_;
  write(
      [found, body, input = received->said.from.input, id = received->said.id](transaction& tx) {
        found->duplicate = !id.empty() && !tx.append_event(input, id);
        if (!found->duplicate) {
          found->held = tx.enqueue_claimed(command_queue, {}, *body, lease_time);
        }
      },
      [this, found, received, then = std::move(then)](const std::string& why) {
        --receiving_;
        if (!why.empty()) {
          then(reception::failed, why);
        } else if (found->duplicate) {
          then(reception::duplicate, {});
        } else {
          received->held = found->held;
          hold(found->held);
          then(reception::recorded, {});
        }
      });
}

void journal::begin(const std::shared_ptr<job>& starting, std::function<void(bool)> then,
                    std::function<void(const std::string&)> troubled) {
  pending each;
  const auto ours = std::make_shared<bool>(false);
  each.what = [ours, held = starting->held,
               body = std::make_shared<const std::string>(starting->journal_body)](
                  transaction& tx) { *ours = tx.update(held, *body); };
  each.then = [ours, then = std::move(then)](const std::string&) { then(*ours); };
  each.troubled = std::move(troubled);
  each.insisting = true;
  add(std::move(each));
}

void journal::settle(settlement ended, std::function<void()> then, on_ready ready) {
  let_go(ended.command);
  const std::shared_ptr<kept_message> answer = ended.answer;
  const auto step = std::make_shared<settling>(std::move(ended));
  pending each;
  each.what = [step](transaction& tx) { step->write(tx); };
  each.insisting = true;
  each.ordered = true;
  each.then = [this, step, answer, then = std::move(then), ready](const std::string&) {
    then();
    if (answer == nullptr) return;
    if (!step->known) {
      stored(*answer, step->held);
    } else if (answer->now == kept_message::state::storing) {
      answer->now = kept_message::state::dropped;
    }
    ready(answer);
  };
  if (answer != nullptr) {
    // Somebody waits for this answer, and needs it the more when a disk is full. What is not stored
    // is not sent again after a crash, and then the outcome is told as unknown.
    each.troubled = [answer, ready](const std::string&) {
      answer->now = kept_message::state::ready;
      ready(answer);
    };
    each.before_retry = [step, answer] {
      if (answer->left && answer->set_aside.empty()) step->keeps_answer = false;
    };
  }
  add(std::move(each));
}

// The store has a message, which may have left meanwhile.
void journal::stored(kept_message& message, const lease& held) {
  if (held.item == 0) return;
  message.held = held;
  message.now = kept_message::state::ready;
  if (!message.left) {
    hold(held);
  } else if (message.set_aside.empty()) {
    sent(message);
  } else {
    undeliverable(message, message.set_aside);
  }
}

void journal::keep(const std::shared_ptr<kept_message>& message, const on_ready& ready) {
  const auto held = std::make_shared<lease>();
  const auto keeps = std::make_shared<bool>(true);  // changed between tries only
  pending each;
  each.what = [held, keeps, group = message->group,
               body = std::make_shared<const std::string>(message->body)](transaction& tx) {
    *held = lease();
    if (*keeps) *held = tx.enqueue_claimed(message_queue, group, *body, lease_time);
  };
  each.then = [this, held, message, ready](const std::string&) {
    stored(*message, *held);
    ready(message);
  };
  each.troubled = [message, ready](const std::string&) {
    message->now = kept_message::state::ready;
    ready(message);
  };
  each.before_retry = [message, keeps] {
    if (message->left && message->set_aside.empty()) *keeps = false;
  };
  each.insisting = true;
  each.ordered = true;
  add(std::move(each));
}

void journal::sent(kept_message& message) {
  message.left = true;
  if (message.held.item == 0) return;
  let_go(message.held);
  write_later(message.held);
}

void journal::write_later(const lease& finished) {
  left_->push_back(finished);
  if (left_timer_ != 0 || closed_) return;
  const std::weak_ptr<journal> weak = weak_from_this();
  left_timer_ = clock_->call_at(clock_->now() + moment, [weak] {
    const auto self = weak.lock();
    if (self == nullptr) return;
    self->left_timer_ = 0;
    if (!self->left_->empty()) self->insist([](transaction&) {});
  });
}

void journal::undeliverable(kept_message& message, const std::string& why) {
  message.left = true;
  message.set_aside = why;
  if (message.held.item == 0) return;
  let_go(message.held);
  insist([held = message.held, why](transaction& tx) { static_cast<void>(tx.bury(held, why)); });
}

void journal::recover(std::function<void(journal_rest, const std::string&)> then) {
  const auto rest = std::make_shared<journal_rest>();
  write(
      [rest](transaction& tx) {
        constexpr std::size_t all = std::numeric_limits<std::int32_t>::max();
        rest->commands = tx.claim(command_queue, all, lease_time);
        rest->messages = tx.claim(message_queue, all, lease_time);
      },
      [this, rest, then = std::move(then)](const std::string& why) {
        for (const queue_item& each : rest->commands) hold(each.held());
        for (const queue_item& each : rest->messages) hold(each.held());
        then(std::move(*rest), why);
      });
}

void journal::hold(const lease& held) {
  held_[held.item] = held;
  arm_lease_timer();
}

void journal::let_go(const lease& held) {
  held_.erase(held.item);
}

void journal::arm_lease_timer() {
  if (lease_timer_ != 0 || given_up_ || held_.empty()) return;
  const std::weak_ptr<journal> weak = weak_from_this();
  lease_timer_ = clock_->call_at(clock_->now() + lease_step, [weak] {
    if (const auto self = weak.lock()) self->extend_leases();
  });
}

void journal::extend_leases() {
  lease_timer_ = 0;
  if (held_.empty()) return;
  const auto ours = std::make_shared<std::vector<lease>>();
  ours->reserve(held_.size());
  for (const auto& each : held_) ours->push_back(each.second);
  const auto lost = std::make_shared<std::vector<lease>>();
  write(
      [ours, lost](transaction& tx) {
        lost->clear();
        for (const lease& each : *ours) {
          if (!tx.extend(each, lease_time)) lost->push_back(each);
        }
      },
      [this, lost](const std::string&) {
        for (const lease& each : *lost) {
          const auto still = held_.find(each.item);
          if (still == held_.end() || !(still->second == each)) continue;
          held_.erase(still);
          log_.error("another process took over an item of this bot",
                     {{"item", std::to_string(each.item)}});
        }
      });
  arm_lease_timer();
}

task<void> journal::idle() {
  if (!left_->empty()) insist([](transaction&) {});
  while (!pending_.empty()) co_await changed_.wait();
}

task<void> journal::caught_up() {
  if (receiving_ < few * 4) co_return;
  while (receiving_ > few) co_await changed_.wait();
}

}  // namespace mynah::core
