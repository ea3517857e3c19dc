// SPDX-License-Identifier: Apache-2.0
// What commands may see and do of what the store keeps: the part of `bot_view` that waits for it.
#include <boost/asio/post.hpp>

#include <future>

#include "core/pipeline.hpp"

namespace mynah::core {

namespace {

// Long enough to take the item over, or out.
constexpr std::chrono::minutes claim_time{1};

std::optional<queue_item> claim(store& from, const char* queue, std::int64_t id) {
  std::optional<queue_item> claimed;
  from.write([&](transaction& tx) { claimed = tx.claim_item(queue, id, claim_time); });
  return claimed;
}

bool drop(store& from, const char* queue, std::int64_t id) {
  bool dropped = false;
  from.write([&](transaction& tx) {
    const auto claimed = tx.claim_item(queue, id, claim_time);
    dropped = claimed && tx.finish(claimed->held());
  });
  return dropped;
}

}  // namespace

template <class What>
auto pipeline::on_strand_and_wait(What what) const {
  std::promise<decltype(what())> done;
  auto result = done.get_future();
  boost::asio::post(strand_, [&] {
    try {
      done.set_value(what());
    } catch (...) {
      done.set_exception(std::current_exception());
    }
  });
  return result.get();
}

audit_page pipeline::find_audit(const audit_query& query) {
  // What was collected, and not written, belongs to it.
  std::promise<void> flushed;
  boost::asio::post(strand_,
                    [this, &flushed] { trail_.flush([&flushed] { flushed.set_value(); }); });
  flushed.get_future().wait();
  audit_page page;
  journal_->kept_in().read([&](transaction& tx) { page = tx.find_audit(query); });
  return page;
}

std::vector<kept_message_info> pipeline::kept_messages() const {
  std::vector<kept_message_info> list;
  journal_->kept_in().read([&](transaction& tx) {
    list.clear();
    tx.scan_queue(journal::message_queue, 0, [&](const queue_item& item) {
      kept_message_info& each = list.emplace_back();
      each.id = item.id;
      each.added = item.added;
      each.set_aside = item.buried;
      if (const auto record = message_of(item.body)) {
        each.job = record->job;
        each.to = record->message.to;
        each.text = record->message.body.plain();
      }
      return true;
    });
  });
  return list;
}

bool pipeline::retry_message(std::int64_t id) {
  const auto claimed = claim(journal_->kept_in(), journal::message_queue, id);
  if (!claimed) return false;
  return on_strand_and_wait([&] {
    journal_->hold(claimed->held());
    recover_message(*claimed);
    return true;
  });
}

bool pipeline::drop_message(std::int64_t id) {
  const bool waited = on_strand_and_wait([&] {
    for (const auto& [input, box] : outboxes_) {
      if (const auto taken = box->take(id)) {
        journal_->sent(*taken);
        return true;
      }
    }
    return false;
  });
  if (waited) return true;
  return drop(journal_->kept_in(), journal::message_queue, id);
}

std::vector<kept_command_info> pipeline::kept_commands() const {
  std::vector<kept_command_info> list;
  journal_->kept_in().read([&](transaction& tx) {
    list.clear();
    tx.scan_queue(journal::command_queue, 0, [&](const queue_item& item) {
      kept_command_info& each = list.emplace_back();
      each.id = item.id;
      each.received = item.added;
      each.set_aside = item.buried;
      if (const auto record = command_of(item.body)) {
        each.job = record->job;
        each.line = record->line;
        each.principal = record->said.principal;
        each.where = record->said.from;
        each.started = record->started;
      }
      return true;
    });
  });
  return list;
}

bool pipeline::retry_command(std::int64_t id) {
  const auto claimed = claim(journal_->kept_in(), journal::command_queue, id);
  if (!claimed) return false;
  return on_strand_and_wait([&] {
    journal_->hold(claimed->held());
    recover_command(*claimed, true);
    return true;
  });
}

bool pipeline::drop_command(std::int64_t id) {
  return drop(journal_->kept_in(), journal::command_queue, id);
}

}  // namespace mynah::core
