// SPDX-License-Identifier: Apache-2.0
#include "server.hpp"

#include <utility>

#include <boost/asio/post.hpp>

#include "http_connection.hpp"

namespace mynah_test::slack {

namespace asio = boost::asio;
using asio::ip::tcp;

server::server(options with)
    : how(std::move(with)), time(context_, how.manual_time), work_(context_.get_executor()) {
  const certificate mine = authority_.issue(how.certificate_names, how.certificate_days);
  tls_.set_options(asio::ssl::context::default_workarounds | asio::ssl::context::no_tlsv1 |
                   asio::ssl::context::no_tlsv1_1);
  tls_.use_certificate_chain_file(mine.file);
  tls_.use_private_key_file(mine.key_file, asio::ssl::context::pem);
  listen();
  accept_next();
  sockets.start_pings();
  thread_ = std::thread([this] { context_.run(); });
}

server::~server() {
  asio::post(context_, [this] {
    boost::system::error_code ignored;
    acceptor_.close(ignored);
    sockets.shut();
    http.shut();
    for (const auto& connection : connections_) connection.second->cut();
    work_.reset();
    context_.stop();
  });
  thread_.join();
  connections_.clear();
}

void server::listen() {
  const tcp::endpoint where(asio::ip::address_v4::loopback(), port_ != 0 ? port_ : how.port);
  acceptor_.open(where.protocol());
  acceptor_.set_option(tcp::acceptor::reuse_address(true));
  acceptor_.bind(where);
  acceptor_.listen();
  port_ = acceptor_.local_endpoint().port();
}

void server::accept_next() {
  if (accept_pending_) return;
  accept_pending_ = true;
  acceptor_.async_accept([this](const boost::system::error_code& error, tcp::socket socket) {
    accept_pending_ = false;
    if (!accepting_ || !acceptor_.is_open()) return;
    if (!error) {
      boost::system::error_code ignored;
      socket.set_option(tcp::no_delay(true), ignored);
      auto made = std::make_shared<http_connection>(*this, std::move(socket), accepted++);
      connections_.emplace(made.get(), made);
      made->start();
      changed();
    }
    accept_next();
  });
}

void server::accept(bool on) {
  if (on == accepting_) return;
  accepting_ = on;
  if (on) {
    listen();
    accept_next();
  } else {
    boost::system::error_code ignored;
    acceptor_.close(ignored);
  }
}

void server::forget(http_connection& connection) {
  connections_.erase(&connection);
}

void server::close_idle() {
  for (const auto& connection : connections_) {
    if (connection.second->idle()) connection.second->cut();
  }
}

http_reply server::handle(const http_request& request) {
  constexpr std::string_view api_path = "/api/";
  constexpr std::string_view control_path = "/control/";
  http_reply reply;
  if (request.path.starts_with(api_path)) {
    reply = api.handle(request.path.substr(api_path.size()), request);
  } else if (request.path.starts_with("/link/")) {
    reply = sockets.upgrade(request);
  } else if (request.path.starts_with("/upload/v1/")) {
    reply = handle_upload(request);
  } else if (request.path.starts_with("/commands/") || request.path.starts_with("/actions/")) {
    reply = interactions.respond(request);
  } else if (request.path.starts_with(control_path)) {
    reply = handle_control(request);
  } else {
    reply.status = 404;
    reply.content_type = "text/html";
    reply.body = "<!DOCTYPE html><title>404</title>";
  }
  changed();
  return reply;
}

http_reply server::handle_control(const http_request& request) {
  http_reply reply;
  const json given =
      request.body.empty() ? json::object() : json::parse(request.body, nullptr, false);
  try {
    if (request.method != "POST") throw std::invalid_argument("POST is needed");
    if (!given.is_object()) throw std::invalid_argument("the body is no JSON object");
    reply.body =
        json{{"ok", true}, {"result", control(std::string(request.path.substr(9)), given)}}.dump(
            -1, ' ', false, json::error_handler_t::replace);
  } catch (const std::exception& error) {
    reply.status = 400;
    reply.body = json{{"ok", false}, {"error", error.what()}}.dump();
  }
  return reply;
}

http_reply server::handle_upload(const http_request& request) {
  http_reply reply;
  reply.content_type = "text/plain";
  const auto trouble = troubles.take("upload");
  if (trouble && trouble->kind == fault_kind::cut_before) {
    reply.how = http_reply::way::cut;
    return reply;
  }
  if (trouble && trouble->kind == fault_kind::hang) {
    reply.how = http_reply::way::hang;
    return reply;
  }
  if (trouble && trouble->kind == fault_kind::server_error) {
    reply.status = trouble->status;
    reply.body = "<html>trouble</html>";
    return reply;
  }
  const std::string key(request.path.substr(11));
  for (auto& [id, file] : all.files) {
    if (file.upload_key != key) continue;
    std::string content(request.body);
    if (request.content_type.starts_with("multipart/")) {
      const auto part = multipart_content(request.content_type, request.body);
      if (!part) {
        reply.status = 400;
        reply.body = "bad multipart";
        return reply;
      }
      content = *part;
    }
    if (request.method != "POST" || file.uploaded || content.size() != file.length) {
      violation("upload", "wrong method, second upload or wrong length of " + file.id + ": " +
                              std::to_string(content.size()) + " instead of " +
                              std::to_string(file.length));
      reply.status = 400;
      reply.body = "wrong upload";
      return reply;
    }
    file.content = std::move(content);
    file.uploaded = true;
    reply.body = "OK - " + std::to_string(file.length);
    if (trouble && trouble->kind == fault_kind::cut_after) reply.how = http_reply::way::cut;
    return reply;
  }
  reply.status = 404;
  reply.body = "no such upload";
  return reply;
}

void server::changed() {
  if (ask_posted_ || waiters.empty()) return;
  ask_posted_ = true;
  asio::post(context_, [this] {
    ask_posted_ = false;
    ask_waiters();
  });
}

void server::ask_waiters() {
  for (auto it = waiters.begin(); it != waiters.end();) {
    if (it->condition()) {
      it->done();
      it = waiters.erase(it);
    } else {
      ++it;
    }
  }
}

void server::violation(const std::string& rule, const std::string& detail) {
  // Bounded, for a client may do the same wrong thing for hours.
  if (violations.size() < 10'000) violations.push_back({{"rule", rule}, {"detail", detail}});
  changed();
}

void server::record(json call) {
  if (how.recorded_calls == 0) return;
  if (calls.size() >= how.recorded_calls) calls.pop_front();
  calls.push_back(std::move(call));
}

std::uint64_t server::next_ts() {
  last_ts_ = std::max(last_ts_ + 1, time.wall());
  return last_ts_;
}

message_record& server::store(channel_record& in, message_record message, bool mention_first) {
  if (message.key == 0) message.key = next_ts();
  const std::uint64_t key = message.key;
  if (!message.bot_id.empty()) ++in.posted_by_bots;
  if (message.thread != 0 && message.thread != key) {
    if (const auto found = in.messages.find(message.thread); found != in.messages.end()) {
      message_record& parent = found->second;
      parent.thread = parent.key;
      ++parent.reply_count;
      parent.latest_reply = key;
      if (std::find(parent.reply_users.begin(), parent.reply_users.end(), message.user) ==
          parent.reply_users.end()) {
        parent.reply_users.push_back(message.user);
      }
    }
    in.threads[message.thread].push_back(key);
  }
  message_record& stored =
      in.messages.emplace_hint(in.messages.end(), key, std::move(message))->second;
  if (how.history != 0 && in.messages.size() > how.history) {
    in.threads.erase(in.messages.begin()->first);
    in.messages.erase(in.messages.begin());
  }
  // What an assistant says takes away what it showed that it does.
  if (!stored.bot_id.empty() && stored.thread != 0) {
    const std::string thread = to_ts(stored.thread);
    for (json& one : assistant_threads) {
      if (one["channel_id"] == in.id && one["thread_ts"] == thread) one["status"] = "";
    }
  }
  happened.posted(in, stored, mention_first);
  changed();
  return stored;
}

void server::add_member(channel_record& in, const std::string& user) {
  if (in.has(user)) return;
  all.add_member(in, user);
  happened.member(in, user, true);
  if (in.direct()) return;
  message_record joined;
  joined.user = user;
  joined.subtype = in.kind == channel_kind::private_channel ? "group_join" : "channel_join";
  joined.text = "<@" + user + "> has joined the channel";
  store(in, std::move(joined));
}

void server::remove_member(channel_record& in, const std::string& user) {
  if (!in.has(user)) return;
  if (!in.direct()) {
    message_record left;
    left.user = user;
    left.subtype = in.kind == channel_kind::private_channel ? "group_leave" : "channel_leave";
    left.text = "<@" + user + "> has left the channel";
    store(in, std::move(left));
  }
  happened.member(in, user, false);
  all.remove_member(in, user);
}

}  // namespace mynah_test::slack
