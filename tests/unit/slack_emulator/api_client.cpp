// SPDX-License-Identifier: Apache-2.0
#include "api_client.hpp"

#include <sstream>

#include <boost/asio/connect.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ssl.hpp>
#include <boost/beast/core.hpp>
#include <boost/beast/http.hpp>
#include <boost/beast/ssl.hpp>
#include <boost/beast/websocket.hpp>
#include <boost/beast/websocket/ssl.hpp>

#include "identifiers.hpp"

namespace mynah_test::slack {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = beast::http;
using asio::ip::tcp;

namespace {

using stream = asio::ssl::stream<tcp::socket>;

asio::ssl::context trusting(const emulator& slack) {
  asio::ssl::context made(asio::ssl::context::tls_client);
  made.set_verify_mode(asio::ssl::verify_peer);
  made.load_verify_file(slack.ca_file());
  return made;
}

void connect(tcp::socket& socket, std::uint16_t port) {
  socket.connect(tcp::endpoint(asio::ip::address_v4::loopback(), port));
}

std::string form_of(const json& arguments) {
  std::string made;
  for (const auto& [name, value] : arguments.items()) {
    made += (made.empty() ? "" : "&") + percent_encoded(name) + "=" +
            percent_encoded(value.is_string() ? value.get<std::string>() : value.dump());
  }
  return made;
}

}  // namespace

struct api_client::connection {
  explicit connection(const emulator& slack)
      : tls(trusting(slack)), to(io, tls), port(slack.port()) {
    mynah_test::slack::connect(to.next_layer(), port);
    to.handshake(asio::ssl::stream_base::client);
  }

  asio::io_context io;
  asio::ssl::context tls;
  stream to;
  std::uint16_t port;
  beast::flat_buffer buffer;
};

api_client::api_client(const emulator& slack, std::string with)
    : token(std::move(with)), connection_(std::make_unique<connection>(slack)) {}

api_client::~api_client() = default;

raw_answer api_client::raw(const std::string& verb, const std::string& target,
                           const std::string& body, const std::string& content_type) {
  http::request<http::string_body> request;
  request.method_string(verb);
  request.target(target);
  request.set(http::field::host, "127.0.0.1");
  if (!token.empty()) request.set(http::field::authorization, "Bearer " + token);
  if (!content_type.empty()) request.set(http::field::content_type, content_type);
  request.body() = body;
  request.prepare_payload();
  http::write(connection_->to, request);
  http::response_parser<http::string_body> parser;
  parser.body_limit(64U << 20U);
  http::read(connection_->to, connection_->buffer, parser);
  std::ostringstream fields;
  fields << parser.get().base();
  return {static_cast<int>(parser.get().result_int()), fields.str(), parser.get().body()};
}

raw_answer api_client::post(const std::string& url, const std::string& body,
                            const std::string& content_type) {
  return raw("POST", url.substr(url.find('/', 8)), body, content_type);
}

json api_client::call(const std::string& method, const json& arguments, body_kind kind) {
  std::string target = "/api/" + method;
  switch (kind) {
    case body_kind::json_body:
      return json::parse(
          raw("POST", target, arguments.dump(), "application/json; charset=utf-8").body);
    case body_kind::json_without_charset:
      return json::parse(raw("POST", target, arguments.dump(), "application/json").body);
    case body_kind::form:
      return json::parse(
          raw("POST", target, form_of(arguments), "application/x-www-form-urlencoded").body);
    case body_kind::query:
      return json::parse(raw("GET", target + "?" + form_of(arguments), "", "").body);
  }
  return nullptr;
}

std::string api_client::error(const std::string& method, const json& arguments, body_kind kind) {
  return call(method, arguments, kind).value("error", "");
}

struct link_client::connection {
  explicit connection(const emulator& slack) : tls(trusting(slack)), to(io, tls) {
    mynah_test::slack::connect(beast::get_lowest_layer(to), slack.port());
    to.next_layer().handshake(asio::ssl::stream_base::client);
    to.auto_fragment(false);
  }

  asio::io_context io;
  asio::ssl::context tls;
  beast::websocket::stream<stream> to;
};

link_client::link_client(const emulator& slack, const std::string& url)
    : connection_(std::make_unique<connection>(slack)) {
  connection_->to.handshake("127.0.0.1", url.substr(url.find('/', 8)));
}

link_client::~link_client() = default;

json link_client::read() {
  beast::flat_buffer buffer;
  connection_->to.read(buffer);
  return json::parse(beast::buffers_to_string(buffer.data()));
}

bool link_client::ended() {
  beast::flat_buffer buffer;
  boost::system::error_code error;
  connection_->to.read(buffer, error);
  return error.failed();
}

void link_client::write(const std::string& text) {
  connection_->to.text(true);
  connection_->to.write(asio::buffer(text));
}

void link_client::write_binary(const std::string& bytes) {
  connection_->to.binary(true);
  connection_->to.write(asio::buffer(bytes));
}

void link_client::write_fragmented(const std::string& text) {
  connection_->to.text(true);
  connection_->to.write_some(false, asio::buffer(text.substr(0, 5)));
  connection_->to.write_some(true, asio::buffer(text.substr(5)));
}

void link_client::acknowledge(const json& envelope) {
  write(json{{"envelope_id", envelope["envelope_id"]}}.dump());
}

void link_client::close() {
  boost::system::error_code ignored;
  connection_->to.close(beast::websocket::close_code::normal, ignored);
}

}  // namespace mynah_test::slack
