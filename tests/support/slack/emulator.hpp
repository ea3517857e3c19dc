// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include <nlohmann/json.hpp>

namespace mynah_test::slack {

using json = nlohmann::json;

class server;

/// How an emulator is made.
struct options {
  /// On 127.0.0.1; 0: a free one.
  std::uint16_t port = 0;
  /// Whether the limits of the Web API are kept (429 with Retry-After).
  bool rate_limits = true;
  /// Time stands still but for `emulator::advance`; else it runs, and `advance` moves it forward.
  bool manual_time = false;
  /// Messages kept in each channel, the youngest ones; 0: all.
  std::size_t history = 0;
  /// Web API calls kept for `calls()`, the youngest ones.
  std::size_t recorded_calls = 10'000;
  /// Pages of lists hold fewer items than asked for, even none, before the end.
  bool odd_pages = true;
  /// Names in the server's certificate, as OpenSSL writes them, and its days; with less than one
  /// day it has expired.
  std::string certificate_names = "DNS:localhost,IP:127.0.0.1";
  int certificate_days = 2;
  /// The host in the URLs that apps.connections.open gives.
  std::string websocket_host = "127.0.0.1";
  /// Between two pings to each Socket Mode connection; 0: none.
  std::chrono::milliseconds ping_interval{10'000};
  /// Events for an app in a workspace in an hour, if the limits are kept; more are not sent.
  std::size_t events_per_hour = 30'000;
  /// How long a connection that its client ended without a close frame is taken for alive: it
  /// counts, and envelopes are sent on it. 0: that is noticed at once.
  std::chrono::milliseconds unnoticed_death{0};
};

struct new_workspace {
  std::string name = "Acme";
  std::string domain = "acme";
  /// Empty: not part of an Enterprise organisation.
  std::string enterprise_id = {};
};

struct new_user {
  std::string name;
  std::string real_name = {};
  std::string email = {};
  std::string tz = "Europe/Berlin";
  /// A multi-channel guest, and a single-channel guest.
  bool is_restricted = false;
  bool is_ultra_restricted = false;
  bool is_admin = false;
  bool deleted = false;
  /// A bot of somebody else's; it gets a bot id.
  bool is_bot = false;
  /// The user's own workspace if that is another one (Slack Connect): seen here as a stranger.
  std::string home_team = {};
};

enum class channel_kind { public_channel, private_channel, im, mpim };

struct new_channel {
  /// Not for direct messages.
  std::string name = {};
  channel_kind kind = channel_kind::public_channel;
  /// User ids.
  std::vector<std::string> members = {};
  std::string topic = {};
  bool is_archived = false;
  /// Shared with other workspaces (Slack Connect).
  bool is_ext_shared = false;
};

/// An app as its owner has configured it.
struct new_app {
  std::string name = "opsbot";
  /// Events the app has subscribed to. Without the scope for one it is not sent, as at Slack.
  std::set<std::string> events = {"app_mention",
                                  "message.channels",
                                  "message.groups",
                                  "message.im",
                                  "message.mpim",
                                  "reaction_added",
                                  "reaction_removed",
                                  "member_joined_channel",
                                  "member_left_channel",
                                  "app_home_opened",
                                  "channel_created",
                                  "channel_rename",
                                  "channel_archive",
                                  "channel_unarchive",
                                  "user_change",
                                  "team_join",
                                  "tokens_revoked",
                                  "app_uninstalled",
                                  "subteam_members_changed"};
  /// Slash commands it has registered, with the slash; empty: any.
  std::set<std::string> commands = {};
  /// Socket Mode; else the URLs below.
  bool socket_mode = true;
  std::string events_url = {};
  std::string commands_url = {};
  std::string interactivity_url = {};
  /// For https URLs (PEM file).
  std::string ca_file = {};
};

/// An app that `add_app` has made.
struct app_credentials {
  std::string app_id;
  /// xapp-...
  std::string app_token;
  std::string signing_secret;
};

/// An app in a workspace.
struct installation {
  std::string team_id;
  /// xoxb-...
  std::string bot_token;
  std::string bot_user_id;
  std::string bot_id;
};

/// More about a message that a user posts.
struct post_options {
  /// The thread it goes to: the parent's ts.
  std::string thread_ts = {};
  bool broadcast = false;
  std::string subtype = {};
  /// Array, or null: a rich_text block is made as Slack's own clients do.
  json blocks = nullptr;
  json files = nullptr;
  std::string client_msg_id = {};
  /// The order of the two events of one mention.
  bool mention_first = false;
};

/// Something a user did that the app may react to.
struct interaction {
  /// To ask for the acknowledgement.
  std::string id;
  std::string trigger_id;
  /// Empty where Slack gives none.
  std::string response_url;
};

enum class fault_kind {
  /// 429 with `retry_after` (negative: without the header).
  rate_limited,
  /// 200 with ok:false, error ratelimited and no header.
  rate_limited_200,
  /// `status` (500 and up) with HTML.
  server_error,
  /// The connection is cut without having done anything.
  cut_before,
  /// What was asked for is done, then the connection is cut without an answer.
  cut_after,
  /// Done, then half of the answer.
  cut_answer,
  /// Nothing is done or answered, the connection stays.
  hang,
  /// Done, but never answered.
  hang_after,
  /// Done and answered after `delay`.
  slow,
  /// 200 with ok:false and `text` as error.
  api_error,
  /// 302 to `text`.
  redirect,
  /// 200 with `text` as body.
  garbage,
  /// 200 with a correct answer that has `size` bytes of padding.
  huge
};

/// What goes wrong with calls.
struct fault {
  /// A Web API method, "upload", "response_url", or "*": all of them.
  std::string method;
  fault_kind kind = fault_kind::server_error;
  /// How often; negative: until `clear_faults`.
  int times = 1;
  int status = 503;
  int retry_after = 1;
  std::chrono::milliseconds delay{1000};
  std::string text = {};
  std::size_t size = 0;
  /// Calls that pass before it begins.
  int after = 0;
};

/// What has become of envelopes and HTTP deliveries.
struct delivery_counts {
  std::size_t sent = 0;
  std::size_t acknowledged = 0;
  /// Sent again.
  std::size_t redelivered = 0;
  /// Given up.
  std::size_t lost = 0;
  /// Waiting for an acknowledgement or for a connection.
  std::size_t pending = 0;
};

/// How a signed request deviates from what Slack sends.
struct signing {
  std::chrono::seconds timestamp_offset{0};
  bool wrong_signature = false;
  bool without_signature = false;
  bool without_timestamp = false;
  std::string version = "v0";
};

struct http_result {
  /// 0: no answer; `body` says why.
  int status = 0;
  std::string body;
};

/// Slack, as far as a bot can tell: Web API, Socket Mode and Events API of made-up workspaces, over
/// TLS on 127.0.0.1, as strict as the real one. Methods it does not know answer `unknown_method`.
///
/// It has a thread of its own. All members may be called from any thread; those that change
/// something have been carried out when they return. They throw std::invalid_argument for what
/// cannot be (an unknown channel, a button that is not in the message).
class emulator {
 public:
  explicit emulator(options how = {});
  emulator(const emulator&) = delete;
  emulator& operator=(const emulator&) = delete;
  ~emulator();

