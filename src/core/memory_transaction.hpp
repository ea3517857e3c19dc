// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <vector>

#include "core/memory_state.hpp"

namespace mynah::core {

/// Changes the state in place and remembers how to undo it.
class memory_transaction final : public transaction {
 public:
  memory_transaction(memory_state& state, wall_time now, bool reading)
      : state_(state), now_(now), reading_(reading) {}

  void roll_back() noexcept;

  std::optional<std::string> get(std::string_view space, std::string_view key) override;
  void put(std::string_view space, std::string_view key, std::string_view value) override;
  bool put_if(std::string_view space, std::string_view key,
              std::optional<std::string_view> expected, std::string_view value) override;
  bool erase(std::string_view space, std::string_view key) override;
  void scan(std::string_view space, std::string_view prefix,
            const std::function<bool(std::string_view, std::string_view)>& visit) override;

  bool append_event(std::string_view input, std::string_view id) override;

  std::int64_t enqueue(std::string_view queue, std::string_view group, std::string_view body,
                       wall_time due) override;
  lease enqueue_claimed(std::string_view queue, std::string_view group, std::string_view body,
                        std::chrono::milliseconds time) override;
  std::vector<queue_item> claim(std::string_view queue, std::size_t n,
                                std::chrono::milliseconds time) override;
  std::optional<queue_item> claim_item(std::string_view queue, std::int64_t item,
                                       std::chrono::milliseconds time) override;
  bool extend(const lease& held, std::chrono::milliseconds time) override;
  bool update(const lease& held, std::string_view body) override;
  bool release(const lease& held, wall_time due) override;
  bool bury(const lease& held, std::string_view why) override;
  bool finish(const lease& held) override;
  void scan_queue(std::string_view queue, std::int64_t after,
                  const std::function<bool(const queue_item&)>& visit) override;

  std::int64_t append_audit(const audit_entry& entry) override;
  audit_page find_audit(const audit_query& query) override;

  std::size_t trim(wall_time events, wall_time audit, wall_time buried, std::size_t n) override;

  wall_time now() const override { return now_; }

 private:
  using item = memory_state::item;

  using audit_place = std::map<std::int64_t, audit_entry>::iterator;

  /// Throws in a transaction that only reads.
  void about_to_write() const;

  // Each step of the undo log is noted before the change, and does no harm if that never came.
  void save_value(std::string_view space, std::string_view key);
  void save(const item& before);

  void keep_event(memory_state::event_key key, wall_time when);
  void forget_event(const memory_state::event_key& key);
  /// The item if this is its latest claim, and not given back; about to be changed.
  item* held_by(const lease& held);
  void claim_now(item& of, std::chrono::milliseconds time);
  void keep_item(item kept);
  void forget_item(std::int64_t id);
  void remove_audit(audit_place place);

  memory_state& state_;
  wall_time now_;
  bool reading_;
  std::vector<std::function<void()>> undo_;
};

}  // namespace mynah::core
