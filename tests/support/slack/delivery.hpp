// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <deque>
#include <functional>
#include <memory>
#include <string>
#include <unordered_map>
#include <vector>

#include "emulator.hpp"
#include "timeline.hpp"
#include "world.hpp"

namespace mynah_test::slack {

class server;

enum class delivery_kind { event, slash_command, interactive };

/// One thing that an app is to get, by Socket Mode or HTTP.
struct delivery {
  delivery_kind kind = delivery_kind::event;
  app_record* app = nullptr;
  /// JSON.
  std::shared_ptr<const std::string> payload;
  bool accepts_payload = false;
  /// Of an event; or of an interaction.
  std::string id;
  /// From the second time on.
  std::string envelope_id;
  int attempt = 0;
  std::string retry_reason;
};

/// Brings things to apps, and again if they are not acknowledged. Belongs to the emulator's thread.
class deliveries {
 public:
  explicit deliveries(server& owner) : owner_(owner) {}

  void send(delivery what);
  void acknowledged(const delivery& what, const json& payload);
  /// `at_once`: whether the first retry goes out now. `final`: no retries.
  void failed(delivery what, const std::string& reason, bool at_once, bool final = false);

  /// Keeps things back until off again.
  void hold(bool on);
  void send_again(const std::string& event_id);
  /// Sends more of a flood as acknowledgements come.
  void flood(std::size_t count, std::size_t window, std::function<void(std::size_t)> post);

  delivery_counts counts;

 private:
  void dispatch(delivery what);
  void continue_flood();
  void settled();

  server& owner_;
  bool holding_ = false;
  std::vector<delivery> held_;
  std::unordered_map<std::string, delivery> recent_;
  std::deque<std::string> recent_ids_;
  struct running_flood {
    std::size_t next = 0;
    std::size_t count = 0;
    std::size_t window = 0;
    std::function<void(std::size_t)> post;
  };
  std::deque<running_flood> floods_;
  bool flooding_ = false;
};

}  // namespace mynah_test::slack
