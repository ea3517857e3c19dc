// SPDX-License-Identifier: Apache-2.0
#include "app/exec_input.hpp"

#include <cerrno>
#include <cstdio>
#include <string>
#include <utility>
#include <vector>

#include <pwd.h>
#include <unistd.h>

#include <mynah/bot_view.hpp>

namespace mynah::cli {

namespace {

std::string login_name() {
  std::vector<char> buffer(16384);
  passwd entry{};
  passwd* found = nullptr;
  if (::getpwuid_r(::geteuid(), &entry, buffer.data(), buffer.size(), &found) == 0 &&
      found != nullptr) {
    return found->pw_name;
  }
  return "uid-" + std::to_string(::geteuid());
}

class exec_conn final : public conn {
 public:
  exec_conn(const input_environment& environment, std::string line,
            std::shared_ptr<exec_outcome> outcome)
      : name_(environment.name),
        bot_(environment.bot),
        line_(std::move(line)),
        outcome_(std::move(outcome)) {}

  task<result<event>> recv() override {
    if (!given_) {
      given_ = true;
      const std::string user = login_name();
      event said(event_type::message, address(name_, "exec", user, "", true),
                 principal(name_, user, assurance::verified, user), line_);
      said.to = bot_.name();
      co_return said;
    }
    // The end of the input is the end of the bot, which waits for the command and its replies.
    co_return failure(errc::closed);
  }

  task<result<receipt>> send(const outgoing& message) override {
    const std::string text = message.body.plain() + "\n";
    if (std::fwrite(text.data(), 1, text.size(), stdout) != text.size() ||
        std::fflush(stdout) != 0) {
      const int problem = errno;
      outcome_->reply_lost();
      co_return failure(error_code(problem, boost::system::system_category()),
                        "writing to standard output");
    }
    co_return receipt();
  }

  task<void> close() override { co_return; }

 private:
  std::string name_;
  bot_view& bot_;
  std::string line_;
  std::shared_ptr<exec_outcome> outcome_;
  bool given_ = false;
};

class exec_line final : public input {
 public:
  exec_line(const input_environment& environment, std::string line,
            std::shared_ptr<exec_outcome> outcome)
      : environment_(environment), line_(std::move(line)), outcome_(std::move(outcome)) {}

  void init(const settings&) override {}

  task<result<void>> start() override { co_return result<void>(); }

  task<result<std::unique_ptr<conn>>> stream() override {
    if (opened_) co_return failure(errc::closed);
    opened_ = true;
    std::unique_ptr<conn> opened = std::make_unique<exec_conn>(environment_, line_, outcome_);
    co_return opened;
  }

  task<void> stop() override { co_return; }

  [[nodiscard]] bool ends_bot() const noexcept override { return true; }

 private:
  input_environment environment_;
  std::string line_;
  std::shared_ptr<exec_outcome> outcome_;
  bool opened_ = false;
};

}  // namespace

void exec_outcome::observe(const audit_record& record) noexcept {
  if (record.event.from.input != "exec" || seen_) return;
  seen_ = true;
  good_ = record.outcome == outcome::done;
}

input_type exec_input(std::string line, std::shared_ptr<exec_outcome> outcome) {
  return {
      "exec",
      "one command line, given by --exec",
      {},
      [line = std::move(line), outcome = std::move(outcome)](const input_environment& environment) {
        return std::make_unique<exec_line>(environment, line, outcome);
      }};
}

}  // namespace mynah::cli
