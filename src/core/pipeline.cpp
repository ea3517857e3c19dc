// SPDX-License-Identifier: Apache-2.0
#include <mynah/duration.hpp>

#include "core/pipeline.hpp"

#include <boost/asio/post.hpp>
#include <boost/asio/strand.hpp>

#include <algorithm>

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

reply denial(const decision& denied) {
  return reply("denied: ").untrusted(denied.reason).only_to_caller();
}

}  // namespace

pipeline::pipeline(boost::asio::any_io_executor strand, std::shared_ptr<clock> clock, logger log,
                   std::string program, audit_sink audit, run_options run,
                   std::shared_ptr<registrations> registered, const resolved_settings& settings)
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
    outboxes_[each.name] = std::make_shared<outbox>(strand_, log_.named(each.name));
    inputs_.emplace_back(each.name, "starting", "");
  }
  registered_->router.build();
}

void pipeline::on_event(event seen) {
  try {
    normalise(seen);
    if (!registered_->streams.empty() && !through_streams(seen)) return;
    if (seen.origin != event_origin::person) return;
    if (seen.type != event_type::message && seen.type != event_type::action) return;
    const addressing found = address_of(seen, prefix_, name_);
    if (questions_.is_open(seen) && answers_question(seen, found)) return;
    // The number of a card's choice may be said bare: the card has just asked for it.
    if (auto chosen = choices_.command_for(
            seen.from, found.how == addressed_by::nothing ? trimmed(seen.text) : found.line,
            clock_->now())) {
      std::string_view line = *chosen;
      if (!prefix_.empty() && line.starts_with(prefix_)) line.remove_prefix(prefix_.size());
      run_line(seen, line);
      return;
    }
    if (found.how == addressed_by::nothing || found.line.empty()) return;
    run_line(seen, found.line);
  } catch (const std::exception& error) {
    log_.error("an event was dropped", {{"reason", error.what()}});
  }
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

void pipeline::run_line(event& said, std::string_view line) {
  // Looked at first: a pattern such as ^ping$ does not match "ping --help", another might.
  if (line.ends_with(" --help") && asks_for_help(said, line)) return;
  std::optional<route> found = registered_->router.find(line);
  if (!found) {
    unknown(said, line);
    return;
  }
  const registered_command& what = *registered_->by_route[found->index];
  const command_spec& spec = what.code->spec();
  std::string kept_line(line);  // `line` is a view into what moves away now
  const auto made = std::make_shared<job>(shared_from_this(), clock_, what, std::move(said),
                                          std::move(kept_line), runner_.next_id());
  made->data.captures = std::move(found->captures);
  made->data.capture_names = found->capture_names;

  if (auto wrong = parse_arguments(spec, made->data)) {
    refuse(*made, outcome::wrong_usage, *wrong,
           reply(spec.name + ": ").untrusted(*wrong).text("\nusage: " + spec.usage_line()));
    return;
  }
  decision allowed = gate_.decide(made->said.principal, spec);
  if (!allowed.allowed) {
    refuse(*made, outcome::denied, allowed.reason, denial(allowed));
    return;
  }
  made->decided = std::move(allowed.reason);
  if (spec.how == execution::quick && what.coroutine == nullptr) {
    runner_.run_quick(made);
    return;
  }
  if (auto full = runner_.start(made)) {
    refuse(*made, outcome::refused, *full,
           reply("not now: " + *full + "; `jobs` lists them, `cancel <id>` stops one"));
  }
}

bool pipeline::asks_for_help(const event& said, std::string_view line) {
  line.remove_suffix(std::string_view(" --help").size());
  const auto named = registered_->by_name.find(trimmed(line));
  if (named == registered_->by_name.end()) return false;
  const command& what = *named->second->code;
  const decision allowed = gate_.decide(said.principal, what.spec());
  post_reply(said.from,
             allowed.allowed ? reply().code_block(what.spec().help_text()) : denial(allowed));
  return true;
}

void pipeline::unknown(const event& said, std::string_view line) {
  const std::string_view word = first_word(line);
  write_audit(audit_record(0, said, {}, line, {}, outcome::unknown_command, "no command matches",
                           std::chrono::nanoseconds(0)));
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
  post_reply(said.from, std::move(answer));
}

void pipeline::refuse(const job& refused, outcome how, std::string reason, reply message) {
  post_reply(refused.said.from, std::move(message));
  write_audit(audit_record(refused.id, refused.said, refused.what.code->spec().name,
                           refused.data.line, {}, how, reason, std::chrono::nanoseconds(0)));
}

void pipeline::deliver(const std::shared_ptr<job>& from, reply message) {
  post_reply(from->said.from, std::move(message));
}

void pipeline::settled(job& ended, outcome how, std::string_view reason) {
  write_audit(audit_record(ended.id, ended.said, ended.what.code->spec().name, ended.data.line, {},
                           how, reason, clock_->now() - ended.started));
}

void pipeline::write_audit(const audit_record& record) {
  if (audit_) {
    try {
      audit_(record);
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
                                   {"line", record.line},
                                   {"reason", record.reason},
                                   {"took", took}});
}

outbox& pipeline::outbox_of(const std::string& input) {
  return *outboxes_.at(input);
}

bool pipeline::on_strand() const {
  const auto* strand = strand_.target<boost::asio::strand<boost::asio::any_io_executor>>();
  return strand != nullptr && strand->running_in_this_thread();
}

bool pipeline::post_reply(const address& where, reply message, std::shared_ptr<job> from) {
  if (message.empty()) return false;
  const auto found = outboxes_.find(where.input);
  if (found == outboxes_.end()) {
    log_.warning("a message names an input this bot does not have", {{"input", where.input}});
    return false;
  }
  if (message.framed() != nullptr) choices_.remember(where, *message.framed(), clock_->now());
  found->second->push(outgoing(where, std::move(message)), std::move(from));
  return true;
}

void pipeline::say(const address& where, reply message) {
  boost::asio::post(strand_,
                    [self = shared_from_this(), where, message = std::move(message)]() mutable {
                      self->post_reply(where, std::move(message));
                    });
}

void pipeline::emit(const address& where, reply message) {
  post_reply(where, std::move(message));
}

bool pipeline::reply_from(const std::shared_ptr<job>& from, reply message, bool is_progress) {
  // Muted once the asker has been told that it ended, or somebody told it to stop.
  if (message.empty() || from->told || from->now == job::state::cancelling) return false;
  from->said_something = true;
  if (!is_progress) return post_reply(from->said.from, std::move(message), from);
  const auto found = outboxes_.find(from->said.from.input);
  if (found == outboxes_.end()) return false;
  found->second->push_progress(outgoing(from->said.from, std::move(message)), from);
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

std::vector<input_info> pipeline::inputs() const {
  const std::lock_guard lock(inputs_mutex_);
  return inputs_;
}

std::string pipeline::setting(std::string_view plugin, std::string_view flag) const {
  const auto found = plugin_settings_.find(plugin);
  if (found == plugin_settings_.end()) return {};
  const auto value = found->second.all().find(flag);
  return value == found->second.all().end() ? std::string() : value->second.text;
}

}  // namespace mynah::core
