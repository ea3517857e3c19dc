// SPDX-License-Identifier: Apache-2.0
#include "net/http_client.hpp"

#include <algorithm>
#include <array>
#include <charconv>

#include <boost/asio/buffer.hpp>
#include <boost/beast/http/fields.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/string_body.hpp>

#include "net/stream.hpp"
#include "net/with_deadline.hpp"

// g++ 12 inlines a coroutine frame's allocation but not its release, and takes them for a mismatch.
#if defined(__GNUC__) && !defined(__clang__) && __GNUC__ < 13
#pragma GCC diagnostic ignored "-Wmismatched-new-delete"
#endif

namespace mynah::net {

namespace http = boost::beast::http;

namespace {

constexpr std::string_view scheme = "https://";

char lower(char c) noexcept {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

bool same_name(std::string_view a, std::string_view b) noexcept {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(),
                    [](char x, char y) { return lower(x) == lower(y); });
}

// RFC 9110, section 5.6.2.
bool is_token(std::string_view text) noexcept {
  constexpr std::string_view signs = "!#$%&'*+-.^_`|~";
  return !text.empty() && std::all_of(text.begin(), text.end(), [&](char c) {
    return (c >= '0' && c <= '9') || (lower(c) >= 'a' && lower(c) <= 'z') ||
           signs.find(c) != std::string_view::npos;
  });
}

bool is_field_value(std::string_view text) noexcept {
  return std::all_of(text.begin(), text.end(), [](char c) {
    const auto byte = static_cast<unsigned char>(c);
    return c == '\t' || (byte >= 0x20 && byte != 0x7f);
  });
}

bool is_ours(std::string_view name) noexcept {
  for (const std::string_view each :
       {"host", "content-length", "connection", "transfer-encoding"}) {
    if (same_name(name, each)) return true;
  }
  return false;
}

// Without what could begin another line there is only one way to read it.
result<std::string> written(const http_request& request, const https_url& where) {
  if (!is_token(request.method)) return failure(errc::not_sent, "no method of HTTP");
  std::string text = request.method + " " + where.target + " HTTP/1.1\r\nHost: " + where.authority +
                     "\r\nConnection: close\r\n";
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

task<result<http_response>> read_response(stream& from, std::string peer, http_limits limits,
                                          bool has_body) {
  http::response_parser<http::string_body> parser;
  parser.header_limit(limits.header_bytes);
  parser.body_limit(limits.body_bytes);
  parser.eager(true);
  parser.skip(!has_body);
  std::string waiting;  // what the parser has not taken yet
  std::array<char, 16384> buffer;
  while (!parser.is_done()) {
    const result<std::size_t> got = co_await from.read_some(buffer.data(), buffer.size());
    error_code code;
    if (got.has_error()) {
      if (got.error().code() != errc::closed) co_return got.error();
      // An answer without a length ends with the connection.
      if (parser.got_some()) parser.put_eof(code);
      if (code || !parser.is_done()) co_return failure(errc::closed, "the answer of " + peer);
      break;
    }
    waiting.append(buffer.data(), *got);
    while (!waiting.empty() && !parser.is_done()) {
      const std::size_t taken = parser.put(boost::asio::buffer(waiting), code);
      waiting.erase(0, taken);
      if (code == http::error::need_more) {
        code = {};
        break;
      }
      if (code == http::error::body_limit || code == http::error::header_limit) {
        co_return failure(errc::overflow, "the answer of " + peer + " is too big");
      }
      if (code) co_return failure(errc::protocol, "the answer of " + peer, code.message());
    }
  }
  http_response made;
  made.status = parser.get().result_int();
  for (const auto& each : parser.get()) {
    made.fields.emplace_back(std::string(each.name_string()), std::string(each.value()));
  }
  made.body = std::move(parser.get().body());
  co_return made;
}

task<result<http_response>> exchange(mynah::clock& clock, std::string text, https_url where,
                                     tls_context tls, http_limits limits, bool has_body) {
  connect_options to(where.host, where.port);
  to.tls = std::move(tls);
  to.alpn = "http/1.1";
  to.resolve_limit = limits.connect;
  to.connect_limit = limits.connect;
  to.handshake_limit = limits.connect;
  result<stream> opened = co_await connect(clock, to);
  if (opened.has_error()) co_return opened.error();
  const result<void> sent = co_await opened->write_all(text);
  // One that refuses early may answer before it has read all.
  if (sent.has_error() && sent.error().code() == errc::timed_out) co_return sent.error();
  const result<http_response> answer = co_await read_response(*opened, to.peer(), limits, has_body);
  opened->abort();
  if (answer.has_error() && sent.has_error()) co_return sent.error();
  co_return answer;
}

}  // namespace

std::optional<https_url> parse_https_url(std::string_view text) {
  if (text.size() < scheme.size() || !same_name(text.substr(0, scheme.size()), scheme)) {
    return std::nullopt;
  }
  const bool printable =
      std::all_of(text.begin(), text.end(), [](char c) { return c > ' ' && c < '\x7f'; });
  if (!printable || text.find('#') != std::string_view::npos) return std::nullopt;
  text.remove_prefix(scheme.size());
  const std::size_t end = std::min(text.find_first_of("/?"), text.size());
  const std::string_view authority = text.substr(0, end);
  https_url made;
  made.authority = authority;
  made.target = text.substr(end);
  if (!made.target.starts_with('/')) made.target.insert(0, "/");
  std::string_view port;
  if (authority.starts_with('[')) {
    const std::size_t close = authority.find(']');
    if (close == std::string_view::npos) return std::nullopt;
    made.host = authority.substr(1, close - 1);
    port = authority.substr(close + 1);
  } else {
    made.host = authority.substr(0, authority.find(':'));
    port = authority.substr(made.host.size());
  }
  constexpr std::string_view no_host = "@[]\\<>\"%{}|^`'";
  if (made.host.empty() || made.host.find_first_of(no_host) != std::string::npos) {
    return std::nullopt;
  }
  if (port.empty()) return made;
  const auto [last, error] = std::from_chars(port.data() + 1, port.data() + port.size(), made.port);
  if (port.front() != ':' || error != std::errc() || last != port.data() + port.size() ||
      made.port == 0) {
    return std::nullopt;
  }
  return made;
}

std::string_view http_response::field(std::string_view name) const noexcept {
  for (const auto& [known, value] : fields) {
    if (same_name(known, name)) return value;
  }
  return {};
}

task<result<http_response>> send_http(mynah::clock& clock, http_request request, tls_context tls,
                                      http_limits limits) {
  const std::optional<https_url> where = parse_https_url(request.url);
  if (!where) co_return failure(errc::not_sent, "no https URL");
  result<std::string> text = written(request, *where);
  if (text.has_error()) co_return text.error();
  const std::string doing = request.method + " at " + where->authority;
  const bool has_body = request.method != "HEAD";
  const http_limits kept = limits;
  co_return co_await with_deadline(
      clock, kept.whole, exchange(clock, std::move(*text), *where, std::move(tls), kept, has_body),
      doing);
}

}  // namespace mynah::net
