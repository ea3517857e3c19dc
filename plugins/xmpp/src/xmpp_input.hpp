// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <optional>

#include <mynah/input.hpp>

#include "connection.hpp"
#include "xmpp_network.hpp"

namespace mynah::xmpp {

/// The input: logs in when started, and opens a connection for each `stream`. The session lasts
/// from one to the next where the server can do that.
class xmpp_input final : public input {
 public:
  explicit xmpp_input(const input_environment& environment);

  void init(const settings& values) override;
  task<result<void>> start() override;
  task<result<std::unique_ptr<conn>>> stream() override;
  task<void> stop() override;
  std::shared_ptr<mynah::network> network() override { return network_; }

 private:
  task<result<std::unique_ptr<connection>>> open();

  input_environment environment_;
  std::optional<connection_options> options_;
  std::shared_ptr<session> session_;
  std::shared_ptr<xmpp_network> network_;
  std::unique_ptr<connection> first_;  // what `start` logged in, until `stream` hands it out
};

}  // namespace mynah::xmpp
