// SPDX-License-Identifier: Apache-2.0
#include "confirmations.hpp"

#include <algorithm>
#include <charconv>

#include <mynah/reply.hpp>

#include "utf8.hpp"

namespace mynah::irc {

namespace {

constexpr char label_mark = 'm';
constexpr std::size_t most_compared = 32;

std::optional<std::uint64_t> number_of(std::string_view label) noexcept {
  if (!label.starts_with(label_mark)) return std::nullopt;
  label.remove_prefix(1);
  std::uint64_t number = 0;
  const auto [end, error] = std::from_chars(label.data(), label.data() + label.size(), number);
  if (error != std::errc() || end != label.data() + label.size()) return std::nullopt;
  return number;
}

bool is_error(const message& got) noexcept {
  return got.command == "FAIL" ||
         (got.command.size() == 3 && got.command >= "400" && got.command < "600");
}

}  // namespace

bool refuses_batch(const message& got) noexcept {
  return got.command == "FAIL" && got.param(0) == "BATCH";
}

std::string confirmations::label_of(std::uint64_t number) {
  return label_mark + std::to_string(number);
}

void confirmations::expect(std::uint64_t number, std::string room, std::string text, bool labeled) {
  if (!labeled) unlabeled_[room].push_back(number);
  expected one;
  one.room = std::move(room);
  one.text = std::move(text);
  one.labeled = labeled;
  expected_.emplace(number, std::move(one));
}

void confirmations::forget(std::uint64_t number) {
  const auto found = expected_.find(number);
  if (found == expected_.end()) return;
  if (!found->second.labeled) {
    const auto queue = unlabeled_.find(found->second.room);
    if (queue != unlabeled_.end()) {
      // Mostly the first.
      const auto place = std::find(queue->second.begin(), queue->second.end(), number);
      if (place != queue->second.end()) queue->second.erase(place);
      if (queue->second.empty()) unlabeled_.erase(queue);
    }
  }
  expected_.erase(found);
}

bool confirmations::labeled(const message& got) {
  const std::string_view batch = got.tag("batch");
  std::optional<std::uint64_t> number;
  if (const std::string_view label = got.tag("label"); !label.empty()) {
    number = number_of(label);
  } else if (!batch.empty()) {
    const auto found = batches_.find(batch);
    if (found != batches_.end()) number = found->second.number;
  } else if (got.command == "BATCH" && got.param(0).starts_with('-')) {
    // Nothing in it was an error.
    const auto found = batches_.find(got.param(0).substr(1));
    if (found == batches_.end()) return false;
    settle(found->second.number, found->second.id, std::nullopt);
    batches_.erase(found);
    return true;
  }
  if (!number || !expected_.contains(*number)) return false;
  if (is_error(got)) {
    const bool as_batch = expected_.at(*number).text.empty() && refuses_batch(got);
    settle(*number, {}, refusal(*number, got.last()), as_batch);
  } else if (got.command == "BATCH" && got.param(0).starts_with('+')) {
    if (batches_.size() >= most_batches) return true;
    labeled_batch& opened = batches_[std::string(got.param(0).substr(1))];
    opened.number = *number;
    opened.id = decoded(got.tag("msgid"));
  } else if (batch.empty() || got.command == "PRIVMSG") {
    // ACK, the echo, or what else there is to say (that somebody is away): it was taken.
    settle(*number, got.tag("msgid"), std::nullopt);
  }
  return true;
}

void confirmations::echoed(std::string_view room, std::string_view text, std::string_view id) {
  const auto queue = unlabeled_.find(room);
  if (queue == unlabeled_.end()) return;
  const std::deque<std::uint64_t>& waiting = queue->second;
  // Not through all of them: it is hardly ever another than the first.
  const auto end =
      waiting.begin() + static_cast<std::ptrdiff_t>(std::min(waiting.size(), most_compared));
  const auto same = std::find_if(waiting.begin(), end, [&](std::uint64_t number) {
    return expected_.at(number).text == text;
  });
  // Servers may change a text, for instance strip its colours.
  settle(same != end ? *same : waiting.front(), id, std::nullopt);
}

void confirmations::refused(std::string_view room, std::string_view words) {
  auto queue = unlabeled_.find(room);
  // About no room in particular: only if it can be but one.
  if (room.empty() && unlabeled_.size() == 1) queue = unlabeled_.begin();
  if (queue == unlabeled_.end()) return;
  const std::uint64_t number = queue->second.front();
  settle(number, {}, refusal(number, words));
}

void confirmations::batch_refused(std::string_view words) {
  std::optional<std::uint64_t> oldest;
  for (const auto& [number, each] : expected_) {
    if (each.labeled && each.text.empty() && (!oldest || number < *oldest)) oldest = number;
  }
  if (oldest) settle(*oldest, {}, refusal(*oldest, words), true);
}

void confirmations::settle(std::uint64_t number, std::string_view id,
                           std::optional<failure> refusal, bool as_batch) {
  if (!expected_.contains(number)) return;
  forget(number);
  confirmation& one = known_.emplace_back(number);
  one.id = decoded(id);
  one.refused = std::move(refusal);
  one.as_batch = as_batch;
}

failure confirmations::refusal(std::uint64_t number, std::string_view words) const {
  const auto found = expected_.find(number);
  const std::string room = found == expected_.end() ? "" : decoded(found->second.room);
  return failure(errc::not_sent, "the server refuses a message to '" + sanitised(room) + "'",
                 decoded(words));
}

}  // namespace mynah::irc
