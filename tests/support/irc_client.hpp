// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace mynah_test {

/// A plain IRC client for tests: says lines, waits for lines. Answers PING by itself.
class irc_client {
 public:
  /// Connects to 127.0.0.1 and logs in. Throws if that does not work.
  irc_client(std::uint16_t port, const std::string& nick, const std::string& password = {});
  irc_client(const irc_client&) = delete;
  irc_client& operator=(const irc_client&) = delete;
  ~irc_client();

  /// Sends a line.
  void say(const std::string& line);
  /// Joins a channel and waits for the server to say so.
  void join(const std::string& channel);

  /// Waits for the next line that holds `part`; lines before it are passed over. Throws, with the
  /// lines that came instead, if none comes within the (generous) limit.
  std::string wait_for(std::string_view part,
                       std::chrono::seconds limit = std::chrono::seconds(30));

  /// Says something that the server answers, and gives all lines that came up to the answer: what
  /// is not among them was not sent before.
  std::vector<std::string> lines_until_now();

  /// All lines so far.
  [[nodiscard]] const std::vector<std::string>& lines() const noexcept { return lines_; }

 private:
  std::string next_line(std::chrono::steady_clock::time_point deadline);

  int socket_ = -1;
  int probes_ = 0;
  std::string buffer_;
  std::vector<std::string> lines_;
};

/// The text of a PRIVMSG line, or the line itself if it is none.
[[nodiscard]] std::string text_of(const std::string& line);

}  // namespace mynah_test
