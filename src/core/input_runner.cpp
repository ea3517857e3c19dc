// SPDX-License-Identifier: Apache-2.0
#include <mynah/duration.hpp>

#include "core/input_runner.hpp"

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/system/system_error.hpp>

#include "net/sleep.hpp"
#include "net/thrown_text.hpp"
#include "net/with_deadline.hpp"

namespace mynah::core {

namespace {

constexpr std::chrono::seconds flush_bound{5};
constexpr std::chrono::seconds close_bound{5};

bool aborted(const boost::system::system_error& error) {
  return error.code() == boost::asio::error::operation_aborted;
}

// What an exception from a plugin means: nothing it throws ends the bot.
failure failure_of(const std::exception_ptr& thrown) {
  try {
    std::rethrow_exception(thrown);
  } catch (const boost::system::system_error& error) {
    return {error.code(), error.what()};
  } catch (...) {
    return {errc::protocol, net::thrown_text(thrown)};
  }
}

}  // namespace

input_runner::input_runner(std::string name, std::unique_ptr<mynah::input> input,
                           std::shared_ptr<pipeline> home, std::shared_ptr<clock> clock, logger log,
                           std::uint64_t seed)
    : name_(std::move(name)),
      input_(std::move(input)),
      home_(std::move(home)),
      clock_(std::move(clock)),
      log_(std::move(log)),
      delays_(std::chrono::seconds(1), std::chrono::seconds(60), seed),
      changed_(home_->strand()) {}

void input_runner::start(std::function<void()> on_end_of_input, std::function<void()> ended) {
  on_end_of_input_ = std::move(on_end_of_input);
  auto done = [self = shared_from_this(), ended = std::move(ended)](std::exception_ptr thrown) {
    if (thrown) self->failed_ = failure_of(thrown);
    self->ended_ = true;
    ended();
  };
  boost::asio::co_spawn(home_->strand(), run(),
                        boost::asio::bind_cancellation_slot(cancel_.slot(), std::move(done)));
}

void input_runner::stop_reading() {
  if (stopping_) return;
  stopping_ = true;
  cancel_.emit(boost::asio::cancellation_type::terminal);
}

void input_runner::release() {
  released_ = true;
  changed_.notify_all();
}

task<void> input_runner::run() {
  try {
    co_await connect_and_read();
  } catch (const boost::system::system_error& error) {
    if (!aborted(error)) failed_ = failure(error.code(), error.what());
  } catch (...) {
    failed_ = failure_of(std::current_exception());
  }
  // A cancelled coroutine throws at every wait until its state is reset, and closing waits.
  co_await boost::asio::this_coro::reset_cancellation_state(
      [](boost::asio::cancellation_type) { return boost::asio::cancellation_type::none; });
  if (failed_) {
    home_->set_input_state(name_, "failed", failed_->message());
    log_.error("gave up", {{"reason", failed_->describe()}});
  }
  try {
    co_await finish();
  } catch (...) {
    log_.warning("closing failed", {{"reason", failure_of(std::current_exception()).describe()}});
  }
  if (!failed_) home_->set_input_state(name_, "stopped", "");
}

task<void> input_runner::connect_and_read() {
  bool started = false;
  bool was_online = false;
  while (!stopping_) {
    home_->set_input_state(name_, "starting", "");
    std::optional<failure> lost;
    try {
      if (!started) {
        result<void> login = co_await input_->start();
        if (login.has_error()) {
          lost = login.error();
        } else {
          started = true;
        }
      }
      if (started) {
        result<std::unique_ptr<conn>> opened = co_await input_->stream();
        if (opened.has_error()) {
          lost = opened.error();
        } else {
          connection_ = std::move(*opened);
          live_ = std::make_shared<live_connection>(*connection_);
          home_->outbox_of(name_).attach(*connection_);
          home_->set_input_connection(name_, connection_.get());
          home_->set_input_state(name_, "online", "");
          log_.info("online");
          was_online = true;
          delays_.connected(clock_->now());
          lost = co_await read(*connection_);
          if (!lost) co_return;  // ended in order; the connection still takes answers
        }
      }
    } catch (const boost::system::system_error& error) {
      if (stopping_ && aborted(error)) throw;
      lost = failure(error.code(), error.what());
    } catch (...) {
      lost = failure_of(std::current_exception());
    }
    if (!lost) continue;
    if (connection_ != nullptr) {
      delays_.lost(clock_->now());
      co_await drop();
    }
    const failure why = *lost;
    // It was right before: it is being renewed, or somebody is in the way for a while.
    const bool passes = was_online && why.code() == errc::certificate_rejected;
    if (is_permanent(why.code()) && !passes) {
      failed_ = why;
      co_return;
    }
    if (passes)
      log_.error("the server's certificate is not right any more", {{"reason", why.describe()}});
    co_await wait_before_retry(why);
  }
}

// Reads until the connection is lost, or an input that ends has ended: then there is no failure.
task<std::optional<failure>> input_runner::read(conn& connection) {
  while (true) {
    if (!input_->ends_bot()) read_what_is_here(connection);
    result<event> next = co_await connection.recv();
    if (next.has_error()) {
      const failure why = next.error();
      if (input_->ends_bot() && why.code() == errc::closed) {
        home_->open_questions().input_ended(name_);
        on_end_of_input_();
        co_return std::nullopt;
      }
      co_return why;
    }
    home_->on_event(std::move(*next), live_);
    // A script or a pipe can wait for its answers. A network cannot: it wants to be read.
    if (input_->ends_bot()) {
      co_await home_->records().caught_up();
      co_await home_->outbox_of(name_).caught_up();
    }
  }
}

void input_runner::read_what_is_here(conn& connection) {
  while (!stopping_) {
    std::optional<event> next = connection.recv_now();
    if (!next) return;
    home_->on_event(std::move(*next), live_);
  }
}

// The connection stays ours until nothing uses it, so that being cancelled here loses nothing.
task<void> input_runner::drop() {
  live_->connection = nullptr;
  home_->set_input_connection(name_, nullptr);
  outbox& waiting = home_->outbox_of(name_);
  result<void> closed = co_await net::with_deadline(*clock_, close_bound, connection_->close());
  if (closed.has_error()) log_.debug("closing", {{"reason", closed.error().describe()}});
  co_await waiting.detach();
  connection_.reset();
}

task<void> input_runner::wait_before_retry(const failure& why) {
  if (why.code() == errc::throttled) delays_.throttled();
  const auto delay = delays_.next();
  const std::string shown = format_duration(delay);
  home_->set_input_state(name_, "waiting", why.message());
  log_.warning("not connected; trying again", {{"reason", why.describe()}, {"in", shown}});
  co_await net::sleep_for(*clock_, delay);
}

task<void> input_runner::finish() {
  if (connection_ != nullptr) {
    // The answers of commands that still run go out through this connection.
    while (!released_) co_await changed_.wait();
    outbox& waiting = home_->outbox_of(name_);
    result<void> flushed = co_await net::with_deadline(*clock_, flush_bound, waiting.flushed());
    if (waiting.waiting() != 0) {
      log_.warning("messages are left unsent", {{"count", std::to_string(waiting.waiting())}});
    }
    co_await drop();
  }
  result<void> stopped = co_await net::with_deadline(*clock_, close_bound, input_->stop());
  if (stopped.has_error()) log_.warning("stopping", {{"reason", stopped.error().describe()}});
}

}  // namespace mynah::core
