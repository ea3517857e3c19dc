// SPDX-License-Identifier: Apache-2.0
#include "schema.hpp"

#include <array>
#include <string>

#include "errors.hpp"

namespace mynah::sqlite {

namespace {

/// "mynh"
constexpr std::int64_t application = 0x6d796e68;

/// What leads from each version to the next, from the empty file on. Never changed once released.
constexpr std::array migrations = {
    // Times are nanoseconds since 1970. Bodies come last, so that looking for items does not read
    // them.
    R"(
CREATE TABLE value (
  space TEXT NOT NULL, key TEXT NOT NULL, value BLOB NOT NULL,
  PRIMARY KEY (space, key)
) WITHOUT ROWID;

CREATE TABLE event (
  input TEXT NOT NULL, id TEXT NOT NULL, time INTEGER NOT NULL,
  PRIMARY KEY (input, id)
) WITHOUT ROWID;
CREATE INDEX event_time ON event (time);

CREATE TABLE item (
  id INTEGER PRIMARY KEY, token INTEGER NOT NULL, attempts INTEGER NOT NULL,
  added INTEGER NOT NULL, due INTEGER NOT NULL, until INTEGER NOT NULL,
  buried_at INTEGER NOT NULL DEFAULT 0, buried TEXT NOT NULL DEFAULT '',
  queue TEXT NOT NULL, grp TEXT NOT NULL, body BLOB NOT NULL
);
CREATE INDEX item_queue ON item (queue, id, buried_at, due, until, grp);
CREATE INDEX item_buried ON item (buried_at) WHERE buried_at <> 0;

CREATE TABLE audit (
  id INTEGER PRIMARY KEY, time INTEGER NOT NULL, job INTEGER NOT NULL, duration INTEGER NOT NULL,
  event TEXT NOT NULL, who TEXT NOT NULL, display TEXT NOT NULL, place TEXT NOT NULL,
  room TEXT NOT NULL, raw TEXT NOT NULL, line TEXT NOT NULL, arguments TEXT NOT NULL,
  command TEXT NOT NULL, decision TEXT NOT NULL, outcome TEXT NOT NULL, reason TEXT NOT NULL
);
CREATE INDEX audit_time ON audit (time);
CREATE VIRTUAL TABLE audit_words USING fts5 (
  raw, line, arguments, command, reason, content = 'audit', content_rowid = 'id',
  tokenize = 'unicode61', columnsize = 0
);

CREATE TABLE number (name TEXT PRIMARY KEY, value INTEGER NOT NULL) WITHOUT ROWID;
INSERT INTO number VALUES ('item', 0), ('audit', 0);
)",
};

constexpr auto current = static_cast<std::int64_t>(migrations.size());

std::string set(const char* pragma, std::int64_t value) {
  return std::string("PRAGMA ") + pragma + " = " + std::to_string(value);
}

}  // namespace

bool check_version(connection& in) {
  const std::int64_t application_id = in.number("PRAGMA application_id");
  const std::int64_t version = in.number("PRAGMA user_version");
  const bool empty = in.number("SELECT count(*) FROM sqlite_schema") == 0;
  if (empty && application_id == 0 && version == 0) return false;
  if (application_id != application) {
    throw make_error(store_problem::corrupt, in.file(), "is an SQLite file, but no state of mynah");
  }
  if (version > current) {
    throw make_error(store_problem::newer, in.file(),
                     "has version " + std::to_string(version) +
                         " of the tables, this program knows " + std::to_string(current));
  }
  if (version < 1) {
    throw make_error(store_problem::corrupt, in.file(),
                     "claims version " + std::to_string(version) + " of the tables");
  }
  return true;
}

void migrate(connection& in) {
  const std::int64_t version = in.number("PRAGMA user_version");
  if (version == current) return;
  in.run("BEGIN IMMEDIATE");
  try {
    for (std::int64_t next = version; next < current; ++next) {
      in.run(migrations[static_cast<std::size_t>(next)]);
    }
    in.run(set("application_id", application).c_str());
    in.run(set("user_version", current).c_str());
    in.run("COMMIT");
  } catch (...) {
    in.roll_back();
    throw;
  }
}

}  // namespace mynah::sqlite
