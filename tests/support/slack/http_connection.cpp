// SPDX-License-Identifier: Apache-2.0
#include "http_connection.hpp"

#include <utility>

#include <boost/asio/buffer.hpp>
#include <boost/asio/write.hpp>
#include <boost/beast/http/read.hpp>

#include "server.hpp"

namespace mynah_test::slack {

namespace asio = boost::asio;
namespace http = boost::beast::http;

namespace {

std::string_view view(boost::beast::string_view text) {
  return {text.data(), text.size()};
}

std::string_view reason_of(int status) {
  return view(http::obsolete_reason(static_cast<http::status>(status)));
}

}  // namespace

http_connection::http_connection(server& owner, asio::ip::tcp::socket socket, std::uint64_t number)
    : owner_(owner),
      stream_(std::make_unique<tls_stream>(std::move(socket), owner.tls())),
      number_(number) {}

void http_connection::start() {
  stream_->async_handshake(asio::ssl::stream_base::server,
                           [self = shared_from_this()](const boost::system::error_code& error) {
                             if (error) return self->finish();
                             self->read();
                           });
}

void http_connection::cut() {
  if (!stream_) return;
  boost::system::error_code ignored;
  stream_->next_layer().close(ignored);
}

void http_connection::finish() {
  cut();
  owner_.forget(*this);
}

void http_connection::read() {
  parser_.emplace();
  parser_->body_limit(256U << 20U);
  idle_ = true;
  http::async_read_header(
      *stream_, buffer_, *parser_,
      [self = shared_from_this()](const boost::system::error_code& error, std::size_t) {
        if (error) return self->finish();
        self->idle_ = false;
        if (self->parser_->is_done()) return self->answer();
        http::async_read(*self->stream_, self->buffer_, *self->parser_,
                         [self](const boost::system::error_code& failed, std::size_t) {
                           if (failed) return self->finish();
                           self->answer();
                         });
      });
}

void http_connection::answer() {
  const auto& message = parser_->get();
  http_request request;
  request.method = view(message.method_string());
  const std::string_view target = view(message.target());
  const std::size_t mark = std::min(target.find('?'), target.size());
  request.path = target.substr(0, mark);
  request.query = target.substr(std::min(mark + 1, target.size()));
  request.content_type = view(message[http::field::content_type]);
  request.authorization = view(message[http::field::authorization]);
  request.body = message.body();
  request.upgrade = view(message[http::field::upgrade]);
  request.websocket_key = view(message[http::field::sec_websocket_key]);
  request.websocket_version = view(message[http::field::sec_websocket_version]);
  request.connection = number_;
  http_reply reply = owner_.handle(request);
  if (reply.delay.count() > 0) {
    const auto pause = std::exchange(reply.delay, {});
    owner_.time.after(pause, [weak = weak_from_this(), reply = std::move(reply)]() mutable {
      if (const auto self = weak.lock()) self->send(std::move(reply));
    });
    return;
  }
  send(std::move(reply));
}

void http_connection::send(http_reply reply) {
  if (!stream_->next_layer().is_open()) return finish();
  switch (reply.how) {
    case http_reply::way::cut:
      return finish();
    case http_reply::way::hang:
      return wait_for_end();
    case http_reply::way::upgrade: {
      std::string early(static_cast<const char*>(buffer_.data().data()), buffer_.size());
      reply.upgraded(std::move(stream_), std::move(early));
      return finish();
    }
    case http_reply::way::answer:
    case http_reply::way::cut_answer:
      return write(std::move(reply));
  }
}

void http_connection::write(http_reply reply) {
  ++answered_;
  const bool limited = owner_.close_after != 0 && answered_ >= owner_.close_after;
  const bool keep = parser_->get().keep_alive() && !limited && reply.how == http_reply::way::answer;
  out_.clear();
  out_ += "HTTP/1.1 ";
  out_ += std::to_string(reply.status);
  out_ += ' ';
  out_ += reason_of(reply.status);
  out_ += "\r\nserver: emulator\r\n";
  if (!reply.content_type.empty()) out_ += "content-type: " + reply.content_type + "\r\n";
  out_ += reply.headers;
  if (!parser_->get().keep_alive() || (limited && owner_.close_announced)) {
    out_ += "connection: close\r\n";
  }
  out_ += "content-length: " + std::to_string(reply.body.size()) + "\r\n\r\n";
  if (parser_->get().method() != http::verb::head) out_ += reply.body;
  if (reply.how == http_reply::way::cut_answer) out_.resize(out_.size() - reply.body.size() / 2);
  asio::async_write(
      *stream_, asio::buffer(out_),
      [self = shared_from_this(), keep](const boost::system::error_code& error, std::size_t) {
        if (error || !keep) return self->finish();
        self->read();
      });
}

void http_connection::wait_for_end() {
  stream_->async_read_some(
      asio::buffer(rest_),
      [self = shared_from_this()](const boost::system::error_code& error, std::size_t) {
        if (error) return self->finish();
        self->wait_for_end();
      });
}

}  // namespace mynah_test::slack
