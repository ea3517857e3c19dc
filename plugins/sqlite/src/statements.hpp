// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstddef>

namespace mynah::sqlite {

/// What a connection prepares once and keeps.
enum class sql : unsigned char {
  begin,
  begin_reading,
  commit,
  get,
  put,
  put_new,
  put_over,
  erase,
  scan,
  scan_range,
  append_event,
  enqueue,
  claimable,
  claim,
  claim_item,
  extend,
  update,
  release,
  bury,
  finish,
  scan_queue,
  append_audit,
  index_audit,
  trim_events,
  old_audit,
  unindex_audit,
  erase_audit,
  trim_buried,
  free_pages,
  pages,
  set_number,
  count  ///< how many there are
};

#define MYNAH_SQLITE_ITEM "id, token, queue, grp, body, attempts, added, due, until, buried"

inline constexpr std::array<const char*, static_cast<std::size_t>(sql::count)> statement_texts = {
    "BEGIN IMMEDIATE",
    "BEGIN",
    "COMMIT",
    "SELECT value FROM value WHERE space = ?1 AND key = ?2",
    "INSERT INTO value (space, key, value) VALUES (?1, ?2, ?3)"
    " ON CONFLICT DO UPDATE SET value = excluded.value",
    "INSERT INTO value (space, key, value) VALUES (?1, ?2, ?3) ON CONFLICT DO NOTHING",
    "UPDATE value SET value = ?4 WHERE space = ?1 AND key = ?2 AND value = ?3",
    "DELETE FROM value WHERE space = ?1 AND key = ?2",
    "SELECT key, value FROM value WHERE space = ?1 AND key >= ?2 ORDER BY key",
    "SELECT key, value FROM value WHERE space = ?1 AND key >= ?2 AND key < ?3 ORDER BY key",
    "INSERT INTO event (input, id, time) VALUES (?1, ?2, ?3) ON CONFLICT DO NOTHING",
    "INSERT INTO item (id, token, attempts, added, due, until, queue, grp, body)"
    " VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)",
    "SELECT id, grp, due, until FROM item WHERE queue = ?1 AND buried_at = 0 ORDER BY id",
    "UPDATE item SET token = ?2, attempts = attempts + 1, until = ?3, buried = '', buried_at = 0"
    " WHERE id = ?1 RETURNING " MYNAH_SQLITE_ITEM,
    "UPDATE item SET token = ?2, attempts = attempts + 1, until = ?3, buried = '', buried_at = 0"
    " WHERE id = ?1 AND queue = ?4 AND until <= ?5 RETURNING " MYNAH_SQLITE_ITEM,
    "UPDATE item SET until = ?3 WHERE id = ?1 AND token = ?2 AND until <> 0",
    "UPDATE item SET body = ?3 WHERE id = ?1 AND token = ?2 AND until <> 0",
    "UPDATE item SET until = 0, due = ?3 WHERE id = ?1 AND token = ?2 AND until <> 0",
    "UPDATE item SET until = 0, buried = ?3, buried_at = ?4"
    " WHERE id = ?1 AND token = ?2 AND until <> 0",
    "DELETE FROM item WHERE id = ?1 AND token = ?2 AND until <> 0",
    "SELECT " MYNAH_SQLITE_ITEM " FROM item WHERE queue = ?1 AND id > ?2 ORDER BY id",
    "INSERT INTO audit (id, time, job, duration, event, who, display, place, room, raw, line,"
    " arguments, command, decision, outcome, reason)"
    " VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16)",
    "INSERT INTO audit_words (rowid, raw, line, arguments, command, reason)"
    " VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
    "DELETE FROM event WHERE (input, id) IN"
    " (SELECT input, id FROM event WHERE time < ?1 ORDER BY time LIMIT ?2)",
    "SELECT id FROM audit WHERE time < ?1 ORDER BY time LIMIT ?2",
    "INSERT INTO audit_words (audit_words, rowid, raw, line, arguments, command, reason)"
    " SELECT 'delete', id, raw, line, arguments, command, reason FROM audit WHERE id = ?1",
    "DELETE FROM audit WHERE id = ?1",
    "DELETE FROM item WHERE id IN (SELECT id FROM item"
    " WHERE buried_at <> 0 AND buried_at < ?1 ORDER BY buried_at LIMIT ?2)",
    "PRAGMA freelist_count",
    "PRAGMA page_count",
    "UPDATE number SET value = ?2 WHERE name = ?1",
};

}  // namespace mynah::sqlite
