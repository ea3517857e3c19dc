// SPDX-License-Identifier: Apache-2.0
#include "errors.hpp"

#include <cerrno>
#include <cstring>

#include <sqlite3.h>

namespace mynah::sqlite {

namespace {

store_problem of_system(int system_error) {
  switch (system_error) {
    case ENOSPC:
    case EDQUOT:
    case EFBIG:
      return store_problem::full;
    case EACCES:
    case EPERM:
    case EROFS:
      return store_problem::read_only;
    default:
      return store_problem::failed;
  }
}

/// What the system said last about a file; zero if it said nothing.
int last_error_of(sqlite3_file* file) {
  int result = 0;
  if (file == nullptr || file->pMethods == nullptr) return 0;
  file->pMethods->xFileControl(file, SQLITE_FCNTL_LAST_ERRNO, &result);
  return result;
}

/// What the system said when SQLite reports that reading or writing failed. Not of every failure
/// does the connection know it itself; the log is the file that is written most.
int system_error_of(sqlite3* connection, int code) {
  const int kind = code & 0xff;
  if (connection == nullptr || (kind != SQLITE_IOERR && kind != SQLITE_CANTOPEN)) return 0;
  if (const int known = sqlite3_system_errno(connection); known != 0) return known;
  for (const int which : {SQLITE_FCNTL_JOURNAL_POINTER, SQLITE_FCNTL_FILE_POINTER}) {
    sqlite3_file* file = nullptr;
    sqlite3_file_control(connection, "main", which, static_cast<void*>(&file));
    if (const int found = last_error_of(file); found != 0) return found;
  }
  return 0;
}

store_problem of_sqlite(int code, int system_error) {
  switch (code & 0xff) {
    case SQLITE_FULL:
      return store_problem::full;
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
    case SQLITE_PROTOCOL:
      return store_problem::busy;
    case SQLITE_READONLY:
    case SQLITE_PERM:
      return store_problem::read_only;
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB:
      return store_problem::corrupt;
    default:
      return of_system(system_error);
  }
}

}  // namespace

std::string_view advice(store_problem problem) noexcept {
  switch (problem) {
    case store_problem::full:
      return "nothing was changed; make space, no restart is needed";
    case store_problem::busy:
      return "nothing was changed; another program holds it, such as an sqlite3 shell: end that";
    case store_problem::read_only:
      return "let the bot's user write the file and its directory";
    case store_problem::corrupt:
      return "stop the bot and put a backup in its place, or move it away to begin anew";
    case store_problem::newer:
      return "run the version of mynah that wrote it, or a newer one";
    case store_problem::in_use:
      return "stop that process, or give this one another state-dir";
    case store_problem::failed:
      break;
  }
  return "nothing was changed";
}

store_error make_error(store_problem problem, const std::string& file, const std::string& what) {
  return {problem, file + ": " + what + "; " + std::string(advice(problem))};
}

store_error make_error(sqlite3* connection, int code, const std::string& file) {
  const int system_error = system_error_of(connection, code);
  std::string what = connection == nullptr ? sqlite3_errstr(code) : sqlite3_errmsg(connection);
  if (system_error != 0) what += std::string(" (") + std::strerror(system_error) + ")";
  return make_error(of_sqlite(code, system_error), file, what);
}

store_error make_error(int system_error, const std::string& file, const std::string& purpose) {
  return make_error(of_system(system_error), file,
                    "cannot " + purpose + ": " + std::strerror(system_error));
}

}  // namespace mynah::sqlite
