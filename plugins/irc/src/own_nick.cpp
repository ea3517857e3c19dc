// SPDX-License-Identifier: Apache-2.0
#include "own_nick.hpp"

#include <algorithm>

#include "utf8.hpp"
#include "words.hpp"

namespace mynah::irc {

namespace {

using std::chrono::milliseconds;
using std::chrono::minutes;
using std::chrono::seconds;

// Besides the alternatives.
constexpr std::size_t most_generated = 9;
// What a server may put before our user and host: `~` and the longest names of the protocol.
constexpr std::size_t assumed_user = 11;
constexpr std::size_t assumed_host = 63;
// How often to look whether the wanted nick is free; longer after it was refused.
constexpr milliseconds first_pause = seconds(60);
constexpr milliseconds longest_pause = minutes(10);
// After somebody else changed our nick.
constexpr minutes patience{5};
constexpr int most_forced = 3;

}  // namespace

own_nick::own_nick(std::string wanted, std::vector<std::string> alternatives, logger log)
    : wanted_(std::move(wanted)),
      alternatives_(std::move(alternatives)),
      log_(std::move(log)),
      name_(wanted_) {}

bool own_nick::is(std::string_view nick) const {
  return !nick.empty() && same_name(nick, name_, server_.mapping);
}

std::string own_nick::goal() const {
  return server_.nick_length_known ? wanted_.substr(0, server_.nick_length) : wanted_;
}

std::size_t own_nick::prefix_length() const noexcept {
  const std::size_t user = user_.empty() ? assumed_user : user_.size();
  const std::size_t host = host_.empty() ? assumed_host : host_.size();
  return 1 + name_.size() + 1 + user + 1 + host + 1;
}

std::optional<std::string> own_nick::next(int numeric) {
  if (numeric == 432 && name_ == wanted_) impossible_ = true;
  while (tries_ < alternatives_.size() + most_generated) {
    const std::size_t nth = tries_++;
    std::string candidate = nth < alternatives_.size()
                                ? alternatives_[nth]
                                : generated(static_cast<int>(nth - alternatives_.size()) + 1);
    // Not the one that was just refused, in another spelling.
    if (is(candidate)) continue;
    name_ = std::move(candidate);
    return name_;
  }
  return std::nullopt;
}

void own_nick::seen_as(std::string_view user, std::string_view host) {
  if (!user.empty()) user_ = user;
  if (!host.empty()) host_ = host;
}

std::string own_nick::generated(int nth) const {
  // Each once: mynah_ mynah__ mynah1 ... mynah7. The base is cut, never what makes the difference.
  const std::string suffix =
      nth <= 2 ? std::string(static_cast<std::size_t>(nth), '_') : std::to_string(nth - 2);
  // The limit is told only after registration; what was configured is meant to fit.
  const std::size_t longest = server_.nick_length_known
                                  ? server_.nick_length
                                  : std::max(server_.nick_length, wanted_.size());
  std::string base = wanted_;
  if (base.size() + suffix.size() > longest) {
    base.resize(longest - std::min(suffix.size(), longest));
  }
  return base + suffix;
}

void own_nick::online(time_point now) {
  if (is_wanted() || impossible_ || waiting_) return;
  begin_to_wait();
  if (!monitored_) look_at_ = now + pause_;
}

void own_nick::begin_to_wait() {
  waiting_ = true;
  asked_ = false;
  pause_ = first_pause;
  if (server_.monitor && !monitored_) {
    monitored_ = true;
    lines_.push_back(build("MONITOR", {"+", goal()}));
  }
}

own_nick::time_point own_nick::next_tick() const noexcept {
  return look_at_.value_or(time_point::max());
}

void own_nick::tick(time_point now) {
  if (!look_at_ || now < *look_at_) return;
  look_at_.reset();
  asked_ = false;
  if (monitored_) {
    // The server would tell. But it was free when we were not to take it, or it was refused.
    ask(now);
    return;
  }
  look_at_ = now + pause_;
  lines_.push_back(build("ISON", {goal()}));
}

void own_nick::ask(time_point now) {
  if (!waiting_ || asked_ || now < not_before_) return;
  asked_ = true;
  look_at_ = now + pause_;
  lines_.push_back(build("NICK", {goal()}));
}

void own_nick::renamed(std::string_view to, time_point now) {
  const bool asked_for = asked_ && same_name(to, goal(), server_.mapping);
  name_ = to;
  const std::string shown = decoded(to);
  if (is_wanted()) {
    log_.info("the nick is the wanted one", {{"nick", shown}});
    if (monitored_) lines_.push_back(build("MONITOR", {"-", goal()}));
    waiting_ = false;
    monitored_ = false;
    asked_ = false;
    look_at_.reset();
    return;
  }
  if (asked_for || impossible_) return;
  if (++forced_ > most_forced) {
    log_.warning("somebody else changed the nick again; it stays so", {{"nick", shown}});
    if (monitored_) lines_.push_back(build("MONITOR", {"-", goal()}));
    waiting_ = false;
    monitored_ = false;
    look_at_.reset();
    return;
  }
  log_.warning("somebody else changed the nick", {{"nick", shown}});
  not_before_ = now + patience;
  begin_to_wait();
  look_at_ = not_before_;
}

void own_nick::freed(std::string_view nick, time_point now) {
  if (waiting_ && same_name(nick, goal(), server_.mapping)) ask(now);
}

void own_nick::refused(int numeric, time_point now) {
  if (!asked_) return;
  asked_ = false;
  if (numeric == 432) {
    log_.warning("the server does not allow the wanted nick", {{"nick", goal()}});
    waiting_ = false;
    look_at_.reset();
    return;
  }
  pause_ = std::min(pause_ * 2, longest_pause);
  look_at_ = now + pause_;
}

void own_nick::receive(const message& got, int numeric, time_point now) {
  if (!waiting_) return;
  const std::string wanted = goal();
  if (numeric == 303) {
    for (const std::string_view online : words(got.last())) {
      if (same_name(online, wanted, server_.mapping)) return;
    }
    ask(now);
  } else if (numeric == 731) {
    for (const std::string_view offline : words(got.param(1), ',')) {
      freed(message_source::parse(offline).nick, now);
    }
  } else if (numeric == 734 && monitored_) {
    monitored_ = false;
    look_at_ = now + pause_;
  }
}

}  // namespace mynah::irc
