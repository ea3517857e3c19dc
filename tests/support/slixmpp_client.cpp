// SPDX-License-Identifier: Apache-2.0
#include "slixmpp_client.hpp"

#include <algorithm>
#include <stdexcept>

#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include "loopback.hpp"

namespace mynah_test {

namespace {

constexpr std::size_t most_shown = 20;

bool has(const slixmpp_client::json& whole, const slixmpp_client::json& parts) {
  return std::all_of(parts.items().begin(), parts.items().end(), [&whole](const auto& each) {
    return whole.contains(each.key()) && whole[each.key()] == each.value();
  });
}

}  // namespace

slixmpp_client::slixmpp_client(std::uint16_t port, const std::string& ca_file,
                               const std::string& jid, const std::string& password) {
  const listening_socket control;
  // Debian's Python has Debian's slixmpp.
  process_.emplace(
      std::vector<std::string>{"/usr/bin/python3", SLIXMPP_CLIENT, std::to_string(control.port()),
                               std::to_string(port), ca_file, jid, password},
      directory_.file("output"));
  try {
    socket_ = control.accepted(std::chrono::seconds(30));
  } catch (const std::runtime_error&) {
    throw std::runtime_error("slixmpp does not come up:\n" + output());
  }
  wait_for({{"event", "online"}});
}

slixmpp_client::~slixmpp_client() {
  ::close(socket_);
}

void slixmpp_client::tell(const json& what) {
  const std::string line = what.dump() + "\n";
  std::size_t sent = 0;
  while (sent < line.size()) {
    const ssize_t size = ::send(socket_, line.data() + sent, line.size() - sent, MSG_NOSIGNAL);
    if (size <= 0) throw std::runtime_error("the client is gone");
    sent += static_cast<std::size_t>(size);
  }
}

void slixmpp_client::say(const std::string& to, const std::string& body) {
  tell({{"do", "say"}, {"to", to}, {"body", body}});
}

void slixmpp_client::say_in(const std::string& room, const std::string& body) {
  tell({{"do", "say"}, {"to", room}, {"type", "groupchat"}, {"body", body}});
}

void slixmpp_client::join(const std::string& room, const std::string& nick) {
  tell({{"do", "join"}, {"room", room}, {"nick", nick}});
  const json inside =
      wait_for({{"event", "presence"}, {"from", room + "/" + nick}, {"type", "available"}});
  // A room that we made is locked until we take its configuration as it is.
  const std::string xml = inside["xml"];
  if (xml.find("code=\"201\"") != std::string::npos) configure(room, {});
}

slixmpp_client::json slixmpp_client::ask(const std::string& type, const std::string& to,
                                         const std::string& payload) {
  tell({{"do", "iq"}, {"xml", "<iq type='" + type + "' to='" + to + "'>" + payload + "</iq>"}});
  return wait_for({{"event", "iq"}});
}

void slixmpp_client::configure(const std::string& room,
                               const std::vector<std::pair<std::string, std::string>>& fields) {
  std::string form =
      "<query xmlns='http://jabber.org/protocol/muc#owner'><x xmlns='jabber:x:data' "
      "type='submit'><field var='FORM_TYPE'>"
      "<value>http://jabber.org/protocol/muc#roomconfig</value></field>";
  for (const auto& [name, value] : fields) {
    form += "<field var='" + name + "'><value>" + value + "</value></field>";
  }
  const json answer = ask("set", room, form + "</x></query>");
  if (answer["type"] != "result") throw std::runtime_error("not configured: " + answer.dump());
}

void slixmpp_client::administer(const std::string& room, const std::string& attributes) {
  const json answer =
      ask("set", room,
          "<query xmlns='http://jabber.org/protocol/muc#admin'><item " + attributes + "/></query>");
  if (answer["type"] != "result") throw std::runtime_error("not done: " + answer.dump());
}

slixmpp_client::json slixmpp_client::wait_for(const json& parts, std::chrono::seconds limit) {
  const auto deadline = std::chrono::steady_clock::now() + limit;
  for (;;) {
    json told;
    try {
      told = next(deadline);
    } catch (const std::runtime_error& error) {
      std::string text =
          std::string(error.what()) + " while waiting for " + parts.dump() + "; heard were:";
      const std::size_t first = heard_.size() > most_shown ? heard_.size() - most_shown : 0;
      for (std::size_t i = first; i < heard_.size(); ++i) text += "\n  " + heard_[i].dump();
      text += "\n" + output();
      throw std::runtime_error(text);
    }
    if (has(told, parts)) return told;
  }
}

std::string slixmpp_client::output() const {
  std::ifstream file(directory_.file("output"));
  return {std::istreambuf_iterator<char>(file), {}};
}

slixmpp_client::json slixmpp_client::wait_for_message(const std::string& body) {
  return wait_for({{"event", "message"}, {"body", body}});
}

slixmpp_client::json slixmpp_client::next(std::chrono::steady_clock::time_point deadline) {
  for (;;) {
    const std::size_t end = buffer_.find('\n');
    if (end != std::string::npos) {
      heard_.push_back(json::parse(buffer_.substr(0, end)));
      buffer_.erase(0, end + 1);
      return heard_.back();
    }
    const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(
        deadline - std::chrono::steady_clock::now());
    pollfd waiting{socket_, POLLIN, 0};
    if (left.count() <= 0 || ::poll(&waiting, 1, static_cast<int>(left.count())) == 0) {
      throw std::runtime_error("nothing came");
    }
    char bytes[4096];
    const ssize_t size = ::recv(socket_, bytes, sizeof bytes, 0);
    if (size <= 0) throw std::runtime_error("the client is gone");
    buffer_.append(bytes, static_cast<std::size_t>(size));
  }
}

}  // namespace mynah_test
