// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

#include <mynah/event.hpp>

namespace mynah {

/// What came of a command attempt.
enum class outcome : unsigned char {
  done,
  unknown_command,
  wrong_usage,
  denied,
  refused,    ///< too much was running
  failed,     ///< the command threw
  timed_out,  ///< passed its deadline
  cancelled
};

[[nodiscard]] std::string_view to_string(outcome value) noexcept;

/// One command attempt, denials and typing errors included. Views live only during the call.
class audit_record {
 public:
  audit_record(std::uint64_t job, const mynah::event& event, std::string_view command,
               std::string_view line, mynah::outcome outcome, std::string_view reason,
               std::chrono::nanoseconds duration)
      : job(job),
        event(event),
        command(command),
        line(line),
        outcome(outcome),
        reason(reason),
        duration(duration) {}

  std::uint64_t job;  ///< zero if it never ran
  const mynah::event& event;
  std::string_view command;  ///< name, empty if unknown
  std::string_view line;     ///< the command line, addressing removed
  mynah::outcome outcome;
  std::string_view reason;  ///< which grant allowed, why it was denied, what failed
  std::chrono::nanoseconds duration;
};

/// Where audit records go; called on the bot's strand, must not block or throw.
using audit_sink = std::function<void(const audit_record&)>;

}  // namespace mynah
