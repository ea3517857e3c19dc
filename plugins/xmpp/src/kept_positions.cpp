// SPDX-License-Identifier: Apache-2.0
#include "kept_positions.hpp"

#include <optional>
#include <string_view>
#include <utility>

#include "kept_time.hpp"

// g++ 12 inlines a coroutine frame's allocation but not its release, and takes them for a mismatch.
#if defined(__GNUC__) && !defined(__clang__) && __GNUC__ < 13
#pragma GCC diagnostic ignored "-Wmismatched-new-delete"
#endif

namespace mynah::xmpp {

namespace {

constexpr std::chrono::hours longest_kept{24 * 365};

// Kept of a place, as text: when it was heard, blank, id.
std::optional<archive_position> parse(std::string_view place, std::string_view text) {
  const std::size_t blank = text.find(' ');
  const auto heard_at = read_kept_time(text.substr(0, blank));
  if (!heard_at || blank == std::string_view::npos || blank + 1 == text.size()) return std::nullopt;
  return archive_position(std::string(place), std::string(text.substr(blank + 1)), *heard_at);
}

}  // namespace

kept_positions::kept_positions(std::shared_ptr<store> kept_in, std::shared_ptr<mynah::clock> clock,
                               logger log, const std::string& input, const std::string& account)
    : clock_(clock),
      entries_(std::move(kept_in), std::move(clock), std::move(log), "xmpp.heard", input, account) {
}

task<result<std::vector<archive_position>>> kept_positions::load() {
  const auto oldest = clock_->wall() - longest_kept;
  kept_entries::judge is_of_use = [oldest](std::string_view place, std::string_view text) {
    const auto at = parse(place, text);
    return at && at->heard_at >= oldest;
  };
  const result<std::vector<kept_entry>> kept =
      co_await entries_.load(std::move(is_of_use), "looking up what was heard before");
  if (kept.has_error()) co_return kept.error();
  std::vector<archive_position> found;
  for (const kept_entry& each : *kept) found.push_back(*parse(each.name, *each.value));
  co_return found;
}

void kept_positions::keep(const std::vector<archive_position>& changed) {
  std::vector<kept_entry> entries;
  entries.reserve(changed.size());
  for (const archive_position& each : changed) {
    entries.emplace_back(each.place, kept_time(each.heard_at) + " " + each.id);
  }
  entries_.keep(std::move(entries),
                "cannot keep what was heard last; after a restart it may be read again");
}

}  // namespace mynah::xmpp
