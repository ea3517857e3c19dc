// SPDX-License-Identifier: Apache-2.0
#include "socket_mode.hpp"

#include <algorithm>
#include <optional>
#include <vector>

#include "net/backoff.hpp"
#include "net/condition.hpp"
#include "net/counted_notice.hpp"
#include "net/sleep.hpp"
#include "net/task_group.hpp"
#include "net/websocket.hpp"
#include "net/with_deadline.hpp"

#include "json_fields.hpp"

// g++ 12 inlines a coroutine frame's allocation but not its release, and takes them for a mismatch.
#if defined(__GNUC__) && !defined(__clang__) && __GNUC__ < 13
#pragma GCC diagnostic ignored "-Wmismatched-new-delete"
#endif

namespace mynah::slack {

namespace {

using nlohmann::json;
using std::chrono::milliseconds;
using std::chrono::seconds;

constexpr std::uint16_t normal_closure = 1000;
// Slack closes a connection about 10 s after the warning. One that it forgets is closed by us.
constexpr seconds longest_farewell{60};
constexpr seconds closing_limit{1};
// A peer that greets and hangs up must not be met in a tight loop.
constexpr seconds healthy{10};
constexpr milliseconds first_delay{500};
constexpr seconds longest_delay{60};
// Somebody has to switch Socket Mode on again.
constexpr std::chrono::minutes disabled_delay{5};

/// One WebSocket.
class link {
 public:
  link(net::websocket opened, const boost::asio::any_io_executor& executor)
      : socket(std::move(opened)), changed(executor) {}

  net::websocket socket;
  net::condition changed;  ///< it is to be replaced, or over
  bool is_leaving = false;
  bool is_over = false;
  disconnect_reason reason = disconnect_reason::refresh_requested;
};

}  // namespace

class socket_mode::impl : public std::enable_shared_from_this<socket_mode::impl> {
 public:
  impl(boost::asio::any_io_executor executor, std::shared_ptr<mynah::clock> clock, logger log,
       std::shared_ptr<web_api> api, socket_mode_options options, receiver take, ended end)
      : executor_(std::move(executor)),
        clock_(std::move(clock)),
        log_(std::move(log)),
        api_(std::move(api)),
        options_(std::move(options)),
        take_(std::move(take)),
        end_(std::move(end)),
        group_(executor_, log_),
        released_(executor_) {}

  task<result<void>> start();
  task<void> stop();
  void hold(bool full) {
    held_ = full;
    if (!full) released_.notify_all();
  }
  [[nodiscard]] std::size_t connections() const noexcept { return links_.size(); }
  // The members hold this object.
  void abandon() {
    stopping_ = true;
    for (const auto& each : links_) each->socket.abort();
    group_.cancel();
  }

 private:
  task<result<std::shared_ptr<link>>> open();
  task<result<net::websocket>> dial();
  task<result<void>> greeted(net::websocket& by);
  task<void> keep(std::shared_ptr<impl> self, std::shared_ptr<link> first, std::uint64_t seed);
  task<void> serve(std::shared_ptr<impl> self, std::shared_ptr<link> by);
  task<void> watch(std::shared_ptr<impl> self, std::shared_ptr<link> over);
  task<void> close(std::shared_ptr<impl> self, std::shared_ptr<link> gone);
  void take(const std::shared_ptr<link>& by, const net::websocket_message& message);
  void disconnect(link& by, disconnect_reason reason);
  void start_serving(const std::shared_ptr<link>& by);
  [[nodiscard]] std::optional<milliseconds> pause_before(const link& lost, net::backoff& delays,
                                                         mynah::clock::time_point since,
                                                         int& short_lives) const;

