// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <string>

#include <nlohmann/json.hpp>

#include "emulator.hpp"

namespace mynah_test::slack {

enum class body_kind { json_body, json_without_charset, form, query };

struct raw_answer {
  int status = 0;
  std::string fields;
  std::string body;
};

/// A blocking client, for tests of the emulator. Throws when the connection is cut.
class api_client {
 public:
  api_client(const emulator& slack, std::string token);
  ~api_client();

  json call(const std::string& method, const json& arguments = json::object(),
            body_kind kind = body_kind::json_body);
  /// Calls and gives the error, empty if there is none.
  std::string error(const std::string& method, const json& arguments = json::object(),
                    body_kind kind = body_kind::json_body);
  raw_answer raw(const std::string& verb, const std::string& target, const std::string& body,
                 const std::string& content_type);
  /// To any URL of the emulator.
  raw_answer post(const std::string& url, const std::string& body,
                  const std::string& content_type = "application/json");

  std::string token;

 private:
  struct connection;
  std::unique_ptr<connection> connection_;
};

/// A blocking WebSocket client.
class link_client {
 public:
  explicit link_client(const emulator& slack, const std::string& url);
  ~link_client();

  json read();
  /// Whether the other side has closed, or cut.
  bool ended();
  void write(const std::string& text);
  void write_binary(const std::string& bytes);
  /// In two frames.
  void write_fragmented(const std::string& text);
  void acknowledge(const json& envelope);
  void close();

 private:
  struct connection;
  std::unique_ptr<connection> connection_;
};

}  // namespace mynah_test::slack
