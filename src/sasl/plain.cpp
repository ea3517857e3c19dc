// SPDX-License-Identifier: Apache-2.0
#include <utility>

#include "sasl/mechanism.hpp"

namespace mynah::sasl {

namespace {

class plain final : public mechanism {
 public:
  plain(std::string user, std::string password)
      : user_(std::move(user)), password_(std::move(password)) {}

  result<std::string> answer(std::string_view challenge) override {
    if (said_ || !challenge.empty()) {
      return failure(errc::authentication_failed, "the server does not keep to PLAIN");
    }
    said_ = true;
    std::string text(1, '\0');
    text.append(user_).append(1, '\0').append(password_);
    return text;
  }

  [[nodiscard]] bool satisfied() const noexcept override { return said_; }

 private:
  std::string user_;
  std::string password_;
  bool said_ = false;
};

}  // namespace

std::unique_ptr<mechanism> make_plain(std::string user, std::string password) {
  return std::make_unique<plain>(std::move(user), std::move(password));
}

}  // namespace mynah::sasl
