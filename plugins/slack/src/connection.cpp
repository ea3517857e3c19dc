// SPDX-License-Identifier: Apache-2.0
#include "connection.hpp"

#include <charconv>
#include <deque>
#include <mutex>
#include <unordered_map>
#include <vector>

#include <mynah/duration.hpp>

#include "net/counted_notice.hpp"
#include "net/mailbox.hpp"
#include "net/sleep.hpp"
#include "net/task_group.hpp"

#include "assistant_status.hpp"
#include "characters.hpp"
#include "command_modal.hpp"
#include "connection_queue.hpp"
#include "json_fields.hpp"
#include "manifest.hpp"
#include "mrkdwn.hpp"
#include "people.hpp"
#include "scopes.hpp"
#include "shared_app.hpp"
#include "shortcut.hpp"
#include "surfaces.hpp"
#include "timestamp.hpp"

// g++ 12 inlines a coroutine frame's allocation but not its release, and takes them for a mismatch.
#if defined(__GNUC__) && !defined(__clang__) && __GNUC__ < 13
#pragma GCC diagnostic ignored "-Wmismatched-new-delete"
#endif

namespace mynah::slack {

namespace {

using nlohmann::json;
using std::chrono::milliseconds;
using std::chrono::seconds;

// Events that the bot has not taken yet. Beyond, Slack is left to wait.
constexpr std::size_t most_events = 20'000;
constexpr std::size_t hold_at = 5'000;
constexpr std::size_t release_at = 1'000;
// An event is to be acknowledged within 3 s, after the journal has it. For all lookups together.
constexpr milliseconds lookup_limit{1'500};
constexpr seconds farewell{2};
constexpr std::size_t most_remembered = 2'000;
constexpr std::size_t most_in_name = 100;  // of a shortcut, where it is told of

/// The bot's own identity, as auth.test tells it.
class identity {
 public:
  identity() = default;

  std::string team;       ///< its name
  std::string user_name;  ///< the bot's
  std::string scopes;
  bool has_scopes = false;  ///< Slack told them
};

// The workspace that a delivery is for.
std::string team_in(const json& payload) {
  if (const std::string_view team = text_in(payload, "team_id"); !team.empty()) {
    return std::string(team);
  }
  return std::string(text_in(object_in(payload, "team"), "id"));
}

// Whether what comes from another workspace is the bot's all the same.
bool is_for_us(envelope_type type, const json& payload, const reader_options& we) {
  if (type != envelope_type::events_api) {
    const std::string_view kind = text_in(payload, "type");
    // People of other workspaces click in channels that are shared with them. Commands and
    // shortcuts of an app are for those who have it, in an organisation for all of them.
    if (type != envelope_type::slash_commands && kind != "shortcut" && kind != "message_action") {
      return true;
    }
    const std::string_view told = text_in(payload, "enterprise_id");
    const std::string_view enterprise =
        told.empty() ? text_in(object_in(payload, "enterprise"), "id") : told;
    return !enterprise.empty() && enterprise == we.enterprise_id;
  }
  // Whether our installation is among those that Slack delivers an event for.
  for (const json& each : array_in(payload, "authorizations")) {
    if (text_in(each, "team_id") == we.team_id || text_in(each, "user_id") == we.user_id) {
      return true;
    }
    const std::string_view enterprise = text_in(each, "enterprise_id");
    if (!enterprise.empty() && enterprise == we.enterprise_id) return true;
  }
  return false;
}

// Slack's menus know commands by their names. A pattern may match anything, so what it wants to
// hear is not known.
bool can_be_named(const command* what) {
  return what != nullptr && what->spec().pattern.empty();
}

/// Keeps the last keys with a value each.
class recent_values {
 public:
  /// The value kept under `key`; keeps `value` if there is none yet.
  const std::string& emplace(const std::string& key, std::string value) {
    const auto [place, is_new] = values_.try_emplace(key, std::move(value));
    if (is_new) {
      order_.push_back(key);
      if (order_.size() > most_remembered) {
        values_.erase(order_.front());
        order_.pop_front();
      }
    }
    return place->second;
  }
  [[nodiscard]] const std::string* find(const std::string& key) const {
    const auto found = values_.find(key);
    return found == values_.end() ? nullptr : &found->second;
  }

 private:
  std::unordered_map<std::string, std::string> values_;
  std::deque<std::string> order_;
};

}  // namespace

class connection::impl : public std::enable_shared_from_this<connection::impl> {
 public:
  impl(boost::asio::any_io_executor executor, std::shared_ptr<mynah::clock> clock, logger log,
       bot_view& bot, connection_options options)
      : executor_(executor),
        clock_(std::move(clock)),
        log_(std::move(log)),
        bot_(bot),
        options_(std::move(options)),
        api_(std::make_shared<web_api>(executor, clock_, log_, options_.api)),
        events_(executor, most_events),
        group_(std::move(executor), log_) {}

