// SPDX-License-Identifier: Apache-2.0
#include "kept_watchers.hpp"

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

// Named by our address and theirs, with a blank between; the value is when they asked.
std::optional<watcher> parse(std::string_view name, std::string_view text) {
  const std::size_t blank = name.find(' ');
  const auto asked_at = read_kept_time(text);
  if (!asked_at || blank == std::string_view::npos) return std::nullopt;
  const auto own = jid::parse(name.substr(0, blank));
  const auto who = jid::parse(name.substr(blank + 1));
  if (!own || !who || !own->is_bare() || !who->is_bare()) return std::nullopt;
  return watcher(who->to_string(), own->to_string(), asked_at);
}

}  // namespace

kept_watchers::kept_watchers(std::shared_ptr<store> kept_in, std::shared_ptr<mynah::clock> clock,
                             logger log, const std::string& input, const std::string& domain)
    : entries_(std::move(kept_in), std::move(clock), std::move(log), "xmpp.watchers", input,
               domain) {}

task<result<std::vector<watcher>>> kept_watchers::load() {
  kept_entries::judge is_of_use = [](std::string_view name, std::string_view text) {
    return parse(name, text).has_value();
  };
  const result<std::vector<kept_entry>> kept =
      co_await entries_.load(std::move(is_of_use), "looking up who sees when the bot is there");
  if (kept.has_error()) co_return kept.error();
  std::vector<watcher> found;
  for (const kept_entry& each : *kept) found.push_back(*parse(each.name, *each.value));
  co_return found;
}

void kept_watchers::keep(const std::vector<watcher>& changed) {
  std::vector<kept_entry> entries;
  entries.reserve(changed.size());
  for (const watcher& each : changed) {
    std::optional<std::string> value;
    if (each.asked_at) value = kept_time(*each.asked_at);
    entries.emplace_back(each.own + " " + each.who, std::move(value));
  }
  entries_.keep(std::move(entries),
                "cannot keep who sees when the bot is there; after a restart it may not tell them");
}

}  // namespace mynah::xmpp
