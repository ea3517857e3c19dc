// SPDX-License-Identifier: Apache-2.0
#include "net/http_exchange.hpp"

#include <array>
#include <optional>

#include <boost/asio/buffer.hpp>
#include <boost/beast/http/fields.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/string_body.hpp>

#include "net/http_words.hpp"

// g++ 12 inlines a coroutine frame's allocation but not its release, and takes them for a mismatch.
#if defined(__GNUC__) && !defined(__clang__) && __GNUC__ < 13
#pragma GCC diagnostic ignored "-Wmismatched-new-delete"
#endif

namespace mynah::net {

namespace http = boost::beast::http;

namespace {

// More of them than any server has to say.
constexpr int most_interim = 16;

using parser_type = http::response_parser<http::string_body>;

bool is_ours(std::string_view name) noexcept {
  for (const std::string_view each :
       {"host", "content-length", "connection", "transfer-encoding", "accept-encoding"}) {
    if (same_name(name, each)) return true;
  }
  return false;
}

void begin(std::optional<parser_type>& parser, const http_limits& limits, bool has_body) {
  parser.emplace();
  parser->header_limit(limits.header_bytes);
  parser->body_limit(limits.body_bytes);
  parser->eager(true);
  parser->skip(!has_body);
}

bool is_interim(const parser_type& parser) {
  const unsigned status = parser.get().result_int();
  // 101 is the last answer: what comes behind it is no HTTP.
  return status >= 100 && status < 200 && status != 101;
}

http_response taken_from(parser_type& parser) {
  http_response made;
  made.status = parser.get().result_int();
  for (const auto& each : parser.get()) {
    made.fields.emplace_back(std::string(each.name_string()), std::string(each.value()));
  }
  made.body = std::move(parser.get().body());
  return made;
}

// Gives the parser what has come. No error if it wants more.
error_code advance(parser_type& parser, std::string& waiting) {
  error_code code;
  while (!code && !waiting.empty() && !parser.is_done()) {
    waiting.erase(0, parser.put(boost::asio::buffer(waiting), code));
  }
  return code == http::error::need_more ? error_code() : code;
}

failure not_understood(const error_code& code, const std::string& peer) {
  if (code == http::error::body_limit || code == http::error::header_limit) {
    return failure(errc::overflow, "the answer of " + peer + " is too big");
  }
  return failure(errc::protocol, "the answer of " + peer, code.message());
}

}  // namespace

result<std::string> request_text(const http_request& request, const web_url& where,
                                 std::string_view connection) {
  if (!is_token(request.method)) return failure(errc::not_sent, "no method of HTTP");
  std::string text =
      request.method + " " + where.target + " HTTP/1.1\r\nHost: " + where.authority + "\r\n";
  if (!connection.empty()) text.append("Connection: ").append(connection).append("\r\n");
  for (const auto& [name, value] : request.fields) {
    if (!is_token(name) || !is_field_value(value) || is_ours(name)) {
      return failure(errc::not_sent, "a header field that cannot be sent");
    }
    text += name + ": " + value + "\r\n";
  }
  if (!request.body.empty() || request.method == "PUT" || request.method == "POST") {
    text += "Content-Length: " + std::to_string(request.body.size()) + "\r\n";
  }
  return text + "\r\n" + request.body;
}

task<result<stream>> connect_web(mynah::clock& clock, web_url where, tls_context tls,
                                 std::chrono::milliseconds step_limit) {
  connect_options to(where.host, where.port);
  to.tls = std::move(tls);
  to.alpn = "http/1.1";
  to.resolve_limit = step_limit;
  to.connect_limit = step_limit;
  to.handshake_limit = step_limit;
  return connect(clock, std::move(to));
}

task<result<http_response>> read_response(stream& from, std::string peer, http_limits limits,
                                          bool has_body, http_reading& reading) {
  std::optional<parser_type> parser;
  begin(parser, limits, has_body);
  int interim = 0;
  std::array<char, 16384> buffer;
  for (;;) {
    if (const error_code code = advance(*parser, reading.rest); code) {
      co_return not_understood(code, peer);
    }
    if (parser->is_done() && is_interim(*parser)) {
      if (++interim > most_interim) {
        co_return failure(errc::protocol, "the answer of " + peer + " does not come to an end");
      }
      begin(parser, limits, has_body);
      continue;
    }
    if (parser->is_done()) break;
    const result<std::size_t> got = co_await from.read_some(buffer.data(), buffer.size());
    if (got.has_error()) {
      if (got.error().code() != errc::closed) co_return got.error();
      // An answer without a length ends with the connection.
      error_code code;
      if (parser->got_some()) parser->put_eof(code);
      if (code || !parser->is_done()) co_return failure(errc::closed, "the answer of " + peer);
      co_return taken_from(*parser);
    }
    reading.any = true;
    reading.rest.append(buffer.data(), *got);
  }
  // Behind an upgrade there is no HTTP.
  reading.keep_alive = parser->get().keep_alive() && parser->get().result_int() != 101;
  co_return taken_from(*parser);
}

task<result<http_response>> exchange(stream& with, std::string text, std::string peer,
                                     http_limits limits, bool has_body, http_reading& reading) {
  const result<void> sent = co_await with.write_all(text);
  result<http_response> answer =
      co_await read_response(with, std::move(peer), limits, has_body, reading);
  if (sent.has_error()) {
    reading.keep_alive = false;
    if (answer.has_error()) co_return sent.error();
  }
  co_return answer;
}

}  // namespace mynah::net
