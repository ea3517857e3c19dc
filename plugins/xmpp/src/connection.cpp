// SPDX-License-Identifier: Apache-2.0
#include "connection.hpp"

#include <array>
#include <functional>
#include <mutex>
#include <unordered_map>
#include <utility>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/dispatch.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/system/system_error.hpp>

#include "dialling.hpp"
#include "namespaces.hpp"
#include "net/armed_timer.hpp"
#include "net/condition.hpp"
#include "net/mailbox.hpp"
#include "net/task_group.hpp"
#include "net/with_deadline.hpp"

// g++ 12 inlines a coroutine frame's allocation but not its release, and takes them for a mismatch.
#if defined(__GNUC__) && !defined(__clang__) && __GNUC__ < 13
#pragma GCC diagnostic ignored "-Wmismatched-new-delete"
#endif

namespace mynah::xmpp {

namespace asio = boost::asio;

namespace {

// Events wait here only while the bot is busy. From `hold_at` on the server is left to wait, too;
// beyond are those of what has been read already.
constexpr std::size_t most_events = 4096;
constexpr std::size_t hold_at = 1024;
constexpr std::size_t release_at = 256;
constexpr std::chrono::milliseconds close_limit{500};
constexpr std::chrono::seconds goodbye_limit{1};
constexpr std::chrono::seconds enter_limit{30};

/// Somebody who waits for what becomes of a message.
class waiting_sender {
 public:
  explicit waiting_sender(const asio::any_io_executor& executor) : changed(executor) {}

