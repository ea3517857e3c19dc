// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <optional>

#include <mynah/input.hpp>

#include "connection.hpp"
#include "slack_network.hpp"

namespace mynah::slack {

/// The input: one workspace.
class slack_input final : public input {
 public:
  explicit slack_input(const input_environment& environment);

  void init(const settings& values) override;
  task<result<void>> start() override;
  task<result<std::unique_ptr<conn>>> stream() override;
  task<void> stop() override;
  std::shared_ptr<mynah::network> network() override { return network_; }

 private:
  task<result<std::unique_ptr<connection>>> open();

  input_environment environment_;
  std::optional<connection_options> options_;
  std::shared_ptr<slack_network> network_;
  std::unique_ptr<connection> first_;  // what `start` opened, until `stream` hands it out
};

}  // namespace mynah::slack
