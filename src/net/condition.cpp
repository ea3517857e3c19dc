// SPDX-License-Identifier: Apache-2.0
#include "net/condition.hpp"

#include <mutex>
#include <utility>
#include <vector>

#include <boost/asio/any_completion_handler.hpp>
#include <boost/asio/associated_cancellation_slot.hpp>
#include <boost/asio/async_result.hpp>
#include <boost/asio/error.hpp>
#include <boost/asio/execution/context.hpp>
#include <boost/asio/execution_context.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/query.hpp>
#include <boost/asio/use_awaitable.hpp>

namespace mynah::net {

namespace asio = boost::asio;

using handler_type = asio::any_completion_handler<void(boost::system::error_code)>;

/// Lives in the frame of `wait`; linked while the handler is with us.
class condition::waiter {
 public:
  explicit waiter(condition& owner) noexcept : owner_(&owner) {}
  waiter(const waiter&) = delete;
  waiter& operator=(const waiter&) = delete;
  // The frame may go away while suspended, when its execution context does.
  ~waiter() { unlink(); }

  void start(handler_type handler) {
    auto slot = asio::get_associated_cancellation_slot(handler);
    // Not an assignment: Boost 1.81 recurses for ever in it.
    handler_.swap(handler);
    owner_->append(*this);
    linked_ = true;
    if (slot.is_connected()) {
      slot.assign([self = this](asio::cancellation_type type) mutable {
        if (type == asio::cancellation_type::none || self == nullptr) return;
        std::exchange(self, nullptr)->complete(asio::error::operation_aborted);
      });
    }
  }

  /// Ends the wait for a reason other than its cancellation.
  void wake(boost::system::error_code code) {
    auto slot = asio::get_associated_cancellation_slot(handler_);
    if (slot.is_connected()) slot.clear();
    complete(code);
  }

  [[nodiscard]] handler_type take() noexcept {
    unlink();
    return std::move(handler_);
  }

 private:
  friend class condition;

  void unlink() noexcept {
    if (linked_) owner_->remove(*this);
    linked_ = false;
  }

  void complete(boost::system::error_code code) {
    // The owner may be destroyed by what follows.
    const asio::any_io_executor executor = owner_->executor_;
    asio::post(executor, [handler = take(), code]() mutable { std::move(handler)(code); });
  }

  condition* owner_;
  waiter* next_ = nullptr;
  waiter* previous_ = nullptr;
  bool linked_ = false;
  handler_type handler_;
};

/// Knows the conditions of one execution context, so that a context that goes away takes the
/// waiting coroutines along. They would leak otherwise: a frame owns the state that holds its
/// handler, and the handler owns the frame.
class condition::service final : public asio::execution_context::service {
 public:
  using key_type = service;
  static asio::execution_context::id id;

  explicit service(asio::execution_context& context) : asio::execution_context::service(context) {}

  void add(condition& added) noexcept {
    const std::scoped_lock lock(mutex_);
    added.next_registered_ = first_;
    if (first_ != nullptr) first_->previous_registered_ = &added;
    first_ = &added;
  }

  void remove(condition& gone) noexcept {
    const std::scoped_lock lock(mutex_);
    unlink(gone);
  }

 private:
  void unlink(condition& gone) noexcept {
    if (gone.previous_registered_ != nullptr) {
      gone.previous_registered_->next_registered_ = gone.next_registered_;
    } else {
      first_ = gone.next_registered_;
    }
    if (gone.next_registered_ != nullptr) {
      gone.next_registered_->previous_registered_ = gone.previous_registered_;
    }
    gone.next_registered_ = nullptr;
    gone.previous_registered_ = nullptr;
  }

  void shutdown() override {
    // One at a time: dropping the waiters of one may destroy others.
    for (;;) {
      condition* dropped = nullptr;
      {
        const std::scoped_lock lock(mutex_);
        dropped = first_;
        if (dropped == nullptr) return;
        unlink(*dropped);
        dropped->service_ = nullptr;
      }
      dropped->drop_waiters();
    }
  }

  std::mutex mutex_;
  condition* first_ = nullptr;
};

asio::execution_context::id condition::service::id;

condition::condition(const asio::any_io_executor& executor)
    : executor_(executor),
      service_(&asio::use_service<service>(asio::query(executor, asio::execution::context))) {
  service_->add(*this);
}

condition::~condition() {
  if (service_ != nullptr) service_->remove(*this);
  while (first_ != nullptr) first_->wake(asio::error::operation_aborted);
}

task<void> condition::wait() {
  waiter node(*this);
  co_await asio::async_initiate<const asio::use_awaitable_t<>&, void(boost::system::error_code)>(
      [&node](auto&& handler) { node.start(std::forward<decltype(handler)>(handler)); },
      asio::use_awaitable);
  // Nothing here may touch the condition: it can be gone by now.
}

void condition::notify_one() {
  if (first_ != nullptr) first_->wake({});
}

void condition::notify_all() {
  while (first_ != nullptr) first_->wake({});
}

void condition::append(waiter& added) noexcept {
  added.previous_ = last_;
  if (last_ != nullptr) {
    last_->next_ = &added;
  } else {
    first_ = &added;
  }
  last_ = &added;
}

void condition::remove(waiter& gone) noexcept {
  if (gone.previous_ != nullptr) {
    gone.previous_->next_ = gone.next_;
  } else {
    first_ = gone.next_;
  }
  if (gone.next_ != nullptr) {
    gone.next_->previous_ = gone.previous_;
  } else {
    last_ = gone.previous_;
  }
  gone.next_ = nullptr;
  gone.previous_ = nullptr;
}

void condition::drop_waiters() noexcept {
  // All handlers first: destroying one may destroy this condition.
  std::vector<handler_type> dropped;
  while (first_ != nullptr) dropped.push_back(first_->take());
}

}  // namespace mynah::net
