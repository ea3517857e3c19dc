// SPDX-License-Identifier: Apache-2.0
#include "connection.hpp"

#include <sqlite3.h>

#include "errors.hpp"
#include "statement.hpp"

namespace mynah::sqlite {

namespace {

/// A path as part of an URI.
std::string escaped(const std::string& path) {
  constexpr const char* digits = "0123456789ABCDEF";
  std::string result;
  for (const char c : path) {
    if (c == '%' || c == '?' || c == '#') {
      result += '%';
      result += digits[static_cast<unsigned char>(c) >> 4U];
      result += digits[static_cast<unsigned char>(c) & 15U];
    } else {
      result += c;
    }
  }
  return result;
}

}  // namespace

connection::connection(std::string file, access mode) : file_(std::move(file)) {
  std::string name = "file:" + escaped(file_);
  if (mode == access::read_idle) name += "?immutable=1";
  const int flags = SQLITE_OPEN_URI | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE |
                    (mode == access::write ? SQLITE_OPEN_READWRITE : SQLITE_OPEN_READONLY);
  const int code = sqlite3_open_v2(name.c_str(), &handle_, flags, nullptr);
  if (code != SQLITE_OK) {
    store_error why = make_error(handle_, code, file_);
    sqlite3_close(handle_);
    throw store_error(std::move(why));
  }
  // What a backup or a shell may take; commits wait, the bot does not.
  sqlite3_busy_timeout(handle_, 5'000);
}

connection::~connection() {
  for (sqlite3_stmt* each : kept_) sqlite3_finalize(each);
  sqlite3_close(handle_);
}

void connection::run(const char* text) {
  const int code = sqlite3_exec(handle_, text, nullptr, nullptr, nullptr);
  if (code != SQLITE_OK) fail(code);
}

std::int64_t connection::number(const char* text) {
  statement asked(*this, std::string(text));
  return asked.step() ? asked.number(0) : 0;
}

std::string connection::text(const char* text) {
  statement asked(*this, std::string(text));
  return asked.step() ? std::string(asked.text(0)) : std::string();
}

sqlite3_stmt* connection::kept(sql which) {
  sqlite3_stmt*& place = kept_[static_cast<std::size_t>(which)];
  if (place == nullptr) place = prepare(statement_texts[static_cast<std::size_t>(which)], true);
  return sqlite3_stmt_busy(place) != 0 ? nullptr : place;
}

sqlite3_stmt* connection::prepare(const std::string& text, bool persistent) {
  sqlite3_stmt* made = nullptr;
  const unsigned flags = persistent ? SQLITE_PREPARE_PERSISTENT : 0U;
  const int code = sqlite3_prepare_v3(handle_, text.data(), static_cast<int>(text.size()), flags,
                                      &made, nullptr);
  if (code != SQLITE_OK) fail(code);
  return made;
}

void connection::prepare_all() {
  for (std::size_t i = 0; i < statement_texts.size(); ++i) {
    static_cast<void>(kept(static_cast<sql>(i)));
  }
}

void connection::refuse_to_go_on() const {
  if (failure_) throw store_error(*failure_);
}

void connection::roll_back() noexcept {
  failure_.reset();
  // After some failures SQLite has done it already.
  if (sqlite3_get_autocommit(handle_) != 0) return;
  sqlite3_exec(handle_, "ROLLBACK", nullptr, nullptr, nullptr);
}

void connection::fail(int code) {
  // The first is the cause of all that follow.
  if (!failure_) failure_ = make_error(handle_, code, file_);
  throw store_error(*failure_);
}

}  // namespace mynah::sqlite
