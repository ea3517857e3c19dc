// SPDX-License-Identifier: Apache-2.0
#include "net/ask_store.hpp"

#include <exception>
#include <utility>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/this_coro.hpp>

#include "net/condition.hpp"
#include "net/thrown_text.hpp"
#include "net/with_deadline.hpp"

// g++ 12 inlines a coroutine frame's allocation but not its release, and takes them for a mismatch.
#if defined(__GNUC__) && !defined(__clang__) && __GNUC__ < 13
#pragma GCC diagnostic ignored "-Wmismatched-new-delete"
#endif

namespace mynah::net {

namespace asio = boost::asio;

namespace {

constexpr std::chrono::seconds store_limit{10};

/// Shared with the store.
class question {
 public:
  explicit question(const asio::any_io_executor& executor) : answered(executor) {}

  condition answered;
  bool done = false;
  std::exception_ptr thrown;
};

task<result<void>> answer_of(std::shared_ptr<question> asked) {
  while (!asked->done) co_await asked->answered.wait();
  co_return result<void>();
}

}  // namespace

task<result<void>> ask_store(mynah::clock& clock, std::shared_ptr<store> kept_in, store_access how,
                             store::work work, std::string doing) {
  const asio::any_io_executor executor = co_await asio::this_coro::executor;
  const auto asked = std::make_shared<question>(executor);
  auto then = [asked, executor](std::exception_ptr thrown) {
    asio::post(executor, [asked, thrown = std::move(thrown)] {
      asked->done = true;
      asked->thrown = thrown;
      asked->answered.notify_all();
    });
  };
  if (how == store_access::reading) {
    kept_in->submit_reading(std::move(work), std::move(then));
  } else {
    kept_in->submit(std::move(work), std::move(then));
  }
  const result<void> answered = co_await with_deadline(clock, store_limit, answer_of(asked), doing);
  if (answered.has_error()) co_return answered.error();
  if (asked->thrown) co_return failure(errc::closed, doing + ": " + thrown_text(asked->thrown));
  co_return result<void>();
}

}  // namespace mynah::net
