// SPDX-License-Identifier: Apache-2.0
#include "net/http_server.hpp"

#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <ctime>
#include <exception>
#include <list>
#include <optional>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/buffer.hpp>
#include <boost/asio/error.hpp>
#include <boost/asio/ip/address.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/beast/http/fields.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/status.hpp>
#include <boost/beast/http/string_body.hpp>
#include <boost/system/system_error.hpp>

#include "net/accepted_stream.hpp"
#include "net/counted_notice.hpp"
#include "net/http_words.hpp"
#include "net/sleep.hpp"
#include "net/stream.hpp"
#include "net/task_group.hpp"
#include "net/tls_server_context.hpp"
#include "net/with_deadline.hpp"

// g++ 12 inlines a coroutine frame's allocation but not its release, and takes them for a mismatch.
#if defined(__GNUC__) && !defined(__clang__) && __GNUC__ < 13
#pragma GCC diagnostic ignored "-Wmismatched-new-delete"
#endif

namespace mynah::net {

namespace asio = boost::asio;
namespace http = boost::beast::http;
using asio::ip::tcp;

namespace {

constexpr auto with_code = asio::as_tuple(asio::use_awaitable);

// So many clients too many are told so; others are not even listened to.
constexpr std::size_t most_refused = 16;
// How long a client may take to see why it was refused, and how much of the rest of its request is
// read and dropped for that. Closing at once would make the system tell it of a reset instead.
constexpr std::chrono::seconds drain_limit(2);
constexpr std::size_t most_drained = std::size_t{4} * 1024 * 1024;
constexpr std::chrono::seconds accept_pause(1);

using parser_type = http::request_parser<http::string_body>;

/// What a client is told in place of an answer of the handler.
enum class refusal : unsigned short {
  none = 0,
  bad_request = 400,
  timed_out = 408,
  body_too_big = 413,
  expectation_failed = 417,
  header_too_big = 431,
  failed = 500,
  overloaded = 503,
};

refusal refusal_of(const error_code& code) noexcept {
  if (code == http::error::header_limit) return refusal::header_too_big;
  if (code == http::error::body_limit) return refusal::body_too_big;
  return refusal::bad_request;
}

bool is_ours(std::string_view name) noexcept {
  for (const std::string_view each :
       {"content-length", "transfer-encoding", "connection", "date"}) {
    if (same_name(name, each)) return true;
  }
  return false;
}

bool can_be_sent(const http_answer& answer) {
  return answer.status >= 200 && answer.status < 600 &&
         std::all_of(
             answer.fields.begin(), answer.fields.end(),
             [](const auto& field) {
               return is_token(field.first) && is_field_value(field.second) &&
                      !is_ours(field.first);
             });
}

// RFC 9110, section 5.6.7, whatever the locale.
std::string date_text(mynah::clock::wall_time when) {
  constexpr std::array<const char*, 7> days = {"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
  constexpr std::array<const char*, 12> months = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                                  "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
  const std::time_t seconds = mynah::clock::wall_time::clock::to_time_t(when);
  std::tm parts{};
  if (::gmtime_r(&seconds, &parts) == nullptr) return {};
  const auto two = [](int number) {
    return std::string{static_cast<char>('0' + number / 10), static_cast<char>('0' + number % 10)};
  };
  return std::string(days[static_cast<std::size_t>(parts.tm_wday)]) + ", " + two(parts.tm_mday) +
         " " + months[static_cast<std::size_t>(parts.tm_mon)] + " " +
         std::to_string(parts.tm_year + 1900) + " " + two(parts.tm_hour) + ":" + two(parts.tm_min) +
         ":" + two(parts.tm_sec) + " GMT";
}

std::string answer_text(const http_answer& answer, bool keeps, bool has_body,
                        mynah::clock::wall_time now) {
  const auto reason = http::obsolete_reason(http::int_to_status(answer.status));
  std::string text = "HTTP/1.1 " + std::to_string(answer.status) + " ";
  text.append(reason.data(), reason.size());
  text += "\r\nDate: " + date_text(now) + "\r\n";
  for (const auto& [name, value] : answer.fields) text += name + ": " + value + "\r\n";
  if (!keeps) text += "Connection: close\r\n";
  // RFC 9110, section 8.6: where nothing follows there is no length, unless it is HEAD's.
  const bool is_empty = answer.status == 204 || answer.status == 304;
  if (!is_empty) text += "Content-Length: " + std::to_string(answer.body.size()) + "\r\n";
  text += "\r\n";
  if (has_body && !is_empty) text += answer.body;
  return text;
}

// What is wrong with a header that could be read.
refusal check_header(const parser_type& parser) {
  const auto& header = parser.get();
  if (header.version() >= 11 && header.count(http::field::host) != 1) return refusal::bad_request;
  // Else what it means by its end and what we take for it could differ.
  if (header.count(http::field::transfer_encoding) != 0 && !parser.chunked()) {
    return refusal::bad_request;
  }
  if (header.count(http::field::expect) != 0 &&
      !same_name(header[http::field::expect], "100-continue")) {
    return refusal::expectation_failed;
  }
  return refusal::none;
}

bool wants_to_be_asked(const parser_type& parser) {
  const auto& header = parser.get();
  return header.version() >= 11 && header.count(http::field::expect) != 0 && !parser.is_done();
}

}  // namespace

std::string_view http_incoming::field(std::string_view name) const noexcept {
  return field_of(fields, name);
}

http_answer::http_answer(unsigned status, std::string body, std::string content_type)
    : status(status), body(std::move(body)) {
  if (!content_type.empty()) fields.emplace_back("Content-Type", std::move(content_type));
}

std::string http_server_options::place() const {
  const bool bracketed = address.find(':') != std::string::npos;
  return (bracketed ? "[" + address + "]" : address) + ":" + std::to_string(port);
}

/// Shared with the connections, which may outlive the server.
class http_server::state : public std::enable_shared_from_this<http_server::state> {
 public:
  state(asio::any_io_executor executor, mynah::clock& clock, http_server_options options,
        logger log)
      : executor_(std::move(executor)),
        clock_(clock),
        options_(std::move(options)),
        log_(std::move(log)),
        acceptor_(executor_),
        group_(executor_, log_) {}

