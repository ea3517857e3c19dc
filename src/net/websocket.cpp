// SPDX-License-Identifier: Apache-2.0
#include "net/websocket.hpp"

#include <array>
#include <cstring>
#include <exception>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/this_coro.hpp>

#include <openssl/evp.h>
#include <openssl/rand.h>

#include <mynah/utf8.hpp>

#include "net/condition.hpp"
#include "net/http_exchange.hpp"
#include "net/http_words.hpp"
#include "net/stream.hpp"
#include "net/websocket_frames.hpp"
#include "net/with_deadline.hpp"

// g++ 12 inlines a coroutine frame's allocation but not its release, and takes them for a mismatch.
#if defined(__GNUC__) && !defined(__clang__) && __GNUC__ < 13
#pragma GCC diagnostic ignored "-Wmismatched-new-delete"
#endif

namespace mynah::net {

namespace asio = boost::asio;

namespace {

constexpr std::size_t read_size = 16384;  // a record of TLS has no more
// Memory of a burst is given back when it is over.
constexpr std::size_t most_kept = std::size_t{64} * 1024;

/// Keys for frames; asks OpenSSL for many at a time.
class key_source {
 public:
  /// Nothing if there is no randomness to be had.
  [[nodiscard]] std::optional<websocket_key> next() {
    if (used_ == pool_.size()) {
      if (RAND_bytes(pool_.data(), static_cast<int>(pool_.size())) != 1) return std::nullopt;
      used_ = 0;
    }
    websocket_key key{};
    std::memcpy(key.data(), pool_.data() + used_, key.size());
    used_ += key.size();
    return key;
  }

 private:
  std::array<unsigned char, 512> pool_{};
  std::size_t used_ = pool_.size();
};

std::string base64(const unsigned char* data, std::size_t size) {
  std::string text((size + 2) / 3 * 4 + 1, '\0');
  const int length =
      EVP_EncodeBlock(reinterpret_cast<unsigned char*>(text.data()), data, static_cast<int>(size));
  text.resize(static_cast<std::size_t>(length));
  return text;
}

// RFC 6455, section 4.2.2: what shows that the server has understood the request.
std::string accepting(const std::string& key) {
  const std::string text = key + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";
  std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
  unsigned size = 0;
  if (EVP_Digest(text.data(), text.size(), digest.data(), &size, EVP_sha1(), nullptr) != 1) {
    return {};
  }
  return base64(digest.data(), size);
}

// Whole seconds, as far as they are worth believing; servers may also give a date, which is not
// read.
std::chrono::seconds retry_after(const http_response& answer) {
  const std::string_view text = answer.field("retry-after");
  if (text.empty() || text.size() > 6) return {};
  int seconds = 0;
  for (const char c : text) {
    if (c < '0' || c > '9') return {};
    seconds = seconds * 10 + (c - '0');
  }
  return std::chrono::seconds(seconds);
}

result<void> check_upgrade(const http_response& answer, const std::string& key,
                           const std::string& peer) {
  if (answer.status != 101) {
    failure refused(errc::protocol, peer + " refuses the WebSocket with the status " +
                                        std::to_string(answer.status));
    refused.retry_after(retry_after(answer));
    return refused;
  }
  const bool understood = lists(answer.fields, "upgrade", "websocket") &&
                          lists(answer.fields, "connection", "upgrade") &&
                          answer.field("sec-websocket-accept") == accepting(key) &&
                          answer.field("sec-websocket-extensions").empty() &&
                          answer.field("sec-websocket-protocol").empty();
  if (!understood) {
    return failure(errc::protocol, peer + " answers the WebSocket's request with something else");
  }
  return {};
}

}  // namespace

/// Shared with its operations and with the coroutine that writes.
class websocket::impl : public std::enable_shared_from_this<websocket::impl> {
 public:
  impl(const asio::any_io_executor& executor, mynah::clock& clock, stream opened, std::string peer,
       const websocket_limits& limits, std::string rest)
      : clock_(clock),
        stream_(std::move(opened)),
        peer_(std::move(peer)),
        most_queued_(limits.queued_bytes),
        reader_(limits.message_bytes),
        buffer_(std::move(rest)),
        unread_(buffer_),
        last_received_(clock.now()),
        work_(executor),
        changed_(executor) {}

