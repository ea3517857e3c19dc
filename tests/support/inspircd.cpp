// SPDX-License-Identifier: Apache-2.0
#include "inspircd.hpp"

#include <unistd.h>

#include <chrono>
#include <fstream>
#include <sstream>
#include <stdexcept>
#include <string_view>
#include <thread>
#include <vector>

#include "ngircd.hpp"

namespace mynah_test {

namespace {

std::string_view flooding(flood_limits limits) {
  switch (limits) {
    case flood_limits::shipped:
      return R"(threshold="10" recvq="8192")";
    case flood_limits::strict:
      return R"(threshold="10" recvq="8192" fakelag="no")";
    default:
      return R"(threshold="1000000" fakelag="no" commandrate="1000000" recvq="65536")";
  }
}

// Of two servers each knows the other; one of them goes and links.
std::string link_to_peer(const inspircd_options& options, std::uint16_t link_port) {
  if (options.peer.empty()) return {};
  std::ostringstream text;
  text << "<link name=\"" << options.peer << "\" ipaddr=\"127.0.0.1\" port=\""
       << (options.peer_link_port == 0 ? link_port : options.peer_link_port)
       << "\" allowmask=\"127.0.0.1\" sendpass=\"link\" recvpass=\"link\">\n";
  if (options.peer_link_port != 0) {
    text << "<autoconnect period=\"1\" server=\"" << options.peer << "\">\n";
  }
  return text.str();
}

std::string configuration(const inspircd_options& options, const std::string& directory,
                          std::uint16_t port, std::uint16_t tls_port, std::uint16_t link_port) {
  std::ostringstream text;
  text << "<server name=\"" << options.name
       << "\" description=\"test server\" network=\"Test\" id=\"" << options.id << "\">\n"
       << "<admin name=\"test\" nick=\"test\" email=\"test@irc.test\">\n"
       << "<bind address=\"127.0.0.1\" port=\"" << port << "\" type=\"clients\">\n"
       << "<bind address=\"127.0.0.1\" port=\"" << link_port << "\" type=\"servers\">\n"
       << "<link name=\"services.test\" ipaddr=\"127.0.0.1\" port=\"" << link_port
       << "\" allowmask=\"127.0.0.1\" sendpass=\"link\" recvpass=\"link\">\n"
       << "<uline server=\"services.test\" silent=\"yes\">\n<sasl target=\"services.test\">\n"
       << link_to_peer(options, link_port)
       << "<class name=\"all\" commands=\"*\" privs=\"*\" usermodes=\"*\" chanmodes=\"*\">\n"
       << "<type name=\"all\" classes=\"all\">\n"
       << "<oper name=\"op\" password=\"op\" host=\"*@*\" type=\"all\">\n"
       // Clients of a test are quick, and all come from one address.
       << "<connect name=\"all\" allow=\"*\" localmax=\"100\" globalmax=\"100\" "
       << "resolvehostnames=\"no\" useconnectban=\"no\" useconnflood=\"no\" "
       << flooding(options.limits) << ">\n"
       << "<options defaultmodes=\"not\">\n<chanhistory maxlines=\"20\" prefixmsg=\"no\">\n"
       << "<path configdir=\"" << directory << "\" datadir=\"" << directory << "\" logdir=\""
       << directory << "\" runtimedir=\"" << directory << "\">\n<files motd=\"" << directory
       << "/motd.txt\">\n";
  if (options.tls) {
    text << "<module name=\"ssl_gnutls\">\n<module name=\"sslinfo\">\n"
         << "<sslprofile name=\"clients\" provider=\"gnutls\" certfile=\"" << options.tls->file
         << "\" keyfile=\"" << options.tls->key_file
         << "\" requestclientcert=\"yes\" hash=\"sha256\">\n"
         << "<bind address=\"127.0.0.1\" port=\"" << tls_port
         << "\" type=\"clients\" sslprofile=\"clients\">\n";
  }
  for (const char* module : {"cap",
                             "chanhistory",
                             "ircv3",
                             "ircv3_accounttag",
                             "ircv3_batch",
                             "ircv3_capnotify",
                             "ircv3_chghost",
                             "ircv3_ctctags",
                             "ircv3_echomessage",
                             "ircv3_invitenotify",
                             "ircv3_labeledresponse",
                             "ircv3_msgid",
                             "ircv3_servertime",
                             "monitor",
                             "namesx",
                             "sajoin",
                             "sapart",
                             "sasl",
                             "services_account",
                             "setname",
                             "spanningtree"}) {
    text << "<module name=\"" << module << "\">\n";
  }
  return text.str();
}

}  // namespace

inspircd::inspircd(const inspircd_options& options)
    : port_(free_port()), tls_port_(free_port()), link_port_(free_port()) {
  directory_.write("motd.txt", "hello\n");
  const std::string file = directory_.write(
      "inspircd.conf",
      configuration(options, directory_.path().string(), port_, tls_port_, link_port_));
  std::vector<std::string> arguments = {"inspircd", "--config", file, "--nofork", "--nopid"};
  // In containers tests often run as root, which it refuses unless told.
  if (::geteuid() == 0) arguments.emplace_back("--runasroot");
  process_.emplace(arguments, directory_.file("output"));
  const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(20);
  while (!listens(port_)) {
    if (!process_->running() || std::chrono::steady_clock::now() > deadline) {
      throw std::runtime_error("inspircd does not come up:\n" + log());
    }
    std::this_thread::sleep_for(std::chrono::milliseconds(5));
  }
}

std::string inspircd::log() const {
  std::ostringstream text;
  text << std::ifstream(directory_.file("output")).rdbuf();
  return text.str();
}

}  // namespace mynah_test
