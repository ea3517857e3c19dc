// SPDX-License-Identifier: Apache-2.0
#include "transaction.hpp"

#include <algorithm>
#include <limits>

#include "statement.hpp"

namespace mynah::sqlite {

namespace {

/// The first text that is greater than all that begin with the prefix; empty if there is none.
std::string after_all_with(std::string_view prefix) {
  std::string result(prefix);
  while (!result.empty() && result.back() == '\xff') result.pop_back();
  if (!result.empty()) ++result.back();
  return result;
}

std::int64_t as_limit(std::size_t n) {
  constexpr auto most = std::numeric_limits<std::int32_t>::max();
  return static_cast<std::int64_t>(std::min<std::size_t>(n, most));
}

}  // namespace

numbers& sqlite_transaction::writing() {
  if (numbers_ == nullptr) {
    throw std::logic_error("a transaction of store::submit_reading writes");
  }
  return *numbers_;
}

std::optional<std::string> sqlite_transaction::get(std::string_view space, std::string_view key) {
  statement asked(in_, sql::get);
  if (!asked.with(space).with(key).step()) return std::nullopt;
  return std::string(asked.text(0));
}

void sqlite_transaction::put(std::string_view space, std::string_view key, std::string_view value) {
  writing();
  statement(in_, sql::put).with(space).with(key).with_bytes(value).run();
}

bool sqlite_transaction::put_if(std::string_view space, std::string_view key,
                                std::optional<std::string_view> expected, std::string_view value) {
  writing();
  if (expected) {
    statement asked(in_, sql::put_over);
    asked.with(space).with(key).with_bytes(*expected).with_bytes(value);
    return asked.run() != 0;
  }
  return statement(in_, sql::put_new).with(space).with(key).with_bytes(value).run() != 0;
}

bool sqlite_transaction::erase(std::string_view space, std::string_view key) {
  writing();
  return statement(in_, sql::erase).with(space).with(key).run() != 0;
}

void sqlite_transaction::scan(
    std::string_view space, std::string_view prefix,
    const std::function<bool(std::string_view, std::string_view)>& visit) {
  const std::string end = after_all_with(prefix);
  statement asked(in_, end.empty() ? sql::scan : sql::scan_range);
  asked.with(space).with(prefix);
  if (!end.empty()) asked.with(end);
  while (asked.step() && visit(asked.text(0), asked.text(1))) {
  }
}

bool sqlite_transaction::append_event(std::string_view input, std::string_view id) {
  writing();
  return statement(in_, sql::append_event).with(input).with(id).with(now_).run() != 0;
}

std::size_t sqlite_transaction::trim(wall_time events, wall_time audit, wall_time buried,
                                     std::size_t n) {
  writing();
  auto gone = static_cast<std::size_t>(
      statement(in_, sql::trim_events).with(events).with(as_limit(n)).run());
  if (gone < n) gone += trim_audit(audit, n - gone);
  if (gone < n) {
    gone += static_cast<std::size_t>(
        statement(in_, sql::trim_buried).with(buried).with(as_limit(n - gone)).run());
  }
  give_back_pages(n);
  return gone;
}

std::size_t sqlite_transaction::trim_audit(wall_time before, std::size_t n) {
  std::vector<std::int64_t> ids;
  {
    statement asked(in_, sql::old_audit);
    asked.with(before).with(as_limit(n));
    while (asked.step()) ids.push_back(asked.number(0));
  }
  if (ids.empty()) return 0;
  writing().keep_audit(in_);
  for (const std::int64_t id : ids) {
    statement(in_, sql::unindex_audit).with(id).run();
    statement(in_, sql::erase_audit).with(id).run();
  }
  return ids.size();
}

void sqlite_transaction::give_back_pages(std::size_t n) {
  // What is free is used again, so a little of it stays.
  const auto count = [this](sql which) {
    statement asked(in_, which);
    return asked.step() ? asked.number(0) : 0;
  };
  const std::int64_t unused = count(sql::free_pages);
  if (unused < 1'000 || unused < count(sql::pages) / 4) return;
  statement(in_, "PRAGMA incremental_vacuum(" + std::to_string(as_limit(n)) + ")").run();
}

}  // namespace mynah::sqlite
