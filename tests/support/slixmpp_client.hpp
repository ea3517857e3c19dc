// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <nlohmann/json.hpp>

#include "child_process.hpp"
#include "temp_directory.hpp"

namespace mynah_test {

/// A client that nobody here wrote: slixmpp (Debian package python3-slixmpp), driven by
/// `slixmpp_client.py` with one JSON object a line.
class slixmpp_client {
 public:
  using json = nlohmann::json;

  /// Logs in to a server on 127.0.0.1 with STARTTLS. Throws if that does not work.
  slixmpp_client(std::uint16_t port, const std::string& ca_file, const std::string& jid,
                 const std::string& password);
  slixmpp_client(const slixmpp_client&) = delete;
  slixmpp_client& operator=(const slixmpp_client&) = delete;
  ~slixmpp_client();

  /// `what` has a key "do"; see `slixmpp_client.py`.
  void tell(const json& what);

  void say(const std::string& to, const std::string& body);
  void say_in(const std::string& room, const std::string& body);
  /// Waits until we are inside, and a new room is open for others.
  void join(const std::string& room, const std::string& nick);

  /// Asks with an iq and waits for the answer, which has "type" and "xml".
  json ask(const std::string& type, const std::string& to, const std::string& payload);
  /// Sets fields of a room's configuration, as its owner. Throws unless the room does it.
  void configure(const std::string& room,
                 const std::vector<std::pair<std::string, std::string>>& fields);
  /// Sets what these attributes say of somebody in a room: "nick='x' role='none'". Throws unless
  /// the room does it.
  void administer(const std::string& room, const std::string& attributes);

  /// Waits for what the client tells next with all of these keys and values. Throws, with what came
  /// instead, if it does not come.
  json wait_for(const json& parts, std::chrono::seconds limit = std::chrono::seconds(30));
  /// Waits for a message with this body.
  json wait_for_message(const std::string& body);
  /// Everything so far.
  [[nodiscard]] const std::vector<json>& heard() const noexcept { return heard_; }

 private:
  json next(std::chrono::steady_clock::time_point deadline);
  [[nodiscard]] std::string output() const;

  temp_directory directory_;
  std::optional<child_process> process_;
  int socket_ = -1;
  std::string buffer_;
  std::vector<json> heard_;
};

}  // namespace mynah_test
