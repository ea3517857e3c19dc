// SPDX-License-Identifier: Apache-2.0
#include "kept_entries.hpp"

#include <exception>

#include "net/ask_store.hpp"
#include "net/thrown_text.hpp"

// g++ 12 inlines a coroutine frame's allocation but not its release, and takes them for a mismatch.
#if defined(__GNUC__) && !defined(__clang__) && __GNUC__ < 13
#pragma GCC diagnostic ignored "-Wmismatched-new-delete"
#endif

namespace mynah::xmpp {

namespace {

void read_all(transaction& tx, const std::string& space, const std::string& owner,
              const kept_entries::judge& is_of_use, std::vector<kept_entry>& found) {
  found.clear();
  std::vector<std::string> stale;
  tx.scan(space, owner, [&](std::string_view key, std::string_view value) {
    const std::string_view name = key.substr(owner.size());
    if (is_of_use(name, value)) {
      found.emplace_back(std::string(name), std::string(value));
    } else {
      stale.emplace_back(key);
    }
    return true;
  });
  for (const std::string& each : stale) (void)tx.erase(space, each);
}

}  // namespace

kept_entries::kept_entries(std::shared_ptr<store> kept_in, std::shared_ptr<mynah::clock> clock,
                           logger log, std::string space, const std::string& input,
                           const std::string& account)
    : kept_in_(std::move(kept_in)),
      clock_(std::move(clock)),
      log_(std::move(log)),
      space_(std::move(space)),
      owner_(input + " " + account + " ") {}

task<result<std::vector<kept_entry>>> kept_entries::load(judge is_of_use, std::string doing) {
  const auto found = std::make_shared<std::vector<kept_entry>>();
  if (!kept_in_) co_return std::move(*found);
  auto read = [found, is_of_use = std::move(is_of_use), space = space_,
               owner = owner_](transaction& tx) { read_all(tx, space, owner, is_of_use, *found); };
  const result<void> answered = co_await net::ask_store(
      *clock_, kept_in_, net::store_access::writing, std::move(read), std::move(doing));
  if (answered.has_error()) co_return answered.error();
  co_return std::move(*found);
}

void kept_entries::keep(std::vector<kept_entry> changed, std::string warning) {
  if (!kept_in_ || changed.empty()) return;
  kept_in_->submit(
      [space = space_, owner = owner_, changed = std::move(changed)](transaction& tx) {
        for (const kept_entry& each : changed) {
          const std::string key = owner + each.name;
          if (each.value) {
            tx.put(space, key, *each.value);
          } else {
            (void)tx.erase(space, key);
          }
        }
      },
      [log = log_, warning = std::move(warning)](const std::exception_ptr& thrown) {
        if (!thrown) return;
        const std::string reason = net::thrown_text(thrown);
        log.warning(warning, {{"reason", reason}});
      });
}

}  // namespace mynah::xmpp
