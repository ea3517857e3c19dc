// SPDX-License-Identifier: Apache-2.0
#include "kept_positions.hpp"

#include <charconv>
#include <exception>
#include <optional>
#include <string_view>
#include <utility>

#include "net/ask_store.hpp"
#include "net/thrown_text.hpp"

// g++ 12 inlines a coroutine frame's allocation but not its release, and takes them for a mismatch.
#if defined(__GNUC__) && !defined(__clang__) && __GNUC__ < 13
#pragma GCC diagnostic ignored "-Wmismatched-new-delete"
#endif

namespace mynah::xmpp {

namespace {

constexpr const char* space = "xmpp.heard";
constexpr std::chrono::hours longest_kept{24 * 365};

// Kept of a place, as text: seconds since 1970, blank, id.
std::string text_of(const archive_position& at) {
  const auto seconds =
      std::chrono::duration_cast<std::chrono::seconds>(at.heard_at.time_since_epoch());
  return std::to_string(seconds.count()) + " " + at.id;
}

std::optional<archive_position> parse(std::string_view place, std::string_view text) {
  std::int64_t seconds = 0;
  const char* const end = text.data() + text.size();
  const auto [behind, bad] = std::from_chars(text.data(), end, seconds);
  if (bad != std::errc() || end - behind < 2 || *behind != ' ') return std::nullopt;
  return archive_position(std::string(place), std::string(behind + 1, end),
                          archive_position::wall_time(std::chrono::seconds(seconds)));
}

// Reads what is there; removes what is old, or cannot be read.
void read_all(transaction& tx, const std::string& owner, archive_position::wall_time oldest,
              std::vector<archive_position>& found) {
  found.clear();
  std::vector<std::string> stale;
  tx.scan(space, owner, [&](std::string_view key, std::string_view value) {
    const auto at = parse(key.substr(owner.size()), value);
    if (at && at->heard_at >= oldest) {
      found.push_back(*at);
    } else {
      stale.emplace_back(key);
    }
    return true;
  });
  for (const std::string& each : stale) (void)tx.erase(space, each);
}

}  // namespace

kept_positions::kept_positions(std::shared_ptr<store> kept_in, std::shared_ptr<mynah::clock> clock,
                               logger log, const std::string& input, const std::string& account)
    : kept_in_(std::move(kept_in)),
      clock_(std::move(clock)),
      log_(std::move(log)),
      owner_(input + " " + account + " ") {}

task<result<std::vector<archive_position>>> kept_positions::load() {
  const auto found = std::make_shared<std::vector<archive_position>>();
  if (!kept_in_) co_return std::move(*found);
  const auto oldest = clock_->wall() - longest_kept;
  auto read = [found, oldest, owner = owner_](transaction& tx) {
    read_all(tx, owner, oldest, *found);
  };
  const result<void> answered =
      co_await net::ask_store(*clock_, kept_in_, net::store_access::writing, std::move(read),
                              "looking up what was heard before");
  if (answered.has_error()) co_return answered.error();
  co_return std::move(*found);
}

void kept_positions::keep(std::vector<archive_position> changed) {
  if (!kept_in_ || changed.empty()) return;
  kept_in_->submit(
      [owner = owner_, changed = std::move(changed)](transaction& tx) {
        for (const archive_position& each : changed) {
          tx.put(space, owner + each.place, text_of(each));
        }
      },
      [log = log_](const std::exception_ptr& thrown) {
        if (!thrown) return;
        const std::string reason = net::thrown_text(thrown);
        log.warning("cannot keep what was heard last; after a restart it may be read again",
                    {{"reason", reason}});
      });
}

}  // namespace mynah::xmpp
