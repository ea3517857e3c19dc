// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <deque>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <mynah/error_code.hpp>

#include "message.hpp"
#include "sasl/mechanism.hpp"
#include "sasl_options.hpp"

namespace mynah::irc {

/// A login with SASL over AUTHENTICATE: chooses mechanisms, cuts and joins messages, and knows how
/// it ended. No I/O. One login at most is tried per connection, with EXTERNAL and two mechanisms
/// more at most: a password that was refused is not sent again and again.
class sasl_login {
 public:
  /// An encoded message is cut into pieces of this length.
  static constexpr std::size_t piece_length = 400;
  /// No challenge of any mechanism here is nearly as long.
  static constexpr std::size_t longest_challenge = 8192;

  explicit sasl_login(sasl_options options) : options_(std::move(options)) {}

  /// The capability is in force. `offered`: the mechanisms, with commas between them, or nothing if
  /// the server did not tell.
  void start(std::string_view offered);
  /// Takes AUTHENTICATE and 902 to 908; afterwards see `take_lines`. Ignored unless it runs.
  void receive(const message& got);
  /// Gives up for a reason of ours.
  void abort(failure why);

  [[nodiscard]] bool idle() const noexcept { return state_ == state::idle; }
  [[nodiscard]] bool running() const noexcept { return state_ == state::running; }
  [[nodiscard]] bool succeeded() const noexcept { return state_ == state::succeeded; }
  /// Why it failed, if it did.
  [[nodiscard]] const std::optional<failure>& failed() const noexcept { return failed_; }

  [[nodiscard]] std::vector<std::string> take_lines() { return std::exchange(lines_, {}); }

 private:
  enum class state : unsigned char { idle, running, succeeded, failed };

  void keep_offered(std::string_view offered);
  void try_next(const std::string& remote);
  void on_piece(std::string_view piece);
  void on_success();
  void answer(std::string_view message);
  void fail(failure why);

  sasl_options options_;
  state state_ = state::idle;
  std::deque<std::string> left_;  ///< mechanisms to try
  int tries_ = 0;
  std::unique_ptr<sasl::mechanism> mechanism_;
  std::string challenge_;
  std::optional<failure> failed_;
  std::vector<std::string> lines_;
};

}  // namespace mynah::irc
