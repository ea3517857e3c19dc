// SPDX-License-Identifier: Apache-2.0
#include "shared_app.hpp"

#include <list>
#include <mutex>
#include <utility>

namespace mynah::slack {

class shared_app::member {
 public:
  member(std::string key, boost::asio::any_io_executor executor)
      : key(std::move(key)), executor(std::move(executor)) {}

  std::string key;
  boost::asio::any_io_executor executor;
  std::string team;                ///< empty until it is known
  std::shared_ptr<receiver> take;  ///< none while it is not connected
};

class shared_app::members {
 public:
  std::mutex mutex;
  std::list<std::shared_ptr<member>> all;
};

// Never destroyed: an input may outlive what is static.
shared_app::members& shared_app::known() {
  static auto* const made = new members;
  return *made;
}

shared_app::shared_app(std::string key, boost::asio::any_io_executor executor)
    : self_(std::make_shared<member>(std::move(key), std::move(executor))) {
  members& joined = known();
  const std::lock_guard lock(joined.mutex);
  joined.all.push_back(self_);
}

shared_app::~shared_app() {
  members& left = known();
  const std::lock_guard lock(left.mutex);
  left.all.remove(self_);
}

std::shared_ptr<void> shared_app::serve(std::string team, receiver take) {
  auto kept = std::make_shared<receiver>(std::move(take));
  {
    const std::lock_guard lock(known().mutex);
    self_->team = std::move(team);
    self_->take = kept;
  }
  receiver* const own = kept.get();
  return {own, [self = self_, kept](void*) {
            const std::lock_guard lock(known().mutex);
            // Another connection may have taken its place.
            if (self->take == kept) self->take.reset();
          }};
}

shared_app::handing shared_app::pass_on(std::string_view team, arrival& given) const {
  std::shared_ptr<receiver> taker;
  {
    members& joined = known();
    const std::lock_guard lock(joined.mutex);
    bool is_awaited = false;
    for (const auto& each : joined.all) {
      if (each->key != self_->key || each->executor != self_->executor) continue;
      if (each->team == team && each->take) taker = each->take;
      if (!each->take && (each->team.empty() || each->team == team)) is_awaited = true;
    }
    if (!taker) return is_awaited ? handing::later : handing::nobody;
  }
  (*taker)(std::move(given));
  return handing::taken;
}

}  // namespace mynah::slack
