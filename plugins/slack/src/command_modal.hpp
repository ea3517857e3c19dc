// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <nlohmann/json.hpp>

#include <mynah/command.hpp>

namespace mynah::slack {

/// What a modal was opened for, kept in its `private_metadata`.
class modal_origin {
 public:
  modal_origin(std::string command, std::string channel, std::string thread, bool direct)
      : command(std::move(command)),
        channel(std::move(channel)),
        thread(std::move(thread)),
        direct(direct) {}

  friend bool operator==(const modal_origin&, const modal_origin&) = default;

  std::string command;
  std::string channel;  ///< where the answer goes
  std::string thread;
  bool direct;
};

/// The modal that asks for a command's parameters: one input for each, with its default. Nothing if
/// Slack has no room for it (more than 95 parameters, or an origin too long to be kept): the
/// command must be typed then.
[[nodiscard]] std::optional<nlohmann::json> command_modal(const command_spec& spec,
                                                          const modal_origin& origin);

/// Reads the origin back from the `view` of a submission; nothing if the modal is none of ours.
[[nodiscard]] std::optional<modal_origin> origin_of(const nlohmann::json& view);

/// What a submitted modal means.
class submission {
 public:
  submission() = default;

  [[nodiscard]] bool ok() const noexcept { return errors.empty(); }
  /// The payload of the acknowledgement that shows the errors beside their inputs.
  [[nodiscard]] nlohmann::json error_payload() const;

  std::string line;  ///< the command line, if `ok`
  /// By block id, in words for whoever filled it in.
  std::vector<std::pair<std::string, std::string>> errors;
};

/// The command line that a submitted modal means. Values stand in quotes, so that whatever they
/// hold they are that parameter's value and nothing else; what was left empty is not given. Inputs
/// that are no parameters are ignored.
[[nodiscard]] submission read_submission(const nlohmann::json& view, const command_spec& spec);

}  // namespace mynah::slack
