// SPDX-License-Identifier: Apache-2.0
// What a bot does with what the run before it left: the part of the pipeline that runs once, at
// start, before anybody is heard.
#include <mynah/duration.hpp>
#include <mynah/utf8.hpp>

#include <cstdlib>

#include "core/kept_values.hpp"
#include "core/pipeline.hpp"

namespace mynah::core {

using detail::job;

namespace {

// Claims of a command: one when it is received, one at each start after that. More means that the
// bot ended twice while it handled this command.
constexpr std::int64_t most_attempts = 2;

// Enough of a command line to know it again.
constexpr std::size_t most_shown = 120;

reply about(const command_record& record) {
  reply text;
  text.untrusted(utf8_beginning(record.line, most_shown))
      .text(" (job " + std::to_string(record.job) + ", given by ");
  text.untrusted(record.said.principal.display.empty() ? record.said.principal.id
                                                       : record.said.principal.display);
  return text.text(")");
}

}  // namespace

void pipeline::recover(std::function<void(const std::string&)> then) {
  const auto last = std::make_shared<std::uint64_t>(0);
  // The numbers this run will give are reserved in the same step: it may end before the next.
  journal_->write(
      [last](transaction& tx) {
        const auto kept = tx.get(bot_space, last_job_key);
        *last = kept ? std::strtoull(kept->c_str(), nullptr, 10) : 0;
        tx.put(bot_space, last_job_key, std::to_string(*last + id_block * 4));
      },
      [this, last, then = std::move(then)](const std::string& unreadable) {
        if (!unreadable.empty()) {
          then(unreadable);
          return;
        }
        runner_.set_last_id(*last);
        reserved_id_ = *last + id_block * 3;
        journal_->recover([this, then](journal_rest rest, const std::string& why) {
          if (!why.empty()) {
            then(why);
            return;
          }
          if (!rest.commands.empty() || !rest.messages.empty()) {
            log_.warning("taking up what the last run left",
                         {{"commands", std::to_string(rest.commands.size())},
                          {"messages", std::to_string(rest.messages.size())}});
          }
          // What is waiting to be said comes before what is said now.
          for (const queue_item& each : rest.messages) recover_message(each);
          for (const queue_item& each : rest.commands) recover_command(each, false);
          keep_small();
          then({});
        });
      });
}

void pipeline::recover_message(const queue_item& item) {
  kept_message kept;
  kept.held = item.held();
  std::optional<message_record> record = message_of(item.body);
  if (!record) {
    journal_->undeliverable(kept, "this version cannot read it");
    return;
  }
  const auto box = outboxes_.find(record->message.to.input);
  if (box == outboxes_.end()) {
    journal_->undeliverable(kept, "no input is called '" + record->message.to.input + "'");
    return;
  }
  kept.now = kept_message::state::ready;
  record->message.again = true;
  box->second->push_kept(std::move(record->message), std::make_shared<kept_message>(kept));
}

void pipeline::recover_command(const queue_item& item, bool by_hand) {
  const std::optional<command_record> record = command_of(item.body);
  if (!record) {
    journal_->let_go(item.held());
    journal_->insist([held = item.held()](transaction& tx) {
      static_cast<void>(tx.bury(held, "this version cannot read it"));
    });
    return;
  }
  const std::string& line = record->line;
  std::optional<route> found = registered_->router.find(line);
  const registered_command* what = found ? registered_->by_route[found->index] : nullptr;
  const bool same = what != nullptr && what->code->spec().name == record->command;
  const bool runs_again = same && what->code->spec().is_idempotent;
  const bool stale = too_late(record->received).has_value();

  if (!by_hand) {
    if (record->started && (!runs_again || stale)) {
      settle_recovered(item, *record, outcome::interrupted, "the bot ended while it ran",
                       about(*record).text(
                           ": outcome unknown. The bot ended while it ran; look before you give it "
                           "again"));
      return;
    }
    if (item.attempts > most_attempts) {
      settle_recovered(item, *record, outcome::set_aside, "the bot ended twice while handling it",
                       about(*record).text(" is set aside: the bot ended twice while handling it"));
      return;
    }
    if (const auto late = too_late(record->received)) {
      settle_recovered(item, *record, outcome::too_late, *late,
                       answers_late_ ? about(*record).text(" was not run: " + *late) : reply());
      return;
    }
  }
  if (!same) {
    settle_recovered(item, *record, outcome::unknown_command, "no command matches any more",
                     about(*record).text(" was not run: this bot does not know it any more"));
    return;
  }
  const auto again = make_job(std::move(*found), event(record->said), line, record->job);
  again->held = item.held();
  // Its age was looked at above, by the time of receipt.
  again->said_in_time = true;
  again->journal_body = item.body;
  if (!accept(again)) return;
  if (again->journaled) {
    begin(again);
    return;
  }
  // It changes nothing any more, says a newer program; there is nothing to be recorded.
  settle_recovered(item, *record, outcome::refused, "it is no command that changes something",
                   about(*record).text(" was not run: give it again"));
}

void pipeline::settle_recovered(const queue_item& item, const command_record& record, outcome how,
                                std::string_view reason, reply message) {
  announce(audit_record(record.job, record.said, record.command, record.line, {}, how, reason,
                        std::chrono::nanoseconds(0)));
  settlement step;
  step.input = record.said.from.input;
  step.event_id = record.said.id;
  step.command = item.held();
  step.entry = entry_of(record.said, record.line, how, reason, clock_->wall(), secrets_);
  step.entry.job = record.job;
  step.entry.command = record.command;
  if (how == outcome::set_aside) step.set_aside = std::string(reason);
  outgoing answer(record.said.from, std::move(message));
  answer.answers = record.said.id;
  step.answer = post_kept(std::move(answer), record.job);
  journal_->settle(std::move(step), [] {}, when_ready(record.said.from));
}

}  // namespace mynah::core
