// SPDX-License-Identifier: Apache-2.0
#include "statement.hpp"

#include <sqlite3.h>

namespace mynah::sqlite {

namespace {

/// A null pointer would be NULL and no empty text.
const char* pointer(std::string_view text) {
  return text.data() == nullptr ? "" : text.data();
}

}  // namespace

statement::statement(connection& on, sql which) : on_(on), used_(nullptr) {
  on.refuse_to_go_on();
  used_ = on.kept(which);
  if (used_ != nullptr) return;
  used_ = on.prepare(statement_texts[static_cast<std::size_t>(which)], false);
  own_ = true;
}

statement::statement(connection& on, const std::string& text)
    : on_(on), used_(nullptr), own_(true) {
  on.refuse_to_go_on();
  used_ = on.prepare(text, false);
}

statement::~statement() {
  if (own_) {
    sqlite3_finalize(used_);
  } else {
    sqlite3_reset(used_);
  }
}

statement& statement::with(std::int64_t number) {
  const int code = sqlite3_bind_int64(used_, ++parameters_, number);
  if (code != SQLITE_OK) on_.fail(code);
  return *this;
}

statement& statement::with(std::string_view text) {
  const int code = sqlite3_bind_text64(used_, ++parameters_, pointer(text), text.size(),
                                       SQLITE_STATIC, SQLITE_UTF8);
  if (code != SQLITE_OK) on_.fail(code);
  return *this;
}

statement& statement::with_bytes(std::string_view bytes) {
  const int code =
      sqlite3_bind_blob64(used_, ++parameters_, pointer(bytes), bytes.size(), SQLITE_STATIC);
  if (code != SQLITE_OK) on_.fail(code);
  return *this;
}

bool statement::step() {
  const int code = sqlite3_step(used_);
  if (code == SQLITE_ROW) return true;
  if (code != SQLITE_DONE) on_.fail(code);
  return false;
}

std::int64_t statement::run() {
  while (step()) {
  }
  return sqlite3_changes64(on_.handle());
}

std::int64_t statement::number(int column) const {
  return sqlite3_column_int64(used_, column);
}

statement::wall_time statement::time(int column) const {
  return wall_time(
      std::chrono::duration_cast<wall_time::duration>(std::chrono::nanoseconds(number(column))));
}

std::string_view statement::text(int column) const {
  // The same for texts and bytes, whatever is in the row: first the pointer, then its size.
  const void* data = sqlite3_column_blob(used_, column);
  const int size = sqlite3_column_bytes(used_, column);
  if (data == nullptr) return {};
  return {static_cast<const char*>(data), static_cast<std::size_t>(size)};
}

std::int64_t statement::to_number(wall_time time) {
  return std::chrono::duration_cast<std::chrono::nanoseconds>(time.time_since_epoch()).count();
}

}  // namespace mynah::sqlite
