// SPDX-License-Identifier: Apache-2.0
#include <utility>

#include <boost/asio/buffer.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/write.hpp>

#include "server.hpp"
#include "socket_mode.hpp"

namespace mynah_test::slack {

namespace asio = boost::asio;

socket_link::socket_link(socket_mode& owner, app_record& of, std::unique_ptr<tls_stream> stream,
                         std::string early)
    : app(&of), owner_(owner), stream_(std::move(stream)), in_(std::move(early)) {}

void socket_link::start(const std::string& response) {
  put_raw(response);
  if (!in_.empty()) take();
  read();
}

void socket_link::put(opcode kind, std::string_view payload, bool last) {
  if (closing && kind != opcode::close && kind != opcode::pong) return;
  put_frame(out_, kind, payload, last);
  if (flush_posted_ || writing_) return;
  // What else this turn brings goes into the same write.
  flush_posted_ = true;
  asio::post(stream_->get_executor(), [self = shared_from_this()] {
    self->flush_posted_ = false;
    self->flush();
  });
}

void socket_link::put_raw(std::string_view bytes) {
  out_ += bytes;
  flush();
}

void socket_link::put_text(std::string_view text, std::size_t frame_bytes) {
  if (frame_bytes == 0) return put(opcode::text, text);
  opcode kind = opcode::text;
  while (text.size() > frame_bytes) {
    put(kind, text.substr(0, frame_bytes), false);
    text.remove_prefix(frame_bytes);
    kind = opcode::continuation;
  }
  put(kind, text, true);
}

void socket_link::flush() {
  if (writing_ || gone_ || dead || out_.empty() || owner_.silent) return;
  writing_ = true;
  going_.swap(out_);
  out_.clear();
  asio::async_write(
      *stream_, asio::buffer(going_),
      [self = shared_from_this()](const boost::system::error_code& error, std::size_t) {
        self->writing_ = false;
        if (error) return self->broken();
        self->flush();
      });
}

void socket_link::read() {
  if (reading_ || gone_ || dead || owner_.silent) return;
  reading_ = true;
  stream_->async_read_some(
      asio::buffer(chunk_),
      [self = shared_from_this()](const boost::system::error_code& error, std::size_t bytes) {
        self->reading_ = false;
        if (error) return self->broken();
        self->in_.append(self->chunk_.data(), bytes);
        // What came before the silence began is not heard either.
        if (!self->owner_.silent) self->take();
        self->read();
      });
}

void socket_link::resume() {
  take();
  flush();
  read();
}

void socket_link::take() {
  while (auto got = frames_.next(in_)) {
    if (closing && got->kind != opcode::close) continue;
    switch (got->kind) {
      case opcode::ping:
        put(opcode::pong, got->payload);
        break;
      case opcode::pong:
        break;
      case opcode::close:
        if (!closing) {
          put(opcode::close, got->payload.substr(0, 2));
          begin_closing();
        }
        break;
      case opcode::text:
      case opcode::binary:
        message_ = std::move(got->payload);
        message_kind_ = got->kind;
        message_frames_ = 1;
        if (got->last) owner_.received(*this, message_, message_kind_, message_frames_);
        break;
      case opcode::continuation:
        message_ += got->payload;
        ++message_frames_;
        if (got->last) owner_.received(*this, message_, message_kind_, message_frames_);
        break;
    }
  }
  frames_.discard(in_);
  if (!frames_.error().empty() && !closing) {
    owner_.violation("websocket_frame", frames_.error());
    close(1002, frames_.error());
  }
}

void socket_link::close(std::uint16_t code, std::string_view reason) {
  if (closing) return;
  put(opcode::close, close_payload(code, reason));
  begin_closing();
}

void socket_link::begin_closing() {
  closing = true;
  owner_.lost(*this);
  // Slack leaves it to the client to end TCP, for long.
  owner_.owner_.time.after(std::chrono::seconds(20), [weak = weak_from_this()] {
    if (const auto self = weak.lock()) self->cut(false);
  });
}

void socket_link::cut(bool reset) {
  boost::system::error_code ignored;
  auto& socket = stream_->next_layer();
  if (reset) socket.set_option(asio::socket_base::linger(true, 0), ignored);
  socket.close(ignored);
  gone();
}

void socket_link::broken() {
  const auto unnoticed = owner_.owner_.how.unnoticed_death;
  if (unnoticed.count() == 0 || closing || !greeted) return gone();
  if (dead || gone_) return;
  dead = true;
  owner_.owner_.time.after(unnoticed, [weak = weak_from_this()] {
    if (const auto self = weak.lock()) self->gone();
  });
  owner_.owner_.changed();
}

void socket_link::gone() {
  if (gone_) return;
  gone_ = true;
  boost::system::error_code ignored;
  stream_->next_layer().close(ignored);
  const auto self = shared_from_this();
  owner_.lost(*this);
  std::erase(owner_.links_, self);
  owner_.owner_.changed();
}

}  // namespace mynah_test::slack
