// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>

#include "connection.hpp"

namespace mynah::sqlite {

/// The use of a statement: values for its parameters in order, then its rows. Refused after a
/// failure, until that is forgotten.
///
/// Texts are not copied: they have to live as long as this does.
class statement {
 public:
  using wall_time = std::chrono::system_clock::time_point;

  /// A kept statement, given back at the end.
  statement(connection& on, sql which);
  /// One for this use only.
  statement(connection& on, const std::string& text);
  statement(const statement&) = delete;
  statement& operator=(const statement&) = delete;
  ~statement();

  statement& with(std::int64_t number);
  statement& with(wall_time time) { return with(to_number(time)); }
  statement& with(std::string_view text);
  statement& with_bytes(std::string_view bytes);

  /// Goes to the next row; false if there is none.
  bool step();
  /// Goes through all rows; how many rows of the table it changed.
  std::int64_t run();

  // The columns of the row; texts live until the next step.

  [[nodiscard]] std::int64_t number(int column) const;
  [[nodiscard]] wall_time time(int column) const;
  [[nodiscard]] std::string_view text(int column) const;

 private:
  [[nodiscard]] static std::int64_t to_number(wall_time time);

  connection& on_;
  sqlite3_stmt* used_;
  bool own_ = false;
  int parameters_ = 0;
};

}  // namespace mynah::sqlite
