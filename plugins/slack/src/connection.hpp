// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <optional>
#include <string>

#include <boost/asio/any_io_executor.hpp>

#include <mynah/bot_view.hpp>
#include <mynah/clock.hpp>
#include <mynah/conn.hpp>
#include <mynah/log.hpp>

#include "connection_options.hpp"

namespace mynah::slack {

/// What a workspace is asked by others than the connection, as long as it is there.
class workspace_access {
 public:
  workspace_access(std::shared_ptr<web_api> api, std::shared_ptr<poster> posts, std::string token,
                   std::string team)
      : api(std::move(api)),
        posts(std::move(posts)),
        token(std::move(token)),
        team(std::move(team)) {}

  std::shared_ptr<web_api> api;
  std::shared_ptr<poster> posts;
  std::string token;
  std::string team;  ///< its id
};

/// The bot in one workspace. Its sockets come and go while this lives: it ends only when it is
/// closed, or when a token is good for nothing any more.
class connection final : public conn {
 public:
  class impl;

  /// Asks Slack who the bot is (auth.test), and begins to hear events.
  ///
  /// Errors: authentication_failed if a token is refused or may not speak; of the network; of
  /// Socket Mode or of the HTTP server. Cancellation: terminal, throws
  /// boost::system::system_error(operation_aborted).
  [[nodiscard]] static task<result<std::unique_ptr<connection>>> open(
      boost::asio::any_io_executor executor, std::shared_ptr<mynah::clock> clock, logger log,
      bot_view& bot, connection_options options);

  explicit connection(std::shared_ptr<impl> running) noexcept;
  ~connection() override;

  task<result<event>> recv() override;
  std::optional<event> recv_now() override;
  void acknowledge(std::uint64_t delivery) noexcept override;
  task<result<receipt>> send(const outgoing& message) override;
  void working(const address& where, bool is, std::string_view answers) noexcept override;
  task<void> close() override;
  [[nodiscard]] std::string describe() const override;
  [[nodiscard]] bool can_edit() const noexcept override { return true; }
  [[nodiscard]] bool can_show_cards() const noexcept override { return true; }

  [[nodiscard]] std::shared_ptr<workspace_access> access() const;

 private:
  std::shared_ptr<impl> impl_;
};

}  // namespace mynah::slack
