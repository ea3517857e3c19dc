// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <string>
#include <system_error>

namespace mynah_bench {

/// A directory for a store, empty at first and removed with the object. On the disk that holds the
/// build, not in a file system in memory.
class state_directory {
 public:
  explicit state_directory(const char* name) : path_(std::filesystem::current_path() / name) {
    std::filesystem::remove_all(path_);
    std::filesystem::create_directory(path_);
  }
  state_directory(const state_directory&) = delete;
  state_directory& operator=(const state_directory&) = delete;
  ~state_directory() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }

  [[nodiscard]] std::string file(const char* name) const { return (path_ / name).string(); }
  [[nodiscard]] std::string path() const { return path_.string(); }

 private:
  std::filesystem::path path_;
};

}  // namespace mynah_bench
