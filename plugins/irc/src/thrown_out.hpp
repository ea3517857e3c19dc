// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

#include <mynah/error_code.hpp>

namespace mynah::irc {

/// What it means when a server refuses or ends a connection, so that the bot waits as long as it
/// should before the next one:
///
/// - errc::authentication_failed: the password is wrong; permanent.
/// - errc::banned: the server said so with its own numeric; permanent.
/// - errc::throttled: too fast, too many, a ban that passes, or an operator's KILL: wait longest.
/// - errc::closed: everything else, such as a restart of the server.

/// 463, 465 and 466.
[[nodiscard]] failure refused_by_numeric(int numeric, std::string text);

/// How far the login is that an ERROR ends.
class login_progress {
 public:
  bool gave_password = false;  ///< to the server
  bool in_sasl = false;        ///< SASL is running
};

/// An ERROR before the welcome: this is how servers say "not so often", and some of them what is
/// wrong with the login.
[[nodiscard]] failure login_ended(const login_progress& progress, std::string text);
/// An ERROR afterwards: most are the end of an ordinary connection.
[[nodiscard]] failure ended_by_error(std::string text);

/// A KILL of us.
[[nodiscard]] failure ended_by_kill(std::string_view by, std::string_view text);

}  // namespace mynah::irc
