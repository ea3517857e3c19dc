// SPDX-License-Identifier: Apache-2.0
#include "emulator.hpp"

#include <algorithm>
#include <future>
#include <stdexcept>
#include <type_traits>
#include <utility>

#include <boost/asio/post.hpp>

#include "control.hpp"
#include "server.hpp"

namespace mynah_test::slack {

namespace {

/// Runs something on the emulator's thread, here if this is it.
template <class F>
auto carry_out(server& on, F action) -> std::invoke_result_t<F> {
  if (on.on_thread()) return action();
  std::packaged_task<std::invoke_result_t<F>()> task(std::move(action));
  auto result = task.get_future();
  boost::asio::post(on.context(), [&task] { task(); });
  return result.get();
}

channel_record& member_channel(server& slack, const std::string& channel, const std::string& user) {
  channel_record& in = slack.all.channel(channel);
  if (!in.has(slack.all.user(user).id)) {
    throw std::invalid_argument(user + " is not a member of " + channel);
  }
  return in;
}

message_record& stored(server& slack, channel_record& in, const std::string& ts) {
  message_record* found = world::find_message(in, ts);
  if (found == nullptr) throw std::invalid_argument("there is no message " + ts + " in " + in.id);
  (void)slack;
  return *found;
}

void add_reaction(server& slack, channel_record& in, message_record& message,
                  const std::string& user, const std::string& name) {
  auto& all = message.reactions;
  auto found =
      std::find_if(all.begin(), all.end(), [&](const auto& one) { return one.first == name; });
  if (found == all.end()) found = all.insert(all.end(), {name, {}});
  if (std::find(found->second.begin(), found->second.end(), user) != found->second.end()) {
    throw std::invalid_argument(user + " has reacted with " + name + " already");
  }
  found->second.push_back(user);
  slack.happened.reaction(in, message, user, name, true);
}

}  // namespace

emulator::emulator(options how) : server_(std::make_unique<server>(std::move(how))) {
  carry_out(*server_, [this] {
    server_->control = [this](const std::string& action, const json& arguments) {
      return carry_out_control(*this, action, arguments);
    };
  });
}

emulator::~emulator() = default;

std::uint16_t emulator::port() const {
  return server_->port();
}
std::string emulator::api_url() const {
  return "https://127.0.0.1:" + std::to_string(server_->port()) + "/api/";
}
std::string emulator::ca_file() const {
  return server_->ca_file();
}

// ---- who and what there is

std::string emulator::add_workspace(const new_workspace& workspace) {
  return carry_out(*server_, [&] {
    workspace_record made;
    made.id = server_->all.ids.next('T');
    made.facts = workspace;
    const std::string id = made.id;
    server_->all.workspaces.emplace(id, std::move(made));
    return id;
  });
}

app_credentials emulator::add_app(const new_app& app) {
  return carry_out(*server_, [&] {
    auto made = std::make_unique<app_record>();
    made->id = server_->all.ids.next('A');
    made->app_token = identifiers::app_token(made->id);
    made->signing_secret = identifiers::secret(32);
    made->facts = app;
    app_credentials given{made->id, made->app_token, made->signing_secret};
    server_->all.tokens.emplace(made->app_token, token_record{made.get(), nullptr});
    server_->all.apps.emplace(given.app_id, std::move(made));
    return given;
  });
}

installation emulator::install(const std::string& app_id, const std::string& team_id,
                               std::set<std::string> scopes) {
  return carry_out(*server_, [&] {
    app_record& app = server_->all.app(app_id);
    if (app.in(team_id) != nullptr) throw std::invalid_argument("the app is installed already");
    auto made = std::make_unique<installation_record>();
    new_user bot;
    bot.name = app.facts.name;
    bot.is_bot = true;
    made->app = &app;
    made->team_id = team_id;
    made->bot_user = server_->all.add_user(team_id, bot);
    user_record& user = server_->all.users.at(made->bot_user);
    user.app_id = app_id;
    made->bot_id = user.bot_id;
    made->bot_token = identifiers::bot_token();
    made->scopes = scopes.empty() ? all_bot_scopes() : std::move(scopes);
    installation given{team_id, made->bot_token, made->bot_user, made->bot_id};
    server_->all.tokens.emplace(made->bot_token, token_record{&app, made.get()});
    app.installations.push_back(std::move(made));
    return given;
  });
}

std::string emulator::add_user(const std::string& team_id, const new_user& user) {
  return carry_out(*server_, [&] { return server_->all.add_user(team_id, user); });
}

std::string emulator::add_channel(const std::string& team_id, const new_channel& channel) {
  return carry_out(*server_, [&] {
    if (!channel.name.empty() &&
        server_->all.workspace(team_id).channel_by_name.contains(channel.name)) {
      throw std::invalid_argument("there is a channel " + channel.name + " already");
    }
    const std::string creator = channel.members.empty() ? "USLACKBOT" : channel.members.front();
    return server_->all.add_channel(team_id, channel, creator, server_->time.wall()).id;
  });
}

std::string emulator::direct_channel(const std::string& user, const std::string& other) {
  return carry_out(*server_, [&] {
    const user_record& one = server_->all.user(user);
    const user_record& two = server_->all.user(other);
    // The channel belongs to the workspace of the bot, if one is.
    const std::string& team = two.bot_id.empty() ? one.team_id : two.team_id;
    return server_->all.direct(team, {user, other}, server_->time.wall()).id;
  });
}

std::string emulator::add_usergroup(const std::string& team_id, const std::string& handle,
                                    std::vector<std::string> users) {
  return carry_out(*server_, [&] {
    usergroup_record made;
    made.id = server_->all.ids.next('S');
    made.team_id = team_id;
    made.handle = handle;
    made.users = std::move(users);
    server_->all.workspace(team_id).usergroups.push_back(made.id);
    const std::string id = made.id;
    server_->all.usergroups.emplace(id, std::move(made));
    return id;
  });
}

void emulator::set_usergroup_users(const std::string& usergroup, std::vector<std::string> users) {
  carry_out(*server_, [&] {
    const auto found = server_->all.usergroups.find(usergroup);
    if (found == server_->all.usergroups.end()) {
      throw std::invalid_argument("there is no usergroup " + usergroup);
    }
    found->second.users = std::move(users);
    server_->happened.everywhere(found->second.team_id, "subteam_members_changed",
                                 "usergroups:read",
                                 {{"type", "subteam_members_changed"},
                                  {"subteam_id", usergroup},
                                  {"team_id", found->second.team_id},
                                  {"users_count", found->second.users.size()}});
  });
}

void emulator::change_user(const std::string& user, const json& fields) {
  carry_out(*server_, [&] {
    user_record& found = server_->all.user(user);
    new_user& facts = found.facts;
    for (const auto& [name, value] : fields.items()) {
      if (name == "name") {
        facts.name = value.get<std::string>();
      } else if (name == "real_name") {
        facts.real_name = value.get<std::string>();
      } else if (name == "email") {
        facts.email = value.get<std::string>();
      } else if (name == "deleted") {
        facts.deleted = value.get<bool>();
      } else if (name == "is_restricted") {
        facts.is_restricted = value.get<bool>();
      } else if (name == "is_ultra_restricted") {
        facts.is_ultra_restricted = value.get<bool>();
      } else if (name == "is_admin") {
        facts.is_admin = value.get<bool>();
      } else {
        throw std::invalid_argument("a user has no field " + name);
      }
    }
    server_->happened.everywhere(found.team_id, "user_change", "users:read",
                                 {{"type", "user_change"},
                                  {"user", user_json(server_->all, found, found.team_id, false)},
                                  {"event_ts", to_ts(server_->next_ts())}});
  });
}

void emulator::set_scopes(const std::string& bot_token, std::set<std::string> scopes) {
  carry_out(*server_, [&] {
    const auto found = server_->all.tokens.find(bot_token);
    if (found == server_->all.tokens.end() || found->second.installed == nullptr) {
      throw std::invalid_argument("that is no bot token of ours");
    }
    found->second.installed->scopes = std::move(scopes);
  });
}

void emulator::set_token_error(const std::string& token, const std::string& error) {
  carry_out(*server_, [&] {
    const auto found = server_->all.tokens.find(token);
    if (found == server_->all.tokens.end()) throw std::invalid_argument("that is no token of ours");
    installation_record* installed = found->second.installed;
    (installed != nullptr ? installed->error : found->second.app->error) = error;
  });
}

void emulator::archive_channel(const std::string& channel, bool archived) {
  carry_out(*server_, [&] {
    channel_record& in = server_->all.channel(channel);
    const std::string type = archived ? "channel_archive" : "channel_unarchive";
    server_->happened.everywhere(in.team_id, type, "channels:read",
                                 {{"type", type}, {"channel", in.id}, {"user", in.creator}});
    in.is_archived = archived;
  });
}

void emulator::set_http_urls(const std::string& app_id, const std::string& events_url,
                             const std::string& commands_url, const std::string& interactivity_url,
                             const std::string& ca_file) {
  carry_out(*server_, [&] {
    new_app& facts = server_->all.app(app_id).facts;
    facts.events_url = events_url;
    facts.commands_url = commands_url;
    facts.interactivity_url = interactivity_url;
    facts.ca_file = ca_file;
  });
}

void emulator::set_socket_mode(const std::string& app_id, bool on) {
  carry_out(*server_, [&] {
    app_record& app = server_->all.app(app_id);
    app.facts.socket_mode = on;
    if (!on) server_->sockets.app_off(app, "link_disabled");
  });
}

// ---- what people do

std::string emulator::post(const std::string& channel, const std::string& user,
                           const std::string& text, const post_options& more) {
  return carry_out(*server_, [&] {
    channel_record& in = member_channel(*server_, channel, user);
    if (in.is_archived) throw std::invalid_argument(channel + " is archived");
    message_record made;
    made.user = user;
    made.bot_id = server_->all.users.at(user).bot_id;
    made.text = text;
    made.subtype = more.subtype;
    made.blocks = more.blocks;
    made.files = more.files;
    made.client_msg_id = more.client_msg_id.empty() ? server_->all.ids.uuid() : more.client_msg_id;
    if (!more.thread_ts.empty()) {
      const message_record& parent = stored(*server_, in, more.thread_ts);
      made.thread = parent.thread != 0 ? parent.thread : parent.key;
      if (more.broadcast) made.subtype = "thread_broadcast";
    }
    if (!made.files.is_null() && made.subtype.empty()) made.subtype = "file_share";
    return to_ts(server_->store(in, std::move(made), more.mention_first).key);
  });
}

void emulator::flood(const std::string& channel, const std::string& user, const std::string& text,
                     std::size_t count, std::size_t window) {
  carry_out(*server_, [&] {
    (void)member_channel(*server_, channel, user);
    const std::size_t mark = text.find("{n}");
    server_->out.flood(count, window, [this, channel, user, text, mark](std::size_t number) {
      message_record made;
      made.user = user;
      made.text = text;
      if (mark != std::string::npos) made.text.replace(mark, 3, std::to_string(number));
      server_->store(server_->all.channel(channel), std::move(made));
    });
  });
}

void emulator::edit(const std::string& channel, const std::string& ts, const std::string& text) {
  carry_out(*server_, [&] {
    channel_record& in = server_->all.channel(channel);
    message_record& found = stored(*server_, in, ts);
    const json previous = message_json(server_->all, in, found, false);
    found.text = text;
    found.edited = true;
    found.edited_at = server_->next_ts();
    server_->happened.edited(in, found, previous);
  });
}

void emulator::unfurl(const std::string& channel, const std::string& ts) {
  carry_out(*server_, [&] {
    channel_record& in = server_->all.channel(channel);
    message_record& found = stored(*server_, in, ts);
    const json previous = message_json(server_->all, in, found, false);
    found.attachments = json::array({{{"title", "Unfurled"}, {"fallback", "Unfurled"}}});
    server_->happened.edited(in, found, previous);
  });
}

void emulator::erase(const std::string& channel, const std::string& ts) {
  carry_out(*server_, [&] {
    channel_record& in = server_->all.channel(channel);
    const message_record& found = stored(*server_, in, ts);
    const json previous = message_json(server_->all, in, found, false);
    if (!found.bot_id.empty()) --in.posted_by_bots;
    in.messages.erase(found.key);
    server_->happened.erased(in, previous);
  });
}

void emulator::react(const std::string& channel, const std::string& ts, const std::string& user,
                     const std::string& reaction) {
  carry_out(*server_, [&] {
    channel_record& in = member_channel(*server_, channel, user);
    add_reaction(*server_, in, stored(*server_, in, ts), user, reaction);
  });
}

void emulator::unreact(const std::string& channel, const std::string& ts, const std::string& user,
                       const std::string& reaction) {
  carry_out(*server_, [&] {
    channel_record& in = member_channel(*server_, channel, user);
    message_record& message = stored(*server_, in, ts);
    for (auto& [name, users] : message.reactions) {
      if (name != reaction || std::erase(users, user) == 0) continue;
      server_->happened.reaction(in, message, user, reaction, false);
      std::erase_if(message.reactions, [](const auto& one) { return one.second.empty(); });
      return;
    }
    throw std::invalid_argument(user + " has not reacted with " + reaction);
  });
}

void emulator::join(const std::string& channel, const std::string& user) {
  carry_out(*server_, [&] {
    server_->add_member(server_->all.channel(channel), server_->all.user(user).id);
  });
}

void emulator::leave(const std::string& channel, const std::string& user) {
  carry_out(*server_,
            [&] { server_->remove_member(member_channel(*server_, channel, user), user); });
}

interaction emulator::slash_command(const std::string& app_id, const std::string& channel,
                                    const std::string& user, const std::string& command,
                                    const std::string& text) {
  return carry_out(*server_, [&] {
    channel_record& in = server_->all.channel(channel);
    return server_->interactions.slash_command(server_->all.app(app_id), in,
                                               server_->all.user(user).id, command, text);
  });
}

interaction emulator::press(const std::string& channel, const std::string& ts,
                            const std::string& user, const std::string& action_id,
                            const std::string& block_id, const std::string& value) {
  return carry_out(*server_, [&] {
    return server_->interactions.press(member_channel(*server_, channel, user), ts, user, action_id,
                                       block_id, value);
  });
}

interaction emulator::press_in_view(const std::string& view_id, const std::string& user,
                                    const std::string& action_id, const std::string& value) {
  return carry_out(*server_, [&] {
    return server_->interactions.press_in_view(view_id, user, action_id, value);
  });
}

interaction emulator::submit_view(const std::string& view_id, const std::string& user,
                                  const json& values) {
  return carry_out(*server_,
                   [&] { return server_->interactions.submit_view(view_id, user, values); });
}

interaction emulator::close_view(const std::string& view_id, const std::string& user) {
  return carry_out(*server_, [&] { return server_->interactions.close_view(view_id, user); });
}

interaction emulator::suggest(const std::string& channel, const std::string& ts,
                              const std::string& user, const std::string& action_id,
                              const std::string& typed) {
  return carry_out(*server_, [&] {
    return server_->interactions.suggest(member_channel(*server_, channel, user), ts, user,
                                         action_id, typed);
  });
}

interaction emulator::global_shortcut(const std::string& app_id, const std::string& user,
                                      const std::string& callback_id) {
  return carry_out(*server_, [&] {
    return server_->interactions.global_shortcut(server_->all.app(app_id), user, callback_id);
  });
}

interaction emulator::message_shortcut(const std::string& app_id, const std::string& channel,
                                       const std::string& ts, const std::string& user,
                                       const std::string& callback_id) {
  return carry_out(*server_, [&] {
    return server_->interactions.message_shortcut(
        server_->all.app(app_id), member_channel(*server_, channel, user), ts, user, callback_id);
  });
}

void emulator::open_home(const std::string& app_id, const std::string& user,
                         const std::string& tab) {
  carry_out(*server_, [&] {
    app_record& app = server_->all.app(app_id);
    const user_record& who = server_->all.user(user);
    installation_record* installed = app.in(who.team_id);
    if (installed == nullptr) throw std::invalid_argument("the app is not installed there");
    if (!app.facts.events.contains("app_home_opened")) return;
    const channel_record& in =
        server_->all.direct(who.team_id, {user, installed->bot_user}, server_->time.wall());
    json event = {{"type", "app_home_opened"},
                  {"user", user},
                  {"channel", in.id},
                  {"tab", tab},
                  {"event_ts", to_ts(server_->next_ts())}};
    for (const auto& [id, view] : server_->all.views) {
      if (view.app != &app || view.user != user || view.view["type"] != "home") continue;
      event["view"] = view.view;
      event["view"]["id"] = id;
      event["view"]["hash"] = view.hash;
    }
    server_->happened.send(app, who.team_id, event);
  });
}

std::string emulator::open_assistant(const std::string& app_id, const std::string& user) {
  return carry_out(*server_, [&] {
    app_record& app = server_->all.app(app_id);
    const user_record& who = server_->all.user(user);
    installation_record* installed = app.in(who.team_id);
    if (installed == nullptr) throw std::invalid_argument("the app is not installed there");
    channel_record& in =
        server_->all.direct(who.team_id, {user, installed->bot_user}, server_->time.wall());
    message_record first;
    first.user = installed->bot_user;
    first.bot_id = installed->bot_id;
    first.text = "New Assistant Thread";
    first.subtype = "assistant_app_thread";
    const std::string ts = to_ts(server_->store(in, std::move(first)).key);
    if (app.facts.events.contains("assistant_thread_started")) {
      server_->happened.send(app, who.team_id,
                             {{"type", "assistant_thread_started"},
                              {"assistant_thread",
                               {{"user_id", user},
                                {"context", {{"team_id", who.team_id}}},
                                {"channel_id", in.id},
                                {"thread_ts", ts}}},
                              {"event_ts", to_ts(server_->next_ts())}});
    }
    return ts;
  });
}

std::string emulator::send_event(const std::string& app_id, const std::string& team_id,
                                 const json& event) {
  return carry_out(
      *server_, [&] { return server_->happened.send(server_->all.app(app_id), team_id, event); });
}

void emulator::send_again(const std::string& event_id) {
  carry_out(*server_, [&] { server_->out.send_again(event_id); });
}

void emulator::send_rate_limited(const std::string& app_id, const std::string& team_id) {
  carry_out(*server_,
            [&] { server_->happened.send_rate_limited(server_->all.app(app_id), team_id); });
}

// ---- what came of it

json emulator::messages(const std::string& channel) const {
  return carry_out(*server_, [&] {
    const channel_record& in = server_->all.channel(channel);
    json made = json::array();
    for (const auto& [key, message] : in.messages) {
      made.push_back(message_json(server_->all, in, message, true));
    }
    return made;
  });
}

json emulator::posted(const std::string& channel) const {
  return carry_out(*server_, [&] {
    const channel_record& in = server_->all.channel(channel);
    json made = json::array();
    for (const auto& [key, message] : in.messages) {
      if (!message.bot_id.empty()) made.push_back(message_json(server_->all, in, message, true));
    }
    return made;
  });
}

std::size_t emulator::posted_count(const std::string& channel) const {
  return carry_out(*server_, [&] { return server_->all.channel(channel).posted_by_bots; });
}

json emulator::message(const std::string& channel, const std::string& ts) const {
  return carry_out(*server_, [&]() -> json {
    channel_record& in = server_->all.channel(channel);
    const message_record* found = world::find_message(in, ts);
    if (found == nullptr) return nullptr;
    return message_json(server_->all, in, *found, true);
  });
}

json emulator::ephemerals() const {
  return carry_out(*server_, [&] { return server_->interactions.ephemerals; });
}

json emulator::responses() const {
  return carry_out(*server_, [&] { return server_->interactions.responses; });
}

json emulator::view_of(const std::string& user, const std::string& type) const {
  return carry_out(*server_, [&]() -> json {
    const view_record* top = nullptr;
    for (const auto& [id, view] : server_->all.views) {
      if (view.open && view.user == user && view.view["type"] == type) top = &view;
    }
    if (top == nullptr) return nullptr;
    json made = top->view;
    made["id"] = top->id;
    made["hash"] = top->hash;
    return made;
  });
}

json emulator::files() const {
  return carry_out(*server_, [&] {
    json made = json::array();
    for (const auto& [id, file] : server_->all.files) {
      json one = file_json(file);
      one["uploaded"] = file.uploaded;
      one["complete"] = file.complete;
      made.push_back(std::move(one));
    }
    return made;
  });
}

std::string emulator::file_content(const std::string& file_id) const {
  return carry_out(*server_, [&] {
    const auto found = server_->all.files.find(file_id);
    if (found == server_->all.files.end()) {
      throw std::invalid_argument("there is no file " + file_id);
    }
    return found->second.content;
  });
}

json emulator::channel(const std::string& channel) const {
  return carry_out(*server_, [&] {
    const channel_record& in = server_->all.channel(channel);
    json made = channel_json(server_->all, in, in.creator);
    made["members"] = in.members;
    made["pins"] = in.pins;
    made["bookmarks"] = in.bookmarks;
    return made;
  });
}

json emulator::assistant_threads() const {
  return carry_out(*server_, [&] { return server_->assistant_threads; });
}

json emulator::calls(std::string_view method) const {
  return carry_out(*server_, [&] {
    json made = json::array();
    for (const json& one : server_->calls) {
      if (method.empty() || one["method"] == method) made.push_back(one);
    }
    return made;
  });
}

std::size_t emulator::call_count(std::string_view method) const {
  return carry_out(*server_, [&] {
    const auto found = server_->call_counts.find(std::string(method));
    return found == server_->call_counts.end() ? std::size_t(0) : found->second;
  });
}

std::size_t emulator::accepted_connections() const {
  return carry_out(*server_, [&] { return server_->accepted; });
}

json emulator::violations() const {
  return carry_out(*server_, [&] { return server_->violations; });
}

void emulator::clear_violations() {
  carry_out(*server_, [&] { server_->violations = json::array(); });
}

json emulator::acknowledgement(const std::string& interaction_id) const {
  return carry_out(*server_, [&] { return server_->interactions.acknowledgement(interaction_id); });
}

delivery_counts emulator::deliveries() const {
  return carry_out(*server_, [&] { return server_->out.counts; });
}

std::size_t emulator::connections() const {
  return carry_out(*server_, [&] { return server_->sockets.connections(); });
}

void emulator::forget_observations() {
  carry_out(*server_, [&] {
    server_->calls.clear();
    server_->call_counts.clear();
    server_->interactions.ephemerals = json::array();
    server_->interactions.responses = json::array();
  });
}

bool emulator::wait_until(std::function<bool()> condition, std::chrono::milliseconds limit) const {
  if (server_->on_thread()) throw std::logic_error("the emulator's thread cannot wait for itself");
  const auto done = std::make_shared<std::promise<void>>();
  auto future = done->get_future();
  std::list<server::waiter>::iterator place;
  const bool already = carry_out(*server_, [&] {
    if (condition()) return true;
    place = server_->waiters.insert(server_->waiters.end(),
                                    {std::move(condition), [done] { done->set_value(); }});
    return false;
  });
  if (already || future.wait_for(limit) == std::future_status::ready) return true;
  return carry_out(*server_, [&] {
    if (future.wait_for(std::chrono::seconds(0)) == std::future_status::ready) return true;
    // Once more: time alone may have made it true.
    const bool holds = place->condition();
    server_->waiters.erase(place);
    return holds;
  });
}

// ---- time

void emulator::advance(std::chrono::milliseconds step) {
  carry_out(*server_, [&] {
    server_->time.advance(step);
    server_->changed();
  });
}

double emulator::now() const {
  return carry_out(*server_, [&] { return static_cast<double>(server_->time.wall()) / 1e6; });
}

// ---- trouble

void emulator::inject(const fault& trouble) {
  carry_out(*server_, [&] { server_->troubles.add(trouble); });
}
void emulator::clear_faults() {
  carry_out(*server_, [&] { server_->troubles.clear(); });
}
void emulator::close_after(std::size_t requests, bool announced) {
  carry_out(*server_, [&] {
    server_->close_after = requests;
    server_->close_announced = announced;
  });
}
void emulator::close_idle() {
  carry_out(*server_, [&] { server_->close_idle(); });
}
void emulator::accept_connections(bool on) {
  carry_out(*server_, [&] { server_->accept(on); });
}
void emulator::disconnect(const std::string& reason, int which) {
  carry_out(*server_, [&] { server_->sockets.disconnect(reason, which); });
}
void emulator::drop(int which, bool reset) {
  carry_out(*server_, [&] { server_->sockets.drop(which, reset); });
}
void emulator::close(std::uint16_t code, const std::string& reason, int which) {
  carry_out(*server_, [&] { server_->sockets.close(code, reason, which); });
}
void emulator::send_text(const std::string& text, int which) {
  carry_out(*server_, [&] { server_->sockets.put_text(text, 0, which, false); });
}
void emulator::send_binary(const std::string& bytes, int which) {
  carry_out(*server_, [&] { server_->sockets.put_binary(bytes, which); });
}
void emulator::send_fragmented(const std::string& text, std::size_t frame_bytes, int which) {
  carry_out(*server_, [&] { server_->sockets.put_text(text, frame_bytes, which, true); });
}
void emulator::fragment_envelopes(std::size_t frame_bytes) {
  carry_out(*server_, [&] { server_->sockets.frame_bytes = frame_bytes; });
}
void emulator::send_bytes(const std::string& bytes, int which) {
  carry_out(*server_, [&] { server_->sockets.put_raw(bytes, which); });
}
void emulator::send_ping(const std::string& payload, int which) {
  carry_out(*server_, [&] { server_->sockets.ping(payload, which); });
}
void emulator::fall_silent(bool on) {
  carry_out(*server_, [&] { server_->sockets.fall_silent(on); });
}
void emulator::withhold_hello(bool on) {
  carry_out(*server_, [&] { server_->sockets.withhold_hello(on); });
}
void emulator::refuse_upgrades(int status, int times) {
  carry_out(*server_, [&] {
    server_->sockets.refuse_status = status;
    server_->sockets.refuse_times = times;
  });
}
void emulator::duplicate_envelopes(std::size_t copies) {
  carry_out(*server_, [&] { server_->sockets.copies = std::max<std::size_t>(copies, 1); });
}
void emulator::keep_envelope_id(bool on) {
  carry_out(*server_, [&] { server_->sockets.keep_envelope_id = on; });
}
void emulator::hold_envelopes(bool on) {
  carry_out(*server_, [&] { server_->out.hold(on); });
}

// ---- HTTP mode

http_result emulator::post_signed(const std::string& app_id, const std::string& url,
                                  const std::string& body, const std::string& content_type,
                                  const signing& how) {
  if (server_->on_thread()) throw std::logic_error("the emulator's thread cannot wait for itself");
  std::promise<http_result> done;
  auto future = done.get_future();
  carry_out(*server_, [&] {
    server_->http.post(
        server_->all.app(app_id), url, body, content_type, {}, how,
        [&done](http_result result, const std::string&) { done.set_value(std::move(result)); });
  });
  return future.get();
}

http_result emulator::verify_url(const std::string& app_id) {
  const std::string challenge = identifiers::secret(40);
  const std::string url =
      carry_out(*server_, [&] { return server_->all.app(app_id).facts.events_url; });
  http_result result = post_signed(
      app_id, url,
      json{{"token", "ignore"}, {"challenge", challenge}, {"type", "url_verification"}}.dump(),
      "application/json");
  const json body = json::parse(result.body, nullptr, false);
  const bool good = result.body == challenge || result.body == "challenge=" + challenge ||
                    (body.is_object() && body.value("challenge", "") == challenge);
  if (result.status == 200 && !good) result.status = 0;
  return result;
}

json emulator::control(const std::string& action, const json& arguments) {
  return carry_out(*server_, [&] { return server_->control(action, arguments); });
}

small_world::small_world(emulator& slack, const new_app& with)
    : app(slack.add_app(with)), team(slack.add_workspace()) {
  bot = slack.install(app.app_id, team);
  new_user person;
  person.name = "alice";
  alice = slack.add_user(team, person);
  person.name = "bob";
  bob = slack.add_user(team, person);
  new_channel all;
  all.name = "general";
  all.members = {alice, bob, bot.bot_user_id};
  general = slack.add_channel(team, all);
  dm = slack.direct_channel(alice, bot.bot_user_id);
}

}  // namespace mynah_test::slack
