// SPDX-License-Identifier: Apache-2.0
// What a transaction does with queues.
#include <set>

#include "statement.hpp"
#include "transaction.hpp"

namespace mynah::sqlite {

namespace {

using wall_time = transaction::wall_time;

/// Far too long a lease is one without end.
wall_time lease_end(wall_time now, std::chrono::milliseconds time) {
  const auto most = std::chrono::floor<std::chrono::milliseconds>(wall_time::max() - now);
  return time < most ? now + time : wall_time::max();
}

/// From columns MYNAH_SQLITE_ITEM.
queue_item to_item(const statement& row) {
  queue_item item;
  item.id = row.number(0);
  item.token = row.number(1);
  item.queue = row.text(2);
  item.group = row.text(3);
  item.body = row.text(4);
  item.attempts = row.number(5);
  item.added = row.time(6);
  item.due = row.time(7);
  item.until = row.time(8);
  item.buried = row.text(9);
  return item;
}

}  // namespace

std::int64_t sqlite_transaction::enqueue(std::string_view queue, std::string_view group,
                                         std::string_view body, wall_time due) {
  return insert_item(queue, group, body, due, 0, {}).item;
}

lease sqlite_transaction::enqueue_claimed(std::string_view queue, std::string_view group,
                                          std::string_view body, std::chrono::milliseconds time) {
  const std::int64_t token = writing().next_item(in_);
  return insert_item(queue, group, body, {}, token, lease_end(now_, time));
}

lease sqlite_transaction::insert_item(std::string_view queue, std::string_view group,
                                      std::string_view body, wall_time due, std::int64_t token,
                                      wall_time until) {
  const std::int64_t id = writing().next_item(in_);
  const std::int64_t attempts = token == 0 ? 0 : 1;
  statement asked(in_, sql::enqueue);
  asked.with(id).with(token).with(attempts).with(now_).with(due).with(until);
  asked.with(queue).with(group).with_bytes(body).run();
  return {id, token};
}

std::vector<std::int64_t> sqlite_transaction::claimable(std::string_view queue, std::size_t n) {
  std::vector<std::int64_t> ids;
  std::set<std::string, std::less<>> passed_over;
  statement asked(in_, sql::claimable);
  asked.with(queue);
  while (ids.size() < n && asked.step()) {
    const std::string_view group = asked.text(1);
    const wall_time until = asked.time(3);
    const bool free = until == wall_time() ? asked.time(2) <= now_ : until <= now_;
    if (group.empty()) {
      if (free) ids.push_back(asked.number(0));
    } else if (passed_over.find(group) == passed_over.end()) {
      if (free) {
        ids.push_back(asked.number(0));
      } else {
        passed_over.emplace(group);
      }
    }
  }
  return ids;
}

std::vector<queue_item> sqlite_transaction::claim(std::string_view queue, std::size_t n,
                                                  std::chrono::milliseconds time) {
  writing();
  std::vector<queue_item> result;
  // Found first and changed then, because a change would move what is being walked through.
  for (const std::int64_t id : claimable(queue, n)) {
    const std::int64_t token = writing().next_item(in_);
    statement asked(in_, sql::claim);
    if (asked.with(id).with(token).with(lease_end(now_, time)).step()) {
      result.push_back(to_item(asked));
      asked.run();
    }
  }
  return result;
}

std::optional<queue_item> sqlite_transaction::claim_item(std::string_view queue, std::int64_t item,
                                                         std::chrono::milliseconds time) {
  const std::int64_t token = writing().next_item(in_);
  statement asked(in_, sql::claim_item);
  asked.with(item).with(token).with(lease_end(now_, time)).with(queue).with(now_);
  if (!asked.step()) return std::nullopt;
  std::optional<queue_item> result = to_item(asked);
  asked.run();
  return result;
}

bool sqlite_transaction::extend(const lease& held, std::chrono::milliseconds time) {
  writing();
  statement asked(in_, sql::extend);
  return asked.with(held.item).with(held.token).with(lease_end(now_, time)).run() != 0;
}

bool sqlite_transaction::update(const lease& held, std::string_view body) {
  writing();
  return statement(in_, sql::update).with(held.item).with(held.token).with_bytes(body).run() != 0;
}

bool sqlite_transaction::release(const lease& held, wall_time due) {
  writing();
  return statement(in_, sql::release).with(held.item).with(held.token).with(due).run() != 0;
}

bool sqlite_transaction::bury(const lease& held, std::string_view why) {
  writing();
  statement asked(in_, sql::bury);
  asked.with(held.item).with(held.token).with(why.empty() ? "set aside" : why).with(now_);
  return asked.run() != 0;
}

bool sqlite_transaction::finish(const lease& held) {
  writing();
  return statement(in_, sql::finish).with(held.item).with(held.token).run() != 0;
}

void sqlite_transaction::scan_queue(std::string_view queue, std::int64_t after,
                                    const std::function<bool(const queue_item&)>& visit) {
  statement asked(in_, sql::scan_queue);
  asked.with(queue).with(after);
  while (asked.step() && visit(to_item(asked))) {
  }
}

}  // namespace mynah::sqlite
