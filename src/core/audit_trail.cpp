// SPDX-License-Identifier: Apache-2.0
#include "core/audit_trail.hpp"

#include <mynah/duration.hpp>
#include <mynah/utf8.hpp>

#include <algorithm>
#include <utility>

#include "core/job.hpp"
#include "core/normalise.hpp"

namespace mynah::core {

using detail::job;

namespace {

// How long attempts are collected, and how long they wait when the store fails.
constexpr std::chrono::milliseconds moment{50};
constexpr std::chrono::milliseconds store_pause{1000};
// Ordinary attempts: so many at once, and as many in each second after that.
constexpr std::size_t burst = 20'000;
constexpr std::size_t each_second = 5'000;
// All that wait for the store, whatever they are.
constexpr std::size_t most_waiting = 50'000;
constexpr std::size_t most_waiting_bytes = 64 << 20;
// Of each text. What nobody ran is kept to know of it, and anybody can say it.
constexpr std::size_t most_of_run = 16'384;
constexpr std::size_t most_of_others = 1'024;
// From here on an attempt does not wait as a whole.
constexpr std::size_t long_text = 4'096;

std::string text_of(const argument_value& value) {
  class writer {
   public:
    std::string operator()(const std::string& text) const { return text; }
    std::string operator()(std::int64_t number) const { return std::to_string(number); }
    std::string operator()(double number) const { return std::to_string(number); }
    std::string operator()(bool yes) const { return yes ? "yes" : "no"; }
    std::string operator()(std::chrono::milliseconds time) const { return format_duration(time); }
  };
  return std::visit(writer(), value);
}

// A secret with characters in it that nobody sees is one all the same.
std::string raw_of(const event& said, const redactor& secrets) {
  if (!said.normalised || secrets.empty()) return secrets.redact(said.raw());
  std::string typed = said.raw();
  normalise(typed);
  return secrets.redact(secrets.suspects(typed) ? typed : said.raw());
}

bool was_run(mynah::outcome how) {
  switch (how) {
    case mynah::outcome::unknown_command:
    case mynah::outcome::wrong_usage:
    case mynah::outcome::denied:
    case mynah::outcome::refused:
    case mynah::outcome::too_late:
      return false;
    default:
      return true;
  }
}

// Masked as a whole and then cut: half a secret would not be recognised.
std::string kept(std::string text, mynah::outcome how) {
  const std::size_t most = was_run(how) ? most_of_run : most_of_others;
  if (text.size() <= most) return text;
  return utf8_beginning(text, most) + " (of " + std::to_string(text.size()) + " bytes)";
}

std::size_t text_size(const job& attempt) {
  return attempt.said.raw().size() + attempt.data.line.size();
}

std::size_t text_size(const audit_entry& entry) {
  return entry.raw.size() + entry.line.size() + entry.arguments.size() + entry.reason.size();
}

std::string arguments_of(const job& attempt) {
  std::string text;
  for (const auto& [name, value] : attempt.data.values) {
    if (!text.empty()) text += '\n';
    text.append(name).append("=").append(text_of(value));
  }
  return text;
}

}  // namespace

audit_entry entry_of(const event& said, std::string_view line, mynah::outcome how,
                     std::string_view reason, clock::wall_time time, const redactor& secrets) {
  audit_entry entry;
  entry.time = time;
  entry.event = said.id;
  entry.who = secrets.redact(said.principal.key());
  entry.display = secrets.redact(said.principal.display);
  entry.where = secrets.redact(said.from.to_string());
  entry.room = secrets.redact(said.from.input + '/' + said.from.room);
  entry.raw = kept(raw_of(said, secrets), how);
  entry.line = kept(secrets.redact(line), how);
  entry.outcome = to_string(how);
  entry.reason = kept(secrets.redact(reason), how);
  return entry;
}

audit_entry entry_of(const job& attempt, mynah::outcome how, std::string_view reason,
                     std::chrono::nanoseconds duration, clock::wall_time time,
                     const redactor& secrets) {
  audit_entry entry = entry_of(attempt.said, attempt.data.line, how, reason, time, secrets);
  entry.job = attempt.id;
  entry.command = attempt.what.code->spec().name;
  entry.arguments = kept(secrets.redact(std::string_view(arguments_of(attempt))), how);
  entry.decision = secrets.redact(attempt.decision());
  entry.duration = duration;
  return entry;
}

audit_trail::audit_trail(std::shared_ptr<journal> journal, std::shared_ptr<clock> clock, logger log,
                         redactor secrets)
    : journal_(std::move(journal)),
      clock_(std::move(clock)),
      log_(std::move(log)),
      secrets_(std::move(secrets)),
      allowance_(burst),
      allowed_at_(clock_->now()) {}

bool audit_trail::has_room(bool must, std::size_t bytes, clock::time_point now) {
  if (closed_) return false;
  if (!must && allowance_ == 0) {
    const auto more = static_cast<std::size_t>((now - allowed_at_) / std::chrono::milliseconds(1)) *
                      each_second / 1000;
    if (more != 0) {
      allowance_ = std::min(more, burst);
      allowed_at_ = now;
    }
  }
  if (waiting_->size() < most_waiting && waiting_bytes_ + bytes <= most_waiting_bytes &&
      (must || allowance_ != 0)) {
    if (!must) --allowance_;
    waiting_bytes_ += bytes;
    return true;
  }
  if (missed_++ == 0) log_.warning("more commands than the audit can take; some are only counted");
  return false;
}

void audit_trail::add(std::shared_ptr<const job> attempt, mynah::outcome how,
                      std::string_view reason, std::chrono::nanoseconds duration,
                      clock::time_point now) {
  // What somebody may have wanted to hide in a flood is kept.
  const bool must = how != mynah::outcome::done || attempt->what.code->spec().is_restricted;
  const std::size_t size = text_size(*attempt);
  if (size >= long_text) {
    const clock::wall_time wall = clock_->wall();
    add(entry_of(*attempt, how, reason, duration, wall, secrets_), must);
    return;
  }
  if (!has_room(must, size, now)) return;
  ended& last = waiting_->emplace_back();
  last.job = std::move(attempt);
  last.how = how;
  last.reason = reason;
  last.duration = duration;
  last.at = now;
  added();
}

void audit_trail::add(audit_entry entry, bool must) {
  if (!has_room(must, text_size(entry), clock_->now())) return;
  waiting_->emplace_back().entry = std::make_unique<audit_entry>(std::move(entry));
  added();
}

void audit_trail::added() {
  if (moment_ != 0 || writing_ != nullptr) return;
  write();
}

void audit_trail::flush(std::function<void()> then) {
  if (waiting_->empty() && missed_ == 0 && writing_ == nullptr) {
    then();
    return;
  }
  flushed_.push_back(std::move(then));
  if (writing_ == nullptr) write();
}

void audit_trail::close() {
  if (moment_ != 0) clock_->cancel(std::exchange(moment_, 0));
  closed_ = true;
  if (failing_) {
    log_.error("attempts are missing in the audit", {{"count", std::to_string(waiting_->size())}});
  }
  // What was collected refers to jobs, and they to whoever has this trail.
  waiting_->clear();
  writing_ = nullptr;
  flushed_.clear();
}

void audit_trail::write() {
  writing_ = std::exchange(waiting_, std::exchange(spare_, nullptr));
  writing_bytes_ = std::exchange(waiting_bytes_, 0);
  if (missed_ != 0) {
    ended& gap = writing_->emplace_back();
    gap.entry = std::make_unique<audit_entry>();
    gap.entry->time = clock_->wall();
    gap.entry->outcome = to_string(outcome::refused);
    gap.entry->reason =
        std::to_string(missed_) + " attempts are not in the audit: too many at once";
    missed_ = 0;
  }
  const clock::wall_time wall = clock_->wall();
  const clock::time_point now = clock_->now();
  journal_->write(
      [batch = writing_, secrets = secrets_, wall, now](transaction& tx) {
        for (const ended& each : *batch) {
          if (each.entry != nullptr) {
            tx.append_audit(*each.entry);
            continue;
          }
          const auto time =
              wall - std::chrono::duration_cast<clock::wall_time::duration>(now - each.at);
          tx.append_audit(entry_of(*each.job, each.how, each.reason, each.duration, time, secrets));
        }
      },
      [this](const std::string& why) { written(why); });
  write_after(moment);
}

void audit_trail::write_after(std::chrono::milliseconds time) {
  if (moment_ != 0) clock_->cancel(moment_);
  moment_ = clock_->call_at(clock_->now() + time, [this] {
    moment_ = 0;
    if (writing_ == nullptr && (!waiting_->empty() || missed_ != 0)) write();
  });
}

void audit_trail::written(const std::string& why) {
  if (closed_) return;
  if (!why.empty()) {
    if (!std::exchange(failing_, true)) {
      log_.error("the store does not take the audit; it waits", {{"reason", why}});
    }
    for (ended& each : *waiting_) writing_->push_back(std::move(each));
    waiting_->clear();
    waiting_bytes_ += std::exchange(writing_bytes_, 0);
    spare_ = std::exchange(waiting_, std::exchange(writing_, nullptr));
    write_after(store_pause);
  } else {
    if (std::exchange(failing_, false)) log_.info("the store takes the audit again");
    writing_->clear();  // here, where jobs may end
    spare_ = std::exchange(writing_, nullptr);
    if (!waiting_->empty()) {
      if (moment_ == 0 || !flushed_.empty()) write();
      return;
    }
  }
  for (const std::function<void()>& then : std::exchange(flushed_, {})) then();
}

}  // namespace mynah::core
