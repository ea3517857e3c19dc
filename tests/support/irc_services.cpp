// SPDX-License-Identifier: Apache-2.0
#include "irc_services.hpp"

#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <chrono>
#include <ctime>
#include <sstream>
#include <stdexcept>
#include <utility>

#include "loopback.hpp"
#include "sasl/base64.hpp"

namespace mynah_test {

irc_services::irc_services(std::uint16_t link_port, irc_account right)
    : socket_(connected_socket(link_port)), right_(std::move(right)) {
  say("CAPAB START 1205");
  say("CAPAB CAPABILITIES :PROTOCOL=1205");
  say("CAPAB END");
  say("SERVER services.test link 0 42S :services");
  thread_ = std::thread([this] { run(); });
  const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(20);
  while (!linked_ && !ended_ && std::chrono::steady_clock::now() < deadline) {
    std::this_thread::sleep_for(std::chrono::milliseconds(5));
  }
  if (linked_) return;
  ended_ = true;
  thread_.join();
  ::close(socket_);
  throw std::runtime_error("the IRC server does not take the services");
}

irc_services::~irc_services() {
  ended_ = true;
  thread_.join();
  ::close(socket_);
}

void irc_services::run() {
  while (!ended_) {
    pollfd waiting{socket_, POLLIN, 0};
    if (::poll(&waiting, 1, 20) <= 0) continue;
    char bytes[4096];
    const ssize_t size = ::recv(socket_, bytes, sizeof bytes, 0);
    if (size <= 0) break;
    buffer_.append(bytes, static_cast<std::size_t>(size));
    for (std::size_t end = buffer_.find('\n'); end != std::string::npos; end = buffer_.find('\n')) {
      std::string line = buffer_.substr(0, end);
      buffer_.erase(0, end + 1);
      if (line.ends_with('\r')) line.pop_back();
      handle(line);
    }
  }
  ended_ = true;
}

void irc_services::handle(const std::string& line) {
  if (line.starts_with("SERVER irc.test ")) {
    say(":42S BURST " + std::to_string(std::time(nullptr)));
    std::string offered;
    if (!right_.fingerprint.empty()) offered += ",EXTERNAL";
    if (!right_.plain.empty()) offered += ",PLAIN";
    if (!right_.password.empty()) offered += ",SCRAM-SHA-256";
    say(":42S METADATA * saslmechlist :" + offered.substr(1));
    const std::string now = std::to_string(std::time(nullptr));
    say(":42S UID 42SAAAAAB " + now + " NickServ services.test services.test services 127.0.0.1 " +
        now + " +io :Nickname Services");
    say(":42SAAAAAB OPERTYPE :Service");
    say(":42S ENDBURST");
    return;
  }
  // :001 ENCAP 42S SASL <who> * S PLAIN [fingerprint]
  std::istringstream words(line);
  std::string from;
  std::string command;
  std::string target;
  std::string what;
  std::string who;
  std::string agent;
  std::string kind;
  std::string data;
  std::string fingerprint;
  if (line.starts_with('@')) words >> from;  // tags
  words >> from >> command >> target >> what >> who >> agent >> kind >> data >> fingerprint;
  if (command == "PING") say(":42S PONG 001");
  // The answer to ours: everything before it was taken.
  if (command == "ENDBURST") say(":42S PING 001");
  if (command == "PONG") linked_ = true;
  if (command == "PRIVMSG" && target == "42SAAAAAB" && what == ":IDENTIFY") {
    const std::string asker = from.substr(1);
    if (who == "pencil") {
      say(":42S METADATA " + asker + " accountname :bot");
      say(":42SAAAAAB NOTICE " + asker + " :You are now identified for bot.");
    } else {
      say(":42SAAAAAB NOTICE " + asker + " :Invalid password for bot.");
    }
  }
  if (command == "ENCAP" && what == "SASL") on_sasl(who, kind, data, fingerprint);
}

void irc_services::on_sasl(const std::string& who, const std::string& kind, const std::string& data,
                           const std::string& fingerprint) {
  using mynah::sasl::base64_decoded;
  using mynah::sasl::base64_encoded;
  const std::string answer = ":42S ENCAP 001 SASL 42SAAAAAA " + who;
  const auto finish = [&](bool let_in) {
    proving_.erase(who);
    states_.erase(who);
    if (let_in) say(":42S METADATA " + who + " accountname :bot");
    say(answer + (let_in ? " D S" : " D F"));
  };
  if (kind == "S") {
    states_[who] = data;
    if (data == "EXTERNAL") fingerprints_[who] = fingerprint;
    say(answer + " C +");
    return;
  }
  if (kind != "C") return;
  std::string& state = states_[who];
  if (state == "PLAIN") {
    finish(data == right_.plain);
  } else if (state == "EXTERNAL") {
    finish(!right_.fingerprint.empty() && fingerprints_[who] == right_.fingerprint);
  } else if (state == "SCRAM-SHA-256") {
    const auto begun = proving_.emplace(who, scram_server(right_.password)).first;
    state = "proof";
    say(answer + " C " + base64_encoded(begun->second.first(base64_decoded(data).value_or(""))));
  } else if (state == "proof") {
    const std::string last = proving_.at(who).last(base64_decoded(data).value_or(""));
    state = "end";
    if (last.empty()) return finish(false);
    say(answer + " C " + base64_encoded(last));
  } else {
    finish(state == "end");
  }
}

void irc_services::say(const std::string& line) const {
  const std::string text = line + "\r\n";
  (void)::send(socket_, text.data(), text.size(), MSG_NOSIGNAL);
}

}  // namespace mynah_test
