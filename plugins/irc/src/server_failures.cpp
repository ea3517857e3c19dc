// SPDX-License-Identifier: Apache-2.0
#include "server_failures.hpp"

namespace mynah::irc {

namespace {

int weight(const failure& why) noexcept {
  if (why.code() == errc::authentication_failed || why.code() == errc::banned) return 3;
  if (why.code() == errc::throttled) return 2;
  return is_permanent(why.code()) ? 0 : 1;
}

}  // namespace

bool server_failures::goes_on_after(const failure& why) {
  // The later one of equals: it is what the bot saw last.
  if (!outcome_ || weight(why) >= weight(*outcome_)) outcome_ = why;
  return weight(why) < 3;
}

}  // namespace mynah::irc
