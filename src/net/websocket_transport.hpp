// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <utility>

#include <boost/asio/any_completion_handler.hpp>
#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/append.hpp>
#include <boost/asio/async_result.hpp>
#include <boost/asio/buffer.hpp>
#include <boost/asio/post.hpp>
#include <boost/beast/core/role.hpp>

#include <mynah/clock.hpp>
#include <mynah/error_code.hpp>
#include <mynah/task.hpp>

#include "net/stream.hpp"

namespace mynah::net {

/// The layer below Beast's WebSocket (its AsyncStream): a `net::stream` that gathers what is
/// written while it is held, or while a write is under way, and sends it with one write, and that
/// gives out what has been received already without asking the system again.
///
/// A write completes when its bytes are gathered, so `gathered` and `sent` tell what the system
/// has. No more than a bound is gathered: a write above it completes when there is room again.
///
/// Executor and thread safety: all members on the executor. One read and one write may be
/// outstanding. Object lifetime: the operations keep what they need; the observer must outlive the
/// transport or be taken away.
class websocket_transport {
 public:
  using executor_type = boost::asio::any_io_executor;

  /// Is told what happens; from within functions of the transport.
  class observer {
   public:
    observer() = default;
    observer(const observer&) = delete;
    observer& operator=(const observer&) = delete;
    virtual ~observer() = default;
    /// Bytes have come from the system.
    virtual void received() = 0;
    /// All that has come is used, and the system is asked for more.
    virtual void drained() = 0;
    /// The system has more of what was gathered, or there is an error.
    virtual void written() = 0;
  };

  websocket_transport(executor_type executor, stream over);
  websocket_transport(websocket_transport&&) noexcept;
  websocket_transport& operator=(websocket_transport&&) noexcept;
  ~websocket_transport();

  [[nodiscard]] executor_type get_executor() const noexcept;

  void observe(observer* by) noexcept;

  /// Holds back what is written, as far as the bound allows, until `release`.
  void hold() noexcept;
  void release();

  [[nodiscard]] std::uint64_t gathered() const noexcept;  ///< bytes altogether
  [[nodiscard]] std::uint64_t sent() const noexcept;      ///< of those, that the system has
  /// What ended the reading and the writing: what the stream said.
  [[nodiscard]] const std::optional<failure>& read_error() const noexcept;
  [[nodiscard]] const std::optional<failure>& write_error() const noexcept;

  /// See `stream`.
  [[nodiscard]] task<void> close(mynah::clock& clock, mynah::clock::duration limit);
  void abort() noexcept;

  /// As Asio's AsyncReadStream and AsyncWriteStream have it. Cancellation: a read, terminal.
  template <class Buffers, class Token>
  auto async_read_some(const Buffers& to, Token&& token) {
    return boost::asio::async_initiate<Token, void(error_code, std::size_t)>(
        initiate_read(*this), token, first_of<boost::asio::mutable_buffer>(to));
  }
  template <class Buffers, class Token>
  auto async_write_some(const Buffers& from, Token&& token) {
    return boost::asio::async_initiate<Token, void(error_code, std::size_t)>(initiate_write(*this),
                                                                             token, from);
  }

 private:
  using handler_type = boost::asio::any_completion_handler<void(error_code, std::size_t)>;
  class core;

  // The first that is not empty.
  template <class Buffer, class Buffers>
  static Buffer first_of(const Buffers& buffers) {
    const auto end = boost::asio::buffer_sequence_end(buffers);
    for (auto each = boost::asio::buffer_sequence_begin(buffers); each != end; ++each) {
      const Buffer buffer(*each);
      if (buffer.size() > 0) return buffer;
    }
    return Buffer();
  }

  class initiate_read {
   public:
    using executor_type = websocket_transport::executor_type;
    explicit initiate_read(websocket_transport& by) noexcept : by_(by) {}
    [[nodiscard]] executor_type get_executor() const noexcept { return by_.get_executor(); }

    template <class Handler>
    void operator()(Handler&& handler, boost::asio::mutable_buffer to) const {
      if (to.size() > 0 && !by_.has_bytes()) {
        by_.read_later(to, handler_type(std::forward<Handler>(handler)));
        return;
      }
      const std::size_t got = by_.take(to);
      boost::asio::post(by_.get_executor(),
                        boost::asio::append(std::forward<Handler>(handler), error_code(), got));
    }

   private:
    websocket_transport& by_;
  };

  class initiate_write {
   public:
    using executor_type = websocket_transport::executor_type;
    explicit initiate_write(websocket_transport& by) noexcept : by_(by) {}
    [[nodiscard]] executor_type get_executor() const noexcept { return by_.get_executor(); }

    template <class Handler, class Buffers>
    void operator()(Handler&& handler, const Buffers& from) const {
      if (!by_.has_room()) {
        by_.write_later(first_of<boost::asio::const_buffer>(from),
                        handler_type(std::forward<Handler>(handler)));
        return;
      }
      std::size_t put = 0;
      const auto end = boost::asio::buffer_sequence_end(from);
      for (auto each = boost::asio::buffer_sequence_begin(from); each != end; ++each) {
        put += by_.gather(*each);
      }
      by_.begin_sending();
      boost::asio::post(by_.get_executor(),
                        boost::asio::append(std::forward<Handler>(handler), error_code(), put));
    }

   private:
    websocket_transport& by_;
  };

  [[nodiscard]] bool has_bytes() const noexcept;
  std::size_t take(boost::asio::mutable_buffer to) noexcept;
  void read_later(boost::asio::mutable_buffer to, handler_type handler);
  // Neither too much waits, nor is writing over.
  [[nodiscard]] bool has_room() const noexcept;
  std::size_t gather(boost::asio::const_buffer bytes);
  void begin_sending();
  void write_later(boost::asio::const_buffer from, handler_type handler);

  std::shared_ptr<core> core_;
};

/// Found by Beast: what is to be done below when both sides have said that they close. Nothing:
/// whoever has the WebSocket closes the socket.
template <class Handler>
void async_teardown(boost::beast::role_type /*ours*/, websocket_transport& of, Handler&& handler) {
  boost::asio::post(of.get_executor(),
                    boost::asio::append(std::forward<Handler>(handler), error_code()));
}

/// Found by Beast.
void beast_close_socket(websocket_transport& of);

}  // namespace mynah::net