  task<result<void>> start();
  task<result<event>> recv();
  std::optional<event> recv_now();
  void acknowledge(std::uint64_t delivery) noexcept;
  task<result<receipt>> send(const outgoing& message);
  void working(const address& where, bool is) noexcept;
  task<void> close();
  void abandon();
  [[nodiscard]] std::string describe() const;
  [[nodiscard]] std::shared_ptr<workspace_access> access() const {
    return std::make_shared<workspace_access>(api_, posts_, options_.bot_token,
                                              options_.reading.team_id);
  }

 private:
  void watch_tokens();
  task<result<void>> identify();
  result<void> check_scopes() const;
  void begin_assisting();
  task<result<void>> listen();
  void take(arrival&& got);
  bool goes_elsewhere(const std::string& team, arrival& got);
  void tell_of_stranger(const std::string& team);
  void take_home_opened(const incoming& in, std::size_t page);
  void take_assistant_opened(const incoming& in);
  void take_shortcut(incoming& in, arrival::answer_function& answer);
  void refuse_shortcut(incoming& in, std::string words);
  void take_click(incoming& in, arrival::answer_function& answer);
  void take_form_button(incoming& in);
  void ask_by_modal(incoming& in, const command& what, modal_origin origin);
  [[nodiscard]] address place_to_tell(incoming& in);
  void take_submission(incoming& in, const arrival::answer_function& answer);
  void deliver(incoming& in, event&& made, arrival::answer_function&& answer);
  void hand_over(waiting_event&& one);
  task<void> tell_alone(std::shared_ptr<impl> self, address where, std::string words);
  task<void> ask(std::shared_ptr<impl> self, viewer by, const command& what, modal_origin origin,
                 std::string trigger, event asked);
  task<void> keep_groups(std::shared_ptr<impl> self);
  void settle_click(const incoming& in);
  [[nodiscard]] bool is_stale(const incoming& in) const;
  [[nodiscard]] bool came_as_another(const incoming& in);
  void end(const failure& why);
  void look_at_load();
  void told();

