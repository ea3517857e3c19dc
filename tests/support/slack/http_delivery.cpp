// SPDX-License-Identifier: Apache-2.0
#include "http_delivery.hpp"

#include <array>
#include <utility>

#include <boost/asio/connect.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ssl.hpp>
#include <boost/asio/write.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http.hpp>

#include <openssl/hmac.h>

#include "server.hpp"

namespace mynah_test::slack {

namespace asio = boost::asio;
namespace http = boost::beast::http;
using asio::ip::tcp;

namespace {

constexpr auto time_to_answer = std::chrono::seconds(3);

struct target {
  bool tls = false;
  std::string host;
  std::string port;
  std::string path;
};

target parsed(const std::string& url) {
  target made;
  made.tls = url.starts_with("https://");
  if (!made.tls && !url.starts_with("http://")) {
    throw std::invalid_argument("the app has no such URL: '" + url + "'");
  }
  const std::size_t begin = made.tls ? 8 : 7;
  const std::size_t slash = std::min(url.find('/', begin), url.size());
  made.path = slash == url.size() ? "/" : url.substr(slash);
  made.host = url.substr(begin, slash - begin);
  made.port = made.tls ? "443" : "80";
  if (const std::size_t colon = made.host.find(':'); colon != std::string::npos) {
    made.port = made.host.substr(colon + 1);
    made.host.resize(colon);
  }
  return made;
}

std::string signature(const std::string& secret, const std::string& version,
                      const std::string& timestamp, const std::string& body) {
  const std::string base = version + ":" + timestamp + ":" + body;
  std::array<unsigned char, EVP_MAX_MD_SIZE> hash{};
  unsigned length = 0;
  HMAC(EVP_sha256(), secret.data(), static_cast<int>(secret.size()),
       reinterpret_cast<const unsigned char*>(base.data()), base.size(), hash.data(), &length);
  std::string made = version + "=";
  for (unsigned i = 0; i < length; ++i) {
    made += "0123456789abcdef"[hash[i] >> 4U];
    made += "0123456789abcdef"[hash[i] & 15U];
  }
  return made;
}

/// A form of the fields of an object.
std::string form_of(const json& fields) {
  std::string made;
  for (const auto& [name, value] : fields.items()) {
    made += (made.empty() ? "" : "&") + percent_encoded(name) + "=" +
            percent_encoded(value.is_string() ? value.get<std::string>() : value.dump());
  }
  return made;
}

}  // namespace

/// A connection to an app's server, for one request at a time.
class outgoing_connection : public std::enable_shared_from_this<outgoing_connection> {
 public:
  using handler = std::function<void(http_result, std::string)>;

  outgoing_connection(http_delivery& owner, target to, std::string ca_file)
      : owner_(owner),
        to(std::move(to)),
        ca_file(std::move(ca_file)),
        context_(asio::ssl::context::tls_client) {}

  void request(std::string text, handler done) {
    out_ = std::move(text);
    done_ = std::move(done);
    const int mine = ++turn_;
    timer_ = owner_.owner_.time.after(time_to_answer, [weak = weak_from_this(), mine] {
      const auto self = weak.lock();
      if (self && self->turn_ == mine) self->finish({0, "http_timeout"}, {});
    });
    if (connected_) return write();
    connect();
  }

  void shut() {
    connected_ = false;
    boost::system::error_code ignored;
    if (tls_) tls_->next_layer().close(ignored);
    if (plain_) plain_->close(ignored);
  }

  http_delivery& owner_;
  target to;
  std::string ca_file;

 private:
  template <class F>
  void with_stream(F action) {
    if (tls_) {
      action(*tls_);
    } else {
      action(*plain_);
    }
  }

  void connect() {
    boost::system::error_code failed;
    auto& io = owner_.owner_.context();
    tcp::resolver resolver(io);
    // Names of this machine only: that needs no waiting.
    const auto where = resolver.resolve(to.host, to.port, failed);
    if (failed) return finish({0, "connection_failed"}, {});
    if (to.tls) {
      if (!ca_file.empty()) context_.load_verify_file(ca_file, failed);
      tls_ = std::make_unique<tls_stream>(io, context_);
      tls_->set_verify_mode(asio::ssl::verify_peer);
      tls_->set_verify_callback(asio::ssl::host_name_verification(to.host));
      // What SSL_set_tlsext_host_name does, without its cast.
      SSL_ctrl(tls_->native_handle(), SSL_CTRL_SET_TLSEXT_HOSTNAME, TLSEXT_NAMETYPE_host_name,
               const_cast<char*>(to.host.c_str()));
    } else {
      plain_ = std::make_unique<tcp::socket>(io);
    }
    tcp::socket& socket = tls_ ? tls_->next_layer() : *plain_;
    asio::async_connect(
        socket, where,
        [self = shared_from_this()](const boost::system::error_code& error, const tcp::endpoint&) {
          if (!self->done_) return;
          if (error) return self->finish({0, "connection_failed"}, {});
          if (!self->tls_) {
            self->connected_ = true;
            return self->write();
          }
          self->tls_->async_handshake(asio::ssl::stream_base::client,
                                      [self](const boost::system::error_code& refused) {
                                        if (!self->done_) return;
                                        if (refused) return self->finish({0, "ssl_error"}, {});
                                        self->connected_ = true;
                                        self->write();
                                      });
        });
  }

  void write() {
    with_stream([self = shared_from_this()](auto& stream) {
      asio::async_write(stream, asio::buffer(self->out_),
                        [self](const boost::system::error_code& error, std::size_t) {
                          if (!self->done_) return;
                          if (error) return self->finish({0, "connection_failed"}, {});
                          self->read();
                        });
    });
  }

