// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include <nlohmann/json.hpp>

#include <mynah/error_code.hpp>

namespace mynah::slack {

/// Bytes below which an acknowledgement must stay: Slack drops larger ones without a word.
inline constexpr std::size_t acknowledgement_bytes = 20480;

/// What stands in a frame of Socket Mode.
enum class envelope_type : unsigned char {
  hello,
  disconnect,
  events_api,
  slash_commands,
  interactive,
  other  ///< new since; to be acknowledged if it has an id, and read over
};

/// Why Slack ends a connection.
enum class disconnect_reason : unsigned char {
  warning,              ///< closes in about 10 s: open the next one now
  refresh_requested,    ///< closes now
  too_many_websockets,  ///< wait before the next one
  link_disabled,        ///< Socket Mode was switched off
  other                 ///< treat as `refresh_requested`, with backoff
};

/// A frame of Socket Mode, read.
class envelope {
 public:
  envelope() = default;

  envelope_type type = envelope_type::other;
  std::string type_name;    ///< as it came
  std::string envelope_id;  ///< what is acknowledged; empty in `hello` and `disconnect`
  nlohmann::json payload;   ///< null if there is none
  bool accepts_response_payload = false;
  int retry_attempt = 0;  ///< never a reason to skip it
  std::string retry_reason;

  // Of a hello.
  int connections = 0;                      ///< of this app, dead ones included; 0: not told
  std::chrono::seconds connection_life{0};  ///< expected; zero: not told
  std::string app_id;

  disconnect_reason reason = disconnect_reason::other;  ///< of a disconnect
};

/// Reads a frame. errc::protocol if it is no JSON object with a type: to be logged and read over,
/// the connection lives on.
[[nodiscard]] result<envelope> parse_envelope(std::string_view frame);

/// What is sent for an envelope, in one frame.
class acknowledgement {
 public:
  explicit acknowledgement(std::string text, bool is_complete = true)
      : text(std::move(text)), is_complete(is_complete) {}

  std::string text;
  bool is_complete;  ///< false: the payload was too large and left out; answer some other way
};

/// The acknowledgement of an envelope, with a payload where it accepts one.
[[nodiscard]] acknowledgement acknowledge(std::string_view envelope_id,
                                          const nlohmann::json* payload = nullptr);

/// What a request of HTTP mode holds: the same payloads without envelope.
class http_delivery {
 public:
  http_delivery() = default;

  envelope_type type = envelope_type::other;  ///< never hello or disconnect
  nlohmann::json payload;
  /// Of a `url_verification`, which is answered with it and nothing else.
  std::optional<std::string> challenge;
  /// Slack's check of the certificate, which wants an empty 200.
  bool is_certificate_check = false;
};

/// Reads the body of a request whose signature is good. errc::protocol if it is neither JSON nor a
/// form with something of Slack in it.
[[nodiscard]] result<http_delivery> parse_http(std::string_view content_type,
                                               std::string_view body);

}  // namespace mynah::slack