  boost::asio::any_io_executor executor_;
  std::shared_ptr<mynah::clock> clock_;
  logger log_;
  bot_view& bot_;
  connection_options options_;
  std::shared_ptr<web_api> api_;
  std::shared_ptr<poster> posts_;
  std::shared_ptr<people> people_;
  std::shared_ptr<surfaces> shown_;
  std::shared_ptr<assistant_status> status_;  ///< none unless the app is an assistant
  identity me_;
  std::optional<reader> reader_;
  std::unique_ptr<socket_mode> sockets_;
  std::unique_ptr<http_receiver> receiver_;
  net::mailbox<event> events_;
  net::task_group group_;
  std::shared_ptr<connection_queue> queue_;
  bool held_ = false;
  bool closing_ = false;
  std::uint64_t last_delivery_ = 0;
  std::unordered_map<std::uint64_t, arrival::answer_function> owed_;
  std::optional<failure> failed_;
  recent_values client_ids_;      ///< event ids by `client_msg_id`
  recent_values asked_;           ///< who was asked, by the question's message
  std::shared_ptr<void> shared_;  ///< among the inputs of the same app
  std::unordered_map<std::string, net::counted_notice>
      strangers_;                    ///< workspaces that no input is for
  std::optional<std::size_t> told_;  ///< connections that the description tells of
  mutable std::mutex description_mutex_;
  std::string description_;
};

task<result<void>> connection::impl::start() {
  const auto self = shared_from_this();
  self->watch_tokens();
  const result<void> known = co_await self->identify();
  if (known.has_error()) co_return known.error();
  const result<void> permitted = self->check_scopes();
  if (permitted.has_error()) co_return permitted.error();
  self->begin_assisting();
  const std::string_view scopes = self->me_.scopes;
  self->people_ = std::make_shared<people>(self->clock_, self->log_, self->api_,
                                           self->options_.bot_token, scopes);
  self->posts_ = std::make_shared<poster>(self->clock_, self->log_, self->api_,
                                          self->options_.bot_token, self->options_.posting);
  self->shown_ = std::make_shared<surfaces>(self->log_, self->bot_, self->api_, self->people_,
                                            self->options_.bot_token, lookup_limit);
  const std::weak_ptr<impl> weak = self;
  auto give = [weak](waiting_event&& one) {
    if (const auto home = weak.lock()) home->hand_over(std::move(one));
  };
  self->queue_ =
      std::make_shared<connection_queue>(self->clock_, self->log_, self->group_, self->people_,
                                         self->posts_, lookup_limit, std::move(give));
  // Before anybody is heard: who is in a group must count from the first command on.
  co_await self->people_->refresh_groups();
  const result<void> listening = co_await self->listen();
  if (listening.has_error()) co_return listening.error();
  auto take_handed = [weak](arrival&& got) {
    if (const auto home = weak.lock()) home->take(std::move(got));
  };
  self->shared_ = self->options_.app->serve(self->options_.reading.team_id, std::move(take_handed));
  self->group_.spawn("refreshing user groups", self->keep_groups(self));
  self->told();
  co_return result<void>();
}

// Most calls are made for something that may fail without harm, and would only log it.
void connection::impl::watch_tokens() {
  api_->on_dead_token([weak = weak_from_this()](const failure& why) {
    if (const auto home = weak.lock()) home->end(why);
  });
}

task<result<void>> connection::impl::identify() {
  const result<json> answer = co_await api_->call("auth.test", options_.bot_token);
  if (answer.has_error()) co_return answer.error();
  reader_options& reading = options_.reading;
  reading.user_id = text_in(*answer, "user_id");
  reading.bot_id = text_in(*answer, "bot_id");
  reading.team_id = text_in(*answer, "team_id");
  reading.enterprise_id = text_in(*answer, "enterprise_id");
  reading.app_id = text_in(*answer, "app_id");
  me_.team = sanitised(text_in(*answer, "team").substr(0, 100));
  me_.user_name = sanitised(text_in(*answer, "user").substr(0, 100));
  me_.scopes = text_in(*answer, "scopes");
  me_.has_scopes = !me_.scopes.empty();
  if (reading.user_id.empty() || reading.team_id.empty()) {
    co_return failure(errc::protocol, "auth.test does not say who the bot is");
  }
  reader_.emplace(reading);
  co_return result<void>();
}

result<void> connection::impl::check_scopes() const {
  if (!me_.has_scopes) return result<void>();
  std::string essential;
  for (const scope& each : missing_scopes(me_.scopes)) {
    const std::string name(each.name);
    if (each.is_essential) {
      essential += (essential.empty() ? "" : ", ") + name + " (" + std::string(each.reason) + ")";
      continue;
    }
    log_.warning("the bot token lacks a scope",
                 {{"scope", name}, {"needed", std::string(each.reason)}});
  }
  if (essential.empty()) return result<void>();
  return failure(errc::authentication_failed, "the bot token lacks scopes: " + essential +
                                                  "; add them and install the app anew");
}

void connection::impl::begin_assisting() {
  if (!options_.is_assistant) return;
  if (me_.has_scopes && !has_scope(me_.scopes, "assistant:write")) {
    log_.warning("the bot token lacks a scope",
                 {{"scope", "assistant:write"},
                  {"needed", "to show in threads that it works, and to suggest commands"}});
    return;
  }
  status_ = std::make_shared<assistant_status>(log_, api_, options_.bot_token);
}

task<result<void>> connection::impl::listen() {
  const auto self = shared_from_this();
  const std::weak_ptr<impl> weak = self;
  auto take = [weak](arrival&& got) {
    if (const auto home = weak.lock()) home->take(std::move(got));
  };
  if (self->options_.http) {
    self->receiver_ = std::make_unique<http_receiver>(self->executor_, self->clock_, self->log_,
                                                      *self->options_.http, std::move(take));
    co_return self->receiver_->start();
  }
  auto ended = [weak](const failure& why) {
    if (const auto home = weak.lock()) home->end(why);
  };
  self->sockets_ =
      std::make_unique<socket_mode>(self->executor_, self->clock_, self->log_, self->api_,
                                    *self->options_.socket, std::move(take), std::move(ended));
  const result<void> connected = co_await self->sockets_->start();
  if (connected.has_error()) co_return connected.error();
  co_return result<void>();
}

void connection::impl::told() {
  const std::size_t count = sockets_ != nullptr ? sockets_->connections() : 0;
  if (told_ == count) return;
  told_ = count;
  std::string text = me_.team + " (" + options_.reading.team_id + ") as " + me_.user_name;
  if (options_.http) {
    text += ", HTTP on " + options_.http->server.place();
  } else {
    text +=
        ", Socket Mode, " + std::to_string(count) + (count == 1 ? " connection" : " connections");
  }
  const std::lock_guard lock(description_mutex_);
  description_ = std::move(text);
}

std::string connection::impl::describe() const {
  const std::lock_guard lock(description_mutex_);
  return description_;
}

// What Slack delivers.
void connection::impl::take(arrival&& got) {
  // What is not acknowledged is delivered again.
  if (closing_ || failed_) return;
  const std::string team = team_in(got.payload);
  if (!team.empty() && team != options_.reading.team_id && goes_elsewhere(team, got)) return;
  incoming in = reader_->read(got.type, std::move(got.payload));
  arrival::answer_function answer = std::move(got.answer);
  switch (in.kind) {
    case incoming_kind::revoked:
      answer(nullptr);
      end(failure(errc::authentication_failed,
                  "the app was removed from the workspace, or its token revoked"));
      return;
    case incoming_kind::rate_limited:
      log_.warning("Slack holds events back: more than 30000 in an hour");
      break;
    case incoming_kind::user_changed:
      people_->user_changed(in.user);
      break;
    case incoming_kind::group_changed:
      people_->group_changed();
      break;
    case incoming_kind::home_opened:
      answer(nullptr);
      take_home_opened(in, 0);
      return;
    case incoming_kind::assistant_opened:
      answer(nullptr);
      take_assistant_opened(in);
      return;
    case incoming_kind::shortcut:
    case incoming_kind::message_shortcut:
      take_shortcut(in, answer);
      return;
    case incoming_kind::view_submission:
      take_submission(in, answer);
      return;
    case incoming_kind::suggestion: {
      json nothing = json::object();
      nothing["options"] = json::array();
      answer(&nothing);
      return;
    }
    case incoming_kind::click:
      take_click(in, answer);
      return;
    case incoming_kind::message:
    case incoming_kind::slash:
    case incoming_kind::view_closed:
    case incoming_kind::reaction:
    case incoming_kind::joined:
    case incoming_kind::left:
    case incoming_kind::other:
      break;
  }
  if (!in.event || came_as_another(in)) {
    answer(nullptr);
    return;
  }
  event made = std::move(*in.event);
  deliver(in, std::move(made), std::move(answer));
}

// The app is installed in other workspaces, too.
bool connection::impl::goes_elsewhere(const std::string& team, arrival& got) {
  const shared_app::handing handed = options_.app->pass_on(team, got);
  if (handed == shared_app::handing::taken) return true;
  // Of an app for a whole organisation, and where its workspaces share a channel.
  if (is_for_us(got.type, got.payload, options_.reading)) return false;
  // Slack delivers it again, until the input is there.
  if (handed == shared_app::handing::later) return true;
  tell_of_stranger(team);
  if (got.type == envelope_type::slash_commands) {
    const json words = {{"response_type", "ephemeral"},
                        {"text", "This bot does not serve this workspace."}};
    got.answer(&words);
    return true;
  }
  // By Socket Mode it may come to another process the next time. There is one URL for all of them,
  // so by HTTP it would come here, again and again.
  if (receiver_ != nullptr) got.answer(nullptr);
  return true;
}

void connection::impl::tell_of_stranger(const std::string& team) {
  // Of more than that, some are told of more often.
  if (strangers_.size() >= most_remembered && !strangers_.contains(team)) strangers_.clear();
  const auto [known, is_new] = strangers_.try_emplace(team);
  // By Socket Mode it is nothing but that several processes share an app.
  if (receiver_ == nullptr && !is_new) return;
  const std::optional<std::uint64_t> count = known->second.add(clock_->now());
  if (!count) return;
  const std::string name = plain_line(team, most_in_name);
  log_.warning("events of another workspace come, and no input is for it",
               {{"team", name}, {"count", std::to_string(*count)}});
}

// Slack rarely makes two messages of one, with two `ts`.
bool connection::impl::came_as_another(const incoming& in) {
  if (in.client_msg_id.empty() || in.kind != incoming_kind::message) return false;
  const std::string key = in.channel + ' ' + in.client_msg_id;
  const std::string& first = client_ids_.emplace(key, in.message_ts);
  if (first == in.message_ts || in.event->type != event_type::message) return false;
  log_.debug("a message came as two", {{"channel", in.channel}, {"ts", in.message_ts}});
  return true;
}

bool connection::impl::is_stale(const incoming& in) const {
  if (options_.button_life.count() == 0) return false;
  const auto shown = time_of(in.message_ts);
  return shown && clock_->wall() - *shown > options_.button_life;
}

void connection::impl::take_home_opened(const incoming& in, std::size_t page) {
  if (!options_.shows_home || in.user.empty()) return;
  viewer to(in.user, reader_->principal_of(in), in.is_external);
  group_.spawn("showing the App Home", surfaces::show_home(shown_, std::move(to), page));
}

void connection::impl::take_assistant_opened(const incoming& in) {
  if (status_ == nullptr || in.user.empty() || in.channel.empty() || in.thread_ts.empty()) return;
  viewer to(in.user, reader_->principal_of(in), in.is_external);
  group_.spawn("suggesting commands",
               surfaces::suggest(shown_, std::move(to), in.channel, in.thread_ts));
}

void connection::impl::take_shortcut(incoming& in, arrival::answer_function& answer) {
  if (!in.event) {
    answer(nullptr);
    return;
  }
  const command* const what = bot_.find_command(in.callback_id);
  if (!can_be_named(what)) {
    answer(nullptr);
    const std::string name = plain_line(in.callback_id, most_in_name);
    log_.warning("a shortcut has the name of no command", {{"callback id", name}});
    refuse_shortcut(in, "There is no command " + name + " behind this shortcut.");
    return;
  }
  const bool asks = in.kind == incoming_kind::shortcut && !what->spec().parameters.empty();
  if (asks) {
    answer(nullptr);
    modal_origin origin(what->spec().name, {}, {}, true);
    ask_by_modal(in, *what, std::move(origin));
    return;
  }
  event made = std::move(*in.event);
  std::string line = shortcut_line(what->spec(), made.text);
  if (!made.normalised) {
    made.raw_text = std::move(made.text);
    made.normalised = true;
  }
  made.text = std::move(line);
  deliver(in, std::move(made), std::move(answer));
}

void connection::impl::refuse_shortcut(incoming& in, std::string words) {
  group_.spawn("refusing a shortcut",
               tell_alone(shared_from_this(), place_to_tell(in), std::move(words)));
}

// Where to tell somebody that what they chose or clicked is not done.
address connection::impl::place_to_tell(incoming& in) {
  const bool is_direct = in.channel.empty();
  address where(options_.reading.input, is_direct ? in.user : in.channel, in.user, in.thread_ts,
                is_direct);
  const bool gives_url = in.is_ephemeral || in.kind == incoming_kind::message_shortcut;
  if (gives_url && !in.response_url.empty()) {
    where.user = posts_->urls().keep(in.user, std::move(in.response_url), clock_->now());
  }
  return where;
}

void connection::impl::take_click(incoming& in, arrival::answer_function& answer) {
  if (!in.clicked || in.user.empty()) {
    answer(nullptr);
    return;
  }
  if (is_stale(in)) {
    answer(nullptr);
    group_.spawn("refusing a click",
                 tell_alone(shared_from_this(), place_to_tell(in),
                            "This button is older than " + format_duration(options_.button_life) +
                                "; give the command anew."));
    return;
  }
  if (in.clicked->kind == button_kind::page) {
    answer(nullptr);
    std::size_t page = 0;
    const std::string& number = in.clicked->text;
    std::from_chars(number.data(), number.data() + number.size(), page);
    take_home_opened(in, page);
    return;
  }
  if (in.clicked->kind == button_kind::form) {
    answer(nullptr);
    take_form_button(in);
    return;
  }
  if (!in.event) {
    answer(nullptr);
    return;
  }
  settle_click(in);
  event made = std::move(*in.event);
  deliver(in, std::move(made), std::move(answer));
}

void connection::impl::take_form_button(incoming& in) {
  const command* const what = bot_.find_command(in.clicked->text);
  if (what == nullptr) return;
  modal_origin origin(in.clicked->text, in.channel, in.thread_ts, in.channel.empty());
  ask_by_modal(in, *what, std::move(origin));
}

void connection::impl::ask_by_modal(incoming& in, const command& what, modal_origin origin) {
  viewer by(in.user, reader_->principal_of(in), in.is_external);
  std::string trigger = std::move(in.trigger_id);
  event asked = reader_->submitted(in, what.spec().name, {}, {}, true);
  asked.id = in.event ? in.event->id : std::string();
  asked.from = place_to_tell(in);
  group_.spawn("opening a modal", ask(shared_from_this(), std::move(by), what, std::move(origin),
                                      std::move(trigger), std::move(asked)));
}

// Nobody fills in a form to be told then that they may not.
task<void> connection::impl::ask(std::shared_ptr<impl> self, viewer by, const command& what,
                                 modal_origin origin, std::string trigger, event asked) {
  const command_spec& spec = what.spec();
  address where = asked.from;
  const bool is_admitted =
      co_await surfaces::admits(self->shown_, std::move(by), std::move(asked), what);
  if (!is_admitted) co_return;
  std::optional<json> view = command_modal(spec, origin);
  if (!view || trigger.empty()) {
    std::string words = "This command has to be typed: " + spec.usage_line();
    co_await tell_alone(self, std::move(where), std::move(words));
    co_return;
  }
  co_await surfaces::open_modal(self->shown_, std::move(trigger), std::move(*view));
}

// The buttons of a question go when it is answered, so that nobody answers it again.
void connection::impl::settle_click(const incoming& in) {
  if (in.clicked->kind != button_kind::answer || in.is_ephemeral || in.message_ts.empty()) return;
  const std::string* const asked = asked_.find(in.channel + ' ' + in.message_ts);
  if (asked == nullptr || *asked != in.user) return;
  std::string by = "<@" + in.user + ">: " + shown_as_is(in.clicked->text);
  group_.spawn(
      "taking buttons away",
      surfaces::take_buttons_away(shown_, in.channel, in.message_ts, array_in(in.message, "blocks"),
                                  std::string(text_in(in.message, "text")), std::move(by)));
}

void connection::impl::take_submission(incoming& in, const arrival::answer_function& answer) {
  const std::optional<modal_origin> origin = origin_of(in.view);
  const command* const what = origin ? bot_.find_command(origin->command) : nullptr;
  if (what == nullptr) {
    answer(nullptr);
    return;
  }
  filled_form sent = read_submission(in.view, what->spec());
  if (!sent.ok()) {
    const json errors = error_payload(sent);
    answer(&errors);
    return;
  }
  event made =
      reader_->submitted(in, std::move(sent.line), origin->channel, origin->thread, origin->direct);
  deliver(in, std::move(made), arrival::answer_function(answer));
}

void connection::impl::deliver(incoming& in, event&& made, arrival::answer_function&& answer) {
  const bool gives_url = in.kind == incoming_kind::slash ||
                         in.kind == incoming_kind::message_shortcut ||
                         (in.kind == incoming_kind::click && in.is_ephemeral);
  if (gives_url && !in.response_url.empty()) {
    made.from.user = posts_->urls().keep(in.user, std::move(in.response_url), clock_->now());
  }
  const bool needs_room = !in.user.empty() && made.from.room == in.user;
  waiting_event one(std::move(made), std::move(answer), in.user);
  one.is_external = in.is_external;
  one.needs_room = needs_room;
  queue_->push(std::move(one));
  look_at_load();
}

void connection::impl::hand_over(waiting_event&& one) {
  event& made = one.event;
  if (made.origin == event_origin::person && !one.user.empty()) {
    made.principal.groups = people_->groups_of(one.user, one.is_external);
    const person* const known = people_->find(one.user);
    if (made.principal.display.empty() && known != nullptr) made.principal.display = known->name;
  }
  made.delivery = ++last_delivery_;
  owed_.emplace(made.delivery, std::move(one.answer));
  if (!events_.try_push(std::move(made))) {
    // Slack delivers it again.
    owed_.erase(last_delivery_);
    log_.error("an event was not taken: too many wait");
  }
  look_at_load();
}

void connection::impl::look_at_load() {
  const std::size_t waiting = events_.size() + (queue_ != nullptr ? queue_->size() : 0);
  const bool hold = held_ ? waiting > release_at : waiting >= hold_at;
  if (hold == held_) return;
  held_ = hold;
  if (sockets_ != nullptr) sockets_->hold(hold);
  if (receiver_ != nullptr) receiver_->hold(hold);
  log_.debug(hold ? "too many events wait, Slack has to" : "events are taken again");
}

void connection::impl::acknowledge(std::uint64_t delivery) noexcept {
  const auto found = owed_.find(delivery);
  if (found == owed_.end()) return;
  try {
    const arrival::answer_function answer = std::move(found->second);
    owed_.erase(found);
    answer(nullptr);
  } catch (const std::exception& error) {
    log_.error("an event was not acknowledged", {{"reason", error.what()}});
  }
}

task<result<event>> connection::impl::recv() {
  const auto self = shared_from_this();
  result<event> got = co_await self->events_.recv();
  self->look_at_load();
  self->told();
  if (got.has_error() && self->failed_) co_return *self->failed_;
  co_return std::move(got);
}

std::optional<event> connection::impl::recv_now() {
  std::optional<event> got = events_.try_recv();
  if (held_) look_at_load();
  return got;
}

task<result<receipt>> connection::impl::send(const outgoing& message) {
  const auto self = shared_from_this();
  result<receipt> sent = co_await self->posts_->send(message);
  if (sent.has_error() && is_permanent(sent.error().code())) self->end(sent.error());
  if (sent.has_value() && self->status_ != nullptr) self->status_->said(message.to);
  if (sent.has_value() && !sent->id.empty() && message.body.framed() != nullptr) {
    const std::vector<card_action>& buttons = message.body.framed()->actions;
    if (!buttons.empty() && !buttons.front().question.empty()) {
      const std::string key = message.to.room + ' ' + sent->id;
      self->asked_.emplace(key, std::string(response_urls::id_in(message.to.user)));
    }
  }
  co_return std::move(sent);
}

void connection::impl::working(const address& where, bool is) noexcept {
  if (status_ == nullptr || closing_) return;
  try {
    if (!status_->want(where, is)) return;
    group_.spawn("showing that the bot works",
                 assistant_status::show(status_, where.room, where.thread));
  } catch (const std::exception& error) {
    log_.error("that the bot works could not be shown", {{"reason", error.what()}});
  }
}

void connection::impl::end(const failure& why) {
  if (failed_) return;
  failed_ = why;
  if (queue_ != nullptr) queue_->close();
  events_.close();
}

task<void> connection::impl::close() {
  const auto self = shared_from_this();
  self->closing_ = true;
  self->shared_.reset();
  if (self->queue_ != nullptr) self->queue_->close();
  self->events_.close();
  if (self->sockets_ != nullptr) co_await self->sockets_->stop();
  if (self->receiver_ != nullptr) co_await self->receiver_->stop();
  self->group_.stop();
  self->group_.cancel();
  const bool all = co_await self->group_.join_for(*self->clock_, farewell);
  static_cast<void>(all);
  self->api_->close();
}

void connection::impl::abandon() {
  closing_ = true;
  shared_.reset();
  if (queue_ != nullptr) queue_->close();
  events_.close();
  group_.cancel();
  sockets_.reset();
  receiver_.reset();
  api_->close();
}

task<void> connection::impl::keep_groups(std::shared_ptr<impl> self) {
  constexpr seconds step{15};
  while (!self->closing_) {
    co_await net::sleep_for(*self->clock_, step);
    if (self->closing_) co_return;
    self->told();
    if (self->clock_->now() >= self->people_->groups_due()) {
      co_await self->people_->refresh_groups();
    }
  }
}

task<void> connection::impl::tell_alone(std::shared_ptr<impl> self, address where,
                                        std::string words) {
  reply refusal(std::move(words));
  refusal.only_to_caller();
  const outgoing message(std::move(where), std::move(refusal));
  const result<receipt> said = co_await self->posts_->send(message);
  if (said.has_error()) {
    self->log_.debug("a refusal was not said", {{"reason", said.error().describe()}});
  }
}

task<result<std::unique_ptr<connection>>> connection::open(boost::asio::any_io_executor executor,
                                                           std::shared_ptr<mynah::clock> clock,
                                                           logger log, bot_view& bot,
                                                           connection_options options) {
  const auto running = std::make_shared<impl>(std::move(executor), std::move(clock), std::move(log),
                                              bot, std::move(options));
  auto made = std::make_unique<connection>(running);
  const result<void> started = co_await running->start();
  if (started.has_error()) co_return started.error();
  co_return std::move(made);
}

connection::connection(std::shared_ptr<impl> running) noexcept : impl_(std::move(running)) {}

connection::~connection() {
  impl_->abandon();
}

task<result<event>> connection::recv() {
  return impl_->recv();
}

std::optional<event> connection::recv_now() {
  return impl_->recv_now();
}

void connection::acknowledge(std::uint64_t delivery) noexcept {
  impl_->acknowledge(delivery);
}

task<result<receipt>> connection::send(const outgoing& message) {
  return impl_->send(message);
}

void connection::working(const address& where, bool is, std::string_view) noexcept {
  impl_->working(where, is);
}

task<void> connection::close() {
  return impl_->close();
}

std::string connection::describe() const {
  return impl_->describe();
}

std::shared_ptr<workspace_access> connection::access() const {
  return impl_->access();
}

}  // namespace mynah::slack
