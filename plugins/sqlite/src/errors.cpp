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

store_problem of_sqlite(sqlite3* connection, int code) {
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
    case SQLITE_IOERR:
    case SQLITE_CANTOPEN:
      return connection == nullptr ? store_problem::failed
                                   : of_system(sqlite3_system_errno(connection));
    default:
      return store_problem::failed;
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
  std::string what = connection == nullptr ? sqlite3_errstr(code) : sqlite3_errmsg(connection);
  const int system_error = connection == nullptr ? 0 : sqlite3_system_errno(connection);
  const int kind = code & 0xff;
  if (system_error != 0 && (kind == SQLITE_IOERR || kind == SQLITE_CANTOPEN)) {
    what += std::string(" (") + std::strerror(system_error) + ")";
  }
  return make_error(of_sqlite(connection, code), file, what);
}

store_error make_error(int system_error, const std::string& file, const std::string& purpose) {
  return make_error(of_system(system_error), file,
                    "cannot " + purpose + ": " + std::strerror(system_error));
}

}  // namespace mynah::sqlite
