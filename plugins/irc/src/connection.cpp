// SPDX-License-Identifier: Apache-2.0
#include "connection.hpp"

#include <array>
#include <optional>
#include <unordered_map>
#include <unordered_set>
#include <utility>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/dispatch.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/system/system_error.hpp>

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

// Events wait here only while the bot is busy or stopping. From `hold_at` on the server is left to
// wait, too; beyond are those of what has been read already.
constexpr std::size_t most_events = 4096;
constexpr std::size_t hold_at = 1024;
constexpr std::size_t release_at = 256;
// Whom nobody listens to for longer is asked by the server whether he lives.
constexpr std::chrono::seconds longest_hold{10};
constexpr std::chrono::milliseconds close_limit{500};
constexpr std::chrono::seconds query_limit{30};
// Lines that may go are written together up to this.
constexpr std::size_t most_written = 4096;
// So many replies without a word from a server that never confirmed any: it does not do it.
constexpr int most_unconfirmed = 2;

using part_state = delivery_part::state;

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
        queue_(queue_for(options)),
        options_(options),
        events_(executor, most_events),
        queued_(executor),
        changed_(executor),
        taken_(executor),
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
    release();
    co_return next;
  }

  task<result<receipt>> send(const outgoing& message) {
    if (failure_) co_return *failure_;
    const result<std::string> named = session_.target_of(message.to);
    if (named.has_error()) co_return named.error();
    std::string target = *named;
    const result<std::vector<std::string>> texts = texts_of(message, target, clock_->now());
    if (texts.has_error()) co_return texts.error();
    auto ticket = std::make_shared<delivery>(executor_, target);
    withdrawal on_leaving(shared_from_this(), message, ticket);
    const result<void> queued = enqueue(target, *texts, ticket);
    if (queued.has_error()) co_return queued.error();
    while (!failure_) {
      if (ticket->settled()) {
        if (!ticket->again) break;
        if (ticket->moved_to) target = *ticket->moved_to;
        if (target.empty()) break;
        auto rest = std::make_shared<delivery>(executor_, target);
        const std::vector<std::string> left = ticket->pass_on_to(*rest);
        const result<void> queued_again = enqueue(target, left, rest);
        if (queued_again.has_error() && ticket->moved) break;
        if (queued_again.has_error()) co_return queued_again.error();
        ticket = std::move(rest);
        on_leaving.is_now(ticket);
        continue;
      }
      std::optional<net::armed_timer> timer;
      if (ticket->sent > 0) {
        const auto limit = ticket->progress_at + options_.confirmation_limit;
        if (clock_->now() >= limit) {
          if (held_) {
            // It may have said so, and is not listened to.
            ticket->progress_at = clock_->now();
          } else {
            accept_unconfirmed(*ticket);
          }
          continue;
        }
        timer.emplace(*clock_, limit, waking(ticket));
      }
      try {
        co_await ticket->changed.wait();
      } catch (const boost::system::system_error&) {
        // Written is sent, if nobody has the time to wait for more.
        if (ticket->waiting == 0) co_return receipt(ticket->id);
        throw;
      }
    }
    // Sending it again may say it twice.
    if (ticket->awaits_confirmation()) {
      co_return failure(errc::unconfirmed, failure_->message(), failure_->remote());
    }
    if (ticket->moved && (ticket->refused || !ticket->settled())) {
      // Tried again it would go to the old nick, which may have another owner.
      log_.warning("the rest of a private reply is dropped: who asked has left that nick");
      co_return receipt(ticket->id);
    }
    if (ticket->refused && !ticket->again) co_return *ticket->refused;
    if (ticket->again || !ticket->settled()) co_return *failure_;
    co_return receipt(ticket->id);
  }

  std::optional<event> recv_now() {
    std::optional<event> next = events_.try_recv();
    if (next) release();
    return next;
  }

  // What has to be followed up is for `send`: confirmations, and rests of earlier tries.
  bool send_now(const outgoing& message) {
    if (failure_ || session_.confirms()) return false;
    if (options_.partials && !options_.partials->empty()) return false;
    const auto now = clock_->now();
    if (!queue_.would_leave_at_once(1, longest_line, now)) return false;
    const result<std::string> target = session_.target_of(message.to);
    if (target.has_error()) return false;
    const result<std::vector<std::string>> texts = texts_of(message, *target, now);
    if (texts.has_error()) return false;
    ask_own_prefix();
    std::vector<std::string> lines = session_.lines(*target, *texts);
    if (!queue_.would_leave_at_once(lines.size(), longest_line, now)) return false;
    for (std::string& line : lines) {
      static_cast<void>(queue_.push(*target, queued_line(std::move(line))));
    }
    queued_.notify_all();
    return true;
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
      // Nobody takes events any more; the end of the connection is behind what waits.
      leaving_ = true;
      taken_.notify_all();
      session_.quit("stopped");
      after_session();
      (void)co_await net::with_deadline(*clock_, options_.goodbye_limit, ended_by_server());
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
  [[nodiscard]] std::optional<lag> measured_lag() const noexcept {
    return session_.pings().measured();
  }

 private:
  static session_options for_connection(session_options who, bool secure) {
    who.secure = secure;
    return who;
  }

  /// Takes a reply back when nobody waits for it any more, and notes what is left of it.
  class withdrawal {
   public:
    withdrawal(std::shared_ptr<impl> owner, outgoing message, std::shared_ptr<delivery> of)
        : owner_(std::move(owner)), message_(std::move(message)), of_(std::move(of)) {}
    withdrawal(const withdrawal&) = delete;
    withdrawal& operator=(const withdrawal&) = delete;
    ~withdrawal() { owner_->withdraw(message_, *of_); }

    /// Another delivery has what is left of it.
    void is_now(std::shared_ptr<delivery> other) {
      owner_->open_.erase(of_.get());
      of_ = std::move(other);
    }

   private:
    std::shared_ptr<impl> owner_;
    outgoing message_;  // whoever gave it may be gone before the frame is
    std::shared_ptr<delivery> of_;
  };

  /// Where a confirmation belongs.
  class awaited {
   public:
    std::shared_ptr<delivery> of;
    std::size_t part = 0;
  };

  static send_queue queue_for(const connection_options& options) {
    if (!options.learn_pace) return send_queue(pace(options.burst, options.interval));
    if (options.floods && options.floods->careful()) return send_queue(options.floods->allowed());
    return send_queue(send_window());
  }

  /// The texts to say: all of the reply, or what is left of it from another connection.
  result<std::vector<std::string>> texts_of(const outgoing& message, const std::string& target,
                                            mynah::clock::time_point now) {
    const bool direct = !session_.is_channel(message.to.room);
    const bool keeps = options_.rests && options_.rests->can_keep(message.to, direct);
    std::string more;
    if (keeps) more = direct ? options_.more_hint_direct : options_.more_hint;
    result<rendered_reply> made = session_.compose(target, message.body, std::move(more));
    if (made.has_error()) return made.error();
    if (options_.partials) {
      std::optional<std::vector<std::string>> left = options_.partials->take(message, now);
      if (left) return std::move(*left);
    }
    if (keeps && made->left_out > 0) {
      options_.rests->keep(message.to, direct, std::move(made->rest), now);
    }
    return std::move(made->messages);
  }

  void ask_own_prefix() {
    if (session_.ask_own_prefix()) after_session();
  }

  result<void> enqueue(const std::string& room, const std::vector<std::string>& texts,
                       const std::shared_ptr<delivery>& ticket) {
    ask_own_prefix();
    std::vector<session::utterance> utterances = session_.utter(room, texts);
    std::size_t lines = 0;
    for (const session::utterance& each : utterances) lines += each.lines.size();
    if (lines > send_queue::most_room_lines) {
      return failure(errc::not_sent, "a reply of " + std::to_string(lines) + " lines; at most " +
                                         std::to_string(send_queue::most_room_lines) +
                                         " can be sent");
    }
    if (!queue_.has_room_for(lines)) {
      failure busy(errc::throttled, "too many lines wait to be sent");
      return busy.retry_after(std::chrono::seconds(2));
    }
    open_.insert(ticket.get());
    ticket->waiting = utterances.size();
    ticket->parts.reserve(ticket->parts.size() + utterances.size());
    for (session::utterance& each : utterances) {
      const std::size_t nth = ticket->parts.size();
      delivery_part& part = ticket->parts.emplace_back();
      part.texts = std::move(each.texts);
      part.number = each.number;
      part.labeled = each.labeled;
      part.echo = std::move(each.echo);
      part.lines_left = each.lines.size();
      for (std::size_t k = 0; k < each.lines.size(); ++k) {
        const bool continues = k + 1 < each.lines.size();
        queue_.push(room, queued_line(std::move(each.lines[k]), ticket, nth, continues));
      }
    }
    queued_.notify_all();
    return result<void>();
  }

  void withdraw(const outgoing& message, delivery& ticket) {
    ticket.withdrawn = true;
    open_.erase(&ticket);
    std::vector<std::string> left;
    bool some_done = false;
    for (delivery_part& part : ticket.parts) {
      if (part.number != 0 && part.now == part_state::sent) {
        session_.forget_utterance(part.number);
        awaited_.erase(part.number);
      }
      // Whoever leaves while the connection lives counts what is written as sent.
      const bool done = part.now == part_state::done || (part.now == part_state::sent && !failure_);
      some_done = some_done || done;
      if (!done) left.insert(left.end(), part.texts.begin(), part.texts.end());
    }
    if (!options_.partials || !some_done || ticket.moved) return;
    // It ended as it should: nobody will send it again.
    if (ticket.settled() && !ticket.refused) return;
    options_.partials->keep(message, std::move(left), clock_->now());
  }

  void accept_unconfirmed(delivery& ticket) {
    log_.debug("the server does not confirm what it was sent");
    for (delivery_part& part : ticket.parts) {
      if (part.now != part_state::sent) continue;
      session_.forget_utterance(part.number);
      awaited_.erase(part.number);
      ticket.settle(part, part_state::done);
    }
    if (confirmed_before_ || ++unconfirmed_ < most_unconfirmed) return;
    log_.warning(
        "the server offers to confirm what it was sent, and does not; written is sent now");
    session_.expect_no_confirmations();
    after_session();
  }

  // What is not confirmed any more is sent when it is written.
  void follow_confirmations() {
    if (!session_.take_confirms_changed()) return;
    for (delivery* const ticket : open_) {
      for (delivery_part& part : ticket->parts) {
        if (part.number == 0 || session_.confirms(part.labeled)) continue;
        session_.forget_utterance(part.number);
        awaited_.erase(part.number);
        part.number = 0;
        if (part.lines_left == 0) ticket->settle(part, part_state::done);
      }
    }
  }

  // Before the line is written: its answer may be here first.
  void about_to_write(const queued_line& line) {
    if (!line.of) return;
    delivery_part& part = line.of->parts[line.part];
    if (part.now != part_state::waiting) return;
    line.of->begin(part);
    line.of->progress_at = clock_->now();
    if (part.number == 0) return;
    awaited& place = awaited_[part.number];
    place.of = line.of;
    place.part = line.part;
    session_.uttered(line.of->room, part.number, part.echo, part.labeled);
  }

  void written(const queued_line& line) {
    if (!line.of) return;
    line.of->progress_at = clock_->now();
    delivery_part& part = line.of->parts[line.part];
    if (--part.lines_left > 0) return;
    if (part.number == 0) {
      line.of->settle(part, part_state::done);
    } else {
      line.of->changed.notify_all();  // from now on it waits with a limit
    }
  }

  void confirm(const confirmation& known) {
    confirmed_before_ = true;
    const auto found = awaited_.find(known.number);
    if (found == awaited_.end()) return;
    const awaited place = found->second;
    awaited_.erase(found);
    place.of->progress_at = clock_->now();
    if (known.refused) {
      if (!place.of->refused) place.of->refused = *known.refused;
      place.of->again = place.of->again || known.as_batch;
      // What has not left yet stays here.
      place.of->withdrawn = true;
    } else if (place.part == 0) {
      place.of->id = known.id;
    }
    place.of->settle(place.of->parts[place.part],
                     known.refused ? part_state::refused : part_state::done);
  }

  // A private reply is for a person, who may leave the nick to somebody else.
  void follow(const session::departure& known) {
    for (delivery* const ticket : open_) {
      const std::string& whom = ticket->moved_to ? *ticket->moved_to : ticket->room;
      if (!session_.is_same(whom, known.from)) continue;
      if (ticket->refused && !ticket->again) continue;
      ticket->moved_to = known.to;
      ticket->moved = true;
      ticket->again = true;
      ticket->withdrawn = true;
      ticket->refused = failure(errc::not_sent, "who asked has left that nick");
      ticket->changed.notify_all();
    }
  }

  static task<void> read(std::shared_ptr<impl> self) {
    std::array<char, 4096> buffer;
    while (!self->failure_) {
      if (self->is_behind()) co_await hold(self);
      if (self->failure_) co_return;
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

  /// Whether the server has to wait, so that nothing it says is lost.
  [[nodiscard]] bool is_behind() {
    if (events_.size() <= release_at) overrun_ = false;
    // Before, nobody can take them, and the server asks for answers.
    return was_online_ && !leaving_ && !overrun_ && events_.size() >= hold_at;
  }

  // Not for ever: who does not read is not seen to answer PINGs, and does not see confirmations.
  static task<void> hold(std::shared_ptr<impl> self) {
    const auto until = self->clock_->now() + longest_hold;
    self->held_ = true;
    {
      const net::armed_timer timer(*self->clock_, until,
                                   self->on_strand([](impl& alive) { alive.taken_.notify_all(); }));
      while (self->events_.size() > release_at && !self->leaving_ && !self->failure_ &&
             self->clock_->now() < until) {
        co_await self->taken_.wait();
      }
    }
    self->held_ = false;
    if (self->failure_) co_return;
    self->overrun_ = self->events_.size() > release_at;
    // It was not silent, it was not listened to.
    self->session_.heard(self->clock_->now());
    self->arm();
  }

  void release() {
    if (held_ && events_.size() <= release_at) taken_.notify_all();
  }

  static task<void> write(std::shared_ptr<impl> self) {
    while (!self->failure_) {
      const auto now = self->clock_->now();
      std::string bytes;
      std::vector<queued_line> lines;
      if (self->queue_.wants_probe(now)) {
        bytes = self->session_.probe(now);
        self->queue_.probe_sent(bytes.size(), now);
      }
      auto ready = self->queue_.ready_at(now);
      while (ready <= now && bytes.size() < most_written) {
        queued_line line = self->queue_.pop(now);
        self->about_to_write(line);
        bytes += line.text;
        lines.push_back(std::move(line));
        ready = self->queue_.ready_at(now);
      }
      if (!bytes.empty()) {
        const result<void> written = co_await self->stream_.write_all(bytes);
        if (written.has_error()) {
          self->end(written.error());
          co_return;
        }
        for (const queued_line& line : lines) self->written(line);
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

  /// What a timer does for a reply that waits.
  std::function<void()> waking(const std::shared_ptr<delivery>& ticket) {
    return [executor = executor_, weak = std::weak_ptr<delivery>(ticket)] {
      asio::dispatch(executor, [weak] {
        if (const auto alive = weak.lock()) alive->changed.notify_all();
      });
    };
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
      if (line.urgent && !queue_.push_urgent(std::move(line.text))) {
        end(failure(errc::overflow, "the server asks for more than it reads"));
        return;
      }
      if (line.urgent) continue;
      // Own lines are few, unless a server asks for more of them than it reads.
      const bool queued = queue_.push({}, queued_line(std::move(line.text)));
      if (!queued && !std::exchange(own_lines_dropped_, true)) {
        log_.warning("the server does not read: lines of the session were dropped");
      }
    }
    for (const confirmation& known : session_.take_confirmations()) confirm(known);
    follow_confirmations();
    for (const session::departure& known : session_.take_departures()) follow(known);
    if (answered_ != session_.pings().numbered_answers()) {
      answered_ = session_.pings().numbered_answers();
      queue_.probe_answered(clock_->now());
      queued_.notify_all();
    }
    if (!queue_.empty()) queued_.notify_all();
    if (session_.take_answered()) changed_.notify_all();
    hand_out_events();
    follow_sts();
    description_.update(session_.how_it_stands());
    if (session_.failed()) {
      if (options_.floods && flood_memory::is_flood(session_.failed()->remote())) {
        options_.floods->killed();
        log_.warning("the server ended the connection because too much was sent");
      }
      end(*session_.failed());
      return;
    }
    if (session_.online() != was_online_) {
      was_online_ = session_.online();
      // It welcomed us, so it has read what registered us.
      queue_.all_read(clock_->now());
      changed_.notify_all();
    }
    arm();
  }

  void hand_out_events() {
    // While nobody can take them, those that nobody waits for (the message of the day) need no
    // room.
    const std::size_t most_raw = was_online_ ? most_events / 2 : hold_at / 2;
    for (event& each : session_.take_events()) {
      if (each.type == event_type::raw && events_.size() >= most_raw) {
        if (was_online_) note_dropped();
        continue;
      }
      if (options_.rests && each.from.direct && each.origin == event_origin::person) {
        options_.rests->heard(each.from, each.principal.key(), clock_->now());
      }
      if (!events_.try_push(std::move(each))) note_dropped();
    }
    if (events_.size() <= release_at) tell_dropped();
  }

  void note_dropped() {
    if (dropped_events_++ > 0) return;
    log_.warning("the bot does not take events: those of the server are dropped from here on");
  }

  void tell_dropped() {
    if (dropped_events_ == 0) return;
    const std::string count = std::to_string(std::exchange(dropped_events_, 0));
    log_.warning("events were dropped, the bot did not take them", {{"count", count}});
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
      if (alive.held_) alive.session_.heard(alive.clock_->now());
      alive.session_.tick(alive.clock_->now());
      alive.after_session();
    }));
  }

  // The first reason counts. What was received before is still delivered.
  void end(failure why) {
    if (failure_) return;
    failure_ = std::move(why);
    tell_dropped();
    // The time counts from here.
    if (kept_for_) policies_->keep(host_, port_, *kept_for_);
    timer_.reset();
    events_.close();
    queued_.notify_all();
    changed_.notify_all();
    taken_.notify_all();
    for (delivery* each : open_) each->changed.notify_all();
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
  connection_options options_;
  std::unordered_map<std::uint64_t, awaited> awaited_;  // by the number of the confirmation
  std::unordered_set<delivery*> open_;                  // those that somebody waits for
  bool confirmed_before_ = false;                       // the server has confirmed something
  int unconfirmed_ = 0;                                 // replies that it did not confirm
  std::uint64_t answered_ = 0;
  bool own_lines_dropped_ = false;
  net::mailbox<event> events_;
  net::condition queued_;   // the writer waits
  net::condition changed_;  // those wait who want to know how things stand
  net::condition taken_;    // the reader waits
  bool held_ = false;       // the reader, until the bot has taken what there is
  bool overrun_ = false;    // the bot has not, for too long: the server is heard all the same
  bool leaving_ = false;
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
  log.debug("connecting", {{"server", peer}, {"tls", where.tls ? "yes" : "no"}});
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

std::optional<event> connection::recv_now() {
  return impl_->recv_now();
}

bool connection::send_now(const outgoing& message) {
  return impl_->send_now(message);
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

std::optional<lag> connection::measured_lag() const noexcept {
  return impl_->measured_lag();
}

}  // namespace mynah::irc
