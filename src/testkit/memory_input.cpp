// SPDX-License-Identifier: Apache-2.0
#include "testkit/memory_input.hpp"

namespace mynah::testkit {

namespace {

class memory_conn final : public conn {
 public:
  memory_conn(std::shared_ptr<memory_network> network, const std::string& input,
              const boost::asio::any_io_executor& executor)
      : network_(std::move(network)),
        input_(input),
        incoming_(std::make_shared<net::mailbox<event>>(executor, 100'000)) {
    network_->connected[input_] = incoming_;
    ++network_->connections;
  }

  task<result<event>> recv() override { return incoming_->recv(); }

  task<result<receipt>> send(const outgoing& message) override {
    if (incoming_->closed()) co_return failure(errc::closed);
    if (network_->sends_to_refuse != 0) {
      --network_->sends_to_refuse;
      co_return failure(errc::not_sent, "the test refuses it");
    }
    const bool edit = !message.replaces.empty();
    network_->unread.emplace_back(message.to, message.body, edit);
    network_->lines.push_back("[" + message.to.room + "] bot" + (edit ? " (edit): " : ": ") +
                              network_->unread.back().text);
    co_return receipt("m" + std::to_string(network_->lines.size()));
  }

  task<void> close() override {
    incoming_->close();
    const auto mine = network_->connected.find(input_);
    if (mine != network_->connected.end() && mine->second == incoming_) {
      network_->connected.erase(mine);
    }
    co_return;
  }

  [[nodiscard]] bool can_edit() const noexcept override { return network_->can_edit; }
  [[nodiscard]] bool can_show_cards() const noexcept override { return network_->can_show_cards; }

 private:
  std::shared_ptr<memory_network> network_;
  std::string input_;
  std::shared_ptr<net::mailbox<event>> incoming_;
};

class memory_input final : public input {
 public:
  memory_input(const input_environment& given, std::shared_ptr<memory_network> network)
      : name_(given.name), executor_(given.executor), network_(std::move(network)) {}

  void init(const settings&) override {}
  task<result<void>> start() override { co_return result<void>(); }
  task<result<std::unique_ptr<conn>>> stream() override {
    std::unique_ptr<conn> opened = std::make_unique<memory_conn>(network_, name_, executor_);
    co_return opened;
  }
  task<void> stop() override { co_return; }

 private:
  std::string name_;
  boost::asio::any_io_executor executor_;
  std::shared_ptr<memory_network> network_;
};

}  // namespace

input_type memory_input_type(std::shared_ptr<memory_network> network) {
  return {"test", "a chat network in memory", {}, [network](const input_environment& given) {
            return std::make_unique<memory_input>(given, network);
          }};
}

}  // namespace mynah::testkit
