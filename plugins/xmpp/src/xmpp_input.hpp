// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <optional>

#include "connection.hpp"
#include "kept_positions.hpp"
#include "kept_watchers.hpp"
#include "net/connecting_input.hpp"
#include "xmpp_network.hpp"

namespace mynah::xmpp {

/// The input: logs in when started, and opens a connection for each `stream`. The session lasts
/// from one to the next where the server can do that.
class xmpp_input final : public net::connecting_input {
 public:
  explicit xmpp_input(const input_environment& environment);

  void init(const settings& values) override;
  task<void> stop() override;
  std::shared_ptr<mynah::network> network() override { return network_; }

 private:
  task<result<std::unique_ptr<conn>>> open() override;
  task<void> remember();
  task<void> remember_watchers();

  input_environment environment_;
  std::optional<connection_options> options_;
  std::shared_ptr<kept_positions> positions_;
  std::shared_ptr<kept_watchers> watchers_;  ///< of a component
  bool remembers_ = false;                   ///< it was tried
  std::shared_ptr<session> session_;
  std::shared_ptr<xmpp_network> network_;
};

}  // namespace mynah::xmpp
