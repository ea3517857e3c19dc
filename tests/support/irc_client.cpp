// SPDX-License-Identifier: Apache-2.0
#include "irc_client.hpp"

#include <stdexcept>

#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include "loopback.hpp"

namespace mynah_test {

namespace {

[[noreturn]] void give_up(const std::string& why, const std::vector<std::string>& lines) {
  std::string text = why + "; the last lines were:";
  const std::size_t first = lines.size() > 20 ? lines.size() - 20 : 0;
  for (std::size_t i = first; i < lines.size(); ++i) text += "\n  " + lines[i];
  throw std::runtime_error(text);
}

}  // namespace

irc_client::irc_client(std::uint16_t port, const std::string& nick, const std::string& password)
    : socket_(connected_socket(port)) {
  if (!password.empty()) say("PASS " + password);
  say("NICK " + nick);
  say("USER " + nick + " 0 * :" + nick);
  try {
    wait_for(" 376 ");
  } catch (...) {
    ::close(socket_);
    throw;
  }
}

irc_client::~irc_client() {
  ::close(socket_);
}

void irc_client::say(const std::string& line) {
  const std::string text = line + "\r\n";
  std::size_t sent = 0;
  while (sent < text.size()) {
    const ssize_t size = ::send(socket_, text.data() + sent, text.size() - sent, MSG_NOSIGNAL);
    if (size <= 0) give_up("the IRC server is gone", lines_);
    sent += static_cast<std::size_t>(size);
  }
}

void irc_client::join(const std::string& channel) {
  say("JOIN " + channel);
  wait_for(" 366 ");
}

std::string irc_client::wait_for(std::string_view part, std::chrono::seconds limit) {
  const auto deadline = std::chrono::steady_clock::now() + limit;
  for (;;) {
    std::string line;
    try {
      line = next_line(deadline);
    } catch (const std::exception& error) {
      give_up(std::string(error.what()) + " while waiting for '" + std::string(part) + "'", lines_);
    }
    if (line.find(part) != std::string::npos) return line;
  }
}

std::vector<std::string> irc_client::lines_until_now() {
  const std::string mark = "probe" + std::to_string(++probes_);
  const std::size_t first = lines_.size();
  say("PING " + mark);
  wait_for(mark);
  return {lines_.begin() + static_cast<std::ptrdiff_t>(first), lines_.end() - 1};
}

std::string irc_client::next_line(std::chrono::steady_clock::time_point deadline) {
  for (;;) {
    const std::size_t end = buffer_.find("\r\n");
    if (end != std::string::npos) {
      std::string line = buffer_.substr(0, end);
      buffer_.erase(0, end + 2);
      if (line.starts_with("PING ")) {
        say("PONG " + line.substr(5));
        continue;
      }
      lines_.push_back(line);
      return line;
    }
    const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(
        deadline - std::chrono::steady_clock::now());
    pollfd waiting{socket_, POLLIN, 0};
    if (left.count() <= 0 || ::poll(&waiting, 1, static_cast<int>(left.count())) == 0) {
      throw std::runtime_error("nothing came");
    }
    char bytes[4096];
    const ssize_t size = ::recv(socket_, bytes, sizeof bytes, 0);
    if (size <= 0) throw std::runtime_error("the IRC server is gone");
    buffer_.append(bytes, static_cast<std::size_t>(size));
  }
}

std::string text_of(const std::string& line) {
  const std::size_t start = line.find(" PRIVMSG ");
  if (start == std::string::npos) return line;
  const std::size_t colon = line.find(" :", start);
  return colon == std::string::npos ? line : line.substr(colon + 2);
}

}  // namespace mynah_test
