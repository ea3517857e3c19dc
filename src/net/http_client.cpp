// SPDX-License-Identifier: Apache-2.0
#include "net/http_client.hpp"

#include <algorithm>
#include <map>
#include <optional>

#include <boost/asio/dispatch.hpp>
#include <boost/asio/error.hpp>

#include "net/armed_timer.hpp"
#include "net/condition.hpp"
#include "net/http_exchange.hpp"
#include "net/http_words.hpp"
#include "net/stream.hpp"
#include "net/with_deadline.hpp"

// g++ 12 inlines a coroutine frame's allocation but not its release, and takes them for a mismatch.
#if defined(__GNUC__) && !defined(__clang__) && __GNUC__ < 13
#pragma GCC diagnostic ignored "-Wmismatched-new-delete"
#endif

namespace mynah::net {

namespace asio = boost::asio;

namespace {

std::string doing_text(const http_request& request, const web_url& where) {
  return request.method + " at " + where.authority;
}

task<result<http_response>> send_alone(mynah::clock& clock, std::string text, web_url where,
                                       tls_context tls, http_limits limits, bool has_body) {
  std::string peer = where.peer();
  result<stream> opened =
      co_await connect_web(clock, std::move(where), std::move(tls), limits.connect);
  if (opened.has_error()) co_return opened.error();
  http_reading reading;
  result<http_response> answer =
      co_await exchange(*opened, std::move(text), std::move(peer), limits, has_body, reading);
  opened->abort();
  co_return answer;
}

// How a connection looks that the other side has given up.
bool is_lost(const error_code& code) noexcept {
  return code == errc::closed || code == asio::error::connection_reset ||
         code == asio::error::broken_pipe || code == asio::error::connection_aborted;
}

}  // namespace

std::string_view http_response::field(std::string_view name) const noexcept {
  return field_of(fields, name);
}

task<result<http_response>> send_http(mynah::clock& clock, http_request request, tls_context tls,
                                      http_limits limits) {
  const std::optional<web_url> where = parse_https_url(request.url);
  if (!where) co_return failure(errc::not_sent, "no https URL");
  result<std::string> text = request_text(request, *where, "close");
  if (text.has_error()) co_return text.error();
  const bool has_body = request.method != "HEAD";
  const http_limits kept = limits;
  co_return co_await with_deadline(
      clock, kept.whole,
      send_alone(clock, std::move(*text), *where, std::move(tls), kept, has_body),
      doing_text(request, *where));
}

/// Shared with the requests, which may outlive the client.
class http_client::state : public std::enable_shared_from_this<http_client::state> {
 public:
  state(asio::any_io_executor executor, mynah::clock& clock, tls_context tls,
        http_client_options options)
      : executor_(std::move(executor)),
        clock_(clock),
        tls_(std::move(tls)),
        most_(std::max<std::size_t>(options.connections, 1)),
        idle_limit_(options.idle) {}

  static task<result<http_response>> send(std::shared_ptr<state> client, http_request request,
                                          http_limits limits) {
    const std::optional<web_url> where = parse_https_url(request.url);
    if (!where) co_return failure(errc::not_sent, "no https URL");
    result<std::string> text = request_text(request, *where, "");
    if (text.has_error()) co_return text.error();
    const bool has_body = request.method != "HEAD";
    const bool may_repeat = request.may_repeat;
    const std::string doing = doing_text(request, *where);
    bool written = false;
    const http_limits kept = limits;
    result<http_response> answer = co_await with_deadline(
        client->clock_, kept.whole,
        send_pooled(client, std::move(*text), *where, kept, has_body, may_repeat, written), doing);
    if (answer.has_value() || !written) co_return answer;
    const failure& why = answer.error();
    std::string message = doing;
    if (!why.message().empty() && why.message() != doing) message += ": " + why.message();
    co_return failure(errc::unconfirmed, message + ": " + why.code().message(), why.remote());
  }

  void close() {
    closed_ = true;
    timer_.reset();
    for (auto& [name, at] : hosts_) {
      at->idle.clear();
      at->freed.notify_all();
    }
  }

  [[nodiscard]] std::size_t idle() const noexcept {
    std::size_t all = 0;
    for (const auto& [name, at] : hosts_) all += at->idle.size();
    return all;
  }

 private:
  class idle_connection {
   public:
    idle_connection(stream kept, mynah::clock::time_point since)
        : kept(std::move(kept)), since(since) {}

    stream kept;
    mynah::clock::time_point since;
  };

  /// A host and port that requests go to.
  class host {
   public:
    explicit host(const asio::any_io_executor& executor) : freed(executor) {}

    std::vector<idle_connection> idle;  ///< the one used last is the last
    std::size_t busy = 0;               ///< requests that have a connection, or are getting one
    std::size_t waiting = 0;            ///< requests that may not have one yet
    condition freed;
  };