  [[nodiscard]] std::uint16_t port() const;
  /// "https://127.0.0.1:PORT/api/".
  [[nodiscard]] std::string api_url() const;
  /// The authority that signed the server's certificate (PEM file).
  [[nodiscard]] std::string ca_file() const;

  // ---- who and what there is; no events come of these, but of the changes
  /// The team id. Users are `USLACKBOT` and who is added.
  std::string add_workspace(const new_workspace& workspace = {});
  app_credentials add_app(const new_app& app = {});
  /// Installs the app: its bot joins no channel. Scopes empty: all that a bot can have.
  installation install(const std::string& app_id, const std::string& team_id,
                       std::set<std::string> scopes = {});
  std::string add_user(const std::string& team_id, const new_user& user);
  std::string add_channel(const std::string& team_id, const new_channel& channel);
  /// The id of the direct messages between the two; made if there are none.
  std::string direct_channel(const std::string& user, const std::string& other);
  std::string add_usergroup(const std::string& team_id, const std::string& handle,
                            std::vector<std::string> users);
  void set_usergroup_users(const std::string& usergroup, std::vector<std::string> users);
  /// Changes fields of a user ("deleted", "is_restricted", ...); a user_change event follows.
  void change_user(const std::string& user, const json& fields);
  /// From now on the token has these scopes.
  void set_scopes(const std::string& bot_token, std::set<std::string> scopes);
  /// The token's error from now on: "token_revoked", "account_inactive", "invalid_auth", ...;
  /// empty: good again.
  void set_token_error(const std::string& token, const std::string& error);
  void archive_channel(const std::string& channel, bool archived = true);
  void set_http_urls(const std::string& app_id, const std::string& events_url,
                     const std::string& commands_url, const std::string& interactivity_url,
                     const std::string& ca_file = {});
  void set_socket_mode(const std::string& app_id, bool on);