  /// Writes what is queued, all that there is at a time; until `abort`.
  static task<void> write_queued(std::shared_ptr<impl> self) {
    for (;;) {
      while (!self->stopped_ && !self->has_work()) co_await self->work_.wait();
      if (self->stopped_) co_return;
      const std::uint64_t last = self->queued_;
      const bool closes = self->closing_.has_value();
      self->gather();
      const result<void> written = co_await self->stream_.write_all(self->in_flight_);
      if (written.has_error()) {
        self->write_error_ = written.error();
        self->changed_.notify_all();
        co_return;
      }
      self->written_ = last;
      self->close_written_ = closes;
      self->in_flight_.clear();
      if (self->in_flight_.capacity() > most_kept) self->in_flight_.shrink_to_fit();
      self->changed_.notify_all();
    }
  }

  static task<result<websocket_message>> read(std::shared_ptr<impl> self) {
    // Only `close` can be reading already.
    while (self->reading_ && !self->read_error_ && !self->stopped_) co_await self->changed_.wait();
    const reading_mark mark(*self);
    for (;;) {
      if (std::optional<websocket_message> whole = self->parse()) co_return std::move(*whole);
      if (self->stopped_) co_return self->gone();
      if (self->read_error_) co_return *self->read_error_;
      self->buffer_.resize(read_size);
      const result<std::size_t> got =
          co_await self->stream_.read_some(self->buffer_.data(), self->buffer_.size());
      if (got.has_error()) {
        self->end_reading(got.error());
        continue;
      }
      self->unread_ = std::string_view(self->buffer_).substr(0, *got);
      self->last_received_ = self->clock_.now();
    }
  }

  std::optional<websocket_message> parse() {
    while (!unread_.empty() && !read_error_ && !stopped_) {
      switch (reader_.next(unread_)) {
        case websocket_reader::step::more:
        case websocket_reader::step::pong:
          break;
        case websocket_reader::step::message:
          return reader_.take_message();
        case websocket_reader::step::ping:
          pong_ = reader_.control();
          work_.notify_one();
          break;
        case websocket_reader::step::close:
          closed_with_ = reader_.closed();
          queue_close(closed_with_->code);
          end_reading(failure(errc::closed,
                              "connection to " + peer_ + ", which closed it with the code " +
                                  std::to_string(closed_with_->code),
                              closed_with_->reason));
          break;
        case websocket_reader::step::broken:
          queue_close(reader_.error_close_code());
          end_reading(
              failure(reader_.error().code(), peer_ + " sends " + reader_.error().message()));
          break;
      }
    }
    return std::nullopt;
  }

  result<void> post(std::string_view text) {
    if (write_error_) return *write_error_;
    if (stopped_ || closing_) return gone();
    if (!is_utf8(text)) return failure(errc::not_sent, "a text that is no UTF-8");
    if (queue_.size() + text.size() > most_queued_) {
      return failure(errc::overflow, "too much waits to be sent to " + peer_);
    }
    const std::optional<websocket_key> key = keys_.next();
    if (!key) return failure(errc::not_sent, "no random numbers for a message");
    append_frame(queue_, websocket_opcode::text, text, *key);
    ++queued_;
    work_.notify_one();
    return {};
  }

  static task<result<void>> write(std::shared_ptr<impl> self, std::string_view text) {
    const result<void> posted = self->post(text);
    if (posted.has_error()) co_return posted;
    const std::uint64_t own = self->queued_;
    while (self->written_ < own && !self->write_error_ && !self->stopped_) {
      co_await self->changed_.wait();
    }
    if (self->written_ >= own) co_return result<void>();
    if (self->write_error_) co_return *self->write_error_;
    co_return self->gone();
  }

  void ping() {
    if (stopped_ || closing_) return;
    ping_ = true;
    work_.notify_one();
  }

  static task<void> close(std::shared_ptr<impl> self, std::uint16_t code,
                          mynah::clock::duration limit) {
    if (self->stopped_) co_return;
    self->queue_close(code);
    try {
      // Whether the peer answers in time makes no difference to us.
      (void)co_await with_deadline(self->clock_, limit, shake_hands(self));
    } catch (...) {
      self->abort();
      throw;
    }
    if (self->stopped_) co_return;
    // The peer need not close its end, nor say that it does.
    co_await self->stream_.close(self->clock_, mynah::clock::duration::zero());
    self->abort();
  }

  void abort() {
    stopped_ = true;
    stream_.abort();
    work_.notify_all();
    changed_.notify_all();
  }

  [[nodiscard]] mynah::clock::time_point last_received() const noexcept { return last_received_; }
  [[nodiscard]] const std::optional<websocket_close>& closed_with() const noexcept {
    return closed_with_;
  }

 private:
  /// Marks a read as outstanding.
  class reading_mark {
   public:
    explicit reading_mark(impl& of) : of_(of) { of_.reading_ = true; }
    reading_mark(const reading_mark&) = delete;
    reading_mark& operator=(const reading_mark&) = delete;
    ~reading_mark() {
      of_.reading_ = false;
      if (of_.closing_) of_.changed_.notify_all();
    }

