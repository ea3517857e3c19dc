// SPDX-License-Identifier: Apache-2.0
#include <deque>
#include <mutex>

#include <mynah/testkit/faults.hpp>

namespace mynah::testkit {

class faulty_store::state {
 public:
  struct entry {
    work what;
    done then;
    clock::time_point due{};
    bool reading = false;
  };

  state(std::shared_ptr<store> kept_in, std::shared_ptr<mynah::clock> clock, dice luck,
        const faults& plan)
      : kept_in(std::move(kept_in)), clock(std::move(clock)), luck(luck), plan(plan) {}

  void submit(entry added) {
    {
      const std::lock_guard lock(mutex);
      if (!dead) {
        added.due = clock->now();
        if (luck.chance(plan.store_slow)) {
          added.due += luck.between(plan.store_time.from, plan.store_time.to);
        }
        if (!queue.empty() && added.due < queue.back().due) added.due = queue.back().due;
        // Nothing is done then but that time stops there.
        if (added.due > clock->now()) clock->call_at(added.due, [] {});
        queue.push_back(std::move(added));
        return;
      }
    }
    added.what = nullptr;
    added.then(std::make_exception_ptr(
        store_error(store_problem::failed, "the process of this store has ended")));
  }

  void drop_all() {
    std::deque<entry> dropped;  // destroyed without the lock
    const std::lock_guard lock(mutex);
    dead = true;
    dropped.swap(queue);
  }

  // What a transaction comes to.
  std::exception_ptr attempt(work what, bool reading) {
    const bool fails = !reading && luck.chance(plan.store_fails);
    try {
      if (reading) {
        kept_in->read(std::move(what));
        return nullptr;
      }
      if (is_full) throw store_error(store_problem::full, "the disk is full (the test says so)");
      if (fails) {
        // It is tried, and then not committed.
        kept_in->write([what = std::move(what)](transaction& tx) {
          what(tx);
          throw store_error(store_problem::busy, "the store did not commit (the test says so)");
        });
      } else {
        kept_in->write(std::move(what));
      }
      return nullptr;
    } catch (...) {
      ++failures;
      return std::current_exception();
    }
  }

  std::shared_ptr<store> kept_in;
  std::shared_ptr<mynah::clock> clock;
  mutable std::mutex mutex;
  dice luck;
  faults plan;
  std::deque<entry> queue;
  bool dead = true;
  bool is_full = false;
  std::size_t failures = 0;
  std::function<void()> committed;
};

faulty_store::faulty_store(std::shared_ptr<store> kept_in, std::shared_ptr<clock> clock, dice luck,
                           const faults& plan)
    : state_(std::make_unique<state>(std::move(kept_in), std::move(clock), luck, plan)) {}

faulty_store::~faulty_store() {
  while (step()) {
  }
  state_->drop_all();
}

void faulty_store::open() {
  state_->kept_in->open();
  const std::lock_guard lock(state_->mutex);
  state_->dead = false;
}

void faulty_store::submit(work what, done then) {
  state::entry added;
  added.what = std::move(what);
  added.then = std::move(then);
  state_->submit(std::move(added));
}

void faulty_store::submit_reading(work what, done then) {
  state::entry added;
  added.what = std::move(what);
  added.then = std::move(then);
  added.reading = true;
  state_->submit(std::move(added));
}

bool faulty_store::step() {
  state::entry taken;
  bool crashes = false;
  bool commits = true;
  {
    const std::lock_guard lock(state_->mutex);
    if (state_->queue.empty() || state_->queue.front().due > state_->clock->now()) return false;
    taken = std::move(state_->queue.front());
    state_->queue.pop_front();
    if (!taken.reading) {
      crashes = state_->luck.chance(state_->plan.crash_at_transaction);
      commits = !crashes || state_->luck.chance(0.5);
    }
  }
  std::exception_ptr error;
  if (commits) error = state_->attempt(std::move(taken.what), taken.reading);
  taken.what = nullptr;
  if (commits && !error && state_->committed) state_->committed();
  if (crashes) {
    state_->drop_all();
  } else {
    taken.then(error);
  }
  return true;
}

void faulty_store::crash() {
  state_->drop_all();
}

bool faulty_store::crashed() const {
  const std::lock_guard lock(state_->mutex);
  return state_->dead;
}

void faulty_store::set_full(bool full) {
  state_->is_full = full;
}

void faulty_store::calm() {
  const std::lock_guard lock(state_->mutex);
  state_->plan = faults();
  state_->is_full = false;
}

std::size_t faulty_store::failures() const noexcept {
  return state_->failures;
}

void faulty_store::on_commit(std::function<void()> call) {
  state_->committed = std::move(call);
}

}  // namespace mynah::testkit
