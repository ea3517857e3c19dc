// SPDX-License-Identifier: Apache-2.0
#include "response_urls.hpp"

#include <algorithm>
#include <charconv>
#include <utility>

namespace mynah::slack {

namespace {

constexpr std::chrono::minutes life{29};  // of 30: the answer takes a moment, too
constexpr int answers = 5;
constexpr std::size_t most_kept = 5'000;

}  // namespace

std::string response_urls::keep(std::string_view user, std::string url, time_point now) {
  while (!kept_.empty() && (kept_.front().until <= now || kept_.size() >= most_kept)) {
    kept_.pop_front();
  }
  entry made;
  made.number = ++last_;
  made.user = user;
  made.url = std::move(url);
  made.until = now + life;
  made.left = answers;
  kept_.push_back(std::move(made));
  return std::string(user) + "/" + std::to_string(last_);
}

std::string_view response_urls::id_in(std::string_view user) noexcept {
  return user.substr(0, user.find('/'));
}

std::deque<response_urls::entry>::const_iterator response_urls::find(
    std::string_view user) const noexcept {
  const std::size_t slash = user.find('/');
  if (slash == std::string_view::npos) return kept_.end();
  std::uint64_t number = 0;
  const auto [end, error] =
      std::from_chars(user.data() + slash + 1, user.data() + user.size(), number);
  if (error != std::errc() || end != user.data() + user.size()) return kept_.end();
  const auto found =
      std::lower_bound(kept_.begin(), kept_.end(), number,
                       [](const entry& each, std::uint64_t one) { return each.number < one; });
  const bool is_it = found != kept_.end() && found->number == number && found->user == id_in(user);
  return is_it ? found : kept_.end();
}

std::optional<std::string> response_urls::url_for(std::string_view user, time_point now) const {
  const auto found = find(user);
  if (found == kept_.end() || found->left <= 0 || found->until <= now) return std::nullopt;
  return found->url;
}

void response_urls::count(std::string_view user) {
  const auto found = find(user);
  if (found != kept_.end()) --kept_[static_cast<std::size_t>(found - kept_.begin())].left;
}

void response_urls::forget(std::string_view user) {
  const auto found = find(user);
  if (found != kept_.end()) kept_[static_cast<std::size_t>(found - kept_.begin())].left = 0;
}

}  // namespace mynah::slack
