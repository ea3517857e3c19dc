// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <sys/types.h>

#include <chrono>
#include <map>
#include <string>
#include <string_view>
#include <vector>

/// A program under test, with its input and output in the test's hands. Its environment is empty
/// but for HOME (a fresh folder), PATH, TERM and what the test gives. Ended, if need be, by the
/// destructor.
class process {
 public:
  enum class connected { pipes, terminal };
  using variables = std::map<std::string, std::string>;

  explicit process(const std::vector<std::string>& command, const variables& environment = {},
                   connected how = connected::pipes);
  process(const process&) = delete;
  process& operator=(const process&) = delete;
  ~process();

  void write(std::string_view text);
  void end_input();
  void signal(int number) const;

  /// Reads until standard output (or the terminal) has shown `text` since the last call that found
  /// something; false when time passes or the program ends before.
  bool shows(std::string_view text, std::chrono::milliseconds limit = std::chrono::seconds(20));
  bool complains(std::string_view text, std::chrono::milliseconds limit = std::chrono::seconds(20));

  /// Reads to the end; the exit code, 128 + number after a signal, -1 if it did not end in time.
  int ended(std::chrono::milliseconds limit = std::chrono::seconds(30));

  std::string out;
  std::string err;

 private:
  bool read_some(std::chrono::steady_clock::time_point until);

  pid_t pid_ = -1;
  int in_ = -1;
  int out_ = -1;
  int err_ = -1;
  std::size_t seen_out_ = 0;
  std::size_t seen_err_ = 0;
};

/// A program run to its end.
class finished {
 public:
  finished(const std::vector<std::string>& command, std::string_view input = {},
           const process::variables& environment = {});

  int code;
  std::string out;
  std::string err;
};

/// A folder that lives as long as the object.
class scratch_folder {
 public:
  scratch_folder();
  scratch_folder(const scratch_folder&) = delete;
  scratch_folder& operator=(const scratch_folder&) = delete;
  ~scratch_folder();

  /// Writes a file in it; its path.
  std::string file(const std::string& name, std::string_view content) const;

  std::string path;
};
