// SPDX-License-Identifier: Apache-2.0
#include <mynah/duration.hpp>
#include <mynah/utf8.hpp>

#include "core/pipeline.hpp"

#include <boost/asio/post.hpp>
#include <boost/asio/strand.hpp>
#include <boost/uuid/random_generator.hpp>
#include <boost/uuid/uuid_io.hpp>

#include <algorithm>

#include "core/kept_values.hpp"
#include "core/nearest.hpp"
#include "core/normalise.hpp"
#include "core/parse_arguments.hpp"
#include "core/values.hpp"

namespace mynah::core {

using detail::job;

namespace {

std::string_view first_word(std::string_view line) {
  return line.substr(0, line.find_first_of(" \t\n"));
}

// Receipts being recorded at one time; what comes on top is refused.
constexpr std::size_t most_receiving = 4096;
constexpr std::chrono::hours upkeep_step{1};

std::string new_stamp() {
  // Seeded once: asking the kernel for each takes as long as writing it.
  thread_local boost::uuids::random_generator_mt19937 generate;
  return boost::uuids::to_string(generate());
}

// Of several that were said, the person wants to know which.
reply busy(const job& made, const std::string& full) {
  const std::string_view line = made.data.line;
  reply answer("'");
  answer.untrusted(utf8_beginning(line.substr(0, line.find('\n')), 60));
  answer.text("' is not run now: " + full + "; `jobs` lists them, `cancel <id>` stops one");
  return answer;
}

outgoing answer_to(const event& said, reply message) {
  outgoing made(said.from, std::move(message));
  made.answers = said.id;
  return made;
}

outgoing answer_to(const event& said, reply message, outcome how, std::string_view reason) {
  outgoing made = answer_to(said, std::move(message));
  made.failed = how != outcome::done;
  if (how == outcome::wrong_usage) made.misuse = reason;
  return made;
}

reply denial(const decision& denied) {
  return reply("denied: ").untrusted(denied.reason).only_to_caller();
}

}  // namespace

pipeline::pipeline(boost::asio::any_io_executor strand, std::shared_ptr<clock> clock, logger log,
                   std::string program, audit_sink audit, run_options run,
                   std::shared_ptr<registrations> registered, const resolved_settings& settings,
                   std::shared_ptr<store> store)
    : strand_(std::move(strand)),
      clock_(std::move(clock)),
      log_(std::move(log)),
      audit_log_(log_.named("audit")),
      program_(std::move(program)),
      audit_(std::move(audit)),
      name_(settings.bot.text("name")),
      prefix_(settings.bot.text("prefix")),
      started_(clock_->now()),
      registered_(std::move(registered)),
      gate_(settings.bot),
      questions_(strand_, clock_, settings.bot.text("cancel-word")),
      secrets_(settings.redactor),
      journal_(std::make_shared<journal>(strand_, clock_, log_.named("journal"), std::move(store))),
      trail_(journal_, clock_, audit_log_, secrets_),
      max_event_age_(settings.bot.duration("max-event-age")),
      answers_late_(settings.bot.text("late-commands") == "answer"),
      audit_keep_(settings.bot.duration("audit-keep")),
      runner_(*this, strand_, clock_, std::move(run)) {
  for (const auto& each : registered_->commands) {
    each->log = log_.named(each->code->spec().name);
    sorted_.push_back(each.get());
  }
  std::sort(sorted_.begin(), sorted_.end(), [](const auto* a, const auto* b) {
    return a->code->spec().name < b->code->spec().name;
  });
  plugin_settings_[""] = settings.bot;
  std::vector<std::string> permissions = {"cancel.any"};
  for (const auto& each : registered_->commands) {
    permissions.push_back(each->code->spec().required_permission);
  }
  gate_.refuse_idle_restrictions(permissions, settings.bot.source("restrict"));
  for (const mynah::settings& each : settings.plugins) plugin_settings_[each.owner()] = each;
  for (const input_selection& each : settings.inputs) {
    outboxes_[each.name] =
        std::make_shared<outbox>(strand_, clock_, log_.named(each.name), journal_);
    inputs_.emplace_back(each.name, "starting", "");
  }
  registered_->router.build();
}

void pipeline::close() {
  if (upkeep_timer_ != 0) clock_->cancel(std::exchange(upkeep_timer_, 0));
  trail_.close();
  journal_->close();
  for (const auto& each : outboxes_) each.second->close();
}

void pipeline::on_event(event&& seen, const std::shared_ptr<live_connection>& by) {
  delivery arrived(by, seen.delivery);
  try {
    if (!seen.id.empty() && !recent_.insert(seen.from.input, seen.id)) {
      log_.debug("an event came twice", {{"input", seen.from.input}, {"id", seen.id}});
      if (!arrived.is_owed() || arrivals_.again(seen, arrived)) return;
    } else {
      handle(seen, arrived);
    }
  } catch (const std::exception& error) {
    log_.error("an event was dropped", {{"reason", error.what()}});
  }
  // Unless the journal has it now, and says when the network may be told.
  arrived.acknowledge();
}

void pipeline::handle(event& seen, delivery& arrived) {
  normalise(seen);
  if (!registered_->streams.empty() && !through_streams(seen)) return;
  if (seen.origin != event_origin::person) return;
  if (seen.type != event_type::message && seen.type != event_type::action) return;
  if (const std::string_view question = seen.tag("question");
      !question.empty() && seen.type == event_type::action) {
    if (questions_.answer_by_button(seen, question)) return;
    reply refusal("That question is not open any more, or was put to somebody else.");
    refusal.only_to_caller();
    post(answer_to(seen, std::move(refusal)));
    return;
  }
  const addressing found = address_of(seen, prefix_, name_);
  // Who is asked something and uses a button of something else has not answered.
  const bool is_button = seen.type == event_type::action && !seen.tag("button").empty();
  if (!is_button && questions_.is_open(seen) && answers_question(seen, found)) return;
  // The number of a card's choice may be said bare: the card has just asked for it.
  if (auto chosen = choices_.command_for(
          seen.from, found.how == addressed_by::nothing ? trimmed(seen.text) : found.line,
          clock_->now())) {
    std::string_view line = *chosen;
    if (!prefix_.empty() && line.starts_with(prefix_)) line.remove_prefix(prefix_.size());
    run_line(seen, line, arrived);
    return;
  }
  if (found.how == addressed_by::nothing || found.line.empty()) return;
  run_line(seen, found.line, arrived);
}

bool pipeline::through_streams(event& seen) {
  for (const auto& each : registered_->streams) {
    try {
      if (each->on_event(seen, *this) == stream_verdict::consume) return false;
    } catch (const std::exception& error) {
      log_.error("a stream failed", {{"stream", each->name()}, {"reason", error.what()}});
    } catch (...) {
      log_.error("a stream failed", {{"stream", each->name()}});
    }
  }
  return true;
}

bool pipeline::answers_question(const event& said, const addressing& found) {
  const std::string_view text = trimmed(said.text);
  const bool by_prefix = found.how == addressed_by::prefix ||
                         (found.how == addressed_by::direct && found.line.size() < text.size());
  // "!jobs" in the middle of a question is a command; "!important" that is none is an answer.
  if (by_prefix && registered_->router.find(found.line)) return false;
  const std::string_view answer = found.how == addressed_by::name ? found.line : text;
  if (answer.empty()) return true;
  questions_.answer(said, std::string(answer));
  return true;
}

void pipeline::run_line(event& said, std::string_view line, delivery& arrived) {
  // Looked at first: a pattern such as ^ping$ does not match "ping --help", another might.
  if (line.ends_with(" --help") && asks_for_help(said, line)) return;
  std::optional<route> found = registered_->router.find(line);
  if (!found) {
    unknown(said, line);
    return;
  }
  std::string kept_line(line);  // `line` is a view into what moves away now
  const auto made =
      make_job(std::move(*found), std::move(said), std::move(kept_line), runner_.next_id());
  if (made->id >= reserved_id_) reserve_ids();
  if (made->journaled) arrivals_.open(made->said, std::move(arrived));
  if (!accept(made)) return;
  if (made->journaled) {
    receive(made);
  } else {
    arrived.acknowledge();
    run(made);
  }
}

std::shared_ptr<job> pipeline::make_job(route&& found, event&& said, std::string line,
                                        std::uint64_t id) {
  const auto made =
      std::make_shared<job>(shared_from_this(), clock_, *registered_->by_route[found.index],
                            std::move(said), std::move(line), id);
  made->data.captures = std::move(found.captures);
  made->data.capture_names = found.capture_names;
  return made;
}

std::optional<std::string> pipeline::too_late(clock::wall_time said) const {
  if (max_event_age_.count() == 0 || said.time_since_epoch().count() == 0) return std::nullopt;
  const auto age = clock_->wall() - said;
  if (age <= max_event_age_) return std::nullopt;
  return "said " + format_duration(std::chrono::duration_cast<std::chrono::seconds>(age)) +
         " ago, and nothing older than " + format_duration(max_event_age_) + " is run";
}

// Parse and authorise: whether the command may run; if not, that is settled.
bool pipeline::accept(const std::shared_ptr<job>& made) {
  const command_spec& spec = made->what.code->spec();
  const auto late = made->said_in_time ? std::nullopt : too_late(made->said.time);
  if (late) {
    refuse(made, outcome::too_late, *late,
           answers_late_ ? reply(spec.name + " is not run: " + *late) : reply());
    return false;
  }
  if (auto wrong = parse_arguments(spec, made->data)) {
    refuse(made, outcome::wrong_usage, *wrong,
           reply(spec.name + ": ").untrusted(*wrong).text("\nusage: " + spec.usage_line()));
    return false;
  }
  decision allowed = gate_.decide(made->said.principal, spec);
  made->allowed = allowed.allowed;
  made->decided = allowed.reason;
  if (!allowed.allowed) {
    refuse(made, outcome::denied, {}, denial(allowed));
    return false;
  }
  return true;
}

// What changes nothing runs at once.
void pipeline::run(const std::shared_ptr<job>& made) {
  const command_spec& spec = made->what.code->spec();
  if (spec.how == execution::quick && made->what.coroutine == nullptr) {
    runner_.run_quick(made);
    return;
  }
  if (auto full = runner_.admit(made)) {
    refuse(made, outcome::refused, *full, busy(*made, *full));
    return;
  }
  runner_.launch(made);
}

// What changes something is recorded before the network is told that it arrived ...
void pipeline::receive(const std::shared_ptr<job>& made) {
  if (journal_->receiving() >= most_receiving) {
    unrecorded(made, "too many commands wait to be recorded");
    return;
  }
  made->journal_body = command_body(made->said, made->data.line, made->what.code->spec().name,
                                    made->id, clock_->wall());
  journal_->receive(made, [this, made](journal::reception how, const std::string& why) {
    switch (how) {
      case journal::reception::recorded:
        arrivals_.close(made->said);
        begin(made);
        return;
      case journal::reception::duplicate:
        arrivals_.close(made->said);
        log_.debug("a command came twice",
                   {{"input", made->said.from.input}, {"id", made->said.id}});
        return;
      case journal::reception::failed:
        unrecorded(made, why);
        return;
    }
  });
}

// ... and recorded as started before it runs.
void pipeline::begin(const std::shared_ptr<job>& made) {
  // Its receipt was being recorded when all others were told to stop. Started now, it would be left
  // behind in the middle.
  if (runner_.all_cancelled()) {
    refuse(made, outcome::refused, "the bot stops",
           reply(made->what.code->spec().name + " is not run: the bot stops"));
    return;
  }
  if (auto full = runner_.admit(made)) {
    refuse(made, outcome::refused, *full, busy(*made, *full));
    return;
  }
  made->journal_body = started_body(made->journal_body);
  journal_->begin(
      made,
      [this, made](bool ours) {
        made->journal_body = std::string();
        if (!ours) {
          // What becomes of it is for whoever took it over to say.
          made->told = outcome::interrupted;
          runner_.cancel(made->id, "another process took it over");
          return;
        }
        // The store may have kept it waiting for long.
        if (max_event_age_.count() != 0 && clock_->now() - made->started > max_event_age_) {
          runner_.cancel(made->id, "it waited too long for the store");
        } else {
          runner_.launch(made);
        }
      },
      [this, made](const std::string&) {
        if (made->now != job::state::waiting) return;
        const std::string id = std::to_string(made->id);
        post(answer_to(made->said, reply(made->what.code->spec().name + " waits (job " + id +
                                         "): the bot cannot record what it does now; `cancel " +
                                         id + "` drops it")));
      });
}

void pipeline::unrecorded(const std::shared_ptr<job>& made, const std::string& why) {
  log_.error("a command is refused, because it cannot be recorded",
             {{"command", made->what.code->spec().name}, {"reason", why}});
  reply told(made->what.code->spec().name +
             " is not run: the bot cannot record what it does now (its log says why)");
  // That it was refused is recorded as soon as that can be, and before the network is told that it
  // arrived: else it would run after all when it is delivered again.
  if (journal_->waiting() < most_receiving) {
    refuse(made, outcome::refused, "not recorded: " + why, std::move(told));
    return;
  }
  arrivals_.close(made->said);
  announce(audit_record(made->id, made->said, made->what.code->spec().name, made->data.line,
                        made->decision(), outcome::refused, "not recorded: " + why,
                        std::chrono::nanoseconds(0)));
  post(answer_to(made->said, std::move(told), outcome::refused, {}));
  trail_.add(made, outcome::refused, "not recorded: " + why, std::chrono::nanoseconds(0),
             clock_->now());
}

bool pipeline::asks_for_help(const event& said, std::string_view line) {
  line.remove_suffix(std::string_view(" --help").size());
  const auto named = registered_->by_name.find(trimmed(line));
  if (named == registered_->by_name.end()) return false;
  const command& what = *named->second->code;
  const decision allowed = gate_.decide(said.principal, what.spec());
  post(answer_to(said,
                 allowed.allowed ? reply().code_block(what.spec().help_text()) : denial(allowed)));
  return true;
}

void pipeline::unknown(const event& said, std::string_view line) {
  const std::string_view word = first_word(line);
  announce(audit_record(0, said, {}, line, {}, outcome::unknown_command, "no command matches",
                        std::chrono::nanoseconds(0)));
  trail_.add(entry_of(said, line, outcome::unknown_command, "no command matches", clock_->wall(),
                      secrets_));
  if (!unknown_.may_answer(said.from.input + '/' + said.from.room + '/' + said.principal.key(),
                           clock_->now())) {
    return;
  }
  reply answer("I do not know '");
  answer.untrusted(std::string(word.substr(0, 60))).text("'.");
  const std::vector<std::string> near = suggestions(said.principal, word);
  if (!near.empty()) {
    std::string names = " Did you mean ";
    for (std::size_t i = 0; i < near.size(); ++i) {
      if (i != 0) names += i + 1 == near.size() ? " or " : ", ";
      names += near[i];
    }
    answer.text(names + "?");
  } else if (find_command("help") != nullptr) {
    answer.text(" Try help.");
  }
  post(answer_to(said, std::move(answer)));
}

void pipeline::refuse(const std::shared_ptr<job>& refused, outcome how, std::string_view reason,
                      reply message) {
  refused->started = clock_->now();
  end_attempt(refused, how, reason, refused->started, std::move(message));
}

void pipeline::deliver(const std::shared_ptr<job>& from, reply message) {
  post(answer_to(from->said, std::move(message)));
}

void pipeline::working(const job& one, bool is) {
  const auto found = outboxes_.find(one.said.from.input);
  if (found != outboxes_.end()) found->second->working(one.said.from, is, one.said.id);
}

void pipeline::settled(const std::shared_ptr<job>& ended, outcome how, std::string_view reason,
                       reply answer) {
  end_attempt(ended, how, reason, clock_->now(), std::move(answer));
}

void pipeline::end_attempt(const std::shared_ptr<job>& ended, outcome how, std::string_view reason,
                           clock::time_point now, reply&& message) {
  const std::chrono::nanoseconds took = now - ended->started;
  if (audit_ || audit_log_.enabled(log_level::info)) {
    announce(audit_record(ended->id, ended->said, ended->what.code->spec().name, ended->data.line,
                          ended->decision(), how, reason, took));
  }
  if (!ended->journaled) {
    post(answer_to(ended->said, std::move(message), how, reason));
    trail_.add(ended, how, reason, took, now);
    return;
  }
  settlement step;
  step.input = ended->said.from.input;
  step.event_id = ended->said.id;
  step.command = std::exchange(ended->held, lease());
  step.entry = entry_of(*ended, how, reason, took, clock_->wall(), secrets_);
  step.answer = post_kept(answer_to(ended->said, std::move(message), how, reason), ended->id);
  journal_->settle(
      std::move(step), [this, ended] { arrivals_.close(ended->said); },
      when_ready(ended->said.from));
}

void pipeline::announce(const audit_record& record) {
  const std::string line = secrets_.redact(record.line);
  const std::string reason = secrets_.redact(record.reason);
  if (audit_) {
    try {
      audit_(audit_record(record.job, record.event, record.command, line, record.decision,
                          record.outcome, reason, record.duration));
    } catch (const std::exception& error) {
      log_.error("the audit sink failed", {{"reason", error.what()}});
    }
    return;
  }
  if (!audit_log_.enabled(log_level::info)) return;
  const std::string who = record.event.principal.key();
  const std::string where = record.event.from.to_string();
  const std::string took = format_duration(record.duration);
  audit_log_.info(record.command, {{"outcome", to_string(record.outcome)},
                                   {"who", who},
                                   {"where", where},
                                   {"line", line},
                                   {"decision", record.decision},
                                   {"reason", reason},
                                   {"took", took}});
}

// Ids are taken in advance, in blocks: never one for two commands, also after a crash.
void pipeline::reserve_ids() {
  if (reserving_) return;
  reserving_ = true;
  const std::uint64_t upto = runner_.last_id() + id_block * 4;
  journal_->write(
      [text = std::to_string(upto)](transaction& tx) { tx.put(bot_space, last_job_key, text); },
      [this, upto](const std::string& why) {
        reserving_ = false;
        if (why.empty()) reserved_id_ = upto - id_block;
      });
}

void pipeline::keep_small() {
  upkeep_timer_ = clock_->call_at(clock_->now() + upkeep_step, [weak = weak_from_this()] {
    if (const auto self = weak.lock()) self->keep_small();
  });
  trim();
}

void pipeline::trim() {
  // Events are dropped as duplicates for at least a day; twice that, for clocks that are set.
  static constexpr std::chrono::hours events{48};
  static constexpr std::chrono::hours set_aside{24 * 30};
  constexpr std::size_t step = 1000;
  const auto gone = std::make_shared<std::size_t>(0);
  journal_->write(
      [gone, keep = audit_keep_](transaction& tx) {
        const auto now = tx.now();
        *gone = tx.trim(now - events, keep.count() == 0 ? transaction::wall_time() : now - keep,
                        now - set_aside, step);
      },
      [weak = weak_from_this(), gone](const std::string&) {
        const auto self = weak.lock();
        if (self != nullptr && *gone >= step) self->trim();
      });
}

task<void> pipeline::put_away() {
  trail_.flush([] {});
  journal_->write([text = std::to_string(runner_.last_id())](
                      transaction& tx) { tx.put(bot_space, last_job_key, text); },
                  [](const std::string&) {});
  co_await journal_->idle();
}

outbox& pipeline::outbox_of(const std::string& input) {
  return *outboxes_.at(input);
}

bool pipeline::on_strand() const {
  const auto* strand = strand_.target<boost::asio::strand<boost::asio::any_io_executor>>();
  return strand != nullptr && strand->running_in_this_thread();
}

void pipeline::mask(outgoing& message) const {
  message.body = secrets_.redact(std::move(message.body));
  message.misuse = secrets_.redact(message.misuse);
}

bool pipeline::post(outgoing&& message, std::shared_ptr<job> from) {
  if (message.body.empty()) return false;
  const auto found = outboxes_.find(message.to.input);
  if (found == outboxes_.end()) {
    log_.warning("a message names an input this bot does not have", {{"input", message.to.input}});
    return false;
  }
  if (from != nullptr && from->journaled) {
    const std::uint64_t id = from->id;
    const auto ready = when_ready(message.to);
    journal_->keep(post_kept(std::move(message), id, std::move(from)), ready);
    return true;
  }
  if (message.body.framed() != nullptr) {
    choices_.remember(message.to, *message.body.framed(), clock_->now());
  }
  if (!secrets_.empty()) mask(message);
  found->second->push(std::move(message), std::move(from));
  return true;
}

std::shared_ptr<kept_message> pipeline::post_kept(outgoing message, std::uint64_t id,
                                                  std::shared_ptr<job> from) {
  const auto found = outboxes_.find(message.to.input);
  if (message.body.empty() || found == outboxes_.end()) return nullptr;
  if (message.body.framed() != nullptr) {
    choices_.remember(message.to, *message.body.framed(), clock_->now());
  }
  mask(message);
  message.stamp = new_stamp();
  auto kept = std::make_shared<kept_message>();
  kept->group = message.to.input + '\n' + message.to.room;
  kept->body = message_body(message, id);
  found->second->push_kept(std::move(message), kept, std::move(from));
  return kept;
}

journal::on_ready pipeline::when_ready(const address& where) {
  return [box = outboxes_.find(where.input), room = where.room,
          this](const std::shared_ptr<kept_message>&) {
    if (box != outboxes_.end()) box->second->changed(room);
  };
}

void pipeline::say(const address& where, reply message) {
  boost::asio::post(strand_,
                    [self = shared_from_this(), where, message = std::move(message)]() mutable {
                      self->post(outgoing(where, std::move(message)));
                    });
}

void pipeline::emit(const address& where, reply message) {
  post(outgoing(where, std::move(message)));
}

bool pipeline::reply_from(const std::shared_ptr<job>& from, reply message, bool is_progress) {
  // Muted once the asker has been told that it ended, or somebody told it to stop.
  if (message.empty() || from->told || from->now == job::state::cancelling) return false;
  from->said_something = true;
  if (!is_progress) return post(answer_to(from->said, std::move(message)), from);
  const auto found = outboxes_.find(from->said.from.input);
  if (found == outboxes_.end()) return false;
  found->second->push_progress(answer_to(from->said, secrets_.redact(std::move(message))), from);
  return true;
}

bool pipeline::permits(const principal& who, std::string_view permission) const {
  return gate_.has_permission(who, permission).allowed;
}

void pipeline::set_input_state(const std::string& input, std::string state, std::string detail) {
  const std::lock_guard lock(inputs_mutex_);
  for (input_info& each : inputs_) {
    if (each.name != input) continue;
    each.state = std::move(state);
    each.detail = std::move(detail);
    return;
  }
}

void pipeline::visit_commands(const std::function<void(const command&)>& visit) const {
  for (const registered_command* each : sorted_) visit(*each->code);
}

const command* pipeline::find_command(std::string_view name) const {
  const auto found = registered_->by_name.find(name);
  return found == registered_->by_name.end() ? nullptr : found->second->code.get();
}

bool pipeline::may_run(const principal& who, const command& what) const {
  return gate_.decide(who, what.spec()).allowed;
}

bool pipeline::admit(const event& said, const command& what) {
  const decision allowed = gate_.decide(said.principal, what.spec());
  const auto named = registered_->by_name.find(what.spec().name);
  if (allowed.allowed || named == registered_->by_name.end()) return allowed.allowed;
  boost::asio::post(strand_, [self = shared_from_this(), said, allowed, of = named->second] {
    const auto denied =
        std::make_shared<job>(self, self->clock_, *of, event(said),
                              std::string(of->code->spec().name), self->runner_.next_id());
    if (denied->id >= self->reserved_id_) self->reserve_ids();
    denied->decided = allowed.reason;
    self->refuse(denied, outcome::denied, {}, denial(allowed));
  });
  return false;
}

std::vector<std::string> pipeline::roles_of(const principal& who) const {
  return gate_.roles_of(who);
}

std::vector<std::string> pipeline::suggestions(const principal& who, std::string_view word) const {
  std::vector<std::string> names;
  for (const auto& [name, each] : registered_->by_name) {
    if (!each->code->spec().is_hidden && may_run(who, *each->code)) names.push_back(name);
  }
  return nearest(word, names);
}

std::vector<job_info> pipeline::jobs() const {
  std::vector<job_info> list;
  for (const auto& each : runner_.jobs()) {
    const char* state = "running";
    switch (each->now.load()) {
      case job::state::waiting:
        state = "waiting";
        break;
      case job::state::asking:
        state = "asking";
        break;
      case job::state::cancelling:
        state = "cancelling";
        break;
      case job::state::overdue:
        state = "overdue";
        break;
      case job::state::ended:
        continue;
      case job::state::running:
        break;
    }
    list.emplace_back(each->id, each->what.code->spec().name, each->data.line, each->said.principal,
                      each->said.from, each->started, state);
  }
  return list;
}

cancel_outcome pipeline::cancel(std::uint64_t id, const principal& by) {
  const std::shared_ptr<job> found = runner_.find(id);
  if (found == nullptr) return cancel_outcome::no_such_job;
  if (!(found->said.principal == by) && !permits(by, "cancel.any")) {
    return cancel_outcome::not_permitted;
  }
  boost::asio::post(
      strand_, [self = shared_from_this(), id, who = by.key()] { self->runner_.cancel(id, who); });
  return cancel_outcome::cancelled;
}

void pipeline::set_input_connection(const std::string& input, const conn* connection) {
  const std::lock_guard lock(inputs_mutex_);
  if (connection == nullptr) {
    described_by_.erase(input);
  } else {
    described_by_[input] = connection;
  }
}

std::vector<input_info> pipeline::inputs() const {
  // Locked as long as connections are asked, so that none of them goes meanwhile.
  const std::lock_guard lock(inputs_mutex_);
  std::vector<input_info> list = inputs_;
  for (input_info& each : list) {
    const auto live = described_by_.find(each.name);
    if (live != described_by_.end() && each.detail.empty()) each.detail = live->second->describe();
  }
  return list;
}

void pipeline::set_network(const std::string& input, std::shared_ptr<mynah::network> network) {
  networks_[input] = std::move(network);
}

std::shared_ptr<mynah::network> pipeline::network(std::string_view input) const {
  const auto found = networks_.find(input);
  return found == networks_.end() ? nullptr : found->second;
}

std::string pipeline::setting(std::string_view plugin, std::string_view flag) const {
  const auto found = plugin_settings_.find(plugin);
  if (found == plugin_settings_.end()) return {};
  const auto value = found->second.all().find(flag);
  return value == found->second.all().end() ? std::string() : value->second.text;
}

}  // namespace mynah::core
