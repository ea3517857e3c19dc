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
/// for the other's workspace. This is one of them, connected or not.
///
/// Thread safety: may be used from any thread; deliveries stay on the executor they came on.
class shared_app {
 public:
  using receiver = std::function<void(arrival&&)>;

  /// What became of an arrival for another workspace; untouched unless it is taken.
  enum class handing : unsigned char {
    taken,
    later,  ///< there is an input that is for it, or may be, and is not connected
    nobody  ///< no input is for that workspace
  };

  /// `key` is a secret of the app's (app token or signing secret).
  shared_app(std::string key, boost::asio::any_io_executor executor);
  shared_app(const shared_app&) = delete;
  shared_app& operator=(const shared_app&) = delete;
  ~shared_app();

  /// Takes what is for this workspace, as long as the result lives.
  [[nodiscard]] std::shared_ptr<void> serve(std::string team, receiver take);
  /// Gives an arrival to the input of that workspace, of the same app and on the same executor.
  [[nodiscard]] handing pass_on(std::string_view team, arrival& given) const;

 private:
  class member;
  class members;
  static members& known();

  std::shared_ptr<member> self_;
};

}  // namespace mynah::slack
