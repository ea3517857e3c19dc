// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <optional>

#include <mynah/input.hpp>

#include "connection.hpp"
#include "irc_network.hpp"

namespace mynah::irc {

/// The input: logs in when started, and opens a connection for each `stream`.
class irc_input final : public input {
 public:
  /// `rests` is shared with the command `more`.
  irc_input(const input_environment& environment, std::shared_ptr<kept_rests> rests);

  void init(const settings& values) override;
  task<result<void>> start() override;
  task<result<std::unique_ptr<conn>>> stream() override;
  task<void> stop() override;
  std::shared_ptr<mynah::network> network() override { return network_; }

 private:
  task<result<std::unique_ptr<connection>>> open();

  input_environment environment_;
  std::shared_ptr<kept_rests> rests_;
  std::optional<connection_options> options_;
  std::shared_ptr<irc_network> network_ = std::make_shared<irc_network>();
  std::shared_ptr<sts_policies> policies_;
  std::unique_ptr<connection> first_;  // what `start` logged in, until `stream` hands it out
};

}  // namespace mynah::irc
