// SPDX-License-Identifier: Apache-2.0
#include "batches.hpp"

namespace mynah::irc {

namespace {

bool is_playback(std::string_view type) noexcept {
  return type == "chathistory" || type.ends_with("/chathistory") || type.ends_with("/playback");
}

}  // namespace

void batches::receive(const message& got) {
  const std::string_view sign = got.param(0);
  if (sign.size() < 2) return;
  const std::string reference(sign.substr(1));
  if (sign.starts_with('-')) {
    open_.erase(reference);
  } else if (sign.starts_with('+') && open_.size() < most_open) {
    open_[reference] = is_playback(got.param(1)) || plays_back(got);
  }
}

bool batches::plays_back(const message& got) const {
  const std::string_view reference = got.tag("batch");
  if (reference.empty()) return false;
  const auto found = open_.find(reference);
  return found == open_.end() || found->second;
}

}  // namespace mynah::irc