   private:
    impl& of_;
  };

  // Until both sides have said that they close, or nothing more will come of it.
  static task<void> shake_hands(std::shared_ptr<impl> self) {
    while (!self->read_error_ && !self->stopped_) {
      if (self->reading_) {
        co_await self->changed_.wait();
      } else {
        (void)co_await read(self);
      }
    }
    while (!self->close_written_ && !self->write_error_ && !self->stopped_) {
      co_await self->changed_.wait();
    }
  }

  [[nodiscard]] bool has_work() const noexcept {
    if (close_gathered_) return false;
    return pong_.has_value() || ping_ || !queue_.empty() || closing_.has_value();
  }

  // Control frames go first, the last of all excepted: they may stand between any two others.
  void gather() {
    if (pong_) append_control(websocket_opcode::pong, *pong_);
    if (ping_) append_control(websocket_opcode::ping, {});
    pong_.reset();
    ping_ = false;
    if (in_flight_.empty()) {
      in_flight_.swap(queue_);
    } else {
      in_flight_ += queue_;
      queue_.clear();
    }
    if (!closing_) return;
    append_control(websocket_opcode::close, close_payload(*closing_));
    close_gathered_ = true;
  }

  // Without randomness none is sent; the peer will miss it, and that is all.
  void append_control(websocket_opcode what, std::string_view payload) {
    if (const std::optional<websocket_key> key = keys_.next()) {
      append_frame(in_flight_, what, payload, *key);
    }
  }

  void queue_close(std::uint16_t code) {
    if (!closing_) closing_ = code;
    work_.notify_one();
  }

  void end_reading(failure why) {
    read_error_ = std::move(why);
    unread_ = {};
    changed_.notify_all();
  }

  [[nodiscard]] failure gone() const { return failure(errc::closed, "connection to " + peer_); }

  mynah::clock& clock_;
  stream stream_;
  std::string peer_;
  std::size_t most_queued_;
  websocket_reader reader_;
  std::string buffer_;
  std::string_view unread_;  // in the buffer
  mynah::clock::time_point last_received_;
  std::optional<failure> read_error_;
  std::optional<websocket_close> closed_with_;
  bool reading_ = false;
  bool stopped_ = false;

  key_source keys_;
  std::string queue_;          // whole frames
  std::string in_flight_;      // being written
  std::uint64_t queued_ = 0;   // messages so far
  std::uint64_t written_ = 0;  // of those
  // At most one of each waits, so a peer that does not read cannot make us collect them.
  std::optional<std::string> pong_;
  bool ping_ = false;
  std::optional<std::uint16_t> closing_;  // nothing is queued after that
  bool close_gathered_ = false;
  bool close_written_ = false;
  std::optional<failure> write_error_;
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
  return impl_->parse();
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
  std::array<unsigned char, 16> nonce{};
  if (RAND_bytes(nonce.data(), static_cast<int>(nonce.size())) != 1) {
    co_return failure(errc::not_sent, "no random numbers for a WebSocket");
  }
  const std::string key = base64(nonce.data(), nonce.size());
  http_request asking("GET", "");
  asking.fields.emplace_back("Upgrade", "websocket");
  asking.fields.emplace_back("Sec-WebSocket-Key", key);
  asking.fields.emplace_back("Sec-WebSocket-Version", "13");
  result<std::string> text = request_text(asking, *where, "Upgrade");
  if (text.has_error()) co_return text.error();

  result<stream> opened = co_await connect_web(clock, *where, std::move(tls), limits.connect);
  if (opened.has_error()) co_return opened.error();
  const std::string peer = where->peer();
  http_reading reading;
  // What is behind a refusal is for people with a browser.
  const result<http_response> answer = co_await with_deadline(
      clock, limits.upgrade,
      exchange(*opened, std::move(*text), peer, http_limits(), false, reading),
      "asking " + peer + " for a WebSocket");
  if (answer.has_error()) co_return answer.error();
  const result<void> upgraded = check_upgrade(*answer, key, peer);
  if (upgraded.has_error()) co_return upgraded.error();

  const asio::any_io_executor executor = co_await asio::this_coro::executor;
  const auto made = std::make_shared<websocket::impl>(executor, clock, std::move(*opened), peer,
                                                      limits, std::move(reading.rest));
  asio::co_spawn(executor, websocket::impl::write_queued(made), asio::detached);
  co_return websocket(made);
}

}  // namespace mynah::net
