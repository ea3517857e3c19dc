// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <stdexcept>

namespace mynah {

/// Thrown by a command to tell the asker what went wrong. The text goes to the room, so it is ours:
/// never the text of a remote side or of another exception. Every other exception that leaves a
/// command is shown as an id only; its text is in the log under that id.
class command_error : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// Thrown by a command that was called the wrong way; the reply adds the usage line.
class usage_error : public command_error {
 public:
  using command_error::command_error;
};

/// Thrown by `ask` when no answer came: time passed, the asked said the cancel word, or no answer
/// was acceptable.
class unanswered_error : public command_error {
 public:
  using command_error::command_error;
};

/// Two plugins, commands, patterns or inputs that cannot live together, a pattern RE2 refuses, an
/// empty registry. The text names both places.
class registration_error : public std::logic_error {
 public:
  using std::logic_error::logic_error;
};

/// A setting that is missing, unknown or malformed. The text names it, what it had and what was
/// expected; never the value of a secret. Programs end with exit code 2.
class settings_error : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

}  // namespace mynah
