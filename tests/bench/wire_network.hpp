// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <string>
#include <utility>

#include <mynah/bot.hpp>

#include "net/mailbox.hpp"

namespace mynah_bench {

/// A network in memory with one room, in which alice gives commands.
class wire {
 public:
  wire() = default;
  wire(const wire&) = delete;
  wire& operator=(const wire&) = delete;
  virtual ~wire() = default;

  /// The bot has sent something.
  virtual void sent(const mynah::outgoing& message) = 0;

  /// Whether the bot listens.
  [[nodiscard]] bool is_open() const noexcept { return incoming_ != nullptr; }

  /// What alice says, for `push`.
  [[nodiscard]] static mynah::event said(std::string text) {
    return {mynah::event_type::message, mynah::address("wire", "#ops", "alice"),
            mynah::principal("wire", "alice", mynah::assurance::verified, "alice"),
            std::move(text)};
  }
  void push(mynah::event what) { static_cast<void>(incoming_->try_push(std::move(what))); }

 private:
  friend class wire_conn;
  friend class wire_input;
  std::shared_ptr<mynah::net::mailbox<mynah::event>> incoming_;
};

class wire_conn final : public mynah::conn {
 public:
  explicit wire_conn(std::shared_ptr<wire> of) : wire_(std::move(of)) {}
  mynah::task<mynah::result<mynah::event>> recv() override { return wire_->incoming_->recv(); }
  mynah::task<mynah::result<mynah::receipt>> send(const mynah::outgoing& message) override {
    wire_->sent(message);
    co_return mynah::receipt();
  }
  mynah::task<void> close() override { co_return; }

 private:
  std::shared_ptr<wire> wire_;
};

class wire_input final : public mynah::input {
 public:
  wire_input(std::shared_ptr<wire> of, boost::asio::any_io_executor executor)
      : wire_(std::move(of)), executor_(std::move(executor)) {}
  void init(const mynah::settings&) override {}
  mynah::task<mynah::result<void>> start() override { co_return mynah::result<void>(); }
  mynah::task<mynah::result<std::unique_ptr<mynah::conn>>> stream() override {
    wire_->incoming_ = std::make_shared<mynah::net::mailbox<mynah::event>>(executor_, 100'000);
    std::unique_ptr<mynah::conn> opened = std::make_unique<wire_conn>(wire_);
    co_return opened;
  }
  mynah::task<void> stop() override { co_return; }

 private:
  std::shared_ptr<wire> wire_;
  boost::asio::any_io_executor executor_;
};

/// Adds the input `wire` to a bot, as its only one, and takes away the limits on jobs.
inline void listen_on(const std::shared_ptr<wire>& network, mynah::bot& bot) {
  bot.add(mynah::input_type("wire", "", {}, [network](const mynah::input_environment& given) {
    return std::make_unique<wire_input>(network, given.executor);
  }));
  bot.set("inputs", "wire");
  for (const char* limit :
       {"max-jobs", "max-jobs-per-room", "max-jobs-per-user", "max-jobs-per-command"}) {
    bot.set(limit, "0");
  }
}

}  // namespace mynah_bench