  bool settled = false;
  std::optional<failure> refused;
  net::condition changed;
};

}  // namespace

/// Kept alive by its reader and writer and by the connection.
class connection::impl final : public exchange,
                               public std::enable_shared_from_this<connection::impl> {
 public:
  impl(const asio::any_io_executor& executor, std::shared_ptr<mynah::clock> clock, logger log,
       dialled_stream opened, std::shared_ptr<session> of, bool component)
      : executor_(executor),
        clock_(std::move(clock)),
        log_(std::move(log)),
        stream_(std::move(opened.stream)),
        parser_(std::move(opened.parser)),
        start_(opened.peer +
               (stream_.tls_version().empty() ? ", no TLS" : ", " + stream_.tls_version())),
        session_(std::move(of)),
        component_(component),
        events_(executor, most_events),
        output_(executor),
        changed_(executor),
        taken_(executor),
        tasks_(executor, log_) {}

  void start(const negotiation& how) {
    session_->connected(how, clock_->now());
    // What came in one piece with the end of the login.
    take_stanzas();
    after_session();
    tasks_.spawn("reader", read(shared_from_this()));
    tasks_.spawn("writer", write(shared_from_this()));
  }

  task<result<event>> recv() {
    acknowledge_unanswered();
    result<event> next = co_await events_.recv();
    if (next.has_error() && failure_) co_return *failure_;
    release();
    co_return next;
  }

  std::optional<event> recv_now() {
    std::optional<event> next = events_.try_recv();
    if (next) release();
    return next;
  }

  void acknowledge(std::uint64_t delivery) {
    if (failure_) return;
    session_->acknowledge(delivery);
    if (session_->has_output()) output_.notify_all();
  }

  void working(const address& where, bool is, std::string_view answers) {
    if (failure_) return;
    session_->working(where, is, answers, clock_->now());
    after_session();
  }

  task<result<receipt>> send(const outgoing& message) {
    if (failure_) co_return *failure_;
    const result<std::uint64_t> said = session_->say(message, true, clock_->now());
    if (said.has_error()) co_return said.error();
    const std::uint64_t ticket = *said;
    if (ticket == 0) co_return receipt(message.stamp);
    const std::string id = session_->id_of(ticket);
    const auto sender = std::make_shared<waiting_sender>(executor_);
    senders_[ticket] = sender;
    const forgetting on_leaving(shared_from_this(), ticket);
    after_session();
    while (!sender->settled && !failure_) co_await sender->changed.wait();
    if (sender->refused) co_return *sender->refused;
    if (!sender->settled && !session_->keeps(ticket)) co_return *failure_;
    co_return receipt(id);
  }

  bool send_now(const outgoing& message) {
    if (failure_ || !session_->can_say_now(message.to)) return false;
    const result<std::uint64_t> said = session_->say(message, false, clock_->now());
    if (said.has_error()) return false;
    output_.notify_all();
    return true;
  }

  task<result<element>> ask(std::string type, std::string to, element payload) override {
    if (failure_) co_return failure(errc::closed, "the connection is lost");
    const auto kept = std::make_shared<std::optional<result<element>>>();
    session_->ask(type, to, std::move(payload), clock_->now(), keeping(kept));
    after_session();
    co_return co_await told(kept);
  }

  task<result<void>> tell(element message) override {
    if (failure_) co_return failure(errc::closed, "the connection is lost");
    const auto kept = std::make_shared<std::optional<result<void>>>();
    session_->tell(std::move(message), clock_->now(), keeping(kept));
    after_session();
    co_return co_await told(kept);
  }

  task<result<bool>> enter(jid room, std::string password, bool make) override {
    if (failure_) co_return failure(errc::closed, "the connection is lost");
    const auto kept = std::make_shared<std::optional<result<bool>>>();
    session_->places().enter(room, std::move(password), make, clock_->now(), keeping(kept));
    session_->places_changed();
    after_session();
    co_return co_await net::with_deadline(*clock_, enter_limit, told(kept), "entering a room");
  }

  void leave(const jid& room, const std::string& why) override {
    if (failure_) return;
    session_->places().leave(room, why);
    session_->places_changed();
    after_session();
  }

  [[nodiscard]] bool inside(const jid& room) const override {
    return session_->places().inside(room);
  }

  [[nodiscard]] std::vector<occupant> occupants(const jid& room) const override {
    return session_->places().occupants(room);
  }

  [[nodiscard]] std::string domain() const override {
    return std::string(session_->own() ? session_->own()->domain() : std::string_view());
  }

  task<void> close() {
    if (!failure_) {
      session_->leave();
      closing_ = leaving_ = true;
      output_.notify_all();
      taken_.notify_all();
      (void)co_await net::with_deadline(*clock_, goodbye_limit, ended_by_server());
      end(failure(errc::closed, "left"), true);
    }
    tasks_.cancel();
    co_await tasks_.join();
    co_await stream_.close(*clock_, close_limit);
  }

  void abort() noexcept {
    end(failure(errc::closed, "dropped"), false);
    stream_.abort();
    tasks_.cancel();
  }

  [[nodiscard]] std::string describe() const {
    const std::lock_guard lock(mutex_);
    return description_;
  }

 private:
  /// Nobody waits any more.
  class forgetting {
   public:
    forgetting(std::shared_ptr<impl> owner, std::uint64_t ticket)
        : owner_(std::move(owner)), ticket_(ticket) {}
    forgetting(const forgetting&) = delete;
    forgetting& operator=(const forgetting&) = delete;
    ~forgetting() {
      owner_->senders_.erase(ticket_);
      owner_->session_->forget(ticket_);
    }

   private:
    std::shared_ptr<impl> owner_;
    std::uint64_t ticket_;
  };

  /// What an answer goes to that a coroutine waits for. It may come when that is gone.
  template <class T>
  std::function<void(result<T>)> keeping(const std::shared_ptr<std::optional<result<T>>>& kept) {
    return [kept, weak = weak_from_this()](result<T> answer) {
      *kept = std::move(answer);
      if (const auto alive = weak.lock()) alive->changed_.notify_all();
    };
  }

  template <class T>
  task<result<T>> told(std::shared_ptr<std::optional<result<T>>> kept) {
    const auto self = shared_from_this();
    while (!*kept && !failure_) co_await changed_.wait();
    if (!*kept) co_return failure(errc::closed, "the connection is lost");
    co_return std::move(**kept);
  }

  // An answer tells the server that what it is to has come. A server that waits for that before it
  // sends more (Nagle) should not wait where there is none; what the bot has not taken yet may be
  // answered at once.
  void acknowledge_unanswered() {
    if (!unanswered_ || failure_ || events_.size() > 0 || session_->has_output()) return;
    unanswered_ = false;
    stream_.acknowledge();
  }

  void release() {
    if (held_ && events_.size() <= release_at) taken_.notify_all();
  }

  static task<void> read(std::shared_ptr<impl> self) {
    std::array<char, 16384> buffer;
    while (!self->failure_) {
      self->held_ = self->events_.size() >= hold_at;
      while (self->held_ && !self->closing_ && !self->failure_) {
        co_await self->taken_.wait();
        self->held_ = self->events_.size() > release_at;
        // It was not silent, it was not listened to.
        self->session_->heard(self->clock_->now());
      }
      if (self->failure_) co_return;
      const result<std::size_t> got =
          co_await self->stream_.read_some(buffer.data(), buffer.size());
      if (got.has_error()) {
        self->end(got.error(), false);
        co_return;
      }
      // A blank between stanzas is a sign of life, too.
      self->session_->heard(self->clock_->now());
      self->parser_.feed(std::string_view(buffer.data(), *got));
      self->unanswered_ = true;
      self->take_stanzas();
      self->after_session();
      self->acknowledge_unanswered();
    }
  }

  void take_stanzas() {
    const auto now = clock_->now();
    while (!failure_ && !session_->failed()) {
      std::optional<stream_item> item = parser_.next();
      if (!item) return;
      switch (item->what) {
        case stream_item::kind::stanza:
          // A component's stream has a namespace of its own for the same stanzas (XEP-0114).
          if (item->skipped) {
            const std::string from = sanitised(item->body.attr("from").substr(0, 200));
            log_.warning("a stanza is too much to read, and was skipped", {{"from", from}});
          }
          if (component_) item->body.rename(ns::component, ns::client);
          session_->receive(item->body, now);
          break;
        case stream_item::kind::end:
          closing_ = true;
          output_.notify_all();
          hand_out_events();
          end(failure(errc::closed, "the server closed the stream"), true);
          return;
        case stream_item::kind::fault:
          last_words_ = stream_error(item->condition).to_element().to_xml();
          // With the session it would come again, and again: no other takes it up.
          hand_out_events();
          end(failure(errc::protocol, "the server's stream: " + item->text), true);
          return;
        case stream_item::kind::header:
          break;
      }
    }
  }

  static task<void> write(std::shared_ptr<impl> self) {
    while (!self->failure_) {
      std::string bytes = self->session_->take_output();
      if (bytes.empty() && self->closing_ && !self->closed_) {
        self->closed_ = true;
        bytes = "</stream:stream>";
      }
      if (bytes.empty()) {
        co_await self->output_.wait();
        continue;
      }
      self->unanswered_ = false;
      const result<void> written = co_await self->stream_.write_all(bytes);
      if (written.has_error()) {
        self->end(written.error(), false);
        co_return;
      }
    }
    // The server should know why; it is given no time for it.
    const std::string bytes = self->last_words_ + (self->closed_ ? "" : "</stream:stream>");
    (void)co_await net::with_deadline(*self->clock_, close_limit, self->stream_.write_all(bytes));
  }

  void hand_out_events() {
    for (event& each : session_->take_events()) {
      // Nobody takes any more; the server keeps them, as they are not acknowledged.
      if (leaving_) break;
      // Nobody waits for these.
      const bool droppable = each.type == event_type::join || each.type == event_type::part;
      if (droppable && events_.size() >= most_events / 2) continue;
      if (events_.try_push(std::move(each))) continue;
      // It stays unacknowledged, so that the server keeps it where it can.
      ++dropped_events_;
    }
    if (dropped_events_ > 0 && events_.size() < most_events) {
      const std::string count = std::to_string(dropped_events_);
      log_.warning("events were dropped, the bot did not take them", {{"count", count}});
      dropped_events_ = 0;
    }
  }

  // Carries on what the session came to: text, events, timer, end.
  void after_session() {
    for (const said& each : session_->take_said()) {
      const auto found = senders_.find(each.ticket);
      if (found == senders_.end()) continue;
      found->second->settled = true;
      found->second->refused = each.refused;
      found->second->changed.notify_all();
    }
    hand_out_events();
    // After the events, so that their answers may leave in one piece with it.
    if (session_->has_output()) output_.notify_all();
    describe_again();
    if (session_->failed()) {
      last_words_ += session_->take_output();
      end(*session_->failed(), false);
      return;
    }
    arm();
  }

  void describe_again() {
    const std::size_t rooms = session_->places().count();
    const bool managed = session_->managed();
    if (described_ && rooms == described_rooms_ && managed == described_managed_) return;
    described_ = true;
    described_rooms_ = rooms;
    described_managed_ = managed;
    std::string text = start_;
    if (session_->own()) text += ", " + session_->own()->to_string();
    text += ", " + std::to_string(rooms) + (rooms == 1 ? " room" : " rooms");
    if (managed) text += ", stream management";
    const std::lock_guard lock(mutex_);
    description_ = std::move(text);
  }

  void arm() {
    const auto next = session_->next_tick();
    if (next == armed_for_ && timer_) return;
    armed_for_ = next;
    timer_.reset();
    if (next == mynah::clock::time_point::max()) return;
    timer_.emplace(*clock_, next, [executor = executor_, weak = weak_from_this()] {
      asio::dispatch(executor, [weak] {
        const auto alive = weak.lock();
        if (!alive || alive->failure_) return;
        alive->timer_.reset();
        // The server is not silent, it is not listened to.
        if (alive->held_) alive->session_->heard(alive->clock_->now());
        alive->session_->tick(alive->clock_->now());
        alive->after_session();
      });
    });
  }

  task<void> ended_by_server() {
    while (!failure_) co_await changed_.wait();
  }

  // The first reason counts. What was received before is still delivered.
  void end(failure why, bool cleanly) {
    if (failure_) return;
    failure_ = std::move(why);
    session_->disconnected(cleanly);
    timer_.reset();
    events_.close();
    output_.notify_all();
    changed_.notify_all();
    taken_.notify_all();
    for (const auto& [ticket, each] : senders_) each->changed.notify_all();
  }

  asio::any_io_executor executor_;
  std::shared_ptr<mynah::clock> clock_;
  logger log_;
  net::stream stream_;
  stream_parser parser_;
  const std::string start_;  ///< of the description
  std::shared_ptr<session> session_;
  bool component_;
  net::mailbox<event> events_;
  net::condition output_;   // the writer waits
  net::condition changed_;  // those wait who want to know how things stand
  net::condition taken_;    // the reader waits
  bool held_ = false;       ///< the reader, until the bot has taken what there is
  std::unordered_map<std::uint64_t, std::shared_ptr<waiting_sender>> senders_;  // by ticket
  net::task_group tasks_;
  std::optional<net::armed_timer> timer_;
  mynah::clock::time_point armed_for_{};
  std::optional<failure> failure_;
  bool unanswered_ = false;  ///< something was read, and nothing written since
  bool leaving_ = false;     ///< by our own will
  bool closing_ = false;
  bool closed_ = false;     ///< our end of the stream
  std::string last_words_;  ///< a stream error
  std::size_t dropped_events_ = 0;
  bool described_ = false;
  bool described_managed_ = false;
  std::size_t described_rooms_ = 0;
  mutable std::mutex mutex_;
  std::string description_;
};

task<result<std::unique_ptr<connection>>> connection::open(std::shared_ptr<mynah::clock> clock,
                                                           logger log, connection_options options,
                                                           std::shared_ptr<session> of) {
  negotiation how(options.login, of->resumable());
  result<dialled_stream> dialled = co_await dial(*clock, log, options, how);
  if (dialled.has_error()) co_return dialled.error();
  const asio::any_io_executor executor = co_await asio::this_coro::executor;
  const auto running =
      std::make_shared<impl>(executor, std::move(clock), std::move(log), std::move(*dialled),
                             std::move(of), options.login.component);
  auto opened = std::make_unique<connection>(running);
  running->start(how);
  co_return std::move(opened);
}

connection::connection(std::shared_ptr<impl> running) noexcept : impl_(std::move(running)) {}

connection::~connection() {
  impl_->abort();
}

task<result<event>> connection::recv() {
  return impl_->recv();
}

std::optional<event> connection::recv_now() {
  return impl_->recv_now();
}

void connection::acknowledge(std::uint64_t delivery) noexcept {
  try {
    impl_->acknowledge(delivery);
  } catch (const std::bad_alloc&) {
    // It is acknowledged with the next one, or comes again and is recognised.
  }
}

task<result<receipt>> connection::send(const outgoing& message) {
  return impl_->send(message);
}

bool connection::send_now(const outgoing& message) {
  return impl_->send_now(message);
}

void connection::working(const address& where, bool is, std::string_view answers) noexcept {
  try {
    impl_->working(where, is, answers);
  } catch (const std::bad_alloc&) {
    // Then nobody sees that it works.
  }
}

task<void> connection::close() {
  return impl_->close();
}

std::string connection::describe() const {
  return impl_->describe();
}

std::weak_ptr<exchange> connection::asks() const noexcept {
  return impl_;
}

}  // namespace mynah::xmpp
