// SPDX-License-Identifier: Apache-2.0
#include "ngircd.hpp"

#include <chrono>
#include <sstream>
#include <stdexcept>
#include <thread>

#include "loopback.hpp"

namespace mynah_test {

namespace {

std::string configuration(const ngircd_options& options, std::uint16_t port,
                          std::uint16_t tls_port) {
  std::ostringstream text;
  text << "[Global]\nName = " << options.name << "\nInfo = test server\nListen = 127.0.0.1\n"
       << "AdminInfo1 = test\nMotdPhrase = hello\nPorts = " << port << "\n";
  if (!options.password.empty()) text << "Password = " << options.password << "\n";
  // Clients of a test are quick, and all come from one address.
  text << "[Limits]\nMaxJoins = " << options.most_channels
       << "\nMaxConnectionsIP = 0\nMaxNickLength = 16\n"
       << (options.flood_limits ? "" : "MaxPenaltyTime = 0\n")
       << "[Options]\nDNS = no\nIdent = no\nPAM = no\n";
  text << "[Operator]\nName = op\nPassword = op\n";
  if (!options.peer.empty()) {
    text << "[Server]\nName = " << options.peer << "\nHost = 127.0.0.1\nMyPassword = link\n"
         << "PeerPassword = link\n";
    if (options.peer_port == 0) text << "Passive = yes\n";
    if (options.peer_port != 0) text << "Port = " << options.peer_port << "\n";
  }
  if (options.tls) {
    text << "[SSL]\nPorts = " << tls_port << "\nCertFile = " << options.tls->file
         << "\nKeyFile = " << options.tls->key_file << "\n";
  }
  return text.str();
}

}  // namespace

ngircd::ngircd(ngircd_options options) : port_(free_port()), tls_port_(free_port()) {
  directory_.write("ngircd.conf", configuration(options, port_, tls_port_));
  start();
}

void ngircd::start() {
  process_.reset();
  process_.emplace(
      std::vector<std::string>{"ngircd", "--nodaemon", "--config", directory_.file("ngircd.conf")},
      directory_.file("ngircd.log"));
  const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(20);
  while (!listens(port_)) {
    if (!process_->running() || std::chrono::steady_clock::now() > deadline) {
      throw std::runtime_error("ngircd does not come up:\n" + log());
    }
    std::this_thread::sleep_for(std::chrono::milliseconds(5));
  }
}

void ngircd::kill() {
  process_->kill();
}

std::string ngircd::log() const {
  std::ostringstream text;
  text << std::ifstream(directory_.file("ngircd.log")).rdbuf();
  return text.str();
}

}  // namespace mynah_test
