// SPDX-License-Identifier: Apache-2.0
#include "prosody.hpp"

#include <algorithm>
#include <chrono>
#include <filesystem>
#include <sstream>
#include <stdexcept>
#include <thread>

#include "loopback.hpp"

namespace mynah_test {

namespace {

std::string modules(const prosody_options& options) {
  std::string text;
  for (const std::string name :
       {"disco", "roster", "saslauth", "tls", "smacks", "ping", "time", "version", "pep", "carbons",
        "mam", "bookmarks", "private", "csi", "offline"}) {
    const bool left_out =
        std::find(options.without.begin(), options.without.end(), name) != options.without.end();
    if (!left_out) text += "\"" + name + "\"; ";
  }
  return text;
}

}  // namespace

prosody::prosody(prosody_options options)
    : port_(free_port()),
      tls_port_(free_port()),
      component_port_(free_port()),
      https_port_(free_port()) {
  const std::string& names = options.certificate_names;
  const certificate shown = authority_.issue(options.keeps_files ? names + ",IP:127.0.0.1" : names);
  std::ostringstream text;
  if (!options.plugin_path.empty()) {
    text << "plugin_paths = { \"" << options.plugin_path << "\" }\n";
  }
  text << "run_as_root = true\n"
       << "data_path = \"" << directory_.file("data") << "\"\n"
       << "pidfile = \"" << directory_.file("prosody.pid") << "\"\n"
       << "log = { " << (options.quiet ? "info" : "debug") << " = \""
       << directory_.file("prosody.log") << "\" }\n"
       << "interfaces = { \"127.0.0.1\" }\n"
       << "c2s_ports = { " << port_ << " }\n"
       << "c2s_direct_tls_ports = { " << tls_port_ << " }\n"
       << "component_ports = { " << component_port_ << " }\n"
       << "component_interfaces = { \"127.0.0.1\" }\n"
       << "s2s_ports = { }\nhttp_ports = { }\n"
       << "https_ports = { " << (options.keeps_files ? std::to_string(https_port_) : "") << " }\n"
       << "https_interfaces = { \"127.0.0.1\" }\n"
       << "modules_enabled = { " << modules(options) << "}\n"
       << "modules_disabled = { \"s2s\"" << (options.offers_tls ? "" : "; \"tls\"") << " }\n"
       << "authentication = \"internal_plain\"\n"
       << "c2s_require_encryption = " << (options.plain_allowed ? "false" : "true") << "\n"
       << "allow_unencrypted_plain_auth = " << (options.plain_allowed ? "true" : "false") << "\n"
       << "ssl = { certificate = \"" << shown.file << "\"; key = \"" << shown.key_file << "\""
       << (options.tls_protocol.empty() ? "" : "; protocol = \"" + options.tls_protocol + "\"")
       << " }\n"
       << "smacks_hibernation_time = " << options.resume_seconds
       << "\nsmacks_max_unacked_stanzas = 0\n"
       << "VirtualHost \"bots.test\"\n"
       << options.more << "\n"
       << "Component \"rooms.bots.test\" \"muc\"\n"
       << "  modules_enabled = { \"muc_mam\" }\n  restrict_room_creation = false\n"
       << options.rooms_more << "\n";
  if (options.keeps_files) {
    text << "Component \"files.bots.test\" \"http_file_share\"\n"
         << "  http_host = \"127.0.0.1\"\n"
         << "  http_external_url = \"https://127.0.0.1:" << https_port_ << "/\"\n"
         << "  http_file_share_size_limit = 100000\n";
  }
  if (!options.component_secret.empty()) {
    text << "Component \"component.bots.test\"\n  component_secret = \"" << options.component_secret
         << "\"\n";
  }
  directory_.write("prosody.cfg.lua", text.str());
  const std::filesystem::path accounts = directory_.path() / "data" / "bots%2etest" / "accounts";
  std::filesystem::create_directories(accounts);
  for (const std::string name : {"bot", "ada", "bob"}) {
    std::ofstream(accounts / (name + ".dat"))
        << "return { [\"password\"] = \"" << name << "-secret\"; };\n";
  }
  start();
}

void prosody::start() {
  process_.reset();
  process_.emplace(
      std::vector<std::string>{"prosody", "-F", "--config", directory_.file("prosody.cfg.lua")},
      directory_.file("output"));
  const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(20);
  while (!listens(port_) || !listens(tls_port_)) {
    if (!process_->running() || std::chrono::steady_clock::now() > deadline) {
      throw std::runtime_error("prosody does not come up:\n" + log());
    }
    std::this_thread::sleep_for(std::chrono::milliseconds(5));
  }
}

void prosody::kill() {
  process_->kill();
}

void prosody::stop() {
  process_->end();
}

std::string prosody::log() const {
  std::ostringstream text;
  for (const char* const name : {"output", "prosody.log"}) {
    text << std::ifstream(directory_.file(name)).rdbuf();
    text.clear();
  }
  return text.str();
}

}  // namespace mynah_test
