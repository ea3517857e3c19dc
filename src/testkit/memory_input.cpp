// SPDX-License-Identifier: Apache-2.0
#include "testkit/memory_input.hpp"

#include <cstdio>
#include <utility>

#include "net/condition.hpp"
#include "net/sleep.hpp"

namespace mynah::testkit {

bool memory_network::deliver(event happened) {
  if (!luck) return arrive(std::move(happened));
  if (luck->chance(plan.event_twice)) {
    note("  (" + happened.id + " will come twice)");
    arrive_later(happened, luck->between(std::chrono::milliseconds(0), plan.delay.to));
  }
  if (luck->chance(plan.event_delayed)) {
    arrive_later(std::move(happened), luck->between(plan.delay.from, plan.delay.to));
    return true;
  }
  if (!held_back_ && luck->chance(plan.event_reordered)) {
    held_back_ = std::move(happened);
    clock->call_at(clock->now() + std::chrono::seconds(1), [weak = weak_from_this()] {
      const auto self = weak.lock();
      if (self == nullptr || !self->held_back_) return;
      event late = std::move(*self->held_back_);
      self->held_back_.reset();
      self->arrive(std::move(late));
    });
    return true;
  }
  bool taken = arrive(std::move(happened));
  if (held_back_) {
    event late = std::move(*held_back_);
    held_back_.reset();
    taken = arrive(std::move(late)) && taken;
  }
  return taken;
}

bool memory_network::arrive(event happened) {
  happened.delivery = ++deliveries;
  unacknowledged.emplace(happened.delivery, happened);
  if (deaf) return true;
  const auto found = connected.find(happened.from.input);
  return found == connected.end() || found->second->try_push(std::move(happened));
}

void memory_network::arrive_later(event happened, std::chrono::milliseconds after) {
  ++on_the_way;
  clock->call_at(clock->now() + after,
                 [weak = weak_from_this(), late = std::move(happened)]() mutable {
                   const auto self = weak.lock();
                   if (self == nullptr) return;
                   --self->on_the_way;
                   self->arrive(std::move(late));
                 });
}

void memory_network::lose_connections() {
  for (const auto& each : std::exchange(connected, {})) each.second->close();
}

void memory_network::calm() {
  plan = faults();
  mute = false;
  deaf = false;
}

send_fate memory_network::fate_of_send() {
  send_fate fate;
  if (!luck) return fate;
  if (mute) {
    fate.how = send_fate::kind::vanishes;
  } else if (luck->chance(plan.send_refused)) {
    fate.how = send_fate::kind::refused;
  } else if (luck->chance(plan.send_throttled)) {
    fate.how = send_fate::kind::throttled;
    fate.time = luck->between(plan.retry_after.from, plan.retry_after.to);
  } else if (luck->chance(plan.lost_while_sending)) {
    fate.how = send_fate::kind::lost;
    fate.shown_first = luck->chance(0.5);
  } else if (luck->chance(plan.send_slow)) {
    fate.time = luck->between(plan.send_time.from, plan.send_time.to);
    fate.shown_first = luck->chance(0.5);
  }
  return fate;
}

void memory_network::show(const outgoing& message) {
  if (!message.stamp.empty() && !stamps.insert(message.stamp).second) {
    ++repeats;
    if (luck) note("  (the network has seen this: " + message.body.plain() + ")");
    return;
  }
  const bool edit = !message.replaces.empty();
  unread.emplace_back(message.to, message.body, edit);
  note("[" + message.to.room + "] bot" + (edit ? " (edit): " : ": ") + unread.back().text);
  if (on_shown) on_shown(message);
}

void memory_network::note(std::string line) {
  if (luck) {
    const auto passed = std::chrono::duration_cast<std::chrono::milliseconds>(
                            clock->now() - clock::time_point(std::chrono::hours(1)))
                            .count();
    char time[32];
    std::snprintf(time, sizeof time, "%02d:%02d:%02d.%03d ", static_cast<int>(passed / 3'600'000),
                  static_cast<int>(passed / 60'000 % 60), static_cast<int>(passed / 1'000 % 60),
                  static_cast<int>(passed % 1'000));
    line.insert(0, time);
  }
  lines.push_back(std::move(line));
}

namespace {

class memory_conn final : public conn {
 public:
  memory_conn(std::shared_ptr<memory_network> network, const std::string& input,
              const boost::asio::any_io_executor& executor)
      : network_(std::move(network)),
        input_(input),
        incoming_(std::make_shared<net::mailbox<event>>(executor, 100'000)),
        closed_(executor) {
    network_->connected[input_] = incoming_;
    // A network shows this as long as the connection lives.
    std::erase_if(network_->busy, [&](const auto& each) { return each.starts_with(input_ + "/"); });
    ++network_->connections;
    network_->mute = false;
    network_->deaf = false;
    if (network_->luck) network_->note("  (connected)");
    for (const auto& [number, missed] : network_->unacknowledged) {
      event again = missed;
      if (again.from.input == input_) static_cast<void>(incoming_->try_push(std::move(again)));
    }
  }

  task<result<event>> recv() override { return incoming_->recv(); }

  task<result<receipt>> send(const outgoing& message) override {
    if (incoming_->closed()) co_return failure(errc::closed);
    if (network_->sends_to_refuse != 0) {
      --network_->sends_to_refuse;
      co_return failure(errc::not_sent, "the test refuses it");
    }
    const send_fate fate = network_->fate_of_send();
    switch (fate.how) {
      case send_fate::kind::vanishes:
        while (!incoming_->closed()) co_await closed_.wait();
        co_return failure(errc::closed);
      case send_fate::kind::refused:
        co_return failure(errc::not_sent, "the test refuses it");
      case send_fate::kind::throttled:
        co_return failure(errc::throttled, "the test asks to wait").retry_after(fate.time);
      case send_fate::kind::lost:
        if (fate.shown_first) network_->show(message);
        network_->note("  (connection lost while sending)");
        network_->lose_connections();
        co_return failure(errc::closed);
      case send_fate::kind::shown:
        break;
    }
    if (fate.time.count() != 0) {
      if (fate.shown_first) network_->show(message);
      co_await net::sleep_for(*network_->clock, fate.time);
      if (incoming_->closed()) co_return failure(errc::closed);
      if (!fate.shown_first) network_->show(message);
    } else {
      network_->show(message);
    }
    co_return receipt("m" + std::to_string(network_->lines.size()));
  }

  void acknowledge(std::uint64_t delivery) noexcept override {
    if (network_->luck &&
        (network_->mute || network_->luck->chance(network_->plan.acknowledgement_lost))) {
      return;
    }
    network_->unacknowledged.erase(delivery);
  }

  void working(const address& where, bool is, std::string_view) noexcept override {
    if (is) {
      network_->busy.insert(input_ + "/" + where.room);
    } else {
      const auto one = network_->busy.find(input_ + "/" + where.room);
      if (one != network_->busy.end()) network_->busy.erase(one);
    }
  }

  task<void> close() override {
    incoming_->close();
    closed_.notify_all();
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
  net::condition closed_;
};

class memory_input final : public input {
 public:
  memory_input(const input_environment& given, std::shared_ptr<memory_network> network)
      : name_(given.name), executor_(given.executor), network_(std::move(network)) {}

  void init(const settings&) override {}
  task<result<void>> start() override { co_return result<void>(); }
  task<result<std::unique_ptr<conn>>> stream() override {
    if (network_->luck && network_->luck->chance(network_->plan.connecting_fails)) {
      co_return failure(errc::timed_out, "connecting (the test says so)");
    }
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
