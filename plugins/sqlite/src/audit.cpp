// SPDX-License-Identifier: Apache-2.0
// What a transaction does with the audit.
#include <algorithm>
#include <cstddef>
#include <vector>

#include "statement.hpp"
#include "transaction.hpp"

namespace mynah::sqlite {

namespace {

/// A value for a parameter.
class value {
 public:
  explicit value(std::int64_t number) : number(number), is_number(true) {}
  explicit value(std::string text) : text(std::move(text)) {}

  std::int64_t number = 0;
  std::string text;
  bool is_number = false;
};

char lower(char c) {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

std::string lower(std::string text) {
  std::transform(text.begin(), text.end(), text.begin(), [](char c) { return lower(c); });
  return text;
}

bool can_be_found(char c) {
  const char small = lower(c);
  return (small >= 'a' && small <= 'z') || (c >= '0' && c <= '9') ||
         static_cast<unsigned char>(c) >= 0x80;
}

/// A word as a string of the full-text index: in quotes, so that nothing in it is syntax.
std::string quoted(std::string_view word) {
  std::string result = "\"";
  for (const char c : word) {
    if (c == '"') result += c;
    result += c;
  }
  result += word.back() == '*' ? "\" *" : "\"";
  return result;
}

/// The words for the index: strings side by side must all occur. Empty if there is nothing that the
/// index could know.
std::string full_text(std::string_view words) {
  std::string result;
  const auto is_space = [](char c) { return static_cast<unsigned char>(c) <= ' '; };
  while (!words.empty()) {
    const auto end = std::find_if(words.begin(), words.end(), is_space);
    const std::string_view word = words.substr(0, static_cast<std::size_t>(end - words.begin()));
    words.remove_prefix(std::min(word.size() + 1, words.size()));
    if (std::none_of(word.begin(), word.end(), can_be_found)) continue;
    if (!result.empty()) result += ' ';
    result += quoted(word);
  }
  return result;
}

/// A query as SQL.
class search {
 public:
  explicit search(const audit_query& query) {
    const std::string words = full_text(query.words);
    const std::string id = words.empty() ? "a.id" : "w.rowid";
    if (!words.empty()) add("audit_words MATCH ?", value(words));
    if (query.before > 0) {
      add(id + (query.oldest_first ? " > ?" : " < ?"), value(query.before));
    }
    if (query.since) add("a.time >= ?", value(nanoseconds(*query.since)));
    if (query.until) add("a.time < ?", value(nanoseconds(*query.until)));
    if (!query.command.empty()) add("a.command = ?", value(query.command));
    if (!query.outcome.empty()) add("a.outcome = ?", value(query.outcome));
    if (!query.room.empty()) add("instr(lower(a.room), ?)", value(lower(query.room)));
    if (!query.who.empty()) {
      // One after the other with something between that nobody's name contains.
      add("instr(lower(a.who || char(10) || a.display), ?)", value(lower(query.who)));
    }
    sql_ =
        "SELECT a.id, a.time, a.job, a.duration, a.event, a.who, a.display, a.place, a.room, a.raw,"
        " a.line, a.arguments, a.command, a.decision, a.outcome, a.reason FROM ";
    sql_ += words.empty() ? "audit a" : "audit_words w CROSS JOIN audit a ON a.id = w.rowid";
    sql_ += conditions_ + " ORDER BY " + id + (query.oldest_first ? "" : " DESC");
  }

  [[nodiscard]] const std::string& sql() const noexcept { return sql_; }

  void bind(statement& to) const {
    for (const value& each : values_) {
      if (each.is_number) {
        to.with(each.number);
      } else {
        to.with(each.text);
      }
    }
  }

 private:
  static std::int64_t nanoseconds(transaction::wall_time time) {
    return std::chrono::nanoseconds(time.time_since_epoch()).count();
  }

  void add(const std::string& condition, value with) {
    conditions_ += (conditions_.empty() ? " WHERE " : " AND ") + condition;
    values_.push_back(std::move(with));
  }

  std::string sql_;
  std::string conditions_;
  std::vector<value> values_;
};

audit_entry to_entry(const statement& row) {
  audit_entry entry;
  entry.id = row.number(0);
  entry.time = row.time(1);
  entry.job = static_cast<std::uint64_t>(row.number(2));
  entry.duration = std::chrono::nanoseconds(row.number(3));
  entry.event = row.text(4);
  entry.who = row.text(5);
  entry.display = row.text(6);
  entry.where = row.text(7);
  entry.room = row.text(8);
  entry.raw = row.text(9);
  entry.line = row.text(10);
  entry.arguments = row.text(11);
  entry.command = row.text(12);
  entry.decision = row.text(13);
  entry.outcome = row.text(14);
  entry.reason = row.text(15);
  return entry;
}

}  // namespace

std::int64_t sqlite_transaction::append_audit(const audit_entry& entry) {
  const std::int64_t id = writing().next_audit();
  statement row(in_, sql::append_audit);
  row.with(id).with(entry.time).with(static_cast<std::int64_t>(entry.job));
  row.with(entry.duration.count()).with(entry.event).with(entry.who).with(entry.display);
  row.with(entry.where).with(entry.room).with(entry.raw).with(entry.line).with(entry.arguments);
  row.with(entry.command).with(entry.decision).with(entry.outcome).with(entry.reason).run();
  statement words(in_, sql::index_audit);
  words.with(id).with(entry.raw).with(entry.line).with(entry.arguments);
  words.with(entry.command).with(entry.reason).run();
  return id;
}

audit_page sqlite_transaction::find_audit(const audit_query& query) {
  const search wanted(query);
  audit_page page;
  statement asked(in_, wanted.sql());
  wanted.bind(asked);
  while (asked.step()) {
    page.more = page.entries.size() >= query.limit;
    if (page.more) break;
    page.entries.push_back(to_entry(asked));
  }
  return page;
}

}  // namespace mynah::sqlite
