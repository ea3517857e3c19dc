// SPDX-License-Identifier: Apache-2.0
#include "child_process.hpp"

#include <chrono>
#include <csignal>
#include <cstring>
#include <fstream>
#include <sstream>
#include <stdexcept>
#include <thread>

#include <fcntl.h>
#include <spawn.h>
#include <sys/wait.h>

extern char** environ;

namespace mynah_test {

child_process::child_process(const std::vector<std::string>& arguments,
                             const std::string& output_file) {
  std::vector<char*> argv;
  for (const std::string& argument : arguments) argv.push_back(const_cast<char*>(argument.c_str()));
  argv.push_back(nullptr);

  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0);
  posix_spawn_file_actions_addopen(&actions, 1, output_file.c_str(), O_WRONLY | O_CREAT | O_APPEND,
                                   0600);
  posix_spawn_file_actions_adddup2(&actions, 1, 2);
  const int error = posix_spawnp(&pid_, argv[0], &actions, nullptr, argv.data(), environ);
  posix_spawn_file_actions_destroy(&actions);
  if (error != 0) {
    throw std::runtime_error("cannot start '" + arguments.front() + "': " + std::strerror(error));
  }
}

child_process::~child_process() {
  end();
}

bool child_process::running() {
  if (ended_) return false;
  ended_ = waitpid(pid_, &status_, WNOHANG) == pid_;
  return !ended_;
}

int child_process::wait() {
  while (!ended_) ended_ = waitpid(pid_, &status_, 0) == pid_;
  return WIFEXITED(status_) ? WEXITSTATUS(status_) : 128 + WTERMSIG(status_);
}

void child_process::end() {
  if (!running()) return;
  ::kill(pid_, SIGTERM);
  const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(5);
  while (running()) {
    if (std::chrono::steady_clock::now() > deadline) {
      kill();
      return;
    }
    std::this_thread::sleep_for(std::chrono::milliseconds(5));
  }
}

void child_process::kill() {
  if (!running()) return;
  ::kill(pid_, SIGKILL);
  wait();
}

void run_program(const std::vector<std::string>& arguments, const std::string& output_file) {
  const int code = child_process(arguments, output_file).wait();
  if (code == 0) return;
  std::ostringstream output;
  output << std::ifstream(output_file).rdbuf();
  throw std::runtime_error("'" + arguments.front() + "' ended with " + std::to_string(code) +
                           ":\n" + output.str());
}

}  // namespace mynah_test