  boost::asio::any_io_executor executor_;
  std::shared_ptr<mynah::clock> clock_;
  net::counted_notice unread_;
  logger log_;
  std::shared_ptr<web_api> api_;
  socket_mode_options options_;
  receiver take_;
  ended end_;
  net::task_group group_;
  net::condition released_;
  std::vector<std::shared_ptr<link>> links_;
  bool held_ = false;
  bool stopping_ = false;
};

task<result<void>> socket_mode::impl::start() {
  const result<std::shared_ptr<link>> first = co_await open();
  if (first.has_error()) co_return first.error();
  if (stopping_) co_return failure(errc::closed);
  for (std::size_t i = 0; i < std::max<std::size_t>(options_.connections, 1); ++i) {
    const std::shared_ptr<link> given = i == 0 ? *first : nullptr;
    if (given != nullptr) start_serving(given);
    group_.spawn("keeping a connection", keep(shared_from_this(), given, options_.seed + i));
  }
  co_return result<void>();
}

task<void> socket_mode::impl::stop() {
  stopping_ = true;
  hold(false);
  const std::vector<std::shared_ptr<link>> open_ones = links_;
  net::task_group closing(executor_, log_);
  for (const auto& each : open_ones) closing.spawn("closing", close(shared_from_this(), each));
  const bool closed = co_await closing.join_for(*clock_, closing_limit * 2);
  if (!closed) closing.cancel();
  group_.cancel();
  co_await group_.join();
}

// A URL of Slack's is good for one connection: each try asks for another.
task<result<net::websocket>> socket_mode::impl::dial() {
  const result<json> answer = co_await api_->call("apps.connections.open", options_.app_token);
  if (answer.has_error()) co_return answer.error();
  net::websocket_limits limits;
  limits.connect = options_.connect_limit;
  limits.upgrade = options_.connect_limit;
  const std::string url(text_in(*answer, "url"));
  result<net::websocket> opened =
      co_await net::connect_websocket(*clock_, url, options_.tls, limits);
  co_return std::move(opened);
}

task<result<void>> socket_mode::impl::greeted(net::websocket& by) {
  for (;;) {
    const result<net::websocket_message> got = co_await by.read();
    if (got.has_error()) co_return got.error();
    const result<envelope> read = parse_envelope(got->bytes);
    if (read.has_error()) continue;
    if (read->type == envelope_type::hello) {
      log_.debug("Slack says hello", {{"connections", std::to_string(read->connections)},
                                      {"life", std::to_string(read->connection_life.count())}});
      co_return result<void>();
    }
    if (read->type != envelope_type::disconnect) continue;
    if (read->reason == disconnect_reason::too_many_websockets) {
      failure later(errc::throttled, "Slack says that the app has too many connections");
      later.retry_after(seconds(20));
      co_return later;
    }
    if (read->reason == disconnect_reason::link_disabled) {
      failure later(errc::throttled, "Socket Mode is switched off for the app");
      later.retry_after(disabled_delay);
      co_return later;
    }
    co_return failure(errc::closed, "Slack ended the connection before it said hello");
  }
}

task<result<std::shared_ptr<link>>> socket_mode::impl::open() {
  result<net::websocket> opened = co_await dial();
  if (opened.has_error()) co_return opened.error();
  auto made = std::make_shared<link>(std::move(*opened), executor_);
  const result<void> hello = co_await net::with_deadline(
      *clock_, options_.hello_limit, greeted(made->socket), "waiting for Slack's hello");
  if (hello.has_error()) co_return hello.error();
  co_return std::move(made);
}

void socket_mode::impl::start_serving(const std::shared_ptr<link>& by) {
  links_.push_back(by);
  group_.spawn("reading a connection", serve(shared_from_this(), by));
  group_.spawn("watching a connection", watch(shared_from_this(), by));
}

// How long to wait before a lost connection is opened again; nothing: not at all.
std::optional<milliseconds> socket_mode::impl::pause_before(const link& lost, net::backoff& delays,
                                                            mynah::clock::time_point since,
                                                            int& short_lives) const {
  if (lost.reason == disconnect_reason::link_disabled) return disabled_delay;
  if (lost.reason == disconnect_reason::too_many_websockets) {
    delays.throttled();
    return delays.next();
  }
  // The first one after a good one is opened at once.
  if (clock_->now() - since >= healthy || ++short_lives == 1) return std::nullopt;
  return delays.next();
}

// Sees to it that there is one connection, as long as this lives.
task<void> socket_mode::impl::keep(std::shared_ptr<impl> self, std::shared_ptr<link> first,
                                   std::uint64_t seed) {
  net::backoff delays(first_delay, longest_delay, seed, healthy);
  int short_lives = 0;
  std::shared_ptr<link> current = std::move(first);
  while (!self->stopping_) {
    if (current == nullptr) {
      result<std::shared_ptr<link>> opened = co_await self->open();
      if (self->stopping_) co_return;
      if (opened.has_error()) {
        const failure& why = opened.error();
        if (is_permanent(why.code())) {
          self->end_(why);
          co_return;
        }
        const milliseconds pause = std::max(why.retry_after(), delays.next());
        self->log_.warning("no connection to Slack",
                           {{"reason", why.describe()},
                            {"next try in ms", std::to_string(pause.count())},
                            {"others", std::to_string(self->links_.size())}});
        co_await net::sleep_for(*self->clock_, pause);
        continue;
      }
      current = std::move(*opened);
      self->start_serving(current);
      self->log_.info("connected", {{"connections", std::to_string(self->links_.size())}});
    }
    const mynah::clock::time_point since = self->clock_->now();
    delays.connected(since);
    while (!current->is_leaving && !current->is_over && !self->stopping_) {
      co_await current->changed.wait();
    }
    if (self->stopping_) co_return;
    delays.lost(self->clock_->now());
    if (self->clock_->now() - since >= healthy) short_lives = 0;
    const std::optional<milliseconds> pause =
        self->pause_before(*current, delays, since, short_lives);
    current = nullptr;
    if (pause) co_await net::sleep_for(*self->clock_, *pause);
  }
}

task<void> socket_mode::impl::serve(std::shared_ptr<impl> self, std::shared_ptr<link> by) {
  failure why;
  for (;;) {
    while (self->held_) co_await self->released_.wait();
    const result<net::websocket_message> got = co_await by->socket.read();
    if (got.has_error()) {
      why = got.error();
      break;
    }
    self->take(by, *got);
    while (!self->held_) {
      const std::optional<net::websocket_message> more = by->socket.read_now();
      if (!more) break;
      self->take(by, *more);
    }
  }
  by->is_over = true;
  std::erase(self->links_, by);
  by->changed.notify_all();
  if (self->stopping_) co_return;
  const bool expected = by->is_leaving;
  if (expected) {
    self->log_.debug("Slack closed a connection that it had announced to close");
  } else {
    self->log_.warning("a connection to Slack was lost", {{"reason", why.describe()}});
  }
  // Slack does not close TCP after the closing handshake.
  by->socket.abort();
}

// A connection can die without a word.
task<void> socket_mode::impl::watch(std::shared_ptr<impl> self, std::shared_ptr<link> over) {
  const milliseconds step = self->options_.ping_every.count() != 0 ? self->options_.ping_every
                                                                   : self->options_.silence_limit;
  std::optional<mynah::clock::time_point> leaving_since;
  while (!over->is_over && !self->stopping_) {
    co_await net::sleep_for(*self->clock_, step);
    if (over->is_over || self->stopping_) co_return;
    const auto now = self->clock_->now();
    if (over->is_leaving && !leaving_since) leaving_since = now;
    if (leaving_since && now - *leaving_since >= longest_farewell) {
      co_await over->socket.close(normal_closure, closing_limit);
      co_return;
    }
    // Nothing is read while the bot has enough.
    if (!self->held_ && now - over->socket.last_received() > self->options_.silence_limit) {
      self->log_.warning("a connection to Slack is silent, giving it up");
      over->socket.abort();
      co_return;
    }
    if (self->options_.ping_every.count() != 0) over->socket.ping();
  }
}

task<void> socket_mode::impl::close(std::shared_ptr<impl> self, std::shared_ptr<link> gone) {
  static_cast<void>(self);
  co_await gone->socket.close(normal_closure, closing_limit);
}

void socket_mode::impl::disconnect(link& by, disconnect_reason reason) {
  by.is_leaving = true;
  by.reason = reason;
  const char* word = "asks to connect anew";
  switch (reason) {
    case disconnect_reason::too_many_websockets:
      word = "says that the app has too many connections";
      break;
    case disconnect_reason::link_disabled:
      word = "says that Socket Mode was switched off for the app";
      break;
    case disconnect_reason::warning:
    case disconnect_reason::refresh_requested:
    case disconnect_reason::other:
      break;
  }
  const bool is_usual =
      reason == disconnect_reason::warning || reason == disconnect_reason::refresh_requested;
  log_.log(is_usual ? log_level::debug : log_level::warning, std::string("Slack ") + word);
  by.changed.notify_all();
}

void socket_mode::impl::take(const std::shared_ptr<link>& by,
                             const net::websocket_message& message) {
  result<envelope> read = parse_envelope(message.bytes);
  if (read.has_error() || !message.is_text) {
    // It may have been a command.
    if (const auto count = unread_.add(clock_->now())) {
      log_.warning(
          "Slack sent something that is no envelope",
          {{"bytes", std::to_string(message.bytes.size())}, {"count", std::to_string(*count)}});
    }
    return;
  }
  if (read->type == envelope_type::disconnect) {
    disconnect(*by, read->reason);
    return;
  }
  if (read->envelope_id.empty()) return;
  const bool takes_answer = read->accepts_response_payload;
  auto answer = [home = weak_from_this(), to = std::weak_ptr<link>(by), takes_answer,
                 id = std::move(read->envelope_id)](const json* given) {
    const auto self = home.lock();
    const auto where = to.lock();
    // It will come again by another connection.
    if (self == nullptr || where == nullptr || where->is_over) return;
    const acknowledgement made = acknowledge(id, takes_answer ? given : nullptr);
    if (!made.is_complete) {
      self->log_.warning("an answer was too long to go with an acknowledgement");
    }
    const result<void> queued = where->socket.post_text(made.text);
    if (queued.has_error()) {
      self->log_.debug("an acknowledgement was not sent", {{"reason", queued.error().describe()}});
    }
  };
  take_(arrival(read->type, std::move(read->payload), std::move(answer)));
}

socket_mode::socket_mode(boost::asio::any_io_executor executor, std::shared_ptr<mynah::clock> clock,
                         logger log, std::shared_ptr<web_api> api, socket_mode_options options,
                         receiver take, ended end)
    : impl_(std::make_shared<impl>(std::move(executor), std::move(clock), std::move(log),
                                   std::move(api), std::move(options), std::move(take),
                                   std::move(end))) {}

socket_mode::~socket_mode() {
  impl_->abandon();
}

task<result<void>> socket_mode::start() {
  return impl_->start();
}

task<void> socket_mode::stop() {
  return impl_->stop();
}

void socket_mode::hold(bool full) {
  impl_->hold(full);
}

std::size_t socket_mode::connections() const noexcept {
  return impl_->connections();
}

}  // namespace mynah::slack
