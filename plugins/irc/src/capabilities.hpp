// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <deque>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "message.hpp"

namespace mynah::irc {

/// IRCv3 capability negotiation (CAP, version 302): asks for what is both wanted and offered, and
/// keeps what is in force. No I/O, and no opinion on when registration may end: that is for the
/// session, which also waits for SASL.
class capabilities {
 public:
  /// The longest request, so that the server's answer, which repeats it, still fits in a line.
  static constexpr std::size_t longest_request = 400;

  explicit capabilities(std::vector<std::string> wanted);

  /// Takes a CAP message; afterwards see `take_lines`.
  void receive(const message& got);

  /// In force now.
  [[nodiscard]] bool has(std::string_view name) const;
  /// What the server told with its offer (`sasl=PLAIN,EXTERNAL`); empty if nothing.
  [[nodiscard]] std::string_view value(std::string_view name) const;
  /// The list has come.
  [[nodiscard]] bool listed() const noexcept { return listed_; }
  /// The value of `sts`, which is never asked for, if it was offered since the last call.
  [[nodiscard]] std::optional<std::string> take_sts() { return std::exchange(sts_, std::nullopt); }
  /// The list has come and every request is answered.
  [[nodiscard]] bool settled() const noexcept { return listed_ && requests_.empty(); }

  [[nodiscard]] std::vector<std::string> take_lines() { return std::exchange(lines_, {}); }

 private:
  void offer(std::string_view list, bool anew);
  void withdraw(std::string_view list);
  void accept(std::string_view list);
  void refuse(std::string_view list);
  void request_offered();
  void request(std::vector<std::string> names);

  std::set<std::string, std::less<>> wanted_;
  std::map<std::string, std::string, std::less<>> offered_;  ///< of those wanted, with values
  std::set<std::string, std::less<>> enabled_;
  std::set<std::string, std::less<>> refused_;  ///< not asked for again unless offered anew
  std::deque<std::set<std::string>> requests_;  ///< what each unanswered request still waits for
  std::optional<std::string> sts_;
  bool listed_ = false;
  std::vector<std::string> lines_;
};

}  // namespace mynah::irc