  result<void> start(http_handler handler) {
    if (!options_.certificate_file.empty()) {
      auto made = tls_server_context::make(options_.certificate_file, options_.key_file);
      if (made.has_error()) return made.error();
      tls_ = std::move(*made);
    }
    const std::string doing = "listening on " + options_.place();
    error_code code;
    const auto address = asio::ip::make_address(options_.address, code);
    if (code) return failure(code, doing);
    const tcp::endpoint place(address, options_.port);
    acceptor_.open(place.protocol(), code);
    if (!code) acceptor_.set_option(tcp::acceptor::reuse_address(true), code);
    if (!code) acceptor_.bind(place, code);
    if (!code) acceptor_.listen(tcp::acceptor::max_listen_connections, code);
    if (!code) port_ = acceptor_.local_endpoint(code).port();
    if (code) {
      error_code ignored;
      acceptor_.close(ignored);
      port_ = 0;
      return failure(code, doing);
    }
    handler_ = std::move(handler);
    group_.spawn("accepting", accept(shared_from_this()));
    return {};
  }

  [[nodiscard]] std::uint16_t port() const noexcept { return port_; }

  static task<void> stop(std::shared_ptr<state> server, mynah::clock::duration limit) {
    server->stop_accepting();
    server->group_.stop();
    for (connection* each : server->connections_) {
      if (!each->busy) each->bytes.abort();
    }
    const bool all = co_await server->group_.join_for(server->clock_, limit);
    if (all) co_return;
    server->end();
    (void)co_await server->group_.join_for(server->clock_, limit);
  }

  /// Ends everything at once.
  void end() {
    stop_accepting();
    for (connection* each : connections_) each->bytes.abort();
    group_.cancel();
  }

 private:
  /// What becomes of a connection.
  enum class next_step : unsigned char {
    request,
    drain,  ///< there may be more of a request that was not read; then the end
    end,
  };

  /// A client, known to the server while it is connected.
  class connection {
   public:
    connection(std::shared_ptr<state> server, tcp::socket socket, std::string address, bool refused)
        : server_(std::move(server)),
          place_(server_->connections_.insert(server_->connections_.end(), this)),
          bytes(accepted_stream(std::move(socket), address)),
          address(std::move(address)),
          refused(refused) {}
    connection(const connection&) = delete;
    connection& operator=(const connection&) = delete;
    ~connection() { server_->connections_.erase(place_); }

   private:
    std::shared_ptr<state> server_;
    std::list<connection*>::iterator place_;

