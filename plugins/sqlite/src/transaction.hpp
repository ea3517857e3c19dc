// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <mynah/store.hpp>

#include "connection.hpp"
#include "numbers.hpp"

namespace mynah::sqlite {

/// One `work` inside of what the connection has begun.
class sqlite_transaction final : public transaction {
 public:
  /// Without numbers it only reads.
  sqlite_transaction(connection& in, numbers* given, wall_time now)
      : in_(in), numbers_(given), now_(now) {}

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
  /// Throws in a transaction that only reads; else what gives numbers.
  numbers& writing();
  std::vector<std::int64_t> claimable(std::string_view queue, std::size_t n);
  lease insert_item(std::string_view queue, std::string_view group, std::string_view body,
                    wall_time due, std::int64_t token, wall_time until);
  std::size_t trim_audit(wall_time before, std::size_t n);
  void give_back_pages(std::size_t n);

  connection& in_;
  numbers* numbers_;
  wall_time now_;
};

}  // namespace mynah::sqlite
