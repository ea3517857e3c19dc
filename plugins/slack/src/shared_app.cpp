// SPDX-License-Identifier: Apache-2.0
#include "shared_app.hpp"

#include <algorithm>
#include <list>
#include <mutex>
#include <utility>

namespace mynah::slack {

namespace {

class member {
 public:
  std::string key;
  std::string team;
  boost::asio::any_io_executor executor;
  shared_app::receiver take;
};

class members {
 public:
  std::mutex mutex;
  std::list<std::shared_ptr<member>> all;
};

// Never destroyed: an input may outlive what is static.
members& known() {
  static auto* const made = new members;
  return *made;
}

}  // namespace

std::shared_ptr<void> shared_app::join(std::string key, std::string team,
                                       boost::asio::any_io_executor executor, receiver take) {
  auto made = std::make_shared<member>();
  made->key = std::move(key);
  made->team = std::move(team);
  made->executor = std::move(executor);
  made->take = std::move(take);
  members& joined = known();
  const std::lock_guard lock(joined.mutex);
  joined.all.push_back(made);
  return {made.get(), [made](void*) {
            members& left = known();
            const std::lock_guard guard(left.mutex);
            left.all.remove(made);
          }};
}

bool shared_app::pass_on(std::string_view key, std::string_view team,
                         const boost::asio::any_io_executor& executor, arrival& given) {
  std::shared_ptr<member> found;
  {
    members& joined = known();
    const std::lock_guard lock(joined.mutex);
    const auto place = std::find_if(joined.all.begin(), joined.all.end(), [&](const auto& each) {
      return each->key == key && each->team == team && each->executor == executor;
    });
    if (place == joined.all.end()) return false;
    found = *place;
  }
  found->take(std::move(given));
  return true;
}

}  // namespace mynah::slack
