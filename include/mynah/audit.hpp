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
  cancelled,
  too_late,     ///< said longer ago than `--max-event-age`; not run
  interrupted,  ///< the bot ended while it ran: what came of it is unknown
  set_aside     ///< the bot ended twice while handling it; not run again
};

[[nodiscard]] std::string_view to_string(outcome value) noexcept;

/// One command attempt, denials and typing errors included, with configured secrets masked. Views
/// live only during the call. What a store keeps of it is `audit_entry`.
class audit_record {
 public:
  audit_record(std::uint64_t job, const mynah::event& event, std::string_view command,
               std::string_view line, std::string_view decision, mynah::outcome outcome,
               std::string_view reason, std::chrono::nanoseconds duration)
      : job(job),
        event(event),
        command(command),
        line(line),
        decision(decision),
        outcome(outcome),
        reason(reason),
        duration(duration) {}

  std::uint64_t job;  ///< zero if it never ran
  const mynah::event& event;
  std::string_view command;   ///< name, empty if unknown
  std::string_view line;      ///< the command line, addressing removed
  std::string_view decision;  ///< "allowed: <why>", "denied: <why>"; empty if it came to none
  mynah::outcome outcome;
  std::string_view reason;  ///< what failed, if something did
  std::chrono::nanoseconds duration;
};

/// Where audit records go; called on the bot's strand, must not block or throw.
using audit_sink = std::function<void(const audit_record&)>;

}  // namespace mynah
