// SPDX-License-Identifier: Apache-2.0
#include "loopback.hpp"

#include <cerrno>
#include <cstring>
#include <stdexcept>
#include <string>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

namespace mynah_test {

int connected_socket(std::uint16_t port) {
  const int made = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  sockaddr generic{};
  std::memcpy(&generic, &address, sizeof generic);
  if (::connect(made, &generic, sizeof generic) != 0) {
    const std::string why = std::strerror(errno);
    ::close(made);
    throw std::runtime_error("cannot connect to port " + std::to_string(port) + ": " + why);
  }
  return made;
}

}  // namespace mynah_test