  // ---- what people do
  /// Posts, as that user, who must be a member; its ts.
  std::string post(const std::string& channel, const std::string& user, const std::string& text,
                   const post_options& more = {});
  /// Posts many times the same, for load: "{n}" in the text is the number, from 0. At most `window`
  /// envelopes are unacknowledged at a time (0: any number); returns when the first have been sent,
  /// `deliveries()` tells how far it is.
  void flood(const std::string& channel, const std::string& user, const std::string& text,
             std::size_t count, std::size_t window = 1000);
  void edit(const std::string& channel, const std::string& ts, const std::string& text);
  /// An unfurled link: message_changed with the same text.
  void unfurl(const std::string& channel, const std::string& ts);
  void erase(const std::string& channel, const std::string& ts);
  void react(const std::string& channel, const std::string& ts, const std::string& user,
             const std::string& reaction);
  void unreact(const std::string& channel, const std::string& ts, const std::string& user,
               const std::string& reaction);
  void join(const std::string& channel, const std::string& user);
  void leave(const std::string& channel, const std::string& user);
  interaction slash_command(const std::string& app_id, const std::string& channel,
                            const std::string& user, const std::string& command,
                            const std::string& text);
  /// Presses the button with that action_id (in that block if given) of a message, which must have
  /// it; or chooses the option with `value` in a select, overflow, radio or checkbox element.
  interaction press(const std::string& channel, const std::string& ts, const std::string& user,
                    const std::string& action_id, const std::string& block_id = {},
                    const std::string& value = {});
  /// The same in an open view or a home tab.
  interaction press_in_view(const std::string& view_id, const std::string& user,
                            const std::string& action_id, const std::string& value = {});
  /// Submits an open modal; `values`: state by block_id and action_id; a plain string stands for
  /// the value of a text input or the value of an option.
  interaction submit_view(const std::string& view_id, const std::string& user, const json& values);
  interaction close_view(const std::string& view_id, const std::string& user);
  interaction suggest(const std::string& channel, const std::string& ts, const std::string& user,
                      const std::string& action_id, const std::string& typed);
  interaction global_shortcut(const std::string& app_id, const std::string& user,
                              const std::string& callback_id);
  interaction message_shortcut(const std::string& app_id, const std::string& channel,
                               const std::string& ts, const std::string& user,
                               const std::string& callback_id);
  /// Opens the app's Home (or "messages") tab.
  void open_home(const std::string& app_id, const std::string& user,
                 const std::string& tab = "home");
  /// Begins a thread with the app as an assistant: its ts, in the direct messages of the two.
  std::string open_assistant(const std::string& app_id, const std::string& user);
  /// Any event at all, to that app in that workspace; the event id.
  std::string send_event(const std::string& app_id, const std::string& team_id, const json& event);
  /// The payload that was delivered for an event, once more under a new envelope.
  void send_again(const std::string& event_id);
  /// app_rate_limited.
  void send_rate_limited(const std::string& app_id, const std::string& team_id);

  // ---- what came of it
  /// Stored messages of a channel in order, replies too, as conversations.history gives them.
  [[nodiscard]] json messages(const std::string& channel) const;
  /// Only those that bots posted.
  [[nodiscard]] json posted(const std::string& channel) const;
  [[nodiscard]] std::size_t posted_count(const std::string& channel) const;
  /// One message, or null.
  [[nodiscard]] json message(const std::string& channel, const std::string& ts) const;
  /// What chat.postEphemeral and response_urls showed to one user: {channel, user, text, ...}.
  [[nodiscard]] json ephemerals() const;
  /// Every post to a response_url that was accepted: {url, body}.
  [[nodiscard]] json responses() const;
  /// The open view of a user (modal on top, or type "home"), or null.
  [[nodiscard]] json view_of(const std::string& user, const std::string& type = "modal") const;
  /// Uploaded files: {id, name, title, size, channels}; and the bytes of one.
  [[nodiscard]] json files() const;
  [[nodiscard]] std::string file_content(const std::string& file_id) const;
  /// conversations.info as an admin would see it, with members, pins and bookmarks.
  [[nodiscard]] json channel(const std::string& channel) const;
  /// assistant.threads.*: {channel_id, thread_ts, status, title, prompts}.
  [[nodiscard]] json assistant_threads() const;
  /// Web API calls: {method, arguments, ok, error, status, token_kind, connection, at (seconds)}.
  [[nodiscard]] json calls(std::string_view method = {}) const;
  [[nodiscard]] std::size_t call_count(std::string_view method) const;
  /// Connections accepted so far, of all kinds.
  [[nodiscard]] std::size_t accepted_connections() const;
  /// What a client did that it must not do: {rule, detail}.
  [[nodiscard]] json violations() const;
  void clear_violations();
  /// How the interaction was acknowledged: {acknowledged: bool, failed: bool, payload: ...}.
  [[nodiscard]] json acknowledgement(const std::string& interaction_id) const;
  [[nodiscard]] delivery_counts deliveries() const;
  /// Socket Mode connections that got their hello.
  [[nodiscard]] std::size_t connections() const;
  /// Forgets calls, ephemerals and responses.
  void forget_observations();

