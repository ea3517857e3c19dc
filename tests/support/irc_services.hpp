// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <atomic>
#include <cstdint>
#include <string>
#include <thread>
#include <vector>

namespace mynah_test {

/// Services for `inspircd`, as small as they can be: they link themselves as `services.test` and
/// let in whoever says the right thing with SASL PLAIN, as the account `bot`. Runs on a thread of
/// its own until the end of the object.
class irc_services {
 public:
  /// `right`: the base64 of the right PLAIN message. Throws if the server does not take the link.
  irc_services(std::uint16_t link_port, std::string right);
  irc_services(const irc_services&) = delete;
  irc_services& operator=(const irc_services&) = delete;
  ~irc_services();

 private:
  void run();
  void handle(const std::string& line);
  void say(const std::string& line) const;

  int socket_ = -1;
  std::string right_;
  std::string buffer_;
  std::atomic<bool> linked_ = false;
  std::atomic<bool> ended_ = false;
  std::thread thread_;
};

}  // namespace mynah_test
