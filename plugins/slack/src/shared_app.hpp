// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include <boost/asio/any_io_executor.hpp>

#include "arrival.hpp"

namespace mynah::slack {

/// One app may be installed in several workspaces, and Slack delivers the events of all of them by
/// any of its connections. The inputs of one bot that are of the same app give each other what is
/// for the other's workspace.
///
/// Thread safety: may be used from any thread; deliveries stay on the executor they came on.
class shared_app {
 public:
  using receiver = std::function<void(arrival&&)>;

  /// Takes what is for this workspace, as long as the result lives. `key` is a secret of the app's
  /// (app token or signing secret).
  [[nodiscard]] static std::shared_ptr<void> join(std::string key, std::string team,
                                                  boost::asio::any_io_executor executor,
                                                  receiver take);
  /// Gives an arrival to the input of that workspace; false, and untouched, if there is none on
  /// this executor.
  static bool pass_on(std::string_view key, std::string_view team,
                      const boost::asio::any_io_executor& executor, arrival& given);
};

}  // namespace mynah::slack
