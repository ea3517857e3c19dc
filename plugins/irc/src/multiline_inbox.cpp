// SPDX-License-Identifier: Apache-2.0
#include "multiline_inbox.hpp"

#include <algorithm>
#include <utility>

namespace mynah::irc {

std::vector<message> multiline_inbox::receive(const message& batch) {
  const std::string_view sign = batch.param(0);
  if (sign.size() < 2) return {};
  const std::string_view reference = sign.substr(1);
  if (sign.starts_with('+')) {
    if (batch.param(1) == "draft/multiline" && open_.size() < most_open) {
      open_[std::string(reference)].start = batch;
    }
    return {};
  }
  const auto found = open_.find(reference);
  if (found == open_.end()) return {};
  open_message done = std::move(found->second);
  open_.erase(found);
  std::vector<message> lines;
  for (message& line : done.lines) {
    line.source = done.start.source;
    line.tags = done.start.tags;
    // One id for several events would make all but one of them repetitions.
    if (!lines.empty())
      std::erase_if(line.tags, [](const auto& tag) { return tag.first == "msgid"; });
    line.params.at(0) = done.start.param(2);
    // An empty line says nothing.
    if (!line.params.at(1).empty()) lines.push_back(std::move(line));
  }
  return lines;
}

bool multiline_inbox::take(const message& line) {
  const std::string_view reference = line.tag("batch");
  const auto found = reference.empty() ? open_.end() : open_.find(reference);
  if (found == open_.end()) return false;
  open_message& into = found->second;
  const std::string_view text = line.param(1);
  into.bytes += text.size() + 1;
  if (into.bytes > most_bytes) return true;
  const bool continues = std::any_of(line.tags.begin(), line.tags.end(), [](const auto& tag) {
    return tag.first == "draft/multiline-concat";
  });
  if (continues && !into.lines.empty()) {
    into.lines.back().params.at(1) += text;
    return true;
  }
  message& added = into.lines.emplace_back(line);
  added.params = {std::string(line.param(0)), std::string(text)};
  return true;
}

}  // namespace mynah::irc