  void read() {
    parser_.emplace();
    parser_->body_limit(1U << 20U);
    with_stream([self = shared_from_this()](auto& stream) {
      http::async_read(stream, self->buffer_, *self->parser_,
                       [self](const boost::system::error_code& error, std::size_t) {
                         if (!self->done_) return;
                         if (error) return self->finish({0, "http_error"}, {});
                         self->answered();
                       });
    });
  }

  void answered() {
    const auto& message = parser_->get();
    const auto no_retry = message["x-slack-no-retry"];
    const auto type = message[http::field::content_type];
    const std::string fields =
        (no_retry == "1" ? "no-retry;" : ";") + std::string(type.data(), type.size());
    const bool keep = message.keep_alive();
    http_result result{static_cast<int>(message.result_int()), message.body()};
    if (!keep) shut();
    finish(std::move(result), fields);
  }

  void finish(http_result result, const std::string& fields) {
    owner_.owner_.time.cancel(timer_);
    ++turn_;
    const handler done = std::exchange(done_, {});
    if (result.status == 0) shut();
    if (connected_) owner_.idle_.push_back(shared_from_this());
    if (done) done(std::move(result), fields);
  }

  asio::ssl::context context_;
  std::unique_ptr<tls_stream> tls_;
  std::unique_ptr<tcp::socket> plain_;
  std::string out_;
  handler done_;
  boost::beast::flat_buffer buffer_;
  std::optional<http::response_parser<http::string_body>> parser_;
  timeline::timer_id timer_ = 0;
  int turn_ = 0;
  bool connected_ = false;
};

http_delivery::~http_delivery() = default;

void http_delivery::shut() {
  for (const auto& connection : std::exchange(idle_, {})) connection->shut();
}

void http_delivery::post(app_record& app, const std::string& url, const std::string& body,
                         const std::string& content_type, const std::string& more_fields,
                         const signing& how, std::function<void(http_result, std::string)> done) {
  const target to = parsed(url);
  const std::string timestamp = std::to_string(
      static_cast<std::int64_t>(owner_.time.wall() / 1'000'000) + how.timestamp_offset.count());
  std::string text = "POST " + to.path + " HTTP/1.1\r\nhost: " + to.host + ":" + to.port +
                     "\r\nuser-agent: Slackbot 1.0 (+https://api.slack.com/robots)\r\n"
                     "accept: */*\r\ncontent-type: " +
                     content_type + "\r\n" + more_fields;
  if (!how.without_timestamp) text += "x-slack-request-timestamp: " + timestamp + "\r\n";
  if (!how.without_signature) {
    std::string signed_with = signature(app.signing_secret, how.version, timestamp, body);
    if (how.wrong_signature) signed_with.back() = signed_with.back() == '0' ? '1' : '0';
    text += "x-slack-signature: " + signed_with + "\r\n";
  }
  text += "content-length: " + std::to_string(body.size()) + "\r\n\r\n" + body;
  for (auto it = idle_.begin(); it != idle_.end(); ++it) {
    const auto connection = *it;
    if (connection->to.host != to.host || connection->to.port != to.port ||
        connection->to.tls != to.tls) {
      continue;
    }
    idle_.erase(it);
    // It may have been closed meanwhile: then once more on a fresh one.
    return connection->request(text, [this, text, to, ca = app.facts.ca_file, done](
                                         http_result result, const std::string& fields) {
      if (result.status != 0 || result.body == "http_timeout") {
        return done(std::move(result), fields);
      }
      std::make_shared<outgoing_connection>(*this, to, ca)->request(text, done);
    });
  }
  std::make_shared<outgoing_connection>(*this, to, app.facts.ca_file)->request(text, done);
}

void http_delivery::send(delivery what) {
  const new_app& facts = what.app->facts;
  const std::string* url = &facts.events_url;
  std::string body = *what.payload;
  std::string type = "application/json";
  std::string fields;
  if (what.kind == delivery_kind::event) {
    if (what.attempt > 0) {
      fields = "x-slack-retry-num: " + std::to_string(what.attempt) +
               "\r\nx-slack-retry-reason: " + what.retry_reason + "\r\n";
    }
  } else {
    type = "application/x-www-form-urlencoded";
    if (what.kind == delivery_kind::slash_command) {
      url = facts.commands_url.empty() ? &facts.events_url : &facts.commands_url;
      body = form_of(json::parse(*what.payload));
    } else {
      url = facts.interactivity_url.empty() ? &facts.events_url : &facts.interactivity_url;
      body = "payload=" + percent_encoded(*what.payload);
    }
  }
  if (url->empty()) return owner_.out.failed(std::move(what), "connection_failed", true, true);
  app_record& app = *what.app;
  post(app, *url, body, type, fields, {},
       [this, what = std::move(what)](const http_result& result, const std::string& seen) {
         judge(what, result, seen);
         owner_.changed();
       });
}

void http_delivery::judge(const delivery& what, const http_result& result,
                          const std::string& fields) {
  if (result.status / 100 == 2) {
    json payload = nullptr;
    if (!result.body.empty() && what.accepts_payload) {
      payload = json::parse(result.body, nullptr, false);
      const bool is_json = fields.find("application/json") != std::string::npos;
      if (!is_json && what.kind == delivery_kind::slash_command) {
        payload = {{"text", result.body}};
      } else if (!is_json || payload.is_discarded()) {
        owner_.violation("acknowledgement_payload", "is not JSON");
        payload = nullptr;
      }
    }
    return owner_.out.acknowledged(what, payload);
  }
  const bool no_retry = fields.starts_with("no-retry");
  const std::string reason = result.status != 0 ? "http_error" : result.body;
  owner_.out.failed(what, reason, true, no_retry && result.status != 0);
}

}  // namespace mynah_test::slack
