// SPDX-License-Identifier: Apache-2.0
#include "steps.hpp"

#include <unistd.h>

#include <atomic>
#include <csignal>
#include <utility>

namespace mynah_test {

namespace {

std::atomic<unsigned> taken = 0;
std::atomic<unsigned> last = 0;

class stepping_store final : public mynah::store {
 public:
  explicit stepping_store(std::shared_ptr<mynah::store> real) : real_(std::move(real)) {}

  void open() override { real_->open(); }

  void submit(work what, done then) override {
    steps::take();
    real_->submit(
        [what = std::move(what)](mynah::transaction& tx) {
          what(tx);
          steps::take();
        },
        [then = std::move(then)](std::exception_ptr error) {
          steps::take();
          then(std::move(error));
        });
  }

  void submit_reading(work what, done then) override {
    real_->submit_reading(std::move(what), std::move(then));
  }

 private:
  std::shared_ptr<mynah::store> real_;
};

}  // namespace

void steps::kill_at(unsigned step) noexcept {
  taken = 0;
  last = step;
}

void steps::take() noexcept {
  const unsigned now = ++taken;
  if (last != 0 && now == last) ::kill(::getpid(), SIGKILL);
}

std::shared_ptr<mynah::store> stepping(std::shared_ptr<mynah::store> real) {
  return std::make_shared<stepping_store>(std::move(real));
}

}  // namespace mynah_test
