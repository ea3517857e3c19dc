// SPDX-License-Identifier: Apache-2.0
#include "connection.hpp"

#include <array>
#include <optional>
#include <utility>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/dispatch.hpp>
#include <boost/asio/this_coro.hpp>

#include "description.hpp"
#include "net/armed_timer.hpp"
#include "net/condition.hpp"
#include "net/mailbox.hpp"
#include "net/task_group.hpp"
#include "net/with_deadline.hpp"
#include "send_queue.hpp"
#include "server_failures.hpp"
#include "session.hpp"

// g++ 12 inlines a coroutine frame's allocation but not its release, and takes them for a mismatch.
#if defined(__GNUC__) && !defined(__clang__) && __GNUC__ < 13
#pragma GCC diagnostic ignored "-Wmismatched-new-delete"
#endif

namespace mynah::irc {

namespace asio = boost::asio;

namespace {

// Events wait here only while the bot is busy or stopping; beyond this they are dropped.
constexpr std::size_t most_events = 1024;
constexpr std::chrono::milliseconds close_limit{500};
constexpr std::chrono::seconds query_limit{30};

/// Withdraws what is left of a reply when nobody waits for it any more.
class withdrawal {
 public:
  explicit withdrawal(std::shared_ptr<delivery> of) noexcept : of_(std::move(of)) {}
  withdrawal(const withdrawal&) = delete;
  withdrawal& operator=(const withdrawal&) = delete;
  ~withdrawal() { of_->withdrawn = true; }

