// SPDX-License-Identifier: Apache-2.0
#include "flags.hpp"

#include <algorithm>
#include <chrono>
#include <string>
#include <string_view>

#include <mynah/duration.hpp>
#include <mynah/error.hpp>

#include "net/server_address.hpp"
#include "net/tls.hpp"
#include "net/tls_server_context.hpp"
#include "net/web_url.hpp"

namespace mynah::slack {

namespace {

bool is_token(std::string_view text, std::string_view begin) noexcept {
  constexpr std::size_t longest = 512;
  const bool printable = std::all_of(text.begin(), text.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
           c == '_' || c == '.';
  });
  return text.starts_with(begin) && text.size() > begin.size() && text.size() <= longest &&
         printable;
}

net::tls_context tls_from(const settings& values) {
  const net::tls_options options(values.text("ca-file"));
  result<net::tls_context> made = net::tls_context::make(options);
  if (made.has_error()) {
    throw settings_error(values.named("ca-file") + ": " + made.error().describe());
  }
  return std::move(*made);
}

std::chrono::milliseconds at_least(std::chrono::milliseconds shortest, const settings& values,
                                   const char* name) {
  const std::chrono::milliseconds given = values.duration(name);
  if (given < shortest) {
    values.refuse(name, format_duration(given), "at least " + format_duration(shortest));
  }
  return given;
}

// Slack's ids are capital letters and digits; the first letter is the kind.
bool is_id(std::string_view text) noexcept {
  return (text.starts_with('B') || text.starts_with('U') || text.starts_with('W')) &&
         text.size() > 1 && std::all_of(text.begin(), text.end(), [](char c) {
           return (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
         });
}

std::string api_url_from(const settings& values) {
  std::string url = values.text("api-url");
  if (url.find('@') != std::string::npos) {
    values.refuse_secret("api-url", "an https URL without user and password");
  }
  if (!url.ends_with('/')) url += '/';
  if (!net::parse_https_url(url) || url.find('?') != std::string::npos) {
    values.refuse("api-url", values.text("api-url"), "an https URL such as https://slack.com/api/");
  }
  return url;
}

std::string bot_token_from(const settings& values) {
  const std::string& token = values.text("bot-token");
  if (token.starts_with("xapp-")) {
    values.refuse_secret("bot-token",
                         "a bot token, which begins with xoxb-; this is an app-level token, for "
                         "app-token");
  }
  if (!is_token(token, "xoxb-")) {
    values.refuse_secret("bot-token",
                         "a bot token, which begins with xoxb- (OAuth & Permissions, Bot User "
                         "OAuth Token)");
  }
  return token;
}

std::string app_token_from(const settings& values) {
  const std::string& token = values.text("app-token");
  if (token.empty()) {
    values.refuse_secret("app-token",
                         "an app-level token, which begins with xapp-, for Socket Mode; or "
                         "mode=http");
  }
  if (token.starts_with("xoxb-")) {
    values.refuse_secret("app-token",
                         "an app-level token, which begins with xapp-; this is a bot token, for "
                         "bot-token");
  }
  if (!is_token(token, "xapp-")) {
    values.refuse_secret("app-token",
                         "an app-level token, which begins with xapp- (Basic Information, "
                         "App-Level Tokens, scope connections:write)");
  }
  return token;
}

http_receiver_options http_from(const settings& values) {
  http_receiver_options made;
  made.signing_secret = values.text("signing-secret");
  if (made.signing_secret.empty()) {
    values.refuse_secret("signing-secret",
                         "the signing secret of the app (Basic Information, App Credentials), for "
                         "mode=http");
  }
  for (const char* const token : {"xoxb-", "xapp-"}) {
    if (!made.signing_secret.starts_with(token)) continue;
    values.refuse_secret("signing-secret",
                         "the signing secret of the app (Basic Information, App Credentials); this "
                         "is a token, which begins with " +
                             std::string(token));
  }
  const std::string& listen = values.text("listen");
  const auto place = net::server_address::parse(listen);
  if (!place || !place->port) values.refuse("listen", listen, "address:port to listen on");
  made.server.address = place->host;
  made.server.port = *place->port;
  made.server.certificate_file = values.text("listen-cert");
  made.server.key_file = values.text("listen-key");
  if (made.server.certificate_file.empty() && !made.server.key_file.empty()) {
    values.refuse("listen-key", made.server.key_file, "no value, because there is no listen-cert");
  }
  if (!made.server.certificate_file.empty()) {
    const auto usable =
        net::tls_server_context::make(made.server.certificate_file, made.server.key_file);
    if (usable.has_error()) {
      throw settings_error(values.named("listen-cert") + ": " + usable.error().describe());
    }
  }
  made.path = values.text("path");
  if (!made.path.starts_with('/') || made.path.find_first_of("? #") != std::string::npos) {
    values.refuse("path", made.path, "a path such as /slack");
  }
  return made;
}

threading threading_from(const std::string& word) noexcept {
  if (word == "always") return threading::always;
  return word == "never" ? threading::never : threading::as_asked;
}

}  // namespace

std::vector<flag> flags() {
  return {
      flag("bot-token", "the bot's token: xoxb-...").required().secret().env("SLACK_BOT_TOKEN"),
      flag("app-token", "the app-level token for Socket Mode: xapp-...")
          .secret()
          .env("SLACK_APP_TOKEN"),
      flag("mode", "how events come: socket (Socket Mode), or http (Events API)")
          .fallback("socket")
          .one_of({"socket", "http"}),
      flag("signing-secret", "the app's signing secret, for mode=http")
          .secret()
          .env("SLACK_SIGNING_SECRET"),
      flag("listen", "address and port for Slack's requests, for mode=http")
          .fallback("127.0.0.1:3000"),
      flag("path", "path of Slack's requests, for mode=http").fallback("/slack"),
      flag("listen-cert",
           "PEM file of the certificate to listen with; without, something in front must do TLS"),
      flag("listen-key", "PEM file of its key; if not given, the key is in the same file"),
      flag("api-url", "where the Web API is")
          .fallback("https://slack.com/api/")
          .env("SLACK_API_URL"),
      flag("ca-file", "PEM file of the certificate authorities to accept instead of the machine's"),
      flag("connections", "WebSockets at a time, for mode=socket", flag_type::integer)
          .fallback("1")
          .range(1, 10),
      flag("threads",
           "where answers go: as-asked (into the thread of the question, if it is in one), always "
           "(into a thread), never")
          .fallback("as-asked")
          .one_of({"as-asked", "always", "never"}),
      flag("run-edits", "run an edited message again", flag_type::boolean).fallback("no"),
      flag("heed-bots", "bots, by their bot id or user id, that may give commands",
           flag_type::list),
      flag("commands", "slash commands whose text is the command line", flag_type::list)
          .fallback("/mynah"),
      flag("command-answers", "who sees answers to slash commands: asker, channel")
          .fallback("asker")
          .one_of({"asker", "channel"}),
      flag("button-life", "age after which a button is refused; 0: never", flag_type::duration)
          .fallback("1d"),
      flag("file-above", "messages that an answer may become; longer ones are a file; 0: never",
           flag_type::integer)
          .fallback("5")
          .range(0, 100),
      flag("home", "show users in the App Home what they may run", flag_type::boolean)
          .fallback("yes"),
      flag("assistant",
           "the app is an assistant: show in its threads that a command runs, and suggest some",
           flag_type::boolean)
          .fallback("no"),
      flag("pacing", "stay below the rates that Slack documents, not only wait when it says so",
           flag_type::boolean)
          .fallback("yes"),
      flag("connect-timeout", "limit for each step of connecting", flag_type::duration)
          .fallback("10s"),
      flag("call-timeout", "limit for one call of the Web API", flag_type::duration)
          .fallback("30s"),
      flag("silence", "silence after which a WebSocket is given up", flag_type::duration)
          .fallback("30s"),
  };
}

connection_options options_from(const settings& values) {
  const net::tls_context tls = tls_from(values);
  web_api_options api(api_url_from(values), tls);
  api.pacing = values.boolean("pacing");
  constexpr std::chrono::milliseconds shortest{100};
  const std::chrono::milliseconds connect_limit = at_least(shortest, values, "connect-timeout");
  api.connect_limit = connect_limit;
  api.call_limit = at_least(shortest, values, "call-timeout");
  connection_options options(bot_token_from(values), std::move(api));
  if (values.text("mode") == "http") {
    options.http = http_from(values);
  } else {
    socket_mode_options socket(app_token_from(values), tls);
    socket.connections = static_cast<std::size_t>(values.integer("connections"));
    socket.connect_limit = connect_limit;
    socket.silence_limit = at_least(std::chrono::seconds(1), values, "silence");
    socket.ping_every = std::min(socket.ping_every, socket.silence_limit / 3);
    options.socket = std::move(socket);
  }
  options.reading.input = values.owner();
  options.reading.reply_in_thread = threading_from(values.text("threads"));
  options.reading.edits_run = values.boolean("run-edits");
  for (const std::string& each : values.list("heed-bots")) {
    if (!is_id(each)) {
      values.refuse("heed-bots", each, "ids of bots or users such as B012AB3CD or U012AB3CD");
    }
    options.reading.heed_bots.insert(each);
  }
  options.reading.command_words.clear();
  for (const std::string& each : values.list("commands")) {
    if (!each.starts_with('/') || each.size() < 2) {
      values.refuse("commands", each, "slash commands such as /mynah");
    }
    options.reading.command_words.insert(each);
  }
  options.posting.most_pieces = static_cast<std::size_t>(values.integer("file-above"));
  options.posting.in_channel = values.text("command-answers") == "channel";
  options.button_life = values.duration("button-life");
  options.shows_home = values.boolean("home");
  options.is_assistant = values.boolean("assistant");
  return options;
}

}  // namespace mynah::slack
