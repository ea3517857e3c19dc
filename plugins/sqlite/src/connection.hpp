// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>

#include <mynah/store.hpp>

#include "statements.hpp"

struct sqlite3;
struct sqlite3_stmt;

namespace mynah::sqlite {

enum class access : unsigned char {
  write,
  read,      ///< beside a writer
  read_idle  ///< nobody has it open: leaves no files of its own beside it
};

/// A connection to the file. Whatever fails on it throws `store_error`.
///
/// Thread safety: one thread at a time.
class connection {
 public:
  connection(std::string file, access mode);
  connection(const connection&) = delete;
  connection& operator=(const connection&) = delete;
  ~connection();

  /// Runs statements that give nothing.
  void run(const char* text);
  /// The first column of the first row.
  [[nodiscard]] std::int64_t number(const char* text);
  [[nodiscard]] std::string text(const char* text);

  /// The kept statement; null if somebody higher up in this thread is stepping through it.
  [[nodiscard]] sqlite3_stmt* kept(sql which);
  /// A new one, to be finalised.
  [[nodiscard]] sqlite3_stmt* prepare(const std::string& text, bool persistent);
  /// Prepares all, so that a table that is not as it should be shows at once.
  void prepare_all();

  /// Throws what failed since `forget_failure`, if something did. SQLite may then have rolled back
  /// by itself, so that going on would do the rest only, each statement for itself.
  void refuse_to_go_on() const;
  void forget_failure() noexcept { failure_.reset(); }
  /// Ends the transaction, if there is one, and forgets what failed.
  void roll_back() noexcept;

  [[noreturn]] void fail(int code);

  [[nodiscard]] sqlite3* handle() const noexcept { return handle_; }
  [[nodiscard]] const std::string& file() const noexcept { return file_; }

 private:
  std::string file_;
  sqlite3* handle_ = nullptr;
  std::optional<store_error> failure_;
  std::array<sqlite3_stmt*, statement_texts.size()> kept_{};
};

}  // namespace mynah::sqlite