 private:
  std::shared_ptr<delivery> of_;
};

}  // namespace

/// Kept alive by its reader and writer and by the connection.
class connection::impl final : public enquiries,
                               public std::enable_shared_from_this<connection::impl> {
 public:
  impl(const asio::any_io_executor& executor, std::shared_ptr<mynah::clock> clock, logger log,
       net::stream opened, const connection_options& options, const net::connect_options& where,
       std::shared_ptr<sts_policies> policies)
      : executor_(executor),
        clock_(std::move(clock)),
        log_(std::move(log)),
        stream_(std::move(opened)),
        host_(where.host),
        port_(where.port),
        policies_(std::move(policies)),
        description_(where.peer(), stream_.tls_version()),
        session_(for_connection(options.who, where.tls.has_value()), log_),
        queue_(pace(options.burst, options.interval)),
        goodbye_limit_(options.goodbye_limit),
        events_(executor, most_events),
        queued_(executor),
        changed_(executor),
        tasks_(executor, log_) {}

  void start() {
    session_.start(clock_->now());
    after_session();
    tasks_.spawn("reader", read(shared_from_this()));
    tasks_.spawn("writer", write(shared_from_this()));
  }

  task<result<void>> online() {
    while (!session_.online() && !failure_) co_await changed_.wait();
    if (failure_) co_return *failure_;
    co_return result<void>();
  }

  task<result<event>> recv() {
    result<event> next = co_await events_.recv();
    if (next.has_error() && failure_) co_return *failure_;
    co_return next;
  }

  task<result<receipt>> send(const outgoing& message) {
    if (failure_) co_return *failure_;
    const result<std::vector<std::string>> lines = session_.say(message.to.room, message.body);
    if (lines.has_error()) co_return lines.error();
    const auto ticket = std::make_shared<delivery>();
    const withdrawal on_leaving(ticket);
    for (const std::string& line : *lines) queue_.push(message.to.room, line, ticket);
    queued_.notify_all();
    while (ticket->left > 0 && !failure_) co_await changed_.wait();
    if (ticket->left > 0) co_return *failure_;
    co_return receipt();
  }

  task<result<std::vector<message>>> ask(std::string line,
                                         std::vector<std::string> about) override {
    if (failure_) co_return failure(errc::closed, "the connection is lost");
    const auto asked = std::make_shared<query>(std::move(line), std::move(about));
    session_.ask(asked);
    const enquiry on_leaving(shared_from_this(), asked);
    after_session();
    const result<void> answered =
        co_await net::with_deadline(*clock_, query_limit, answer_to(asked), "asking the server");
    if (answered.has_error()) co_return answered.error();
    if (asked->refused) co_return *asked->refused;
    co_return std::move(asked->answers);
  }

  task<void> close() {
    if (!failure_) {
      session_.quit("stopped");
      after_session();
      (void)co_await net::with_deadline(*clock_, goodbye_limit_, ended_by_server());
    }
    end(failure(errc::closed, "left"));
    tasks_.cancel();
    co_await tasks_.join();
    co_await stream_.close(*clock_, close_limit);
  }

  void abort() noexcept {
    end(failure(errc::closed, "dropped"));
    stream_.abort();
    tasks_.cancel();
  }

  [[nodiscard]] bool ended() const noexcept { return failure_.has_value(); }
  [[nodiscard]] std::string describe() const { return description_.text(); }

 private:
  static session_options for_connection(session_options who, bool secure) {
    who.secure = secure;
    return who;
  }

  static task<void> read(std::shared_ptr<impl> self) {
    std::array<char, 4096> buffer;
    while (!self->failure_) {
      const result<std::size_t> got =
          co_await self->stream_.read_some(buffer.data(), buffer.size());
      if (got.has_error()) {
        self->end(got.error());
        co_return;
      }
      self->session_.receive(std::string_view(buffer.data(), *got), self->clock_->now());
      self->after_session();
    }
  }

  static task<void> write(std::shared_ptr<impl> self) {
    while (!self->failure_) {
      const auto ready = self->queue_.ready_at();
      const auto now = self->clock_->now();
      if (ready <= now) {
        const queued_line line = self->queue_.pop(now);
        const result<void> written = co_await self->stream_.write_all(line.text);
        if (written.has_error()) {
          self->end(written.error());
          co_return;
        }
        if (line.of && --line.of->left == 0) self->changed_.notify_all();
        continue;
      }
      // Woken by the next line, or when the pace allows it.
      std::optional<net::armed_timer> timer;
      if (ready != mynah::clock::time_point::max()) {
        timer.emplace(*self->clock_, ready,
                      self->on_strand([](impl& alive) { alive.queued_.notify_all(); }));
      }
      co_await self->queued_.wait();
    }
  }

  /// Withdraws a query when nobody waits for it any more.
  class enquiry {
   public:
    enquiry(std::shared_ptr<impl> with, std::shared_ptr<query> asked) noexcept
        : with_(std::move(with)), asked_(std::move(asked)) {}
    enquiry(const enquiry&) = delete;
    enquiry& operator=(const enquiry&) = delete;
    ~enquiry() {
      with_->session_.forget(asked_);
      if (!with_->failure_) with_->after_session();
    }

   private:
    std::shared_ptr<impl> with_;
    std::shared_ptr<query> asked_;
  };

  task<result<void>> answer_to(std::shared_ptr<query> asked) {
    while (!asked->answered && !failure_) co_await changed_.wait();
    if (!asked->answered) co_return failure(errc::closed, "the connection is lost");
    co_return result<void>();
  }

  task<void> ended_by_server() {
    while (!failure_) co_await changed_.wait();
  }

  /// What a timer does, on our executor, if we are still there.
  std::function<void()> on_strand(void (*action)(impl&)) {
    return [executor = executor_, weak = weak_from_this(), action] {
      asio::dispatch(executor, [weak, action] {
        if (const auto alive = weak.lock()) action(*alive);
      });
    };
  }

  // Carries on what the session came to: lines, events, timer, end.
  void after_session() {
    for (auto& line : session_.take_lines()) {
      if (line.urgent) {
        queue_.push_urgent(std::move(line.text));
      } else {
        queue_.push({}, std::move(line.text));
      }
    }
    if (!queue_.empty()) queued_.notify_all();
    if (session_.take_answered()) changed_.notify_all();
    for (event& each : session_.take_events()) {
      // Nobody waits for these.
      if (each.type == event_type::raw && events_.size() >= most_events / 2) continue;
      if (!events_.try_push(std::move(each))) ++dropped_events_;
    }
    if (dropped_events_ > 0 && events_.size() < most_events) {
      const std::string count = std::to_string(dropped_events_);
      log_.warning("events were dropped, the bot did not take them", {{"count", count}});
      dropped_events_ = 0;
    }
    follow_sts();
    description_.update(session_.how_it_stands());
    if (session_.failed()) {
      end(*session_.failed());
      return;
    }
    if (session_.online() != was_online_) {
      was_online_ = session_.online();
      changed_.notify_all();
    }
    arm();
  }

  void follow_sts() {
    const sts_offer& told = session_.sts();
    if (!policies_) return;
    if (told.port) policies_->ask_for_tls(host_, *told.port);
    if (told.duration && told.duration != kept_for_) {
      kept_for_ = told.duration;
      policies_->keep(host_, port_, *kept_for_);
    }
  }

  void arm() {
    const auto next = session_.next_tick();
    if (next == armed_for_ && timer_) return;
    armed_for_ = next;
    timer_.reset();
    if (next == mynah::clock::time_point::max()) return;
    timer_.emplace(*clock_, next, on_strand([](impl& alive) {
      alive.timer_.reset();
      if (alive.failure_) return;
      alive.session_.tick(alive.clock_->now());
      alive.after_session();
    }));
  }

  // The first reason counts. What was received before is still delivered.
  void end(failure why) {
    if (failure_) return;
    failure_ = std::move(why);
    // The time counts from here.
    if (kept_for_) policies_->keep(host_, port_, *kept_for_);
    timer_.reset();
    events_.close();
    queued_.notify_all();
    changed_.notify_all();
  }

  asio::any_io_executor executor_;
  std::shared_ptr<mynah::clock> clock_;
  logger log_;
  net::stream stream_;
  std::string host_;
  std::uint16_t port_;
  std::shared_ptr<sts_policies> policies_;  // may be null
  std::optional<std::chrono::seconds> kept_for_;
  description description_;
  session session_;
  send_queue queue_;
  std::chrono::milliseconds goodbye_limit_;
  net::mailbox<event> events_;
  net::condition queued_;   // the writer waits
  net::condition changed_;  // those wait who want to know how things stand
  net::task_group tasks_;
  std::optional<net::armed_timer> timer_;
  mynah::clock::time_point armed_for_{};
  std::optional<failure> failure_;
  bool was_online_ = false;
  std::size_t dropped_events_ = 0;
};

namespace {

using opened_connection = result<std::unique_ptr<connection>>;

task<opened_connection> log_in(std::shared_ptr<mynah::clock> clock, logger log,
                               const connection_options& options, net::connect_options where,
                               std::shared_ptr<sts_policies> policies) {
  const std::string peer = where.peer();
  result<net::stream> connected = co_await net::connect(*clock, where);
  if (connected.has_error()) co_return connected.error();

  const asio::any_io_executor executor = co_await asio::this_coro::executor;
  const auto running = std::make_shared<connection::impl>(
      executor, clock, std::move(log), std::move(*connected), options, where, std::move(policies));
  // From here on whoever leaves early ends the connection.
  auto opened = std::make_unique<connection>(running);
  running->start();
  const result<void> online = co_await net::with_deadline(
      *clock, options.registration_limit, running->online(), "logging in at " + peer);
  if (online.has_error()) {
    const failure& why = online.error();
    std::string message = why.message();
    if (why.code() != errc::timed_out) message = "logging in at " + peer + ": " + message;
    co_return failure(why.code(), message, why.remote());
  }
  co_return std::move(opened);
}

/// Within TLS from now on. False if no way is known how.
bool upgrade(net::connect_options& where, const connection_options& options, std::uint16_t port) {
  where.tls = options.upgrade;
  where.port = port;
  return where.tls.has_value();
}

// With TLS where that is configured, where the server has asked for it, and where it once said that
// it must be; and never without it again in this attempt.
task<opened_connection> try_server(std::shared_ptr<mynah::clock> clock, logger log,
                                   const connection_options& options, net::connect_options where,
                                   std::shared_ptr<sts_policies> policies) {
  const bool may_be_plain = !where.tls.has_value();
  if (may_be_plain && policies) {
    const result<std::optional<std::uint16_t>> kept = co_await policies->port_of(where.host);
    if (kept.has_error()) co_return kept.error();
    const std::optional<std::uint16_t> asked = policies->take_asked(where.host);
    const std::optional<std::uint16_t> port = *kept ? *kept : asked;
    if (port && !upgrade(where, options, *port)) {
      co_return failure(errc::certificate_rejected,
                        where.peer() + " is to be used with TLS (STS), which is not set up");
    }
  }
  const bool plain = !where.tls.has_value();
  opened_connection opened = co_await log_in(clock, log, options, where, policies);
  if (opened.has_value() || !plain || !policies) co_return std::move(opened);
  const std::optional<std::uint16_t> asked = policies->take_asked(where.host);
  if (!asked || !upgrade(where, options, *asked)) co_return std::move(opened);
  const std::string peer = where.peer();
  log.info("the server asks for TLS (STS)", {{"server", peer}});
  opened = co_await log_in(clock, log, options, where, policies);
  co_return std::move(opened);
}

}  // namespace

task<opened_connection> connection::open(std::shared_ptr<mynah::clock> clock, logger log,
                                         connection_options options,
                                         std::shared_ptr<sts_policies> policies) {
  server_failures failures;
  for (std::size_t i = 0; i < options.servers.size(); ++i) {
    opened_connection opened =
        co_await try_server(clock, log, options, options.servers[i], policies);
    if (opened.has_value()) co_return std::move(opened);
    const failure& why = opened.error();
    if (!failures.goes_on_after(why)) co_return why;
    if (i + 1 == options.servers.size()) break;
    const std::string next = options.servers[i + 1].peer();
    log.warning("trying the next server", {{"reason", why.describe()}, {"next", next}});
  }
  co_return failures.outcome();
}

connection::connection(std::shared_ptr<impl> running) noexcept : impl_(std::move(running)) {}

connection::~connection() {
  impl_->abort();
}

task<result<event>> connection::recv() {
  return impl_->recv();
}

task<result<receipt>> connection::send(const outgoing& message) {
  return impl_->send(message);
}

task<void> connection::close() {
  return impl_->close();
}

std::weak_ptr<enquiries> connection::asks() const noexcept {
  return impl_;
}

std::string connection::describe() const {
  return impl_->describe();
}

bool connection::ended() const noexcept {
  return impl_->ended();
}

}  // namespace mynah::irc