  /// The right to have a connection to a host.
  class place {
   public:
    place(std::shared_ptr<state> client, std::string name)
        : client_(std::move(client)), name_(std::move(name)) {
      std::shared_ptr<host>& known = client_->hosts_[name_];
      if (!known) known = std::make_shared<host>(client_->executor_);
      at_ = known;
    }
    place(const place&) = delete;
    place& operator=(const place&) = delete;
    ~place() {
      if (waits_) --at_->waiting;
      if (has_) --at_->busy;
      // Whoever was woken for what is free now may have been this one.
      at_->freed.notify_one();
      if (at_->busy == 0 && at_->waiting == 0 && at_->idle.empty()) client_->hosts_.erase(name_);
    }

    [[nodiscard]] task<void> take() {
      bool woken = false;
      // Nobody passes those who wait.
      while (!client_->closed_ && (at_->busy >= client_->most_ || (!woken && at_->waiting > 0))) {
        waits_ = true;
        ++at_->waiting;
        co_await at_->freed.wait();
        --at_->waiting;
        waits_ = false;
        woken = true;
      }
      ++at_->busy;
      has_ = true;
      if (at_->busy < client_->most_) at_->freed.notify_one();
    }

    /// A connection that was used before and is still good, as far as can be seen.
    [[nodiscard]] std::optional<stream> take_idle() {
      const auto oldest = client_->clock_.now() - client_->idle_limit_;
      while (!at_->idle.empty()) {
        idle_connection last = std::move(at_->idle.back());
        at_->idle.pop_back();
        if (last.since > oldest && last.kept.quiet()) return std::move(last.kept);
      }
      return std::nullopt;
    }

    void keep(stream used) {
      if (client_->closed_ || client_->idle_limit_ <= std::chrono::milliseconds::zero()) return;
      at_->idle.emplace_back(std::move(used), client_->clock_.now());
      client_->arm();
    }

   private:
    std::shared_ptr<state> client_;
    std::string name_;
    std::shared_ptr<host> at_;
    bool waits_ = false;
    bool has_ = false;
  };

  static task<result<http_response>> send_pooled(std::shared_ptr<state> client, std::string text,
                                                 web_url where, http_limits limits, bool has_body,
                                                 bool may_repeat, bool& written) {
    const std::string peer = where.peer();
    place here(client, peer);
    co_await here.take();
    if (client->closed_) co_return failure(errc::closed, "the HTTP client");
    std::optional<stream> link = here.take_idle();
    if (link) {
      written = true;
      http_reading reading;
      result<http_response> answer =
          co_await exchange(*link, text, peer, limits, has_body, reading);
      if (answer.has_value()) {
        if (reading.keep_alive && reading.rest.empty()) here.keep(std::move(*link));
        co_return answer;
      }
      // Servers close what nobody uses, at times just when the next request is on its way.
      if (reading.any || !may_repeat || !is_lost(answer.error().code())) {
        co_return answer.error();
      }
      link.reset();
    }
    result<stream> opened =
        co_await connect_web(client->clock_, where, client->tls_, limits.connect);
    if (opened.has_error()) co_return opened.error();
    written = true;
    http_reading reading;
    result<http_response> answer =
        co_await exchange(*opened, std::move(text), peer, limits, has_body, reading);
    if (answer.has_value() && reading.keep_alive && reading.rest.empty()) {
      here.keep(std::move(*opened));
    }
    co_return answer;
  }

  // One timer for all, and none while there is nothing to drop.
  void arm() {
    if (timer_) return;
    auto oldest = mynah::clock::time_point::max();
    for (const auto& [name, at] : hosts_) {
      if (!at->idle.empty()) oldest = std::min(oldest, at->idle.front().since);
    }
    if (oldest == mynah::clock::time_point::max()) return;
    std::weak_ptr<state> weak = weak_from_this();
    timer_.emplace(clock_, oldest + idle_limit_, [weak, executor = executor_] {
      // The clock's executor need not be ours.
      asio::dispatch(executor, [weak] {
        if (const auto alive = weak.lock()) alive->drop_old();
      });
    });
  }

  void drop_old() {
    timer_.reset();
    const auto oldest = clock_.now() - idle_limit_;
    for (auto it = hosts_.begin(); it != hosts_.end();) {
      host& at = *it->second;
      std::erase_if(at.idle, [&](const idle_connection& each) { return each.since <= oldest; });
      const bool unused = at.busy == 0 && at.waiting == 0 && at.idle.empty();
      it = unused ? hosts_.erase(it) : std::next(it);
    }
    arm();
  }

  asio::any_io_executor executor_;
  mynah::clock& clock_;
  tls_context tls_;
  std::size_t most_;
  mynah::clock::duration idle_limit_;
  std::map<std::string, std::shared_ptr<host>> hosts_;
  std::optional<armed_timer> timer_;
  bool closed_ = false;
};

http_client::http_client(asio::any_io_executor executor, mynah::clock& clock, tls_context tls,
                         http_client_options options)
    : state_(std::make_shared<state>(std::move(executor), clock, std::move(tls), options)) {}

http_client::~http_client() {
  state_->close();
}

task<result<http_response>> http_client::send(http_request request, http_limits limits) {
  return state::send(state_, std::move(request), limits);
}

void http_client::close() {
  state_->close();
}

std::size_t http_client::idle_connections() const noexcept {
  return state_->idle();
}

}  // namespace mynah::net