  /// Waits until the condition holds, which is asked on the emulator's thread after each thing that
  /// happens there and may call members; false if the limit (of real time) passes first.
  [[nodiscard]] bool wait_until(std::function<bool()> condition,
                                std::chrono::milliseconds limit = std::chrono::seconds(10)) const;

  // ---- time
  /// Moves time forward; everything that is due by then happens before it returns.
  void advance(std::chrono::milliseconds step);
  /// Unix time.
  [[nodiscard]] double now() const;

  // ---- trouble with HTTP
  void inject(const fault& trouble);
  void clear_faults();
  /// Each kept-alive HTTP connection is closed after so many answers (0: never), with
  /// "Connection: close" or without a word.
  void close_after(std::size_t requests, bool announced = true);
  /// Closes all idle HTTP connections without a word.
  void close_idle();
  /// Nobody is accepted any more, until true again.
  void accept_connections(bool on);

  // ---- trouble with Socket Mode; which: the number of the connection, in order of hello, from 0;
  // negative: all
  /// Sends {"type":"disconnect"}; for refresh_requested the connection is closed afterwards, for
  /// warning ten seconds later.
  void disconnect(const std::string& reason, int which = -1);
  /// Cuts TCP: with a reset, or a plain end of the stream.
  void drop(int which = -1, bool reset = true);
  /// A close frame; TCP stays for 20 s unless the client ends it, as at Slack.
  void close(std::uint16_t code, const std::string& reason = {}, int which = -1);
  void send_text(const std::string& text, int which = -1);
  void send_binary(const std::string& bytes, int which = -1);
  /// The text in frames of `frame_bytes` each, with a ping between them.
  void send_fragmented(const std::string& text, std::size_t frame_bytes, int which = -1);
  /// From now on envelopes are sent in frames of that size; 0: whole.
  void fragment_envelopes(std::size_t frame_bytes);
  /// Bytes that are no frame.
  void send_bytes(const std::string& bytes, int which = -1);
  void send_ping(const std::string& payload = "Ping from emulator", int which = -1);
  /// Reads nothing and sends nothing, not even pongs, on connections there are and come.
  void fall_silent(bool on);
  void withhold_hello(bool on);
  /// Upgrades are refused with that status; times negative: until 0 is given.
  void refuse_upgrades(int status, int times);
  /// Envelopes that come are sent with this many copies of each (same envelope_id), 1: once.
  void duplicate_envelopes(std::size_t copies);
  /// Whether a retry keeps the envelope_id.
  void keep_envelope_id(bool on);
  /// Envelopes wait until off again.
  void hold_envelopes(bool on);

  // ---- HTTP mode
  /// Sends url_verification; whether the challenge came back.
  [[nodiscard]] http_result verify_url(const std::string& app_id);
  /// One request signed by the app's secret, or deviating from that.
  [[nodiscard]] http_result post_signed(const std::string& app_id, const std::string& url,
                                        const std::string& body, const std::string& content_type,
                                        const signing& how = {});

  // ---- for other languages
  /// What POST /control/<action> does.
  json control(const std::string& action, const json& arguments);

 private:
  std::unique_ptr<server> server_;
};

/// One workspace, one app with all scopes, its bot, two users and a channel with all of them.
struct small_world {
  explicit small_world(emulator& slack, const new_app& app = {});

  app_credentials app;
  installation bot;
  std::string team;
  std::string alice;
  std::string bob;
  /// #general.
  std::string general;
  /// Alice and the bot.
  std::string dm;
};

}  // namespace mynah_test::slack