   public:
    stream bytes;
    std::string address;
    bool refused;       ///< there are too many
    bool busy = false;  ///< with a request that has come whole
    std::string rest;   ///< what was received and not used yet
  };

  void stop_accepting() {
    error_code ignored;
    acceptor_.close(ignored);
    port_ = 0;
  }

  static task<void> accept(std::shared_ptr<state> server) {
    for (;;) {
      tcp::socket socket(server->executor_);
      const auto [code] = co_await server->acceptor_.async_accept(socket, with_code);
      if (!server->acceptor_.is_open()) co_return;
      if (code == asio::error::operation_aborted) throw boost::system::system_error(code);
      if (code == asio::error::connection_aborted) continue;
      if (code) {
        // Such as too many open files: trying at once would only turn in circles.
        server->log_.warning("a connection was not accepted", {{"error", code.message()}});
        co_await sleep_for(server->clock_, accept_pause);
        continue;
      }
      const std::size_t most = server->options_.max_connections;
      const std::size_t now = server->connections_.size();
      if (now >= most) {
        if (const auto count = server->refused_.add(server->clock_.now())) {
          server->log_.warning("connections are refused: there are as many as there may be",
                               {{"most", std::to_string(most)}, {"count", std::to_string(*count)}});
        }
      }
      if (now >= most + most_refused) continue;
      error_code unknown;
      const tcp::endpoint client = socket.remote_endpoint(unknown);
      if (unknown) continue;
      auto link = std::make_unique<connection>(server, std::move(socket),
                                               client.address().to_string(), now >= most);
      server->group_.spawn("connection", serve(server, std::move(link)));
    }
  }

  static task<void> serve(std::shared_ptr<state> server, std::unique_ptr<connection> link) {
    const http_server_options& options = server->options_;
    if (server->tls_) {
      tls_server_context context = *server->tls_;
      const result<void> shaken = co_await link->bytes.accept_tls(
          server->clock_, options.handshake_limit, std::move(context));
      if (shaken.has_error()) {
        server->log_.debug("a client did not get as far as HTTP",
                           {{"error", shaken.error().describe()}});
        co_return;
      }
    }
    next_step next = next_step::request;
    while (next == next_step::request) next = co_await serve_one(server, *link);
    if (next == next_step::drain) {
      link->bytes.end_writing();
      (void)co_await with_deadline(server->clock_, drain_limit, drain(*link));
    }
    co_await link->bytes.close(server->clock_, mynah::clock::duration::zero());
  }

  // One request and its answer.
  static task<next_step> serve_one(std::shared_ptr<state> server, connection& link) {
    const http_server_options& options = server->options_;
    mynah::clock& clock = server->clock_;
    if (link.rest.empty()) {
      const result<void> begun = co_await with_deadline(clock, options.idle_limit, receive(link));
      if (begun.has_error()) co_return next_step::end;
    }
    parser_type parser;
    parser.header_limit(options.header_bytes);
    parser.body_limit(options.body_bytes);
    result<refusal> got =
        co_await with_deadline(clock, options.header_limit, read_header(link, parser));
    if (got.has_value() && *got == refusal::none && link.refused) got = refusal::overloaded;
    if (got.has_value() && *got == refusal::none) {
      got = co_await with_deadline(clock, options.body_limit, read_body(link, parser));
    }
    if (got.has_error()) {
      if (got.error().code() != errc::timed_out) co_return next_step::end;
      got = refusal::timed_out;
    }
    const bool is_head = parser.is_header_done() && parser.get().method() == http::verb::head;
    if (*got != refusal::none) {
      const bool told =
          co_await say(*server, link, http_answer(static_cast<unsigned>(*got)), false, !is_head);
      if (!told) co_return next_step::end;
      co_return next_step::drain;
    }
    link.busy = true;
    const bool wants_more = parser.get().version() >= 11 && parser.get().keep_alive();
    const http_incoming request = taken_from(parser, link.address);
    http_answer answer(static_cast<unsigned>(refusal::failed));
    co_await server->handle(request, answer);
    const bool keeps = wants_more && !server->group_.stopping();
    const bool said = co_await say(*server, link, std::move(answer), keeps, !is_head);
    link.busy = false;
    if (!said) co_return next_step::end;
    if (keeps) co_return next_step::request;
    // More than was asked for is as much in the way as a part of a request.
    if (!link.rest.empty()) co_return next_step::drain;
    co_return next_step::end;
  }

