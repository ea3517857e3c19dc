// SPDX-License-Identifier: Apache-2.0
#include "database.hpp"

#include "errors.hpp"
#include "files.hpp"
#include "schema.hpp"
#include "statement.hpp"

namespace mynah::sqlite {

namespace {

/// What takes a tenth of a second to check: 64 MiB.
constexpr std::int64_t small_pages = 16'384;

void start_new(connection& in) {
  // Before the file has its first page.
  in.run("PRAGMA auto_vacuum = INCREMENTAL");
}

void use_write_ahead_log(connection& in) {
  const std::string mode = in.text("PRAGMA journal_mode = WAL");
  if (mode != "wal") {
    throw make_error(store_problem::failed, in.file(),
                     "cannot have a write-ahead log here (journal mode '" + mode +
                         "'), as on some network file systems");
  }
  // A transaction is on the disk when it is reported. The log is copied into the file every 8 MiB,
  // and cut again should a long reader have let it grow.
  in.run("PRAGMA synchronous = FULL");
  in.run("PRAGMA wal_autocheckpoint = 2000");
  in.run("PRAGMA journal_size_limit = 33554432");
}

void check(connection& in) {
  for (const char* table : {"value", "item", "number"}) check_table(in, table);
  if (!is_small(in)) return;
  for (const char* table : {"event", "audit", "audit_words_data", "audit_words_idx"})
    check_table(in, table);
}

}  // namespace

std::unique_ptr<connection> open_for_writing(const std::string& file) {
  make_file(file);
  auto opened = std::make_unique<connection>(file, access::write);
  const bool is_new = !check_version(*opened);
  if (is_new) start_new(*opened);
  use_write_ahead_log(*opened);
  opened->run("PRAGMA cache_size = -1024");
  opened->run("PRAGMA temp_store = MEMORY");
  // Deleted texts are wiped from pages that are written anyway.
  opened->run("PRAGMA secure_delete = FAST");
  migrate(*opened);
  // A file without its log must be seen to lack something, from the start.
  if (is_new) opened->run("PRAGMA wal_checkpoint(TRUNCATE)");
  check(*opened);
  opened->prepare_all();
  opened->run("UPDATE item SET until = 0 WHERE id IN (SELECT id FROM item WHERE until <> 0)");
  return opened;
}

std::unique_ptr<connection> open_for_reading(const std::string& file) {
  if (!file_exists(file)) {
    throw make_error(store_problem::failed, file,
                     "is not there; no bot has kept its state in this directory");
  }
  // The log is there as long as somebody writes, and after a crash. Without it nothing can change
  // but by a bot that starts in this moment.
  const bool running = file_exists(file + "-wal");
  auto opened = std::make_unique<connection>(file, running ? access::read : access::read_idle);
  opened->run("PRAGMA query_only = ON");
  opened->run("PRAGMA temp_store = MEMORY");
  if (!check_version(*opened)) {
    throw make_error(store_problem::failed, file, "is empty; no bot has kept its state in it");
  }
  return opened;
}

bool is_small(connection& in) {
  return in.number("PRAGMA page_count") <= small_pages;
}

void check_table(connection& in, const char* table) {
  const std::string found = in.text(("PRAGMA quick_check(" + std::string(table) + ")").c_str());
  if (found != "ok") {
    throw make_error(store_problem::corrupt, in.file(), "is damaged (" + found + ")");
  }
}

}  // namespace mynah::sqlite
