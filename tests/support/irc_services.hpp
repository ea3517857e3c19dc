// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <atomic>
#include <cstdint>
#include <map>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "scram_server.hpp"

namespace mynah_test {

/// What logs in to the account `bot`; mechanisms for which nothing is given are not offered.
class irc_account {
 public:
  std::string plain;        ///< the base64 of the right PLAIN message
  std::string password;     ///< for SCRAM-SHA-256
  std::string fingerprint;  ///< for EXTERNAL: of the certificate, SHA-256, digits only
};

/// Services for `inspircd`, as small as they can be: they link themselves as `services.test` and
/// let in whoever proves with SASL, or `IDENTIFY pencil` to NickServ, to be the account `bot`. Runs
/// on a thread of its own until the end of the object.
class irc_services {
 public:
  /// Throws if the server does not take the link.
  irc_services(std::uint16_t link_port, irc_account right);
  /// `right`: the base64 of the right PLAIN message.
  irc_services(std::uint16_t link_port, std::string right)
      : irc_services(link_port, irc_account{std::move(right), {}, {}}) {}
  irc_services(const irc_services&) = delete;
  irc_services& operator=(const irc_services&) = delete;
  ~irc_services();

 private:
  void run();
  void handle(const std::string& line);
  void on_sasl(const std::string& who, const std::string& kind, const std::string& data,
               const std::string& fingerprint);
  void say(const std::string& line) const;

  int socket_ = -1;
  irc_account right_;
  std::map<std::string, std::string> states_;  ///< mechanism or step, by client
  std::map<std::string, std::string> fingerprints_;
  std::map<std::string, scram_server> proving_;  ///< by client
  std::string buffer_;
  std::atomic<bool> linked_ = false;
  std::atomic<bool> ended_ = false;
  std::thread thread_;
};

}  // namespace mynah_test