  // At least a byte more.
  static task<result<void>> receive(connection& link) {
    std::array<char, 8192> buffer;
    const result<std::size_t> got = co_await link.bytes.read_some(buffer.data(), buffer.size());
    if (got.has_error()) co_return got.error();
    link.rest.append(buffer.data(), *got);
    co_return result<void>();
  }

  static task<result<refusal>> read_header(connection& link, parser_type& parser) {
    for (;;) {
      error_code code;
      link.rest.erase(0, parser.put(asio::buffer(link.rest), code));
      if (code && code != http::error::need_more) co_return refusal_of(code);
      if (parser.is_header_done()) co_return check_header(parser);
      const result<void> got = co_await receive(link);
      if (got.has_error()) co_return got.error();
    }
  }

  static task<result<refusal>> read_body(connection& link, parser_type& parser) {
    if (wants_to_be_asked(parser) && link.rest.empty()) {
      const result<void> asked = co_await link.bytes.write_all("HTTP/1.1 100 Continue\r\n\r\n");
      if (asked.has_error()) co_return asked.error();
    }
    parser.eager(true);
    while (!parser.is_done()) {
      error_code code;
      while (!code && !link.rest.empty() && !parser.is_done()) {
        link.rest.erase(0, parser.put(asio::buffer(link.rest), code));
      }
      if (code && code != http::error::need_more) co_return refusal_of(code);
      if (parser.is_done()) break;
      const result<void> got = co_await receive(link);
      if (got.has_error()) co_return got.error();
    }
    co_return refusal::none;
  }

  static http_incoming taken_from(parser_type& parser, const std::string& address) {
    http_incoming made;
    made.method = parser.get().method_string();
    made.target = parser.get().target();
    for (const auto& each : parser.get()) {
      made.fields.emplace_back(std::string(each.name_string()), std::string(each.value()));
    }
    made.body = std::move(parser.get().body());
    made.peer = address;
    return made;
  }

  // `answer` stays as it is if the handler fails.
  task<void> handle(const http_incoming& request, http_answer& answer) {
    std::string why;
    try {
      answer = co_await handler_(request);
      if (can_be_sent(answer)) co_return;
      why = "an answer that cannot be sent";
    } catch (const std::exception& thrown) {
      why = thrown.what();
    } catch (...) {
      why = "not a std::exception";
    }
    // That is how a handler ends which is not waited for any longer.
    const auto cancellation = co_await asio::this_coro::cancellation_state;
    if (cancellation.cancelled() != asio::cancellation_type::none) {
      throw boost::system::system_error(asio::error::operation_aborted);
    }
    log_.error("a request could not be answered", {{"method", request.method}, {"error", why}});
    answer = http_answer(static_cast<unsigned>(refusal::failed));
  }

  static task<bool> say(state& server, connection& link, http_answer answer, bool keeps,
                        bool has_body) {
    const std::string text = answer_text(answer, keeps, has_body, server.clock_.wall());
    const result<void> said = co_await with_deadline(server.clock_, server.options_.answer_limit,
                                                     link.bytes.write_all(text));
    // Half an answer is the end; nothing must look like the rest of it.
    if (said.has_error()) link.bytes.abort();
    co_return said.has_value();
  }

  // Until the client has seen the end.
  static task<void> drain(connection& link) {
    std::array<char, 8192> buffer;
    for (std::size_t drained = 0; drained < most_drained;) {
      const result<std::size_t> got = co_await link.bytes.read_some(buffer.data(), buffer.size());
      if (got.has_error()) co_return;
      drained += *got;
    }
  }

  asio::any_io_executor executor_;
  mynah::clock& clock_;
  http_server_options options_;
  logger log_;
  std::optional<tls_server_context> tls_;
  tcp::acceptor acceptor_;
  std::uint16_t port_ = 0;
  http_handler handler_;
  std::list<connection*> connections_;
  counted_notice refused_;
  task_group group_;
};

http_server::http_server(asio::any_io_executor executor, mynah::clock& clock,
                         http_server_options options, logger log)
    : state_(std::make_shared<state>(std::move(executor), clock, std::move(options),
                                     std::move(log))) {}

http_server::~http_server() {
  state_->end();
}

result<void> http_server::start(http_handler handler) {
  return state_->start(std::move(handler));
}

std::uint16_t http_server::port() const noexcept {
  return state_->port();
}

task<void> http_server::stop(mynah::clock::duration limit) {
  return state::stop(state_, limit);
}

}  // namespace mynah::net
