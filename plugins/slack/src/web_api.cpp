// SPDX-License-Identifier: Apache-2.0
#include "web_api.hpp"

#include <stdexcept>

#include <mynah/reply.hpp>

#include "net/backoff.hpp"
#include "net/sleep.hpp"

#include "api_error.hpp"
#include "form.hpp"
#include "json_fields.hpp"
#include "json_text.hpp"

// g++ 12 inlines a coroutine frame's allocation but not its release, and takes them for a mismatch.
#if defined(__GNUC__) && !defined(__clang__) && __GNUC__ < 13
#pragma GCC diagnostic ignored "-Wmismatched-new-delete"
#endif

namespace mynah::slack {

namespace {

using nlohmann::json;

constexpr const char* json_type = "application/json; charset=utf-8";
constexpr const char* form_type = "application/x-www-form-urlencoded";
// What a caller should wait who has not succeeded in several tries.
constexpr std::chrono::milliseconds trouble_pause{5'000};
// A page of a list may be big; more than this is no answer of Slack's.
constexpr std::uint64_t most_answer = 8U * 1024 * 1024;

std::string form_of(const json& arguments) {
  form made;
  for (const auto& [name, value] : arguments.items()) {
    if (value.is_null()) continue;
    made.add(name, value.is_string() ? value.get<std::string>() : dump_json(value));
  }
  return made.to_string();
}

std::string json_of(json arguments) {
  for (auto each = arguments.begin(); each != arguments.end();) {
    each = each->is_null() ? arguments.erase(each) : std::next(each);
  }
  return dump_json(arguments);
}

net::http_client_options pool_options() {
  net::http_client_options made;
  // One slow call must not hold up the others.
  made.connections = 16;
  return made;
}

}  // namespace

json given(std::string text) {
  return text.empty() ? json() : json(std::move(text));
}

class web_api::state {
 public:
  state(boost::asio::any_io_executor executor, std::shared_ptr<mynah::clock> made_clock, logger log,
        web_api_options made_options)
      : clock(std::move(made_clock)),
        log(std::move(log)),
        options(std::move(made_options)),
        http(std::move(executor), *clock, options.tls, pool_options()),
        limits(options.pacing) {}

  [[nodiscard]] net::http_limits http_limits() const {
    net::http_limits made;
    made.connect = options.connect_limit;
    made.whole = options.call_limit;
    made.body_bytes = most_answer;
    return made;
  }

