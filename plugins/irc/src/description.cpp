// SPDX-License-Identifier: Apache-2.0
#include "description.hpp"

#include <utility>

#include <mynah/duration.hpp>
#include <mynah/reply.hpp>

#include "utf8.hpp"

namespace mynah::irc {

description::description(std::string server, std::string tls)
    : server_(std::move(server)), tls_(std::move(tls)) {}

void description::update(const standing& now) {
  const std::lock_guard lock(mutex_);
  if (!(shown_ == now)) shown_ = now;
}

std::string description::text() const {
  standing now;
  {
    const std::lock_guard lock(mutex_);
    now = shown_;
  }
  std::string text = server_ + ", " + (tls_.empty() ? "no TLS" : tls_);
  text += ", nick " + sanitised(decoded(now.nick));
  if (!now.account.empty()) text += ", account " + sanitised(decoded(now.account));
  text += ", " + std::to_string(now.channels) + (now.channels == 1 ? " channel" : " channels");
  if (now.lag) text += ", lag " + format_duration(*now.lag);
  return text;
}

}  // namespace mynah::irc
