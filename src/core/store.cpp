// SPDX-License-Identifier: Apache-2.0
#include <mynah/store.hpp>

#include <condition_variable>
#include <exception>
#include <mutex>

namespace mynah {

namespace {

/// How a transaction ended, for a thread that waits for it.
class ending {
 public:
  void set(std::exception_ptr why) {
    const std::lock_guard lock(mutex_);
    why_ = std::move(why);
    known_ = true;
    changed_.notify_all();
  }

  void wait() {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [this] { return known_; });
    if (why_ != nullptr) std::rethrow_exception(std::move(why_));
  }

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  bool known_ = false;
  std::exception_ptr why_;
};

}  // namespace

bool is_permanent(store_problem problem) noexcept {
  switch (problem) {
    case store_problem::read_only:
    case store_problem::corrupt:
    case store_problem::newer:
      return true;
    case store_problem::full:
    case store_problem::busy:
    case store_problem::in_use:
    case store_problem::failed:
      break;
  }
  return false;
}

void store::write(work what) {
  // Shared, because `set` may still be on its way out when the wait is over.
  const auto end = std::make_shared<ending>();
  submit(std::move(what), [end](std::exception_ptr why) { end->set(std::move(why)); });
  end->wait();
}

void store::read(work what) {
  const auto end = std::make_shared<ending>();
  submit_reading(std::move(what), [end](std::exception_ptr why) { end->set(std::move(why)); });
  end->wait();
}

}  // namespace mynah
