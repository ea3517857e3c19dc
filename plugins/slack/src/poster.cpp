// SPDX-License-Identifier: Apache-2.0
#include "poster.hpp"

#include <algorithm>
#include <array>
#include <vector>

#include "net/sleep.hpp"

#include "blocks.hpp"
#include "json_fields.hpp"
#include "mrkdwn.hpp"

// g++ 12 inlines a coroutine frame's allocation but not its release, and takes them for a mismatch.
#if defined(__GNUC__) && !defined(__clang__) && __GNUC__ < 13
#pragma GCC diagnostic ignored "-Wmismatched-new-delete"
#endif

namespace mynah::slack {

namespace {

using nlohmann::json;
using std::chrono::milliseconds;
using std::chrono::seconds;

constexpr const char* stamp_event = "mynah_reply";
// How far back a reply is looked for that an earlier process may have posted.
constexpr std::chrono::hours look_back{24};
constexpr seconds clock_difference{60};
constexpr int most_pages = 5;
constexpr std::size_t most_parts = 1'000;
// What was posted is there to be found after that.
constexpr milliseconds before_looking{500};
constexpr seconds shortest_trouble{2};
constexpr seconds longest_trouble{60};
// For a bot that says more than a channel bears, so that others see their answers.
constexpr std::chrono::minutes patience{1};

std::string ts_of(mynah::clock::wall_time when) {
  const auto since = std::chrono::duration_cast<seconds>(when.time_since_epoch());
  return std::to_string(since.count()) + ".000000";
}

bool is_user(std::string_view id) noexcept {
  return id.starts_with('U') || id.starts_with('W');
}

// Slack may say more behind its word for the error.
bool is_one_of(std::string_view said, std::initializer_list<std::string_view> words) noexcept {
  const std::string_view word = said.substr(0, said.find(';'));
  return std::find(words.begin(), words.end(), word) != words.end();
}

// The bot is not there, or cannot be.
bool is_elsewhere(const failure& why) noexcept {
  return is_one_of(why.remote(), {"not_in_channel", "channel_not_found", "user_not_in_channel",
                                  "is_archived", "restricted_action"});
}

bool cannot_be_edited(const failure& why) noexcept {
  return is_one_of(why.remote(),
                   {"cant_update_message", "edit_window_closed", "message_not_found"});
}

}  // namespace

/// One message of Slack's.
class poster::post {
 public:
  std::string text;
  json blocks;  ///< null: none
  bool is_styled = false;
  std::string stamp;
};

poster::poster(std::shared_ptr<mynah::clock> clock, logger log, std::shared_ptr<web_api> api,
               std::string token, poster_options options)
    : clock_(std::move(clock)),
      log_(std::move(log)),
      api_(std::move(api)),
      token_(std::move(token)),
      options_(std::move(options)),
      urls_(static_cast<std::uint64_t>(
          std::chrono::duration_cast<milliseconds>(clock_->wall().time_since_epoch()).count())) {}

std::string poster::stamp_for(const outgoing& message) {
  if (!message.stamp.empty()) return message.stamp;
  return options_.stamp_prefix + "-" + std::to_string(++stamps_);
}

std::vector<poster::post> poster::posts_of(const outgoing& message,
                                           const std::string& stamp) const {
  std::vector<post> made;
  if (message.body.framed() != nullptr) {
    post one;
    one.text = fallback_text(message.body);
    one.blocks = to_blocks(message.body);
    one.stamp = stamp;
    made.push_back(std::move(one));
    return made;
  }
  const bool styled = is_styled(message.body);
  for (std::string& piece : split_message(to_mrkdwn(message.body))) {
    post one;
    one.text = std::move(piece);
    one.is_styled = styled;
    one.stamp = stamp + "/" + std::to_string(made.size());
    made.push_back(std::move(one));
  }
  return made;
}

task<result<receipt>> poster::send(const outgoing& message) {
  const auto self = shared_from_this();
  const std::string stamp = self->stamp_for(message);
  std::vector<post> posts = self->posts_of(message, stamp);
  // How far something is fits into one message, or its beginning does.
  if (!message.replaces.empty() && posts.size() > 1) posts.erase(posts.begin() + 1, posts.end());
  const bool alone = message.body.ephemeral() || message.to.user.find('/') != std::string::npos;
  if (self->options_.most_pieces != 0 && posts.size() > self->options_.most_pieces && !alone &&
      message.replaces.empty() && self->parts_.count(stamp) == 0) {
    std::string text = message.body.plain();
    const result<std::string> file = co_await self->upload(message.to.room, message.to.thread,
                                                           "answer.txt", "answer", std::move(text));
    if (file.has_value()) co_return receipt();
    self->log_.warning("a long answer is not sent as a file",
                       {{"reason", file.error().describe()}});
    // It may be there: better twice in two forms than not at all.
  }
  result<receipt> sent = co_await self->say(self, std::move(posts), message);
  co_return std::move(sent);
}

task<result<receipt>> poster::say(std::shared_ptr<poster> self, std::vector<post> posts,
                                  const outgoing& message) {
  std::size_t next = 0;
  std::string first;
  const auto known = self->parts_.find(message.stamp);
  if (!message.stamp.empty() && known != self->parts_.end()) {
    next = known->second.done;
    first = known->second.first;
  }
  const bool alone = message.body.ephemeral() || message.to.user.find('/') != std::string::npos;
  bool again = message.again;
  while (next < posts.size()) {
    const post& one = posts[next];
    result<std::string> ts = failure(errc::not_sent);
    if (next == 0 && !message.replaces.empty()) {
      ts = co_await self->edit(one, message);
    } else if (alone) {
      ts = co_await self->post_alone(one, message);
    } else {
      ts = co_await self->post_one(one, message, again);
    }
    if (ts.has_value()) {
      if (next == 0) first = *ts;
      ++next;
      self->trouble_ = shortest_trouble;
      continue;
    }
    failure why = ts.error();
    const bool is_final = why.code() == errc::not_sent || why.code() == errc::authentication_failed;
    if (!is_final && why.code() != errc::throttled) {
      // Slack cannot be reached at the moment; the messages wait for it.
      failure later(errc::throttled, why.describe());
      later.retry_after(self->trouble_);
      self->trouble_ = std::min(self->trouble_ * 2, milliseconds(longest_trouble));
      why = later;
    }
    if (next == 0) co_return why;
    if (!message.stamp.empty()) {
      self->remember_progress(message.stamp, next, first);
      co_return why;
    }
    if (is_final) {
      self->log_.warning("only a part of an answer was posted",
                         {{"pieces", std::to_string(next)},
                          {"of", std::to_string(posts.size())},
                          {"reason", why.describe()}});
      break;
    }
    // Nobody else would remember how far it came.
    co_await net::sleep_for(*self->clock_, why.retry_after());
    again = true;
  }
  self->parts_.erase(message.stamp);
  co_return receipt(first);
}

void poster::remember_progress(const std::string& stamp, std::size_t done,
                               const std::string& first) {
  if (parts_.size() >= most_parts) parts_.clear();
  part_posted& kept = parts_[stamp];
  kept.done = done;
  kept.first = first;
}

json poster::arguments_of(const post& one, const outgoing& message) {
  json made = json::object();
  made["channel"] = message.to.room;
  made["text"] = one.text;
  made["thread_ts"] = given(message.to.thread);
  if (!one.blocks.is_null()) made["blocks"] = one.blocks;
  if (!one.is_styled && one.blocks.is_null()) made["mrkdwn"] = false;
  made["parse"] = "none";  // else Slack links what looks like an address
  return made;
}

task<result<std::string>> poster::post_one(const post& one, const outgoing& message, bool again) {
  const auto self = shared_from_this();
  const mynah::clock::wall_time began = self->clock_->wall();
  mynah::clock::wall_time since = began - look_back;
  bool look = again;
  bool is_unknown = false;
  call_options how;
  how.channel = message.to.room;
  how.patience = patience;
  for (;;) {
    if (look) {
      const result<std::string> found = co_await self->find_posted(one, message, since);
      if (found.has_error()) {
        if (found.error().code() != errc::not_sent) co_return found.error();
        if (is_unknown) {
          self->log_.warning("whether an answer was posted is unknown, and cannot be looked up",
                             {{"channel", message.to.room}, {"reason", found.error().describe()}});
          co_return std::string();
        }
      } else if (!found->empty()) {
        co_return *found;
      }
    }
    json arguments = arguments_of(one, message);
    arguments["unfurl_links"] = false;
    arguments["unfurl_media"] = false;
    json payload = json::object();
    payload["stamp"] = one.stamp;
    arguments["metadata"]["event_type"] = stamp_event;
    arguments["metadata"]["event_payload"] = std::move(payload);
    const result<json> answer =
        co_await self->api_->call("chat.postMessage", self->token_, std::move(arguments), how);
    if (answer.has_value()) co_return std::string(text_in(*answer, "ts"));
    if (answer.error().code() != errc::unconfirmed) co_return answer.error();
    self->log_.info("whether an answer was posted is unknown, looking",
                    {{"channel", message.to.room}, {"reason", answer.error().describe()}});
    look = true;
    is_unknown = true;
    since = began - clock_difference;
    co_await net::sleep_for(*self->clock_, before_looking);
  }
}

// The `ts` of a message with this stamp, empty if there is none. errc::not_sent if it cannot be
// looked for.
task<result<std::string>> poster::find_posted(const post& one, const outgoing& message,
                                              mynah::clock::wall_time since) {
  const auto self = shared_from_this();
  std::string channel = message.to.room;
  if (is_user(channel)) {
    const result<std::string> direct = co_await self->direct_channel(channel);
    if (direct.has_error()) co_return direct.error();
    channel = *direct;
  }
  const bool in_thread = !message.to.thread.empty();
  const char* const method_name = in_thread ? "conversations.replies" : "conversations.history";
  std::string cursor;
  for (int page = 0; page < most_pages; ++page) {
    json arguments = json::object();
    arguments["channel"] = channel;
    if (in_thread) arguments["ts"] = message.to.thread;
    arguments["oldest"] = ts_of(since);
    arguments["include_all_metadata"] = true;
    arguments["limit"] = 100;
    arguments["cursor"] = given(cursor);
    const result<json> answer =
        co_await self->api_->call(method_name, self->token_, std::move(arguments));
    if (answer.has_error()) co_return answer.error();
    for (const json& each : array_in(*answer, "messages")) {
      const json& metadata = object_in(each, "metadata");
      if (text_in(metadata, "event_type") != stamp_event) continue;
      if (text_in(object_in(metadata, "event_payload"), "stamp") != one.stamp) continue;
      co_return std::string(text_in(each, "ts"));
    }
    cursor = text_in(object_in(*answer, "response_metadata"), "next_cursor");
    if (cursor.empty()) break;
  }
  co_return std::string();
}

// To the asker and nobody else.
task<result<std::string>> poster::post_alone(const post& one, const outgoing& message) {
  const auto self = shared_from_this();
  const std::string& user_part = message.to.user;
  const std::string user(response_urls::id_in(user_part));
  const std::optional<std::string> url = self->urls_.url_for(user_part, self->clock_->now());
  if (url) {
    json body = json::object();
    const bool for_all = self->options_.in_channel && !message.body.ephemeral();
    body["response_type"] = for_all ? "in_channel" : "ephemeral";
    body["text"] = one.text;
    if (!one.blocks.is_null()) body["blocks"] = one.blocks;
    if (!message.to.thread.empty()) body["thread_ts"] = message.to.thread;
    body["replace_original"] = false;
    const result<void> posted = co_await self->api_->post(*url, std::move(body));
    if (posted.has_value()) {
      self->urls_.count(user_part);
      co_return std::string();
    }
    self->log_.warning("an answer to a response_url failed",
                       {{"reason", posted.error().describe()}});
    // It may be there, and there is no way to look.
    if (posted.error().code() == errc::unconfirmed) {
      self->urls_.count(user_part);
      co_return std::string();
    }
    if (posted.error().code() != errc::not_sent) co_return posted.error();
    self->urls_.forget(user_part);
  }
  if (message.to.direct || !is_user(user)) {
    result<std::string> posted = co_await self->post_one(one, message, message.again);
    co_return std::move(posted);
  }
  json arguments = arguments_of(one, message);
  arguments["user"] = user;
  const result<json> answer =
      co_await self->api_->call("chat.postEphemeral", self->token_, std::move(arguments));
  if (answer.has_value()) co_return std::string();
  if (answer.error().code() == errc::unconfirmed) {
    self->log_.warning("whether an answer for one user was shown is unknown",
                       {{"reason", answer.error().describe()}});
    co_return std::string();
  }
  if (!is_elsewhere(answer.error())) co_return answer.error();
  outgoing direct(address(message.to.input, user, user, {}, true), message.body);
  direct.again = message.again;
  result<std::string> posted = co_await self->post_one(one, direct, message.again);
  co_return std::move(posted);
}

task<result<std::string>> poster::edit(const post& one, const outgoing& message) {
  const auto self = shared_from_this();
  json arguments = arguments_of(one, message);
  arguments.erase("thread_ts");
  arguments.erase("mrkdwn");
  arguments["ts"] = message.replaces;
  // What is not given stays as it is.
  if (one.blocks.is_null()) arguments["blocks"] = json::array();
  const result<json> answer =
      co_await self->api_->call("chat.update", self->token_, std::move(arguments));
  if (answer.has_value()) co_return message.replaces;
  if (!cannot_be_edited(answer.error())) co_return answer.error();
  result<std::string> posted = co_await self->post_one(one, message, message.again);
  co_return std::move(posted);
}

task<result<std::string>> poster::direct_channel(std::string user) {
  const auto self = shared_from_this();
  const auto known = self->direct_channels_.find(user);
  if (known != self->direct_channels_.end()) co_return known->second;
  json arguments = json::object();
  arguments["users"] = user;
  const result<json> answer =
      co_await self->api_->call("conversations.open", self->token_, std::move(arguments));
  if (answer.has_error()) co_return answer.error();
  const std::string id(text_in(object_in(*answer, "channel"), "id"));
  if (id.empty()) co_return failure(errc::not_sent, "conversations.open gave no channel");
  if (self->direct_channels_.size() >= most_parts) self->direct_channels_.clear();
  self->direct_channels_[user] = id;
  co_return id;
}

task<result<std::string>> poster::upload(std::string channel, std::string thread_ts,
                                         std::string name, std::string title, std::string bytes) {
  const auto self = shared_from_this();
  if (bytes.empty()) co_return failure(errc::not_sent, "an empty file cannot be uploaded");
  if (is_user(channel)) {
    const result<std::string> direct = co_await self->direct_channel(channel);
    if (direct.has_error()) co_return direct.error();
    channel = *direct;
  }
  json wanted = json::object();
  wanted["filename"] = name;
  wanted["length"] = bytes.size();
  const result<json> place =
      co_await self->api_->call("files.getUploadURLExternal", self->token_, std::move(wanted));
  if (place.has_error()) co_return place.error();
  const std::string id(text_in(*place, "file_id"));
  const std::string url(text_in(*place, "upload_url"));
  const result<void> put = co_await self->api_->upload(url, std::move(bytes));
  if (put.has_error()) co_return put.error();
  json file = json::object();
  file["id"] = id;
  file["title"] = title;
  json finished = json::object();
  finished["files"] = json::array();
  finished["files"].push_back(std::move(file));
  finished["channel_id"] = channel;
  finished["thread_ts"] = given(thread_ts);
  const result<json> answer =
      co_await self->api_->call("files.completeUploadExternal", self->token_, std::move(finished));
  if (answer.has_error()) co_return answer.error();
  co_return id;
}

}  // namespace mynah::slack
