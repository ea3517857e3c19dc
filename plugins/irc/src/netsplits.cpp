// SPDX-License-Identifier: Apache-2.0
#include "netsplits.hpp"

#include <algorithm>

namespace mynah::irc {

namespace {

// A split is told when it was quiet for so long, or at the latest so long after it began.
constexpr std::chrono::seconds quiet{5};
constexpr std::chrono::seconds longest{60};
// Who comes back later joins like everybody else.
constexpr std::chrono::hours remembered{1};
constexpr std::size_t longest_name = 64;

bool is_server(std::string_view name) noexcept {
  if (name.size() < 3 || name.size() > longest_name) return false;
  if (name.front() == '.' || name.back() == '.' || name.find('.') == std::string_view::npos) {
    return false;
  }
  return std::all_of(name.begin(), name.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' ||
           c == '-' || c == '_' || c == '*';
  });
}

}  // namespace

bool netsplits::is_split(std::string_view text) noexcept {
  const std::size_t blank = text.find(' ');
  if (blank == std::string_view::npos) return false;
  const std::string_view one = text.substr(0, blank);
  const std::string_view other = text.substr(blank + 1);
  return one != other && is_server(one) && is_server(other);
}

void netsplits::batch(const message& got, time_point now) {
  const std::string_view sign = got.param(0);
  if (sign.size() < 2) return;
  const std::string reference(sign.substr(1));
  if (sign.starts_with('-')) {
    const auto found = batches_.find(reference);
    if (found == batches_.end()) return;
    const auto done = open_.find(found->second);
    batches_.erase(found);
    // Whole: no need to wait whether more comes.
    if (done != open_.end()) close(done);
    return;
  }
  const bool joined = got.param(1) == "netjoin";
  if (!sign.starts_with('+') || (!joined && got.param(1) != "netsplit")) return;
  if (batches_.size() >= most_batches) return;
  std::string servers = std::string(got.param(2)) + " " + std::string(got.param(3));
  if (!is_split(servers)) servers = "?";
  batches_.insert_or_assign(reference, std::pair(joined, std::move(servers)));
  forget_old(now);
}

bool netsplits::quit(const message& got, time_point now) {
  std::string servers;
  const auto in = batches_.find(got.tag("batch"));
  if (in != batches_.end() && !in->second.first) {
    servers = in->second.second;
  } else if (is_split(got.param(0))) {
    servers = got.param(0);
  } else {
    return false;
  }
  remember(got.source, servers, now);
  add(false, servers, now);
  return true;
}

bool netsplits::join(const message& got, time_point now) {
  forget_old(now);
  const auto in = batches_.find(got.tag("batch"));
  const bool batched = in != batches_.end() && in->second.first;
  const auto found = lost_.find(got.source);
  if (found == lost_.end()) {
    if (batched) add(true, in->second.second, now);
    return batched;
  }
  const std::string servers = batched ? in->second.second : found->second.servers;
  // Back already, and joining one more channel later: that is news.
  if (!batched && found->second.is_back && !open_.contains(fold_key(true, servers))) {
    lost_.erase(found);
    return false;
  }
  found->second.is_back = true;
  add(true, servers, now);
  return true;
}

void netsplits::add(bool joined, const std::string& servers, time_point now) {
  const fold_key key(joined, servers);
  if (!open_.contains(key) && open_.size() >= most_open) {
    close(std::min_element(open_.begin(), open_.end(), [](const auto& one, const auto& other) {
      return one.second.first < other.second.first;
    }));
  }
  const auto [place, is_new] = open_.try_emplace(key);
  if (is_new) place->second.first = now;
  place->second.last = now;
  ++place->second.count;
}

void netsplits::close(std::map<fold_key, fold>::iterator done) {
  report one;
  one.joined = done->first.first;
  one.servers = done->first.second;
  one.count = done->second.count;
  reports_.push_back(std::move(one));
  open_.erase(done);
}

void netsplits::remember(const std::string& source, const std::string& servers, time_point now) {
  if (source.empty()) return;
  forget_old(now);
  if (lost_order_.size() >= most_lost) return;
  loss one;
  one.servers = servers;
  one.when = now;
  lost_.insert_or_assign(source, std::move(one));
  lost_order_.emplace_back(now, source);
}

void netsplits::forget_old(time_point now) {
  while (!lost_order_.empty() && now - lost_order_.front().first >= remembered) {
    const auto found = lost_.find(lost_order_.front().second);
    if (found != lost_.end() && found->second.when == lost_order_.front().first) lost_.erase(found);
    lost_order_.pop_front();
  }
}

void netsplits::tick(time_point now) {
  for (auto each = open_.begin(); each != open_.end();) {
    const auto current = each++;
    if (now >= std::min(current->second.last + quiet, current->second.first + longest)) {
      close(current);
    }
  }
}

netsplits::time_point netsplits::next_tick() const noexcept {
  time_point next = time_point::max();
  for (const auto& [key, each] : open_) {
    next = std::min({next, each.last + quiet, each.first + longest});
  }
  return next;
}

}  // namespace mynah::irc
