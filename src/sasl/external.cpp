// SPDX-License-Identifier: Apache-2.0
#include <utility>

#include "sasl/mechanism.hpp"

namespace mynah::sasl {

namespace {

class external final : public mechanism {
 public:
  explicit external(std::string user) : user_(std::move(user)) {}

  result<std::string> answer(std::string_view challenge) override {
    if (said_ || !challenge.empty()) {
      return failure(errc::authentication_failed, "the server does not keep to EXTERNAL");
    }
    said_ = true;
    return user_;
  }

  [[nodiscard]] bool satisfied() const noexcept override { return said_; }

 private:
  std::string user_;
  bool said_ = false;
};

}  // namespace

std::unique_ptr<mechanism> make_external(std::string user) {
  return std::make_unique<external>(std::move(user));
}

}  // namespace mynah::sasl
