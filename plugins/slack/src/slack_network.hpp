// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include <nlohmann/json.hpp>

#include <mynah/slack/network.hpp>

#include "connection.hpp"

namespace mynah::slack {

/// What a slack_input gives to plugins: the same object over all its connections.
class slack_network final : public network {
 public:
  slack_network() = default;

  /// Whom to ask from now on.
  void connected(std::shared_ptr<workspace_access> current) { current_ = std::move(current); }

  task<result<std::string>> create(std::string name, bool is_private) override;
  task<result<void>> invite(std::string channel, std::vector<std::string> users) override;
  task<result<void>> remove(std::string channel, std::string user) override;
  task<result<void>> set_topic(std::string channel, std::string text) override;
  task<result<void>> set_purpose(std::string channel, std::string text) override;
  task<result<void>> rename(std::string channel, std::string name) override;
  task<result<void>> archive(std::string channel) override;
  task<result<void>> unarchive(std::string channel) override;
  task<result<void>> join(std::string channel) override;
  task<result<void>> leave(std::string channel) override;
  task<result<std::vector<slack::channel>>> list(bool with_archived) override;
  task<result<slack::channel>> info(std::string channel) override;
  task<result<std::vector<std::string>>> members(std::string channel) override;
  task<result<void>> pin(std::string channel, std::string ts) override;
  task<result<void>> unpin(std::string channel, std::string ts) override;
  task<result<std::string>> add_bookmark(std::string channel, std::string title,
                                         std::string link) override;
  task<result<void>> remove_bookmark(std::string channel, std::string id) override;
  task<result<std::vector<bookmark>>> bookmarks(std::string channel) override;
  task<result<void>> react(std::string channel, std::string ts, std::string name) override;
  task<result<void>> unreact(std::string channel, std::string ts, std::string name) override;
  task<result<std::string>> upload(std::string channel, std::string name, std::string title,
                                   std::string bytes, std::string thread_ts) override;
  task<result<void>> set_status(std::string channel, std::string thread_ts,
                                std::string status) override;
  task<result<void>> set_title(std::string channel, std::string thread_ts,
                               std::string title) override;
  task<result<void>> set_prompts(std::string channel, std::string thread_ts,
                                 std::vector<suggested_prompt> prompts) override;
  task<result<std::string>> start_stream(std::string channel, std::string thread_ts,
                                         std::string markdown, std::string user) override;
  task<result<void>> append_stream(std::string channel, std::string ts,
                                   std::string markdown) override;
  task<result<void>> stop_stream(std::string channel, std::string ts,
                                 std::string markdown) override;

 private:
  task<result<nlohmann::json>> call(std::string_view method_name, nlohmann::json arguments);
  /// The call without its answer; what Slack says of something that is so already is no error.
  task<result<void>> tell(std::string_view method_name, nlohmann::json arguments,
                          std::string_view harmless = {});
  task<result<std::string>> id_of(std::string channel);

  std::shared_ptr<workspace_access> current_;
};

}  // namespace mynah::slack
