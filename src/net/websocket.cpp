// SPDX-License-Identifier: Apache-2.0
#include "net/websocket.hpp"

#include <algorithm>
#include <array>
#include <deque>
#include <exception>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/error.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/beast/http/error.hpp>
#include <boost/beast/websocket/stream.hpp>
#include <boost/system/system_error.hpp>

#include <mynah/reply.hpp>
#include <mynah/utf8.hpp>

#include "net/condition.hpp"
#include "net/http_exchange.hpp"
#include "net/web_url.hpp"
#include "net/websocket_transport.hpp"
#include "net/with_deadline.hpp"

// g++ 12 inlines a coroutine frame's allocation but not its release, and takes them for a mismatch.
#if defined(__GNUC__) && !defined(__clang__) && __GNUC__ < 13
#pragma GCC diagnostic ignored "-Wmismatched-new-delete"
#endif

namespace mynah::net {

namespace asio = boost::asio;
namespace http = boost::beast::http;
namespace beast_ws = boost::beast::websocket;

namespace {

constexpr auto with_code = asio::as_tuple(asio::use_awaitable);

constexpr std::size_t piece_size = 16384;
// A frame has no more than that beside its payload.
constexpr std::size_t frame_overhead = 14;
// How far ahead of `read` messages are read.
constexpr std::size_t most_messages_ahead = 64;
constexpr std::size_t most_bytes_ahead = std::size_t{256} * 1024;

// Whole seconds, as far as they are worth believing; servers may also give a date, which is not
// read.
std::chrono::seconds retry_after(std::string_view text) {
  if (text.empty() || text.size() > 6) return {};
  int seconds = 0;
  for (const char c : text) {
    if (c < '0' || c > '9') return {};
    seconds = seconds * 10 + (c - '0');
  }
  return std::chrono::seconds(seconds);
}

std::string_view field(const beast_ws::response_type& of, http::field name) {
  const auto value = of[name];
  return std::string_view(value.data(), value.size());
}

}  // namespace

/// Shared with its operations and with the coroutines that read and write.
class websocket::impl final : public std::enable_shared_from_this<websocket::impl>,
                              private websocket_transport::observer {
 public:
  impl(const asio::any_io_executor& executor, mynah::clock& clock, stream opened, std::string peer,
       const websocket_limits& limits)
      : clock_(clock),
        peer_(std::move(peer)),
        most_queued_(limits.queued_bytes),
        beast_(websocket_transport(executor, std::move(opened))),
        last_received_(clock.now()),
        arrived_(executor),
        room_(executor),
        work_(executor),
        changed_(executor) {
    beast_.auto_fragment(false);
    beast_.text(true);
    beast_.read_message_max(static_cast<std::size_t>(limits.message_bytes));
    transport().observe(this);
  }
  impl(const impl&) = delete;
  impl& operator=(const impl&) = delete;
  ~impl() override {
    transport().observe(nullptr);
    transport().abort();
  }

  /// Asks for the WebSocket.
  static task<result<void>> upgrade(std::shared_ptr<impl> self, web_url where) {
    beast_ws::response_type answer;
    const auto [code] =
        co_await self->beast_.async_handshake(answer, where.authority, where.target, with_code);
    if (code == asio::error::operation_aborted) throw boost::system::system_error(code);
    if (code) co_return self->not_upgraded(code, answer);
    if (!field(answer, http::field::sec_websocket_extensions).empty() ||
        !field(answer, http::field::sec_websocket_protocol).empty()) {
      co_return self->something_else();
    }
    self->last_received_ = self->clock_.now();
    self->was_drained_ = false;
    co_return result<void>();
  }

  /// Reads until the end, as far ahead as the bounds allow.
  static task<void> read_ahead(std::shared_ptr<impl> self) {
    for (;;) {
      while (self->is_full() && !self->stopped_) {
        self->drained();
        co_await self->room_.wait();
      }
      websocket_message message;
      const error_code code = co_await receive(self, message);
      if (code) {
        self->end_reading(self->why_ended(code));
        co_return;
      }
      if (self->closing_) continue;
      self->ahead_bytes_ += message.bytes.size();
      self->ahead_.push_back(std::move(message));
    }
  }

  /// Writes what is queued, all that there is at a time; in the end, says that it closes.
  static task<void> write_queued(std::shared_ptr<impl> self) {
    for (;;) {
      while (!self->is_over() && !self->has_work()) co_await self->work_.wait();
      if (self->is_over()) co_return;
      self->transport().hold();
      const error_code code = co_await write_all(self);
      self->transport().release();
      if (code) {
        self->end_writing();
        co_return;
      }
      self->changed_.notify_all();
      if (!self->closing_ || self->is_over()) continue;
      const beast_ws::close_reason reason(*self->closing_);
      const auto [closed] = co_await self->beast_.async_close(reason, with_code);
      if (!closed) self->note_close();
      co_return;
    }
  }

  static task<void> until_drained(std::shared_ptr<impl> self) {
    while (!self->was_drained_ && !self->read_error_) co_await self->arrived_.wait();
  }

  static task<result<websocket_message>> read(std::shared_ptr<impl> self) {
    for (;;) {
      if (std::optional<websocket_message> whole = self->take()) co_return std::move(*whole);
      if (self->stopped_) co_return self->gone();
      if (self->read_error_) co_return *self->read_error_;
      co_await self->arrived_.wait();
    }
  }

  std::optional<websocket_message> take() {
    if (stopped_ || ahead_.empty()) return std::nullopt;
    websocket_message first = std::move(ahead_.front());
    ahead_.pop_front();
    ahead_bytes_ -= first.bytes.size();
    if (!is_full()) room_.notify_one();
    return first;
  }

  result<void> post(std::string_view text) {
    if (write_error_) return *write_error_;
    if (is_over() || closing_) return gone();
    if (!is_utf8(text)) return failure(errc::not_sent, "a text that is no UTF-8");
    if (queued_bytes_ + text.size() > most_queued_) {
      return failure(errc::overflow, "too much waits to be sent to " + peer_);
    }
    queued_bytes_ += text.size() + frame_overhead;
    queue_.emplace_back(text);
    ++queued_;
    work_.notify_one();
    return {};
  }

  static task<result<void>> write(std::shared_ptr<impl> self, std::string_view text) {
    const result<void> posted = self->post(text);
    if (posted.has_error()) co_return posted;
    const std::uint64_t own = self->queued_;
    while (self->handed_over_ < own && !self->write_error_ && !self->is_over()) {
      co_await self->changed_.wait();
    }
    if (self->handed_over_ >= own) {
      const std::uint64_t end = self->transport().gathered();
      while (self->transport().sent() < end && !self->write_error_ && !self->stopped_) {
        co_await self->changed_.wait();
      }
      if (self->transport().sent() >= end) co_return result<void>();
    }
    if (self->write_error_) co_return *self->write_error_;
    co_return self->gone();
  }

  void ping() {
    if (is_over() || closing_) return;
    ping_ = true;
    work_.notify_one();
  }

  static task<void> close(std::shared_ptr<impl> self, std::uint16_t code,
                          mynah::clock::duration limit) {
    if (self->stopped_) co_return;
    self->begin_closing(code);
    try {
      // Whether the peer answers in time makes no difference to us.
      (void)co_await with_deadline(self->clock_, limit, shake_hands(self));
    } catch (...) {
      self->abort();
      throw;
    }
    if (self->stopped_) co_return;
    // The peer need not close its end, nor say that it does.
    co_await self->transport().close(self->clock_, mynah::clock::duration::zero());
    self->abort();
  }

  void abort() {
    stopped_ = true;
    drop_messages();
    transport().abort();
    work_.notify_all();
    room_.notify_all();
    arrived_.notify_all();
    changed_.notify_all();
  }

  [[nodiscard]] mynah::clock::time_point last_received() const noexcept { return last_received_; }
  [[nodiscard]] const std::optional<websocket_close>& closed_with() const noexcept {
    return closed_with_;
  }

 private:
  // Without the part for compressed messages.
  using beast_stream = beast_ws::stream<websocket_transport, false>;

  [[nodiscard]] websocket_transport& transport() noexcept { return beast_.next_layer(); }

  void received() override { last_received_ = clock_.now(); }

  // Everything that came together is given out together, so that `read_now` has it.
  void drained() override {
    was_drained_ = true;
    arrived_.notify_all();
  }

  void written() override {
    if (transport().write_error() && !write_error_) write_error_ = transport().write_error();
    changed_.notify_all();
  }

  static task<error_code> receive(std::shared_ptr<impl> self, websocket_message& into) {
    do {
      const asio::mutable_buffer piece(self->piece_.data(), self->piece_.size());
      const auto [code, got] = co_await self->beast_.async_read_some(piece, with_code);
      if (code) co_return code;
      into.bytes.append(self->piece_.data(), got);
      into.is_text = self->beast_.got_text();
      // Beast does not look whether a text that ends with an empty piece ends within a character.
      if (got == 0 && into.is_text && !is_utf8(into.bytes)) {
        co_return make_error_code(beast_ws::error::bad_frame_payload);
      }
    } while (!self->beast_.is_message_done());
    co_return error_code();
  }

  static task<error_code> write_all(std::shared_ptr<impl> self) {
    if (self->ping_) {
      self->ping_ = false;
      const beast_ws::ping_data nothing;
      const auto [code] = co_await self->beast_.async_ping(nothing, with_code);
      if (code) co_return code;
    }
    while (!self->queue_.empty()) {
      self->handing_over_ = std::move(self->queue_.front());
      self->queue_.pop_front();
      self->queued_bytes_ -= self->handing_over_.size() + frame_overhead;
      const asio::const_buffer text = asio::buffer(self->handing_over_);
      const auto [code, put] = co_await self->beast_.async_write(text, with_code);
      static_cast<void>(put);
      if (code) co_return code;
      ++self->handed_over_;
    }
    co_return error_code();
  }

  // Until both sides have said that they close, or nothing more will come of it.
  static task<void> shake_hands(std::shared_ptr<impl> self) {
    while (!self->is_over()) co_await self->changed_.wait();
    while (self->transport().sent() < self->transport().gathered() && !self->write_error_ &&
           !self->stopped_) {
      co_await self->changed_.wait();
    }
  }

  [[nodiscard]] bool is_full() const noexcept {
    return ahead_.size() >= most_messages_ahead || ahead_bytes_ >= most_bytes_ahead;
  }
  // Nothing can be said any more either.
  [[nodiscard]] bool is_over() const noexcept { return stopped_ || read_error_.has_value(); }
  [[nodiscard]] bool has_work() const noexcept {
    return ping_ || !queue_.empty() || closing_.has_value();
  }

  void begin_closing(std::uint16_t code) {
    if (!closing_) closing_ = code;
    // Whoever says that it closes can answer nothing that still comes.
    drop_messages();
    room_.notify_all();
    work_.notify_one();
  }

  void drop_messages() noexcept {
    ahead_.clear();
    ahead_bytes_ = 0;
  }

  void note_close() {
    if (closed_with_) return;
    const auto& reason = beast_.reason();
    closed_with_.emplace(static_cast<std::uint16_t>(reason.code),
                         sanitised(std::string_view(reason.reason.data(), reason.reason.size())));
  }

  void end_reading(failure why) {
    read_error_ = std::move(why);
    queue_.clear();
    queued_bytes_ = 0;
    work_.notify_all();
    arrived_.notify_all();
    changed_.notify_all();
  }

  void end_writing() {
    if (!write_error_) write_error_ = transport().write_error();
    if (!write_error_) write_error_ = gone();
    changed_.notify_all();
  }

  [[nodiscard]] failure why_ended(const error_code& code) {
    if (code == beast_ws::error::closed) {
      note_close();
      return failure(errc::closed,
                     "connection to " + peer_ + ", which closed it with the code " +
                         std::to_string(closed_with_->code),
                     closed_with_->reason);
    }
    if (code == beast_ws::error::message_too_big) {
      return failure(errc::overflow, peer_ + " sends a message that is too big");
    }
    if (code.category() == make_error_code(beast_ws::error::closed).category()) {
      return failure(errc::protocol, peer_ + " breaks the WebSocket protocol: " + code.message());
    }
    if (transport().read_error()) return *transport().read_error();
    return gone();
  }

  [[nodiscard]] failure not_upgraded(const error_code& code,
                                     const beast_ws::response_type& answer) {
    if (code == beast_ws::error::upgrade_declined) {
      failure refused(errc::protocol, peer_ + " refuses the WebSocket with the status " +
                                          std::to_string(answer.result_int()));
      refused.retry_after(retry_after(field(answer, http::field::retry_after)));
      return refused;
    }
    const bool is_cut = code == http::error::end_of_stream || code == http::error::partial_message;
    const bool is_answer =
        code.category() == make_error_code(http::error::end_of_stream).category() ||
        code.category() == make_error_code(beast_ws::error::closed).category();
    if (is_answer && !is_cut) return something_else();
    if (transport().read_error()) return *transport().read_error();
    if (transport().write_error()) return *transport().write_error();
    return failure(code, "asking " + peer_ + " for a WebSocket");
  }

  [[nodiscard]] failure something_else() const {
    return failure(errc::protocol, peer_ + " answers the WebSocket's request with something else");
  }
  [[nodiscard]] failure gone() const { return failure(errc::closed, "connection to " + peer_); }

  mynah::clock& clock_;
  std::string peer_;
  std::size_t most_queued_;
  beast_stream beast_;
  mynah::clock::time_point last_received_;
  bool stopped_ = false;

  std::array<char, piece_size> piece_{};
  std::deque<websocket_message> ahead_;  // of `read`
  std::size_t ahead_bytes_ = 0;
  bool was_drained_ = false;
  std::optional<failure> read_error_;
  std::optional<websocket_close> closed_with_;

  std::deque<std::string> queue_;
  std::size_t queued_bytes_ = 0;
  std::string handing_over_;       // to Beast
  std::uint64_t queued_ = 0;       // messages so far
  std::uint64_t handed_over_ = 0;  // of those
  bool ping_ = false;
  std::optional<std::uint16_t> closing_;  // nothing is queued after that
  std::optional<failure> write_error_;

  condition arrived_;  // for those who read
  condition room_;     // for the coroutine that reads ahead
  condition work_;     // for the coroutine that writes
  condition changed_;  // for those who wait for it, or for the peer's end
};

websocket::websocket(std::shared_ptr<impl> opened) noexcept : impl_(std::move(opened)) {}

websocket::websocket(websocket&&) noexcept = default;

websocket& websocket::operator=(websocket&& other) noexcept {
  if (impl_ && impl_ != other.impl_) impl_->abort();
  impl_ = std::move(other.impl_);
  return *this;
}

websocket::~websocket() {
  if (impl_) impl_->abort();
}

task<result<websocket_message>> websocket::read() {
  return impl::read(impl_);
}

std::optional<websocket_message> websocket::read_now() {
  return impl_->take();
}

task<result<void>> websocket::write_text(std::string_view text) {
  return impl::write(impl_, text);
}

result<void> websocket::post_text(std::string_view text) {
  return impl_->post(text);
}

void websocket::ping() {
  impl_->ping();
}

mynah::clock::time_point websocket::last_received() const noexcept {
  return impl_->last_received();
}

const std::optional<websocket_close>& websocket::closed_with() const noexcept {
  return impl_->closed_with();
}

task<void> websocket::close(std::uint16_t code, mynah::clock::duration limit) {
  return impl::close(impl_, code, limit);
}

void websocket::abort() {
  impl_->abort();
}

task<result<websocket>> connect_websocket(mynah::clock& clock, std::string url, tls_context tls,
                                          websocket_limits limits) {
  const std::optional<web_url> where = parse_wss_url(url);
  if (!where) co_return failure(errc::not_sent, "no wss URL");
  result<stream> opened = co_await connect_web(clock, *where, std::move(tls), limits.connect);
  if (opened.has_error()) co_return opened.error();
  result<websocket> made = co_await upgrade_to_websocket(clock, std::move(*opened), *where, limits);
  co_return std::move(made);
}

task<result<websocket>> upgrade_to_websocket(mynah::clock& clock, stream over, web_url where,
                                             websocket_limits limits) {
  const std::string peer = where.peer();
  const asio::any_io_executor executor = co_await asio::this_coro::executor;
  const auto inside =
      std::make_shared<websocket::impl>(executor, clock, std::move(over), peer, limits);
  websocket made(inside);
  const result<void> upgraded =
      co_await with_deadline(clock, limits.upgrade, websocket::impl::upgrade(inside, where),
                             "asking " + peer + " for a WebSocket");
  if (upgraded.has_error()) co_return upgraded.error();
  asio::co_spawn(executor, websocket::impl::read_ahead(inside), asio::detached);
  asio::co_spawn(executor, websocket::impl::write_queued(inside), asio::detached);
  // What came right behind the answer is there when this completes.
  co_await websocket::impl::until_drained(inside);
  co_return std::move(made);
}

}  // namespace mynah::net
