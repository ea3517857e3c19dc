// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include <mynah/conn.hpp>
#include <mynah/event.hpp>

namespace mynah::core {

/// A command that changes something, as the journal keeps it until it is settled.
class command_record {
 public:
  command_record() = default;

  event said;
  std::string line;     ///< the command line: addressing removed
  std::string command;  ///< name of the command it was routed to
  std::uint64_t job = 0;
  std::chrono::system_clock::time_point received{};
  bool started = false;
};

/// A message of such a command, as the journal keeps it until it is sent.
class message_record {
 public:
  message_record() = default;

  outgoing message;
  std::uint64_t job = 0;
};

/// The bodies of queue items. JSON, so that an operator can read what a store holds.
[[nodiscard]] std::string command_body(const event& said, std::string_view line,
                                       std::string_view command, std::uint64_t job,
                                       std::chrono::system_clock::time_point received);
[[nodiscard]] std::string message_body(const outgoing& message, std::uint64_t job);
/// Nothing if the text is no such body.
[[nodiscard]] std::optional<command_record> command_of(std::string_view body);
[[nodiscard]] std::optional<message_record> message_of(std::string_view body);

/// The same body as one whose command was started. Cheaper than writing it anew.
[[nodiscard]] std::string started_body(std::string_view body);

}  // namespace mynah::core
