// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <utility>

#include <boost/asio/any_io_executor.hpp>

#include <nlohmann/json.hpp>

#include <mynah/clock.hpp>
#include <mynah/error_code.hpp>
#include <mynah/log.hpp>
#include <mynah/task.hpp>

#include "net/http_client.hpp"
#include "net/tls.hpp"

#include "rate_limits.hpp"

namespace mynah::slack {

/// Where the Web API is, and how patient to be with it.
class web_api_options {
 public:
  web_api_options(std::string url, net::tls_context tls)
      : url(std::move(url)), tls(std::move(tls)) {}

  std::string url;  ///< with `/` at its end: `https://slack.com/api/`
  net::tls_context tls;
  bool pacing = true;  ///< keep below the limits that Slack documents
  std::chrono::milliseconds connect_limit = std::chrono::seconds(10);
  std::chrono::milliseconds call_limit = std::chrono::seconds(30);
};

/// How one call is made.
class call_options {
 public:
  call_options() {}

  std::string channel;  ///< for what is limited by channel
  /// How long to wait for Slack's limits; if that is not enough: errc::throttled.
  std::chrono::milliseconds patience = std::chrono::minutes(1);
  int tries = 4;  ///< while Slack has trouble of its own
};

/// An argument that is left out if it is empty.
[[nodiscard]] nlohmann::json given(std::string text);

/// Slack's Web API, over connections that are kept. Limits are kept by waiting, and what Slack
/// could not do for a moment is tried again where that cannot do it twice.
///
/// Executor and thread safety: on the bot's strand. Object lifetime: may be destroyed while calls
/// are under way; they go on.
class web_api {
 public:
  web_api(boost::asio::any_io_executor executor, std::shared_ptr<mynah::clock> clock, logger log,
          web_api_options options);

  /// Who is to know of it when Slack says that a token is good for nothing any more, whichever call
  /// it was that found out. Called with what the call fails with, before that ends, and once for
  /// each such call. Not called where only the one method is refused to this kind of token.
  void on_dead_token(std::function<void(const failure&)> tell);

  /// Calls a method with the token and gives Slack's answer, an object whose `ok` is true.
  /// Arguments that are null are left out.
  ///
  /// Errors: errc::not_sent if Slack refuses, the message says what, and which scope is missing;
  /// errc::authentication_failed if the token is good for nothing; errc::throttled with
  /// `retry_after`; errc::unconfirmed if it may or may not have been done; of the network if it was
  /// certainly not. `remote` is Slack's error code.
  /// Cancellation: terminal, throws boost::system::system_error(operation_aborted).
  [[nodiscard]] task<result<nlohmann::json>> call(
      std::string_view method_name, std::string_view token,
      nlohmann::json arguments = nlohmann::json::object(), call_options options = call_options());

  /// Posts JSON to a URL that is its own credential (`response_url`); any 2xx is good. Errors: as
  /// above; `https` only.
  [[nodiscard]] task<result<void>> post(std::string url, nlohmann::json body);

  /// Puts bytes where Slack said (`upload_url`). Errors: as above.
  [[nodiscard]] task<result<void>> upload(std::string url, std::string bytes);

  /// Connections that nobody uses are closed, and nothing more is sent.
  void close();

 private:
  class state;

  std::shared_ptr<state> state_;
};

}  // namespace mynah::slack
