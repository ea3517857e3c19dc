// SPDX-License-Identifier: Apache-2.0
#include "own_nick.hpp"

#include <algorithm>
#include <utility>

namespace mynah::irc {

namespace {

constexpr int most_tries = 10;
// What a server may put before our user and host: `~` and the longest names of the protocol.
constexpr std::size_t assumed_user = 11;
constexpr std::size_t assumed_host = 63;

}  // namespace

own_nick::own_nick(std::string wanted) : wanted_(std::move(wanted)), name_(wanted_) {}

bool own_nick::is(std::string_view nick, const isupport& server) const {
  return !nick.empty() && same_name(nick, name_, server.mapping);
}

std::size_t own_nick::prefix_length() const noexcept {
  const std::size_t user = user_.empty() ? assumed_user : user_.size();
  const std::size_t host = host_.empty() ? assumed_host : host_.size();
  return 1 + name_.size() + 1 + user + 1 + host + 1;
}

std::optional<std::string> own_nick::next(const isupport& server) {
  if (++tries_ >= most_tries) return std::nullopt;
  name_ = generated(server);
  return name_;
}

void own_nick::seen_as(std::string_view user, std::string_view host) {
  if (!user.empty()) user_ = user;
  if (!host.empty()) host_ = host;
}

std::string own_nick::generated(const isupport& server) const {
  // Each once: mynah_ mynah__ mynah1 ... mynah8. The base is cut, never what makes the difference.
  const std::string suffix =
      tries_ <= 2 ? std::string(static_cast<std::size_t>(tries_), '_') : std::to_string(tries_ - 2);
  // The limit is told only after registration; what was configured is meant to fit.
  const std::size_t longest =
      server.nick_length_known ? server.nick_length : std::max(server.nick_length, wanted_.size());
  std::string base = wanted_;
  if (base.size() + suffix.size() > longest) {
    base.resize(longest - std::min(suffix.size(), longest));
  }
  return base + suffix;
}

}  // namespace mynah::irc
