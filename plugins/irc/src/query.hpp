// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <deque>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <mynah/error_code.hpp>

#include "message.hpp"

namespace mynah::irc {

/// A question to the server, and what came of it.
class query {
 public:
  query(std::string line, std::vector<std::string> about)
      : line(std::move(line)), about(std::move(about)) {}

  std::string line;                ///< as `build` makes it
  std::vector<std::string> about;  ///< channels and nicks in it, by which answers are known
  std::vector<message> answers;    ///< numerics about them
  std::optional<failure> refused;  ///< the first that was an error
  bool answered = false;
};

/// The queries of one connection, one after the other. Behind each goes a PING: what a server does
/// in order it answers in order, so that with the PONG everything about the query has come, also
/// where success is silent (a MODE that changes nothing). No I/O.
class queries {
 public:
  /// Answers kept for one query; nobody is on more channels than that.
  static constexpr std::size_t most_answers = 200;

  void ask(std::shared_ptr<query> asked);
  /// Nobody waits for it any more.
  void forget(const std::shared_ptr<query>& asked);
  /// Whether this numeric refuses what was asked.
  [[nodiscard]] bool refuses(const message& got, int numeric) const;
  /// Takes a numeric or a PONG. True if a query was answered by it.
  bool receive(const message& got, int numeric);

  [[nodiscard]] std::vector<std::string> take_lines() { return std::exchange(lines_, {}); }

 private:
  void send_next();

  std::deque<std::shared_ptr<query>> waiting_;  ///< the first is with the server
  std::uint64_t number_ = 0;
  std::string token_;  ///< of the PING behind the first; empty: there is none
  std::vector<std::string> lines_;
};

}  // namespace mynah::irc
