// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <optional>

#include "connection.hpp"
#include "irc_network.hpp"
#include "net/connecting_input.hpp"

namespace mynah::irc {

/// The input: logs in when started, and opens a connection for each `stream`.
class irc_input final : public net::connecting_input {
 public:
  /// `rests` is shared with the command `more`.
  irc_input(const input_environment& environment, std::shared_ptr<kept_rests> rests);

  void init(const settings& values) override;
  std::shared_ptr<mynah::network> network() override { return network_; }

 private:
  task<result<std::unique_ptr<conn>>> open() override;

  input_environment environment_;
  std::shared_ptr<kept_rests> rests_;
  std::optional<connection_options> options_;
  std::shared_ptr<irc_network> network_ = std::make_shared<irc_network>();
  std::shared_ptr<sts_policies> policies_;
};

}  // namespace mynah::irc
