// SPDX-License-Identifier: Apache-2.0
#include "files.hpp"

#include <array>
#include <cerrno>
#include <filesystem>
#include <fstream>
#include <optional>

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "errors.hpp"

namespace mynah::sqlite {

namespace {

/// Reads what the other process wrote; a number, or nothing.
std::string holder(const std::string& path) {
  std::string pid;
  std::ifstream(path) >> pid;
  const bool number = !pid.empty() && pid.find_first_not_of("0123456789") == std::string::npos;
  return number ? "process " + pid : "another process";
}

/// Why the lock cannot be had.
store_error refused(const std::string& path) {
  const int why = errno;
  if (why != EWOULDBLOCK) return make_error(why, path, "lock it");
  return make_error(store_problem::in_use, path, "is used by " + holder(path));
}

}  // namespace

void make_directory(const std::string& path) {
  namespace fs = std::filesystem;
  std::error_code error;
  const fs::path parent = fs::path(path).lexically_normal().parent_path();
  if (!parent.empty()) fs::create_directories(parent, error);
  if (error) throw make_error(error.value(), parent.string(), "make the directory");
  if (mkdir(path.c_str(), S_IRWXU) == 0) return;
  const int why = errno;
  if (why != EEXIST) throw make_error(why, path, "make the directory");
  if (!fs::is_directory(path, error)) throw make_error(ENOTDIR, path, "use it as state-dir");
}

void make_file(const std::string& path) {
  const int descriptor = open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, S_IRUSR | S_IWUSR);
  if (descriptor < 0) throw make_error(errno, path, "open the file for writing");
  close(descriptor);
}

bool file_exists(const std::string& path) {
  return access(path.c_str(), F_OK) == 0;
}

lock_file::lock_file(const std::string& path)
    : descriptor_(open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, S_IRUSR | S_IWUSR)) {
  if (descriptor_ < 0) throw make_error(errno, path, "open the file for writing");
  std::optional<store_error> why;
  if (flock(descriptor_, LOCK_EX | LOCK_NB) != 0) why = refused(path);
  const std::string pid = std::to_string(getpid()) + "\n";
  if (!why && (ftruncate(descriptor_, 0) != 0 || pwrite(descriptor_, pid.data(), pid.size(), 0) !=
                                                     static_cast<ssize_t>(pid.size()))) {
    why = make_error(errno, path, "write the process id");
  }
  if (!why) return;
  close(descriptor_);
  throw store_error(*why);
}

lock_file::~lock_file() {
  // The file stays: removing it could take away one that another process has locked just now.
  static_cast<void>(ftruncate(descriptor_, 0));
  close(descriptor_);
}

}  // namespace mynah::sqlite
