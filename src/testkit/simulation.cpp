// SPDX-License-Identifier: Apache-2.0
#include <mynah/testkit/simulation.hpp>

#include <algorithm>
#include <map>
#include <mutex>
#include <optional>
#include <set>
#include <utility>

#include <mynah/async_command.hpp>

#include "core/journal.hpp"
#include "core/journal_record.hpp"
#include "core/registrations.hpp"
#include "testkit/chat_impl.hpp"

namespace mynah::testkit {

namespace {

/// A command as it ran.
class seen_run {
 public:
  std::uint64_t job = 0;
  std::size_t process = 0;
  bool changes = false;
  bool idempotent = false;
  bool ended = false;
  std::string answer;  ///< what it returned
};

/// Sees commands run; they may do so on any thread.
class run_watch {
 public:
  using key = std::pair<std::string, std::size_t>;

  key started(const context& ctx, const command_spec& spec) {
    const std::lock_guard lock(mutex_);
    std::vector<seen_run>& runs = by_event[ctx.event().id];
    seen_run& run = runs.emplace_back();
    run.job = ctx.id();
    run.process = process;
    run.changes = spec.effect == effects::changes;
    run.idempotent = spec.is_idempotent;
    return {ctx.event().id, runs.size() - 1};
  }

  void ended(const key& which, const std::string& answer) {
    const std::lock_guard lock(mutex_);
    seen_run& run = by_event[which.first][which.second];
    run.ended = true;
    run.answer = answer;
  }

  std::map<std::string, std::vector<seen_run>> by_event;
  std::size_t process = 0;

 private:
  std::mutex mutex_;
};

class watched_command final : public command {
 public:
  watched_command(command_ptr inner, std::shared_ptr<run_watch> watch)
      : command(inner->spec()), inner_(std::move(inner)), watch_(std::move(watch)) {}

  reply run(context& ctx) override {
    const run_watch::key mine = watch_->started(ctx, spec());
    try {
      reply answer = inner_->run(ctx);
      watch_->ended(mine, answer.plain());
      return answer;
    } catch (...) {
      watch_->ended(mine, {});
      throw;
    }
  }

 private:
  command_ptr inner_;
  std::shared_ptr<run_watch> watch_;
};

class watched_coroutine final : public async_command {
 public:
  watched_coroutine(std::shared_ptr<async_command> inner, std::shared_ptr<run_watch> watch)
      : async_command(inner->spec()), inner_(std::move(inner)), watch_(std::move(watch)) {}

  task<mynah::reply> run_async(async_context& ctx) override {
    const run_watch::key mine = watch_->started(ctx, spec());
    try {
      mynah::reply answer = co_await inner_->run_async(ctx);
      watch_->ended(mine, answer.plain());
      co_return answer;
    } catch (...) {
      watch_->ended(mine, {});
      throw;
    }
  }

