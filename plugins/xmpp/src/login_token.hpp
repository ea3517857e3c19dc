// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <utility>

namespace mynah::xmpp {

/// What a server gave us to log in with the next time (XEP-0484): lives as long as the program, and
/// is not written anywhere. A secret.
class login_token {
 public:
  /// `client_id`: a UUID, by which the server knows this program.
  explicit login_token(std::string client_id) : client_id_(std::move(client_id)) {}

  [[nodiscard]] const std::string& client_id() const noexcept { return client_id_; }
  [[nodiscard]] bool is_set() const noexcept { return !text_.empty(); }
  [[nodiscard]] const std::string& text() const noexcept { return text_; }
  /// The only one that it may be used with: "HT-SHA-256-EXPR".
  [[nodiscard]] const std::string& mechanism() const noexcept { return mechanism_; }

  void set(std::string text, std::string mechanism) {
    text_ = std::move(text);
    mechanism_ = std::move(mechanism);
  }
  void forget() {
    text_.clear();
    mechanism_.clear();
  }

 private:
  std::string client_id_;
  std::string text_;
  std::string mechanism_;
};

}  // namespace mynah::xmpp
