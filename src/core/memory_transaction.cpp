// SPDX-License-Identifier: Apache-2.0
#include "core/memory_transaction.hpp"

#include <algorithm>

#include "core/audit_match.hpp"

namespace mynah::core {

namespace {

bool begins_with(std::string_view text, std::string_view prefix) {
  return text.substr(0, prefix.size()) == prefix;
}

bool may_be_claimed(const memory_state::item& of, transaction::wall_time now) {
  if (!of.buried.empty()) return false;
  const bool claimed = of.until != transaction::wall_time();
  return claimed ? of.until <= now : of.due <= now;
}

/// Far too long a lease is one without end.
transaction::wall_time lease_end(transaction::wall_time now, std::chrono::milliseconds time) {
  using wall_time = transaction::wall_time;
  const auto most = std::chrono::floor<std::chrono::milliseconds>(wall_time::max() - now);
  return time < most ? now + time : wall_time::max();
}

}  // namespace

void memory_transaction::roll_back() noexcept {
  std::for_each(undo_.rbegin(), undo_.rend(), [](const auto& step) { step(); });
  undo_.clear();
}

void memory_transaction::about_to_write() const {
  if (reading_) throw std::logic_error("a transaction of store::submit_reading writes");
}

// Values.

std::optional<std::string> memory_transaction::get(std::string_view space, std::string_view key) {
  const auto values = state_.spaces.find(space);
  if (values == state_.spaces.end()) return std::nullopt;
  const auto found = values->second.find(key);
  if (found == values->second.end()) return std::nullopt;
  return found->second;
}

void memory_transaction::save_value(std::string_view space, std::string_view key) {
  undo_.emplace_back([this, space = std::string(space), key = std::string(key),
                      before = get(space, key)]() mutable {
    auto& values = state_.spaces[space];
    if (before) {
      values[key] = std::move(*before);
    } else {
      values.erase(key);
    }
  });
}

void memory_transaction::put(std::string_view space, std::string_view key, std::string_view value) {
  about_to_write();
  save_value(space, key);
  const auto values = state_.spaces.try_emplace(std::string(space)).first;
  values->second.insert_or_assign(std::string(key), std::string(value));
}

bool memory_transaction::put_if(std::string_view space, std::string_view key,
                                std::optional<std::string_view> expected, std::string_view value) {
  about_to_write();
  if (get(space, key) != expected) return false;
  put(space, key, value);
  return true;
}

bool memory_transaction::erase(std::string_view space, std::string_view key) {
  about_to_write();
  const auto values = state_.spaces.find(space);
  if (values == state_.spaces.end()) return false;
  const auto found = values->second.find(key);
  if (found == values->second.end()) return false;
  save_value(space, key);
  values->second.erase(found);
  return true;
}

void memory_transaction::scan(
    std::string_view space, std::string_view prefix,
    const std::function<bool(std::string_view, std::string_view)>& visit) {
  const auto values = state_.spaces.find(space);
  if (values == state_.spaces.end()) return;
  auto next = values->second.lower_bound(prefix);
  while (next != values->second.end() && begins_with(next->first, prefix)) {
    // Copies, because `visit` may put and erase.
    const auto [key, value] = *next;
    if (!visit(key, value)) return;
    next = values->second.upper_bound(key);
  }
}

// Events.

bool memory_transaction::append_event(std::string_view input, std::string_view id) {
  about_to_write();
  memory_state::event_key key(input, id);
  if (state_.events.count(key) != 0) return false;
  undo_.emplace_back([this, key] { forget_event(key); });
  keep_event(std::move(key), now_);
  return true;
}

void memory_transaction::keep_event(memory_state::event_key key, wall_time when) {
  const auto place = state_.events.emplace(std::move(key), when).first;
  state_.events_by_time.emplace(when, &place->first);
}

void memory_transaction::forget_event(const memory_state::event_key& key) {
  const auto place = state_.events.find(key);
  if (place == state_.events.end()) return;
  state_.events_by_time.erase({place->second, &place->first});
  state_.events.erase(place);
}

// Queues.

void memory_transaction::keep_item(item kept) {
  const std::int64_t id = kept.id;
  state_.queues[kept.queue].insert(id);
  state_.items.insert_or_assign(id, std::move(kept));
}

void memory_transaction::forget_item(std::int64_t id) {
  const auto place = state_.items.find(id);
  if (place == state_.items.end()) return;
  state_.queues[place->second.queue].erase(id);
  state_.items.erase(place);
}

void memory_transaction::save(const item& before) {
  undo_.emplace_back([this, before] { keep_item(before); });
}

memory_transaction::item* memory_transaction::held_by(const lease& held) {
  about_to_write();
  const auto found = state_.items.find(held.item);
  if (found == state_.items.end()) return nullptr;
  item& of = found->second;
  if (of.token != held.token || of.until == wall_time()) return nullptr;
  return &of;
}

void memory_transaction::claim_now(item& of, std::chrono::milliseconds time) {
  of.token = ++state_.last_token;
  ++of.attempts;
  of.until = lease_end(now_, time);
  of.buried.clear();
}

std::int64_t memory_transaction::enqueue(std::string_view queue, std::string_view group,
                                         std::string_view body, wall_time due) {
  about_to_write();
  item added;
  added.id = ++state_.last_item;
  added.queue = queue;
  added.group = group;
  added.body = body;
  added.added = now_;
  added.due = due;
  undo_.emplace_back([this, id = added.id] { forget_item(id); });
  keep_item(std::move(added));
  return state_.last_item;
}

lease memory_transaction::enqueue_claimed(std::string_view queue, std::string_view group,
                                          std::string_view body, std::chrono::milliseconds time) {
  item& of = state_.items.at(enqueue(queue, group, body, {}));
  claim_now(of, time);
  return of.held();
}

std::vector<queue_item> memory_transaction::claim(std::string_view queue, std::size_t n,
                                                  std::chrono::milliseconds time) {
  about_to_write();
  std::vector<queue_item> result;
  const auto ids = state_.queues.find(queue);
  if (ids == state_.queues.end()) return result;
  std::set<std::string_view> passed_over;
  for (const std::int64_t id : ids->second) {
    if (result.size() >= n) break;
    item& of = state_.items.at(id);
    if (!of.buried.empty() || passed_over.count(of.group) != 0) continue;
    if (!may_be_claimed(of, now_)) {
      if (!of.group.empty()) passed_over.insert(of.group);
      continue;
    }
    save(of);
    claim_now(of, time);
    result.push_back(of);
  }
  return result;
}

std::optional<queue_item> memory_transaction::claim_item(std::string_view queue, std::int64_t id,
                                                         std::chrono::milliseconds time) {
  about_to_write();
  const auto found = state_.items.find(id);
  if (found == state_.items.end()) return std::nullopt;
  item& of = found->second;
  if (of.queue != queue || of.until > now_) return std::nullopt;
  save(of);
  claim_now(of, time);
  return of;
}

bool memory_transaction::extend(const lease& held, std::chrono::milliseconds time) {
  item* of = held_by(held);
  if (of == nullptr) return false;
  save(*of);
  of->until = lease_end(now_, time);
  return true;
}

bool memory_transaction::update(const lease& held, std::string_view body) {
  item* of = held_by(held);
  if (of == nullptr) return false;
  save(*of);
  of->body = body;
  return true;
}

bool memory_transaction::release(const lease& held, wall_time due) {
  item* of = held_by(held);
  if (of == nullptr) return false;
  save(*of);
  of->until = {};
  of->due = due;
  return true;
}

bool memory_transaction::bury(const lease& held, std::string_view why) {
  item* of = held_by(held);
  if (of == nullptr) return false;
  save(*of);
  of->until = {};
  of->buried = why.empty() ? std::string_view("set aside") : why;
  of->buried_at = now_;
  return true;
}

bool memory_transaction::finish(const lease& held) {
  const item* of = held_by(held);
  if (of == nullptr) return false;
  save(*of);
  forget_item(held.item);
  return true;
}

void memory_transaction::scan_queue(std::string_view queue, std::int64_t after,
                                    const std::function<bool(const queue_item&)>& visit) {
  const auto ids = state_.queues.find(queue);
  if (ids == state_.queues.end()) return;
  auto next = ids->second.upper_bound(after);
  while (next != ids->second.end()) {
    // A copy, because `visit` may finish it.
    const queue_item shown = state_.items.at(*next);
    if (!visit(shown)) return;
    next = ids->second.upper_bound(shown.id);
  }
}

// Audit.

std::int64_t memory_transaction::append_audit(const audit_entry& entry) {
  about_to_write();
  const std::int64_t id = ++state_.last_audit;
  undo_.emplace_back([this, id] { state_.audit.erase(id); });
  state_.audit.emplace(id, entry).first->second.id = id;
  if (state_.audit.size() > memory_state::audit_limit) remove_audit(state_.audit.begin());
  return id;
}

void memory_transaction::remove_audit(audit_place place) {
  undo_.emplace_back([this, before = place->second] { state_.audit.emplace(before.id, before); });
  state_.audit.erase(place);
}

audit_page memory_transaction::find_audit(const audit_query& query) {
  const audit_match matches(query);
  audit_page page;
  // False when the page is full, and there is more.
  const auto take = [&](const audit_entry& entry) {
    if (!matches(entry)) return true;
    page.more = page.entries.size() >= query.limit;
    if (!page.more) page.entries.push_back(entry);
    return !page.more;
  };
  if (query.oldest_first) {
    auto next = state_.audit.upper_bound(query.before);
    while (next != state_.audit.end() && take(next->second)) ++next;
    return page;
  }
  auto next = query.before > 0 ? state_.audit.lower_bound(query.before) : state_.audit.end();
  while (next != state_.audit.begin() && take(std::prev(next)->second)) --next;
  return page;
}

// Keeping it small.

std::size_t memory_transaction::trim(wall_time events, wall_time audit, wall_time buried,
                                     std::size_t n) {
  about_to_write();
  std::size_t gone = 0;
  while (gone < n && !state_.events_by_time.empty()) {
    const auto when = state_.events_by_time.begin()->first;
    if (when >= events) break;
    memory_state::event_key key = *state_.events_by_time.begin()->second;
    undo_.emplace_back([this, key, when] { keep_event(key, when); });
    forget_event(key);
    ++gone;
  }
  for (auto next = state_.audit.begin(); next != state_.audit.end() && gone < n;) {
    const auto place = next++;
    if (place->second.time >= audit) continue;
    remove_audit(place);
    ++gone;
  }
  for (auto next = state_.items.begin(); next != state_.items.end() && gone < n;) {
    const item& of = next++->second;
    if (of.buried.empty() || of.buried_at >= buried) continue;
    save(of);
    forget_item(of.id);
    ++gone;
  }
  return gone;
}

}  // namespace mynah::core
