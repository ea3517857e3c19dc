// SPDX-License-Identifier: Apache-2.0
#include "loopback.hpp"

#include <cerrno>
#include <cstring>
#include <random>
#include <stdexcept>
#include <string>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

namespace mynah_test {

namespace {

sockaddr address_of(std::uint16_t port) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  sockaddr generic{};
  std::memcpy(&generic, &address, sizeof generic);
  return generic;
}

}  // namespace

int connected_socket(std::uint16_t port) {
  const int made = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  const sockaddr generic = address_of(port);
  if (::connect(made, &generic, sizeof generic) != 0) {
    const std::string why = std::strerror(errno);
    ::close(made);
    throw std::runtime_error("cannot connect to port " + std::to_string(port) + ": " + why);
  }
  return made;
}

// Below those that the system gives to whoever connects: such a connection
// of another test could have it by the time a server has come up to listen there.
std::uint16_t free_port() {
  static thread_local std::mt19937 random{std::random_device{}()};
  std::uniform_int_distribution<unsigned> ports(10'000, 32'000);
  for (int tries = 0; tries < 1'000; ++tries) {
    const auto port = static_cast<std::uint16_t>(ports(random));
    const int socket = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    const sockaddr address = address_of(port);
    const bool is_free = ::bind(socket, &address, sizeof address) == 0;
    ::close(socket);
    if (is_free) return port;
  }
  throw std::runtime_error("there is no free port");
}

listening_socket::listening_socket() : socket_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
  sockaddr generic = address_of(0);
  socklen_t size = sizeof generic;
  if (::bind(socket_, &generic, sizeof generic) != 0 || ::listen(socket_, 5) != 0 ||
      ::getsockname(socket_, &generic, &size) != 0) {
    throw std::runtime_error(std::string("cannot listen: ") + std::strerror(errno));
  }
  sockaddr_in address{};
  std::memcpy(&address, &generic, sizeof address);
  port_ = ntohs(address.sin_port);
}

listening_socket::~listening_socket() {
  ::close(socket_);
}

int listening_socket::accepted(std::chrono::seconds limit) const {
  pollfd waiting{socket_, POLLIN, 0};
  const auto milliseconds = std::chrono::milliseconds(limit).count();
  if (::poll(&waiting, 1, static_cast<int>(milliseconds)) <= 0) {
    throw std::runtime_error("nobody connected");
  }
  return ::accept4(socket_, nullptr, nullptr, SOCK_CLOEXEC);
}

bool listens(std::uint16_t port) {
  const int made = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  const sockaddr generic = address_of(port);
  const bool accepted = ::connect(made, &generic, sizeof generic) == 0;
  ::close(made);
  return accepted;
}

}  // namespace mynah_test
