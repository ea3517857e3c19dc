// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

namespace mynah::sqlite {

/// Makes the directory, for its owner only, if it is missing.
void make_directory(const std::string& path);

/// Makes an empty file, for its owner only, if it is missing. Not while the file is open in this
/// process: closing it would drop SQLite's locks.
void make_file(const std::string& path);

[[nodiscard]] bool file_exists(const std::string& path);

/// A file that is locked as long as the object lives, with the process id in it.
class lock_file {
 public:
  /// Throws `store_error` if another process holds it.
  explicit lock_file(const std::string& path);
  lock_file(const lock_file&) = delete;
  lock_file& operator=(const lock_file&) = delete;
  ~lock_file();

 private:
  int descriptor_;
};

}  // namespace mynah::sqlite