  std::shared_ptr<mynah::clock> clock;
  logger log;
  web_api_options options;
  net::http_client http;
  rate_limits limits;
  std::function<void(const failure&)> tell_dead;
};

namespace {

net::http_request request_of(const method& what, const std::string& base, std::string_view token,
                             json arguments) {
  net::http_request made("POST", base + std::string(what.name));
  made.fields.emplace_back("Authorization", "Bearer " + std::string(token));
  made.fields.emplace_back("Content-Type", what.takes_json ? json_type : form_type);
  made.may_repeat = what.may_repeat;
  made.body = what.takes_json ? json_of(std::move(arguments)) : form_of(arguments);
  return made;
}

// A method that takes other kinds of tokens only says nothing about this one.
bool is_dead(const api_outcome& got) {
  return got.verdict == api_verdict::dead_token && got.error != "not_allowed_token_type";
}

// Any 2xx: these have no `ok`.
result<void> judged(const std::string& doing, const result<net::http_response>& answer) {
  if (answer.has_error()) {
    const failure& why = answer.error();
    return failure(why.code(), doing + ": " + why.message(), why.remote());
  }
  if (answer->status >= 200 && answer->status < 300) return result<void>();
  const std::string status = "status " + std::to_string(answer->status);
  return failure(errc::not_sent, doing + " was refused with " + status,
                 sanitised(answer->body.substr(0, 200)));
}

}  // namespace

web_api::web_api(boost::asio::any_io_executor executor, std::shared_ptr<mynah::clock> clock,
                 logger log, web_api_options options)
    : state_(std::make_shared<state>(std::move(executor), std::move(clock), std::move(log),
                                     std::move(options))) {}

void web_api::on_dead_token(std::function<void(const failure&)> tell) {
  state_->tell_dead = std::move(tell);
}

task<result<json>> web_api::call(std::string_view method_name, std::string_view token,
                                 json arguments, call_options options) {
  const std::shared_ptr<state> self = state_;
  const method* const what = find_method(method_name);
  if (what == nullptr) throw std::logic_error("no such method: " + std::string(method_name));
  const call_options how = std::move(options);
  const net::http_request request =
      request_of(*what, self->options.url, token, std::move(arguments));
  const net::http_limits limits = self->http_limits();
  net::backoff delays(std::chrono::milliseconds(500), std::chrono::seconds(10),
                      static_cast<std::uint64_t>(self->clock->now().time_since_epoch().count()));
  const auto give_up = self->clock->now() + how.patience;
  for (int attempt = 1;; ++attempt) {
    // Others that waited for the same limit may have been first.
    for (;;) {
      const auto now = self->clock->now();
      const auto when = self->limits.earliest(*what, how.channel, now);
      if (when <= now) break;
      if (when > give_up) {
        failure later(errc::throttled, std::string(what->name) + ": Slack asks to wait");
        later.retry_after(std::chrono::duration_cast<std::chrono::milliseconds>(when - now));
        co_return later;
      }
      co_await net::sleep_until(*self->clock, when);
    }
    self->limits.count(*what, how.channel, self->clock->now());
    net::http_request sent = request;
    const result<net::http_response> answer = co_await self->http.send(std::move(sent), limits);
    failure why;
    if (answer.has_error()) {
      const failure& error = answer.error();
      const bool unknown = error.code() == errc::unconfirmed && !what->may_repeat;
      why = failure(error.code(), std::string(what->name) + ": " + error.message(), error.remote());
      if (unknown || error.code() == errc::certificate_rejected) co_return why;
    } else {
      api_outcome got =
          outcome_of(what->name, answer->status, answer->field("retry-after"), answer->body);
      for (const std::string& each : got.warnings) {
        self->log.debug("Slack warns", {{"method", what->name}, {"warning", each}});
      }
      if (got.ok()) {
        if (what->name == "auth.test") {
          got.answer["scopes"] = std::string(answer->field("x-oauth-scopes"));
        }
        // JSON converts to whatever is wanted: say that it is the value.
        co_return result<json>(boost::system::in_place_value, std::move(got.answer));
      }
      if (got.verdict == api_verdict::rate_limited) {
        self->limits.refused(*what, how.channel, self->clock->now(), got.wait);
        self->log.debug("Slack asks to wait",
                        {{"method", what->name}, {"ms", std::to_string(got.wait.count())}});
        --attempt;  // not a failure; patience bounds it
        continue;
      }
      why = got.why;
      if (is_dead(got) && self->tell_dead) self->tell_dead(why);
      if (got.verdict != api_verdict::temporary) co_return why;
      if (got.may_have_happened && !what->may_repeat) co_return why;
      // It was not done, and may be later.
      why = failure(errc::throttled, got.why.message(), got.why.remote());
      why.retry_after(std::max(got.wait, trouble_pause));
    }
    if (attempt >= how.tries) co_return why;
    const auto pause = delays.next();
    if (self->clock->now() + pause > give_up) co_return why;
    self->log.debug("Slack has trouble; trying again", {{"reason", why.describe()}});
    co_await net::sleep_for(*self->clock, pause);
  }
}

task<result<void>> web_api::post(std::string url, json body) {
  const std::shared_ptr<state> self = state_;
  net::http_request request("POST", std::move(url));
  request.fields.emplace_back("Content-Type", json_type);
  request.body = dump_json(body);
  request.may_repeat = false;
  const net::http_limits limits = self->http_limits();
  const result<net::http_response> answer = co_await self->http.send(std::move(request), limits);
  co_return judged("the answer to a response_url", answer);
}

task<result<void>> web_api::upload(std::string url, std::string bytes) {
  const std::shared_ptr<state> self = state_;
  net::http_request request("POST", std::move(url));
  request.fields.emplace_back("Content-Type", "application/octet-stream");
  request.body = std::move(bytes);
  net::http_limits limits = self->http_limits();
  limits.whole *= 4;
  const result<net::http_response> answer = co_await self->http.send(std::move(request), limits);
  co_return judged("the upload of a file", answer);
}

void web_api::close() {
  state_->http.close();
}

}  // namespace mynah::slack