 private:
  std::shared_ptr<async_command> inner_;
  std::shared_ptr<run_watch> watch_;
};

/// What somebody said.
class said_line {
 public:
  std::string id;
  std::string user;
  std::string room;
  std::string text;
  std::size_t at = 0;           ///< in the conversation
  std::size_t process = 0;      ///< that ran then, or had before
  std::optional<bool> changes;  ///< whether the command does, if it is one
};

/// A message that the store was given.
class stored_message {
 public:
  std::int64_t item = 0;
  std::uint64_t job = 0;
  std::string group;
  std::string text;
};

/// A message that was shown.
class shown_message {
 public:
  std::string room;
  std::string text;
  std::string stamp;
  std::size_t at = 0;  ///< in the conversation
};

class line_source {
 public:
  std::function<std::string(dice&, std::size_t)> make;
  unsigned weight = 1;
};

bool has(std::string_view text, std::string_view words) {
  return text.find(words) != std::string_view::npos;
}

}  // namespace

class simulation::impl {
 public:
  explicit impl(std::uint64_t seed) : seed(seed), luck(dice(seed).fork(1'000)) {}

  [[noreturn]] void violation(const std::string& what, std::size_t at) const;
  void say(std::size_t number);
  void look_at_store();
  void shown(const outgoing& message);
  void held();
  void look_at_what_is_left();
  void check_messages() const;
  void check_line(const said_line& line) const;
  void check_changing(const said_line& line, const std::vector<seen_run>& runs,
                      const std::vector<audit_entry>& entries) const;
  void check_told(const said_line& line, const audit_entry& entry) const;
  simulation_report report() const;

  const std::uint64_t seed;
  dice luck;
  testkit::chat chat;
  faults plan = faults::everyday();
  std::vector<std::string> users{"alice", "bob", "carol"};
  std::vector<std::string> rooms{"#ops", "#dev"};
  std::vector<line_source> sources;
  std::chrono::nanoseconds length = std::chrono::hours(1);
  std::size_t count = 200;
  std::vector<std::function<void(testkit::chat&)>> checks;
  std::string prefix = "!";
  bool tells_late = true;

  core::registrations known;
  std::shared_ptr<run_watch> watch = std::make_shared<run_watch>();
  std::vector<said_line> lines;
  std::map<std::string, stored_message> stored;  ///< by stamp
  std::int64_t last_item = 0;
  std::vector<shown_message> messages;
  std::map<std::string, std::size_t> message_of_stamp;
  std::map<std::string, std::vector<audit_entry>> audit;  ///< by event
  std::set<std::int64_t> aside;                           ///< messages that the store keeps so
  std::size_t commands_aside = 0;
  /// Noticed where nothing can be thrown.
  std::optional<std::pair<std::string, std::size_t>> wrong;
};

void simulation::impl::violation(const std::string& what, std::size_t at) const {
  const std::vector<std::string>& all = chat.impl_->network->lines;
  constexpr std::size_t before = 20;
  constexpr std::size_t after = 60;
  const std::size_t first = at > before ? at - before : 0;
  const std::size_t last = std::min(all.size(), at + after);
  std::string text = "seed " + std::to_string(seed) + ": " + what + "\nthe conversation around it:";
  for (std::size_t i = first; i < last; ++i) text += "\n  " + all[i];
  if (last < all.size()) {
    text += "\n  ... " + std::to_string(all.size() - last) + " lines more";
  }
  throw expectation_failed(text);
}

void simulation::impl::say(std::size_t number) {
  said_line& said = lines.emplace_back();
  said.id = "e" + std::to_string(number);
  said.user = users.at(luck.below(users.size()));
  said.room = rooms.at(luck.below(rooms.size()));
  std::uint64_t drawn = 0;
  for (const line_source& each : sources) drawn += each.weight;
  drawn = luck.below(drawn);
  for (const line_source& each : sources) {
    if (drawn < each.weight) {
      said.text = each.make(luck, number);
      break;
    }
    drawn -= each.weight;
  }
  if (!prefix.empty() && said.text.starts_with(prefix)) {
    const std::string_view line = std::string_view(said.text).substr(prefix.size());
    if (const auto found = known.router.find(line); found && !line.ends_with(" --help")) {
      said.changes = known.by_route[found->index]->code->spec().effect == effects::changes;
    }
  }
  said.at = chat.impl_->network->lines.size();
  said.process = chat.impl_->processes;
  event happened(event_type::message, address("test", said.room, said.user),
                 principal("test", said.user, assurance::verified, said.user), said.text);
  happened.id = said.id;
  happened.time = chat.clock().wall();
  chat.deliver(std::move(happened));
}

// New messages of the outbox, each of which stays there at least until the next transaction.
void simulation::impl::look_at_store() {
  chat.store().read([this](transaction& tx) {
    tx.scan_queue(core::journal::message_queue, last_item, [this](const queue_item& item) {
      last_item = item.id;
      const auto record = core::message_of(item.body);
      if (!record) {
        wrong.emplace("the outbox has an item that is no message: " + item.body, messages.size());
        return true;
      }
      stored_message& made = stored[record->message.stamp];
      made.item = item.id;
      made.job = record->job;
      made.group = item.group;
      made.text = record->message.body.plain();
      return true;
    });
  });
}

void simulation::impl::shown(const outgoing& message) {
  const std::size_t at = chat.impl_->network->lines.size();
  const bool store_may_fail = plan.store_fails != 0 || plan.full_every.count() != 0;
  if (!message.stamp.empty() && !store_may_fail && stored.count(message.stamp) == 0) {
    wrong.emplace("'" + message.body.plain() + "' is shown before it is stored", at);
  }
  if (!message.stamp.empty()) message_of_stamp.emplace(message.stamp, messages.size());
  shown_message& made = messages.emplace_back();
  made.room = message.to.room;
  made.text = message.body.plain();
  made.stamp = message.stamp;
  made.at = at;
}

void simulation::impl::held() {
  chat.take_replies();  // they would pile up
  if (wrong) violation(wrong->first, wrong->second);
  for (const auto& each : checks) {
    try {
      each(chat);
    } catch (const std::exception& error) {
      violation(error.what(), chat.impl_->network->lines.size());
    }
  }
}

void simulation::impl::look_at_what_is_left() {
  const std::size_t end = chat.impl_->network->lines.size();
  if (chat.unacknowledged() != 0) {
    violation(std::to_string(chat.unacknowledged()) + " events were never acknowledged", end);
  }
  std::string open;
  chat.store().read([&](transaction& tx) {
    open.clear();
    aside.clear();
    commands_aside = 0;
    for (const char* queue : {core::journal::message_queue, core::journal::command_queue}) {
      tx.scan_queue(queue, 0, [&](const queue_item& item) {
        if (item.buried.empty()) open = item.body;
        if (queue == core::journal::message_queue) {
          aside.insert(item.id);
        } else {
          ++commands_aside;
        }
        return true;
      });
    }
    audit_query all;
    all.oldest_first = true;
    all.limit = 1'000'000;
    audit.clear();
    for (audit_entry& each : tx.find_audit(all).entries) audit[each.event].push_back(each);
  });
  std::map<std::uint64_t, std::string> jobs;
  for (const auto& [event, entries] : audit) {
    for (const audit_entry& each : entries) {
      if (each.job == 0 || jobs.try_emplace(each.job, event).first->second == event) continue;
      violation("job number " + std::to_string(each.job) + " was given twice", end);
    }
  }
  if (!open.empty()) violation("left in the store: " + open, end);
}

void simulation::impl::check_messages() const {
  // By item, which is the order in which the store was given them.
  std::map<std::int64_t, const std::string*> by_item;
  for (const auto& [stamp, message] : stored) by_item.emplace(message.item, &stamp);
  std::map<std::string, std::size_t> last_of_group;
  for (const auto& [item, stamp] : by_item) {
    const stored_message& message = stored.at(*stamp);
    const auto found = message_of_stamp.find(*stamp);
    if (found == message_of_stamp.end()) {
      if (aside.count(item) != 0) continue;
      violation("a stored message of job " + std::to_string(message.job) +
                    " was never shown: " + message.text,
                0);
    }
    const auto [last, first_one] = last_of_group.try_emplace(message.group, found->second);
    if (first_one) continue;
    if (found->second < last->second) {
      violation("shown before what was stored before it: " + message.text,
                messages[found->second].at);
    }
    last->second = found->second;
  }
}

void simulation::impl::check_line(const said_line& line) const {
  static const std::vector<seen_run> no_runs;
  static const std::vector<audit_entry> no_entries;
  const auto ran = watch->by_event.find(line.id);
  const auto heard = audit.find(line.id);
  const std::vector<seen_run>& runs = ran == watch->by_event.end() ? no_runs : ran->second;
  const std::vector<audit_entry>& entries = heard == audit.end() ? no_entries : heard->second;
  const std::string what = line.id + " '" + line.text + "' of " + line.user + " in " + line.room;
  for (std::size_t i = 1; i < runs.size(); ++i) {
    if (runs[i].changes && !runs[i].idempotent) violation(what + " ran twice", line.at);
    if (runs[i].process == runs[i - 1].process) {
      violation(what + " ran twice in one process", line.at);
    }
  }
  const bool changes = runs.empty() ? line.changes == true : runs.front().changes;
  if (changes) {
    check_changing(line, runs, entries);
  } else if (line.changes && runs.empty() && entries.empty() &&
             chat.impl_->processes == line.process && chat.impl_->faulty->failures() == 0) {
    violation(what + " was lost", line.at);
  }
}

void simulation::impl::check_changing(const said_line& line, const std::vector<seen_run>& runs,
                                      const std::vector<audit_entry>& entries) const {
  const std::string what = line.id + " '" + line.text + "' of " + line.user + " in " + line.room;
  if (entries.empty()) violation(what + " was lost: nothing in the audit", line.at);
  if (entries.size() > 1) violation(what + " is in the audit more than once", line.at);
  const audit_entry& entry = entries.front();
  if (entry.outcome == "done") {
    const bool ended = std::any_of(runs.begin(), runs.end(), [](const auto& r) { return r.ended; });
    if (!ended) violation(what + " is recorded as done, and did not end", line.at);
  }
  const bool refused = entry.outcome == "denied" || entry.outcome == "refused" ||
                       entry.outcome == "too-late" || entry.outcome == "unknown-command";
  const bool idempotent = !runs.empty() && runs.front().idempotent;
  if (refused && !runs.empty() && !idempotent) {
    violation(what + " is recorded as " + entry.outcome + ", and ran", line.at);
  }
  check_told(line, entry);
}

void simulation::impl::check_told(const said_line& line, const audit_entry& entry) const {
  const std::string what = line.id + " '" + line.text + "' of " + line.user + " in " + line.room;
  std::string wanted;
  if (entry.outcome == "done") {
    for (const seen_run& run : watch->by_event.at(line.id)) {
      if (run.ended && run.job == entry.job) wanted = run.answer;
    }
    if (wanted.empty()) return;
  } else if (entry.outcome == "interrupted") {
    wanted = "unknown";  // "outcome unknown", or "what came of it is unknown"
  } else if (entry.outcome == "too-late" && !tells_late) {
    return;
  }
  const std::string number = "(job " + std::to_string(entry.job);
  for (const auto& [stamp, message] : stored) {
    if (message.job != entry.job || !has(message.text, wanted)) continue;
    if (entry.outcome == "interrupted" && !has(message.text, number)) continue;
    return;  // that it was shown, or set aside, is looked at elsewhere
  }
  // While the store fails, answers are shown without being stored.
  for (const shown_message& message : messages) {
    if (message.at < line.at || message.room != line.room) continue;
    if (!wanted.empty() && !has(message.text, wanted)) continue;
    if (entry.outcome == "interrupted" && !has(message.text, number)) continue;
    if (wanted.empty() && message.stamp.empty()) continue;
    return;
  }
  violation(what + " came to '" + entry.outcome + "' (job " + std::to_string(entry.job) +
                "), and nobody was told",
            line.at);
}

simulation_report simulation::impl::report() const {
  simulation_report sum;
  sum.lines = lines.size();
  for (const auto& [event, runs] : watch->by_event) {
    sum.runs += runs.size();
    if (runs.front().changes) sum.runs_again += runs.size() - 1;
  }
  for (const auto& [event, entries] : audit) {
    for (const audit_entry& each : entries)
      sum.interrupted += each.outcome == "interrupted" ? 1 : 0;
  }
  sum.set_aside = aside.size() + commands_aside;
  sum.kept = stored.size();
  sum.repeats = chat.repeats();
  sum.connections = chat.connections();
  sum.crashes = chat.impl_->crashes;
  sum.processes = chat.impl_->processes;
  return sum;
}

simulation::simulation(std::uint64_t seed) : impl_(std::make_unique<impl>(seed)) {
  chat::impl& inner = *impl_->chat.impl_;
  inner.keeps_log = false;
  inner.wrap = [watch = impl_->watch](command_ptr wrapped) -> command_ptr {
    if (auto coroutine = std::dynamic_pointer_cast<async_command>(wrapped)) {
      return std::make_shared<watched_coroutine>(std::move(coroutine), watch);
    }
    return std::make_shared<watched_command>(std::move(wrapped), watch);
  };
  inner.on_process = [watch = impl_->watch](std::size_t number) { watch->process = number; };
  inner.on_commit = [self = impl_.get()] { self->look_at_store(); };
  inner.network->on_shown = [self = impl_.get()](const outgoing& message) { self->shown(message); };
}

simulation::~simulation() {
  // The chat may still show what its bot says while it stops.
  impl_->chat.impl_->on_commit = nullptr;
  impl_->chat.impl_->network->on_shown = nullptr;
}

void simulation::use(const plugin_info& plugin) {
  impl_->known.use(plugin);
  impl_->chat.use(plugin);
}
void simulation::add(command_ptr added) {
  impl_->known.add(added);
  impl_->chat.add(std::move(added));
}
void simulation::add(std::shared_ptr<stream> added) {
  impl_->chat.add(std::move(added));
}
void simulation::set(std::string name, std::string value) {
  if (name == "prefix") impl_->prefix = value;
  if (name == "late-commands") impl_->tells_late = value == "answer";
  impl_->chat.set(std::move(name), std::move(value));
}
void simulation::grant(const std::string& user, const std::string& commands) {
  impl_->chat.grant(user, commands);
}
void simulation::go_wrong(const faults& plan) {
  impl_->plan = plan;
}
void simulation::users(std::vector<std::string> names) {
  impl_->users = std::move(names);
}
void simulation::rooms(std::vector<std::string> names) {
  impl_->rooms = std::move(names);
}
void simulation::says(std::string line, unsigned weight) {
  says([line = std::move(line)](dice&, std::size_t) { return line; }, weight);
}
void simulation::says(std::function<std::string(dice&, std::size_t)> line, unsigned weight) {
  impl_->sources.push_back({std::move(line), weight});
}
void simulation::lasts(std::chrono::nanoseconds time, std::size_t lines) {
  impl_->length = time;
  impl_->count = lines;
}
void simulation::check(std::function<void(testkit::chat&)> holds) {
  impl_->checks.push_back(std::move(holds));
}
testkit::chat& simulation::chat() noexcept {
  return impl_->chat;
}

simulation_report simulation::run() {
  impl& s = *impl_;
  if (s.sources.empty()) throw std::logic_error("simulation::run: nobody says anything");
  s.known.router.build();
  s.chat.faults(s.seed, s.plan);
  const auto step = std::chrono::duration_cast<std::chrono::milliseconds>(s.length) /
                    static_cast<std::int64_t>(std::max<std::size_t>(s.count, 1));
  for (std::size_t i = 1; i <= s.count; ++i) {
    s.chat.advance(s.luck.between(std::chrono::milliseconds(0), step * 2));
    s.say(i);
    s.held();
  }
  s.chat.no_more_faults();
  // A connection that was silent would stay so, and what it swallowed comes with the next.
  s.chat.advance(std::chrono::minutes(2));
  s.chat.disconnect();
  s.chat.advance(settles);
  s.held();
  s.look_at_what_is_left();
  s.check_messages();
  for (const said_line& each : s.lines) s.check_line(each);
  return s.report();
}

}  // namespace mynah::testkit
