// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <utility>

#include <nlohmann/json.hpp>

#include "envelope.hpp"

namespace mynah::slack {

/// Something that Slack delivered, by whatever way, and has to be told about in three seconds.
class arrival {
 public:
  /// Tells Slack that it is ours now; with an answer where Slack takes one. Called at most once; if
  /// never, Slack delivers an event again. May be called when the connection is gone.
  using answer_function = std::function<void(const nlohmann::json* answer)>;

  arrival(envelope_type type, nlohmann::json payload, answer_function answer)
      : type(type), payload(std::move(payload)), answer(std::move(answer)) {}

  envelope_type type;  ///< events_api, slash_commands, interactive or other
  nlohmann::json payload;
  answer_function answer;
};

}  // namespace mynah::slack
