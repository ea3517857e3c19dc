// SPDX-License-Identifier: Apache-2.0
#include "join_refusal.hpp"

#include <algorithm>
#include <array>

namespace mynah::irc {

namespace {

using kind = join_refusal::kind;

// 437 is also said of nicks; whoever asks knows which it was.
constexpr std::array<join_refusal, 17> known = {{
    {403, kind::final, "check its name in the settings: the server knows no such channel"},
    {405, kind::final, "configure fewer channels, or ask the network for a higher limit"},
    {407, kind::passing, "nothing: the server takes fewer channels at once"},
    {437, kind::passing, "nothing: the server holds the channel back for a while"},
    {448, kind::final, "nobody but the network can: it forbids the channel"},
    {471, kind::passing, "an operator of the channel can raise its limit (MODE +l, -l)"},
    {473, kind::closed, "an operator of the channel can INVITE the bot, or add it to +I"},
    {474, kind::unwanted, "an operator of the channel can lift the ban (MODE -b) or add to +e"},
    {475, kind::final, "check the key in the settings: #channel:key"},
    {476, kind::final, "check its name in the settings: the server does not allow it"},
    {477, kind::closed, "the bot has to be logged in to services: SASL or NickServ settings"},
    {479, kind::final, "check its name in the settings: the server does not allow it"},
    {480, kind::passing, "nothing: too many join at once"},
    {489, kind::final, "the channel wants TLS: switch it on in the settings"},
    {500, kind::passing, "nothing: too many join at once"},
    {519, kind::final, "the channel is for administrators of the network only"},
    {520, kind::final, "the channel is for operators of the network only"},
}};

constexpr join_refusal unknown = {0, kind::passing, "see what the server says"};

const join_refusal* find(int numeric) noexcept {
  const auto* const found =
      std::find_if(known.begin(), known.end(),
                   [numeric](const join_refusal& each) { return each.numeric == numeric; });
  return found == known.end() ? nullptr : found;
}

}  // namespace

const join_refusal& join_refusal::of(int numeric) noexcept {
  const join_refusal* const found = find(numeric);
  return found == nullptr ? unknown : *found;
}

bool join_refusal::is_one(int numeric) noexcept {
  return find(numeric) != nullptr;
}

bool join_refusal::may_be_one(int numeric) noexcept {
  // 404 and 442 answer what is said to a channel, or done there, by who is not in it.
  return numeric >= 400 && numeric != 404 && numeric != 442;
}

std::chrono::milliseconds join_refusal::delay(int refusals) const noexcept {
  using std::chrono::hours;
  using std::chrono::milliseconds;
  using std::chrono::minutes;
  milliseconds first = minutes(2);
  milliseconds longest = minutes(30);
  if (what == kind::closed) {
    first = minutes(10);
    longest = hours(4);
  } else if (what == kind::unwanted) {
    first = hours(1);
    longest = hours(8);
  }
  return std::min(longest, first * (1 << std::clamp(refusals - 1, 0, 10)));
}

}  // namespace mynah::irc
