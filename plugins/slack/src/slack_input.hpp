// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <optional>

#include "connection.hpp"
#include "net/connecting_input.hpp"
#include "slack_network.hpp"

namespace mynah::slack {

/// The input: one workspace.
class slack_input final : public net::connecting_input {
 public:
  explicit slack_input(const input_environment& environment);

  void init(const settings& values) override;
  std::shared_ptr<mynah::network> network() override { return network_; }

 private:
  task<result<std::unique_ptr<conn>>> open() override;

  input_environment environment_;
  std::optional<connection_options> options_;
  std::shared_ptr<slack_network> network_;
};

}  // namespace mynah::slack
