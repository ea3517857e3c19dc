// SPDX-License-Identifier: Apache-2.0
#include "child.hpp"

#include <array>
#include <csignal>
#include <stdexcept>

#include <sys/wait.h>
#include <unistd.h>

namespace mynah_test {

child::child(const std::function<void(const std::function<void(int)>& tell)>& run) {
  std::array<int, 2> ends{};
  if (pipe(ends.data()) != 0) throw std::runtime_error("no pipe");
  id_ = fork();
  if (id_ < 0) throw std::runtime_error("no child");
  if (id_ == 0) {
    close(ends[0]);
    try {
      run([to = ends[1]](int number) {
        if (write(to, &number, sizeof number) != sizeof number) _exit(1);
      });
    } catch (...) {
      _exit(1);
    }
    _exit(0);
  }
  close(ends[1]);
  from_ = ends[0];
}

int child::hear() {
  int number = -1;
  return read(from_, &number, sizeof number) == sizeof number ? number : -1;
}

void child::kill() {
  if (id_ < 0) return;
  ::kill(id_, SIGKILL);
  waitpid(id_, nullptr, 0);
  close(from_);
  id_ = -1;
}

}  // namespace mynah_test
