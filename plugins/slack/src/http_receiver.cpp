// SPDX-License-Identifier: Apache-2.0
#include "http_receiver.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "net/condition.hpp"
#include "net/counted_notice.hpp"
#include "net/with_deadline.hpp"

#include "json_fields.hpp"
#include "json_text.hpp"
#include "signature.hpp"

// g++ 12 inlines a coroutine frame's allocation but not its release, and takes them for a mismatch.
#if defined(__GNUC__) && !defined(__clang__) && __GNUC__ < 13
#pragma GCC diagnostic ignored "-Wmismatched-new-delete"
#endif

namespace mynah::slack {

namespace {

using net::http_answer;
using nlohmann::json;

constexpr std::chrono::seconds farewell{3};

/// A request that waits for the bot.
class waiting_request {
 public:
  explicit waiting_request(const boost::asio::any_io_executor& executor) : answered(executor) {}

  net::condition answered;
  bool is_taken = false;
  std::string body;
};

task<void> until_taken(std::shared_ptr<waiting_request> one) {
  while (!one->is_taken) co_await one->answered.wait();
}

std::string_view without_query(std::string_view target) noexcept {
  return target.substr(0, target.find('?'));
}

}  // namespace

class http_receiver::impl : public std::enable_shared_from_this<http_receiver::impl> {
 public:
  impl(boost::asio::any_io_executor executor, std::shared_ptr<mynah::clock> clock, logger log,
       http_receiver_options options, receiver take)
      : executor_(executor),
        clock_(std::move(clock)),
        log_(std::move(log)),
        options_(std::move(options)),
        take_(std::move(take)),
        server_(std::move(executor), *clock_, options_.server, log_) {}

  result<void> start() {
    return server_.start([weak = weak_from_this()](const net::http_incoming& request) {
      return handled(weak.lock(), request);
    });
  }
  net::http_server& server() noexcept { return server_; }
  void hold(bool full) noexcept { held_ = full; }

 private:
  static task<http_answer> handled(std::shared_ptr<impl> self, const net::http_incoming& request);
  [[nodiscard]] std::optional<http_answer> refused(const net::http_incoming& request);
  void tell_refused(std::string_view why, const std::string& peer);
  task<http_answer> delivered(envelope_type type, json payload);

  boost::asio::any_io_executor executor_;
  std::shared_ptr<mynah::clock> clock_;
  logger log_;
  http_receiver_options options_;
  receiver take_;
  net::http_server server_;
  bool held_ = false;
  net::counted_notice refusals_;
};

// Anybody who reaches the port can make it happen, so it is told once a while.
void http_receiver::impl::tell_refused(std::string_view why, const std::string& peer) {
  const std::optional<std::uint64_t> count = refusals_.add(clock_->now());
  if (!count) return;
  log_.warning("a request is refused",
               {{"reason", why}, {"peer", peer}, {"count", std::to_string(*count)}});
}

std::optional<http_answer> http_receiver::impl::refused(const net::http_incoming& request) {
  if (without_query(request.target) != options_.path) return http_answer(404);
  if (request.method != "POST") {
    http_answer made(405);
    made.fields.emplace_back("Allow", "POST");
    return made;
  }
  const signature_check checked =
      verify(options_.signing_secret, request.field("x-slack-request-timestamp"),
             request.field("x-slack-signature"), request.body, clock_->wall());
  if (checked == signature_check::good) return std::nullopt;
  tell_refused(describe(checked), request.peer);
  return http_answer(401);
}

task<http_answer> http_receiver::impl::handled(std::shared_ptr<impl> self,
                                               const net::http_incoming& request) {
  if (self == nullptr) co_return http_answer(503);
  std::optional<http_answer> refusal = self->refused(request);
  if (refusal) co_return std::move(*refusal);
  result<http_delivery> read = parse_http(request.field("content-type"), request.body);
  if (read.has_error()) {
    self->log_.warning("a signed request is nothing of Slack's",
                       {{"reason", read.error().describe()}});
    co_return http_answer(400);
  }
  if (read->challenge) co_return http_answer(200, *read->challenge, "text/plain");
  if (read->is_certificate_check) co_return http_answer(200);
  if (self->held_) co_return http_answer(503);
  co_return co_await self->delivered(read->type, std::move(read->payload));
}

task<http_answer> http_receiver::impl::delivered(envelope_type type, json payload) {
  const auto self = shared_from_this();
  const auto waiting = std::make_shared<waiting_request>(self->executor_);
  auto answer = [waiting](const json* given) {
    waiting->is_taken = true;
    if (given != nullptr) waiting->body = dump_json(*given);
    waiting->answered.notify_all();
  };
  self->take_(arrival(type, std::move(payload), std::move(answer)));
  if (!waiting->is_taken) {
    const result<void> in_time = co_await net::with_deadline(
        *self->clock_, self->options_.answer_limit, until_taken(waiting));
    if (in_time.has_error() && !waiting->is_taken) {
      self->log_.warning("a request was not taken in time");
      co_return http_answer(503);
    }
  }
  if (waiting->body.empty()) co_return http_answer(200);
  co_return http_answer(200, std::move(waiting->body), "application/json");
}

http_receiver::http_receiver(boost::asio::any_io_executor executor,
                             std::shared_ptr<mynah::clock> clock, logger log,
                             http_receiver_options options, receiver take)
    : impl_(std::make_shared<impl>(std::move(executor), std::move(clock), std::move(log),
                                   std::move(options), std::move(take))) {}

http_receiver::~http_receiver() = default;

result<void> http_receiver::start() {
  return impl_->start();
}

task<void> http_receiver::stop() {
  return impl_->server().stop(farewell);
}

std::uint16_t http_receiver::port() const noexcept {
  return impl_->server().port();
}

void http_receiver::hold(bool full) noexcept {
  impl_->hold(full);
}

}  // namespace mynah::slack
