// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <iterator>
#include <string>
#include <string_view>
#include <vector>

#include <mynah/clock.hpp>
#include <mynah/irc/raw_line.hpp>

#include "session.hpp"

namespace mynah_test {

using texts = std::vector<std::string>;

/// A conversation with a session: say what the server sends, look at what comes back.
class session_script {
 public:
  explicit session_script(mynah::irc::session_options options = {}, bool byte_by_byte = false,
                          mynah::logger log = mynah::logger())
      : talking(std::move(options), std::move(log)), byte_by_byte_(byte_by_byte) {
    talking.start(now);
  }

  /// The server sends these lines.
  void server(const texts& lines) {
    for (const std::string& line : lines) receive(line + "\r\n");
  }
  void receive(std::string_view bytes) {
    if (!byte_by_byte_) {
      talking.receive(bytes, now);
      return;
    }
    for (const char c : bytes) talking.receive(std::string_view(&c, 1), now);
  }
  void advance(mynah::clock::duration time) {
    now += time;
    if (talking.next_tick() <= now) talking.tick(now);
  }
  /// What the session has sent since the last call, without line ends; urgent ones marked `^`.
  texts sent() {
    texts lines;
    for (const auto& line : talking.take_lines()) {
      if (!line.text.ends_with("\r\n")) lines.push_back("line without end: " + line.text);
      lines.push_back((line.urgent ? "^" : "") + line.text.substr(0, line.text.size() - 2));
    }
    return lines;
  }
  /// What happened since the last call, without lines that are not interpreted.
  std::vector<mynah::event> events() {
    std::vector<mynah::event> kept;
    for (mynah::event& each : all_events()) {
      if (!mynah::irc::raw_line::from(each)) kept.push_back(std::move(each));
    }
    return kept;
  }
  std::vector<mynah::event> all_events() {
    auto taken = talking.take_events();
    return {std::make_move_iterator(taken.begin()), std::make_move_iterator(taken.end())};
  }
  /// Logs in as the server's idea of the nick.
  void log_in(const std::string& nick = "mynah") {
    server({":irc.test 001 " + nick + " :Welcome", ":irc.test 376 " + nick + " :End of MOTD"});
    (void)sent();
    (void)events();
  }

  mynah::clock::time_point now{std::chrono::hours(1)};
  mynah::irc::session talking;

 private:
  bool byte_by_byte_;
};

}  // namespace mynah_test
