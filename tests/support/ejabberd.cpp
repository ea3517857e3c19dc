// SPDX-License-Identifier: Apache-2.0
#include "ejabberd.hpp"

#include <chrono>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <stdexcept>
#include <thread>

#include "loopback.hpp"

namespace mynah_test {

namespace {

// Where Debian has the Erlang libraries of ejabberd: in a directory named for the machine.
std::string libraries() {
  for (const auto& each : std::filesystem::directory_iterator("/usr/lib")) {
    std::error_code ignored;
    if (!each.is_directory(ignored)) continue;
    for (const auto& inner : std::filesystem::directory_iterator(each.path(), ignored)) {
      if (inner.path().filename().string().starts_with("ejabberd-")) return each.path().string();
    }
  }
  throw std::runtime_error("there is no ejabberd");
}

std::string content(const std::string& file) {
  std::ostringstream text;
  text << std::ifstream(file).rdbuf();
  return text.str();
}

}  // namespace

ejabberd::ejabberd(ejabberd_options options)
    : port_(free_port()),
      tls_port_(free_port()),
      component_port_(free_port()),
      https_port_(free_port()),
      code_(options.code) {
  const std::string& names = options.certificate_names;
  const certificate shown = authority_.issue(options.keeps_files ? names + ",IP:127.0.0.1" : names);
  const std::string chain = directory_.write(
      "server.pem", content(shown.file) + content(authority_.file()) + content(shown.key_file));
  const std::string verify = options.asks_for_certificates ? "true" : "false";
  std::ostringstream text;
  text << "hosts: [bots.test]\n"
       << "loglevel: info\n"
       << "certfiles: [\"" << chain << "\"]\n"
       << "ca_file: \"" << authority_.file() << "\"\n"
       << "c2s_cafile: \"" << authority_.file() << "\"\n"
       << (options.only_tls_1_2 ? "c2s_protocol_options: [no_tlsv1_3]\n" : "")
       << "auth_method: internal\n"
       << "auth_password_format: plain\n"
       << "acl: {local: {user_regexp: \"\"}}\n"
       << "listen:\n"
       << "  - {port: " << port_ << ", ip: 127.0.0.1, module: ejabberd_c2s,"
       << " starttls_required: true, tls_verify: " << verify << ", max_stanza_size: 262144}\n"
       << "  - {port: " << tls_port_ << ", ip: 127.0.0.1, module: ejabberd_c2s, tls: true,"
       << " tls_verify: " << verify << ", max_stanza_size: 262144}\n";
  if (!options.component_secret.empty()) {
    text << "  - {port: " << component_port_ << ", ip: 127.0.0.1, module: ejabberd_service,"
         << " hosts: {component.bots.test: {password: \"" << options.component_secret << "\"}}}\n";
  }
  if (options.keeps_files) {
    text << "  - {port: " << https_port_ << ", ip: 127.0.0.1, module: ejabberd_http, tls: true,"
         << " request_handlers: {/upload: mod_http_upload}}\n";
  }
  text << "modules:\n"
       << "  mod_caps: {}\n"
       << "  mod_carboncopy: {}\n"
       << "  mod_client_state: {}\n"
       << "  mod_disco: {}\n"
       << "  mod_mam: {assume_mam_usage: true, default: always}\n"
       << (options.keeps_files
               ? "  mod_http_upload: {host: files.bots.test, access: all, max_size: 100000, "
                 "put_url: \"https://127.0.0.1:" +
                     std::to_string(https_port_) + "/upload\", docroot: \"" +
                     directory_.file("files") + "\"}\n"
               : "")
       << "  mod_muc:\n"
       << "    host: rooms.bots.test\n"
       << "    access: all\n"
       << "    access_create: all\n"
       << "    access_persistent: all\n"
       << "    default_room_options:\n"
       << "      mam: true\n";
  std::istringstream lines(options.room_options);
  for (std::string line; std::getline(lines, line);) text << "      " << line << "\n";
  text << "  mod_offline: {}\n"
       << "  mod_ping: {}\n"
       // Its publish options know no max_items.
       << "  mod_pubsub: {plugins: [flat, pep], force_node_config: {\"urn:xmpp:bookmarks:1\": "
          "{access_model: whitelist, max_items: 1000}}}\n"
       << "  mod_roster: {}\n"
       << "  mod_stream_mgmt: {resume_timeout: " << options.resume_seconds
       << ", resend_on_timeout: false}\n"
       << "  mod_time: {}\n"
       << "  mod_version: {}\n";
  directory_.write("ejabberd.yml", text.str());
  // Nobody asks for the names of the machine.
  directory_.write("inetrc", "{lookup, [\"file\"]}.\n{host, {127,0,0,1}, [\"localhost\"]}.\n");
  start();
}

void ejabberd::start() {
  process_.reset();
  const std::string ready = directory_.file("ready");
  std::filesystem::remove(ready);
  const std::string code =
      "{ok, _} = application:ensure_all_started(ejabberd), "
      "[ejabberd_auth:try_register(U, <<\"bots.test\">>, <<U/binary, \"-secret\">>) "
      "|| U <- [<<\"bot\">>, <<\"ada\">>, <<\"bob\">>]], " +
      (code_.empty() ? "" : code_ + ", ") + "ok = file:write_file(\"" + ready + "\", <<>>).";
  process_.emplace(
      std::vector<std::string>{"env",
                               "HOME=" + directory_.path().string(),
                               "ERL_LIBS=" + libraries(),
                               "ERL_CRASH_DUMP=/dev/null",
                               "ERL_INETRC=" + directory_.file("inetrc"),
                               "EJABBERD_CONFIG_PATH=" + directory_.file("ejabberd.yml"),
                               "EJABBERD_LOG_PATH=" + directory_.file("ejabberd.log"),
                               "erl",
                               "+S",
                               "1:1",
                               "+sbwt",
                               "none",
                               "+A",
                               "1",
                               "-noinput",
                               "-mnesia",
                               "dir",
                               "\"" + directory_.file("spool") + "\"",
                               "-eval",
                               code},
      directory_.file("output"));
  const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(120);
  while (!std::filesystem::exists(ready)) {
    if (!process_->running() || std::chrono::steady_clock::now() > deadline) {
      throw std::runtime_error("ejabberd does not come up:\n" + log());
    }
    std::this_thread::sleep_for(std::chrono::milliseconds(5));
  }
}

void ejabberd::kill() {
  process_->kill();
}

void ejabberd::stop() {
  process_->end();
}

std::string ejabberd::log() const {
  return content(directory_.file("output"));
}

}  // namespace mynah_test
