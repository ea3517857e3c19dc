// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include <nlohmann/json.hpp>

#include <mynah/clock.hpp>
#include <mynah/conn.hpp>
#include <mynah/log.hpp>
#include <mynah/task.hpp>

#include "response_urls.hpp"
#include "web_api.hpp"

namespace mynah::slack {

/// How replies are posted.
class poster_options {
 public:
  poster_options() = default;

  std::size_t most_pieces = 5;  ///< of a long reply; more: it becomes a file. Zero: never a file
  bool in_channel = false;      ///< answers to slash commands are for everybody to see
  std::string stamp_prefix;     ///< of stamps for what has none: another in each process
};

/// Says what the bot says: makes Slack's calls of replies, in pieces where they are long, to the
/// asker alone where they are for nobody else, and looks before it says something once more.
///
/// Executor and thread safety: on the bot's strand.
class poster : public std::enable_shared_from_this<poster> {
 public:
  poster(std::shared_ptr<mynah::clock> clock, logger log, std::shared_ptr<web_api> api,
         std::string token, poster_options options);

  /// Posts a reply, all of it. Errors: errc::not_sent if Slack refuses it; errc::throttled if it is
  /// to be tried later; errc::authentication_failed if the token is dead.
  [[nodiscard]] task<result<receipt>> send(const outgoing& message);

  /// The conversation with one user (conversations.open).
  [[nodiscard]] task<result<std::string>> direct_channel(std::string user);

  [[nodiscard]] response_urls& urls() noexcept { return urls_; }

  /// Puts a file into a channel (files.getUploadURLExternal and completeUploadExternal), and gives
  /// its id.
  [[nodiscard]] task<result<std::string>> upload(std::string channel, std::string thread_ts,
                                                 std::string name, std::string title,
                                                 std::string bytes);

 private:
  class post;

  task<result<receipt>> say(std::shared_ptr<poster> self, std::vector<post> posts,
                            const outgoing& message);
  task<result<std::string>> post_one(const post& one, const outgoing& message, bool again);
  task<result<std::string>> post_alone(const post& one, const outgoing& message);
  task<result<std::string>> edit(const post& one, const outgoing& message);
  task<result<std::string>> find_posted(const post& one, const outgoing& message,
                                        mynah::clock::wall_time since);
  [[nodiscard]] static nlohmann::json arguments_of(const post& one, const outgoing& message);
  [[nodiscard]] std::vector<post> posts_of(const outgoing& message, const std::string& stamp) const;
  [[nodiscard]] std::string stamp_for(const outgoing& message);
  void remember_progress(const std::string& stamp, std::size_t done, const std::string& first);

  std::shared_ptr<mynah::clock> clock_;
  logger log_;
  std::shared_ptr<web_api> api_;
  std::string token_;
  poster_options options_;
  response_urls urls_;
  std::unordered_map<std::string, std::string> direct_channels_;  ///< by user
  /// Replies of which only a part could be posted so far.
  class part_posted {
   public:
    std::size_t done = 0;
    std::string first;  ///< `ts` of the first piece
  };
  std::unordered_map<std::string, part_posted> parts_;  ///< by stamp
  std::uint64_t stamps_ = 0;
  std::chrono::milliseconds trouble_{2'000};  ///< the next pause while Slack is out of reach
};

}  // namespace mynah::slack
