// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <utility>

#include <nlohmann/json.hpp>

#include <mynah/command.hpp>
#include <mynah/filled_form.hpp>

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

/// What a submitted modal means. What was left empty is not given; inputs that are no parameters
/// are ignored.
[[nodiscard]] filled_form read_submission(const nlohmann::json& view, const command_spec& spec);

/// The payload of the acknowledgement that shows the errors beside their inputs.
[[nodiscard]] nlohmann::json error_payload(const filled_form& of);

}  // namespace mynah::slack
