// SPDX-License-Identifier: Apache-2.0
#include "process.hpp"

#include <fcntl.h>
#include <poll.h>
#include <pty.h>
#include <sys/wait.h>
#include <unistd.h>
#include <utmp.h>

#include <array>
#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <stdexcept>
#include <system_error>
#include <thread>
#include <utility>

namespace {

[[noreturn]] void fail(const char* what) {
  throw std::system_error(errno, std::generic_category(), what);
}

void close_once(int& descriptor) {
  if (descriptor != -1) ::close(descriptor);
  descriptor = -1;
}

class pipe_ends {
 public:
  pipe_ends() {
    if (::pipe2(ends_.data(), O_CLOEXEC) != 0) fail("pipe2");
  }
  pipe_ends(const pipe_ends&) = delete;
  pipe_ends& operator=(const pipe_ends&) = delete;
  ~pipe_ends() {
    close_once(ends_[0]);
    close_once(ends_[1]);
  }
  [[nodiscard]] int read_end() const { return ends_[0]; }
  [[nodiscard]] int write_end() const { return ends_[1]; }
  int take_read() { return std::exchange(ends_[0], -1); }
  int take_write() { return std::exchange(ends_[1], -1); }

 private:
  std::array<int, 2> ends_{-1, -1};
};

const scratch_folder& test_home() {
  static const scratch_folder home;
  return home;
}

}  // namespace

process::process(const std::vector<std::string>& command, const variables& environment,
                 connected how) {
  // A program that ended does not take the test with it.
  std::signal(SIGPIPE, SIG_IGN);
  variables all = environment;
  all.emplace("HOME", test_home().path);
  all.emplace("PATH", "/usr/bin:/bin");
  all.emplace("TERM", "xterm");
  std::vector<std::string> pairs;
  for (const auto& [name, value] : all) pairs.push_back(name + "=" + value);
  std::vector<char*> envp;
  for (std::string& pair : pairs) envp.push_back(pair.data());
  envp.push_back(nullptr);
  std::vector<std::string> words = command;
  std::vector<char*> argv;
  for (std::string& word : words) argv.push_back(word.data());
  argv.push_back(nullptr);

  pipe_ends in;
  pipe_ends output;
  pipe_ends errors;
  int terminal = -1;
  int terminal_inside = -1;
  if (how == connected::terminal) {
    winsize size{24, 80, 0, 0};
    if (::openpty(&terminal, &terminal_inside, nullptr, nullptr, &size) != 0) fail("openpty");
    ::fcntl(terminal, F_SETFD, FD_CLOEXEC);
  }
  pid_ = ::fork();
  if (pid_ == -1) fail("fork");
  if (pid_ == 0) {
    ::signal(SIGPIPE, SIG_DFL);
    if (how == connected::terminal) {
      ::login_tty(terminal_inside);
    } else {
      ::dup2(in.read_end(), 0);
      ::dup2(output.write_end(), 1);
    }
    ::dup2(errors.write_end(), 2);
    ::execve(argv[0], argv.data(), envp.data());
    ::_exit(127);
  }
  if (how == connected::terminal) {
    ::close(terminal_inside);
    out_ = terminal;
    in_ = ::fcntl(terminal, F_DUPFD_CLOEXEC, 0);
  } else {
    in_ = in.take_write();
    out_ = output.take_read();
  }
  err_ = errors.take_read();
}

process::~process() {
  end_input();
  close_once(out_);
  close_once(err_);
  if (pid_ != -1) {
    ::kill(pid_, SIGKILL);
    ::waitpid(pid_, nullptr, 0);
  }
}

void process::write(std::string_view text) {
  while (!text.empty()) {
    const ssize_t put = ::write(in_, text.data(), text.size());
    if (put <= 0) return;
    text.remove_prefix(static_cast<std::size_t>(put));
  }
}

void process::end_input() {
  close_once(in_);
}

void process::signal(int number) const {
  if (pid_ != -1) ::kill(pid_, number);
}

// False when time has passed or nothing more can come.
bool process::read_some(std::chrono::steady_clock::time_point until) {
  while (out_ != -1 || err_ != -1) {
    const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(
        until - std::chrono::steady_clock::now());
    if (left.count() <= 0) return false;
    std::array<pollfd, 2> polled{pollfd{out_, POLLIN, 0}, pollfd{err_, POLLIN, 0}};
    if (::poll(polled.data(), polled.size(), static_cast<int>(left.count())) <= 0) continue;
    std::array<char, 4096> buffer{};
    bool got_something = false;
    const auto read_from = [&](int& descriptor, std::string& into, short events) {
      if (descriptor == -1 || events == 0) return;
      const ssize_t got = ::read(descriptor, buffer.data(), buffer.size());
      if (got > 0) {
        into.append(buffer.data(), static_cast<std::size_t>(got));
        got_something = true;
      } else if (got == 0 || errno != EINTR) {
        close_once(descriptor);
      }
    };
    read_from(out_, out, polled[0].revents);
    read_from(err_, err, polled[1].revents);
    if (got_something) return true;
  }
  return false;
}

bool process::shows(std::string_view text, std::chrono::milliseconds limit) {
  const auto until = std::chrono::steady_clock::now() + limit;
  while (true) {
    const std::size_t found = out.find(text, seen_out_);
    if (found != std::string::npos) {
      seen_out_ = found + text.size();
      return true;
    }
    if (!read_some(until)) return false;
  }
}

bool process::complains(std::string_view text, std::chrono::milliseconds limit) {
  const auto until = std::chrono::steady_clock::now() + limit;
  while (true) {
    const std::size_t found = err.find(text, seen_err_);
    if (found != std::string::npos) {
      seen_err_ = found + text.size();
      return true;
    }
    if (!read_some(until)) return false;
  }
}

int process::ended(std::chrono::milliseconds limit) {
  const auto until = std::chrono::steady_clock::now() + limit;
  while (read_some(until)) {
  }
  while (std::chrono::steady_clock::now() < until) {
    int status = 0;
    if (::waitpid(pid_, &status, WNOHANG) == pid_) {
      pid_ = -1;
      return WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
    }
    std::this_thread::sleep_for(std::chrono::milliseconds(2));
  }
  return -1;
}

finished::finished(const std::vector<std::string>& command, std::string_view input,
                   const process::variables& environment) {
  process one(command, environment);
  one.write(input);
  one.end_input();
  code = one.ended();
  out = one.out;
  err = one.err;
}

scratch_folder::scratch_folder() {
  std::string name = (std::filesystem::temp_directory_path() / "mynah-test-XXXXXX").string();
  if (::mkdtemp(name.data()) == nullptr) fail("mkdtemp");
  path = name;
}

scratch_folder::~scratch_folder() {
  std::error_code ignored;
  std::filesystem::remove_all(path, ignored);
}

std::string scratch_folder::file(const std::string& name, std::string_view content) const {
  const std::string whole = path + "/" + name;
  std::ofstream(whole, std::ios::binary) << content;
  return whole;
}
