// SPDX-License-Identifier: Apache-2.0
#include "ad_hoc.hpp"

#include <algorithm>

#include "answers.hpp"
#include "command_form.hpp"
#include "disco.hpp"
#include "namespaces.hpp"
#include "stanza_error.hpp"

namespace mynah::xmpp {

namespace {

constexpr std::string_view run_prefix = "ad-hoc:";
constexpr std::string_view answer_field = "answer";
constexpr std::chrono::milliseconds first_look{10};
constexpr std::chrono::milliseconds longest_look{100};
// Jobs are gone a moment before their last words come, longer where these are stored first.
constexpr std::chrono::milliseconds quiet_after_words{50};
constexpr std::chrono::milliseconds quiet_without_words{500};

element answer_of(const element& iq, element command) {
  return result_to(iq).set("from", iq.attr("to")).add(std::move(command));
}

element command_element(std::string_view node, std::string_view id, std::string_view status) {
  return element("command", ns::commands)
      .set("node", node)
      .set("sessionid", id)
      .set("status", status);
}

element note(std::string_view type, std::string text) {
  return element("note", ns::commands, std::move(text)).set("type", type);
}

std::string joined(const std::vector<std::string>& texts) {
  std::string all;
  for (const std::string& each : texts) all += (all.empty() ? "" : "\n") + each;
  return all;
}

}  // namespace

ad_hoc::ad_hoc(std::shared_ptr<command_directory> commands, std::string input,
               std::function<std::string()> token)
    : commands_(std::move(commands)), input_(std::move(input)), token_(std::move(token)) {}

bool ad_hoc::is_run(std::string_view thread) noexcept {
  return thread.starts_with(run_prefix);
}

bool ad_hoc::receive(const element& iq, const jid& from, const principal& who, std::uint64_t number,
                     time_point now) {
  if (commands_ == nullptr || iq.children.size() != 1) return false;
  const element& what = iq.children.front();
  const std::string node(what.attr("node"));
  if (iq.attr("type") == "set") {
    if (!what.is("command", ns::commands)) return false;
    forget_old(now);
    on_command(iq, what, from, who, number, now);
    return true;
  }
  const bool about = what.is("query", ns::disco_info);
  if (node.empty() || (!about && !what.is("query", ns::disco_items))) return false;
  if (node == ns::commands) {
    stanzas_.push_back(
        answer_of(iq, about ? info(node, nullptr) : items(who, std::string(iq.attr("to")))));
    return true;
  }
  const command_spec* const known = commands_->find(node);
  if (known == nullptr) return false;
  if (!commands_->may_run(who, node)) {
    refuse(iq, "forbidden");
    return true;
  }
  element nothing_inside("query", ns::disco_items);
  nothing_inside.set("node", node);
  stanzas_.push_back(answer_of(iq, about ? info(node, known) : std::move(nothing_inside)));
  return true;
}

element ad_hoc::items(const principal& who, const std::string& own) const {
  element made("query", ns::disco_items);
  made.set("node", ns::commands);
  for (const command_spec* const each : commands_->list(who)) {
    const std::string& shown = each->description.empty() ? each->name : each->description;
    made.add(element("item", ns::disco_items)
                 .set("jid", own)
                 .set("node", each->name)
                 .set("name", shown));
  }
  return made;
}

element ad_hoc::info(const std::string& node, const command_spec* what) const {
  disco_info made;
  made.node = node;
  if (what == nullptr) {
    made.add(disco_identity("automation", "command-list"));
  } else {
    made.add(disco_identity("automation", "command-node",
                            what->description.empty() ? what->name : what->description));
    made.add(std::string(ns::commands));
    made.add(std::string(ns::data));
  }
  return made.to_element();
}

void ad_hoc::on_command(const element& iq, const element& command, const jid& from,
                        const principal& who, std::uint64_t number, time_point now) {
  const std::string_view action = command.attr("action");
  const bool known_action = action.empty() || action == "execute" || action == "next" ||
                            action == "prev" || action == "complete" || action == "cancel";
  if (!known_action) {
    refuse(iq, "bad-request", "malformed-action");
    return;
  }
  const std::string_view node = command.attr("node");
  const command_spec* const what = commands_->find(node);
  if (what == nullptr) {
    refuse(iq, "item-not-found");
    return;
  }
  const std::string_view id = command.attr("sessionid");
  const bool begins = id.empty() && (action.empty() || action == "execute");
  if (begins ? !admit(*what, from, who) : !commands_->may_run(who, node)) {
    refuse(iq, "forbidden");
    return;
  }
  if (begins) {
    begin(iq, command, *what, from, who, number, now);
    return;
  }
  const auto found = dialogues_.find(id);
  // In a room somebody else may have the nick by now.
  if (found == dialogues_.end() || found->second.from != from || found->second.who != who ||
      found->second.node != node || found->second.at != jid::parse(iq.attr("to"))) {
    refuse(iq, "bad-request", "bad-sessionid");
    return;
  }
  go_on(iq, command, found->second, number, now);
}

// Clients show little of an error: why it is forbidden follows as a message.
bool ad_hoc::admit(const command_spec& what, const jid& from, const principal& who) {
  event asked(event_type::action, address(input_, from.to_string(), who.display, {}, true), who,
              what.name);
  asked.addressed = true;
  return commands_->admit(asked);
}

void ad_hoc::begin(const element& iq, const element& command, const command_spec& what,
                   const jid& from, const principal& who, std::uint64_t number, time_point now) {
  // Who knows the form need not ask for it first.
  std::optional<data_form> form = data_form::find(command);
  if (form && form->type != form_type::submit) {
    refuse(iq, "bad-request", "bad-payload");
    return;
  }
  if (!make_room(from)) {
    refuse(iq, "resource-constraint");
    return;
  }
  dialogue made(from);
  made.at = jid::parse(iq.attr("to"));
  made.who = who;
  made.node = what.name;
  made.id = token_();
  made.run = std::string(run_prefix) + token_();
  made.expires = now + longest_pause;
  dialogue& one = dialogues_.insert_or_assign(made.id, std::move(made)).first->second;
  if (what.parameters.empty()) {
    run(iq, one, what.name, number, now);
  } else if (form) {
    submit(iq, what, one, std::move(*form), number, now);
  } else {
    send_form(iq, one, form_of(what), {});
  }
}

void ad_hoc::go_on(const element& iq, const element& command, dialogue& one, std::uint64_t number,
                   time_point now) {
  const std::string_view action = command.attr("action");
  std::optional<data_form> form = data_form::find(command);
  if (action == "cancel" || (form && form->type == form_type::cancel)) {
    cancel(iq, one);
    return;
  }
  // There is no way back from what was said to a command.
  const bool may_go_back = one.now_is == state::filling && one.has_mistakes;
  if (one.now_is == state::running || (action == "prev" && !may_go_back)) {
    refuse(iq, "bad-request", "bad-action");
    return;
  }
  if (action == "prev") {
    // From the form with what is wrong in it to the one as it was at first.
    one.has_mistakes = false;
    one.expires = now + longest_pause;
    send_form(iq, one, form_of(*commands_->find(one.node)), {});
    return;
  }
  if (!form || form->type != form_type::submit) {
    refuse(iq, "bad-request", "bad-payload");
    return;
  }
  one.expires = now + longest_pause;
  if (one.now_is == state::asked) {
    const std::size_t values = form->count_values(answer_field);
    if (values > 1) {
      refuse(iq, "bad-request", "bad-payload",
             std::string(answer_field) + ": " + more_than_one_value(values));
      return;
    }
    std::string text(form->value(answer_field));
    if (text.find_first_not_of(" \t\r\n") == std::string::npos) {
      refuse(iq, "bad-request", "bad-payload");
      return;
    }
    run(iq, one, std::move(text), number, now);
    return;
  }
  submit(iq, *commands_->find(one.node), one, std::move(*form), number, now);
}

void ad_hoc::submit(const element& iq, const command_spec& what, dialogue& one, data_form form,
                    std::uint64_t number, time_point now) {
  filled_form filled = read_submission(what, form);
  if (!filled.ok()) {
    one.has_mistakes = true;
    send_form(iq, one, form_of(what, &form), filled.complaint());
    return;
  }
  run(iq, one, std::move(filled.line), number, now);
  one.given = std::move(form);
}

void ad_hoc::cancel(const element& iq, dialogue& one) {
  if (one.now_is != state::filling) {
    for (const job_info& each : commands_->jobs()) {
      if (each.where.room == one.from.to_string() && each.where.thread == one.run) {
        commands_->cancel(each.id, one.who);
      }
    }
  }
  const element canceled = command_element(one.node, one.id, "canceled");
  if (one.now_is == state::running) stanzas_.push_back(answer_of(one.iq, canceled));
  stanzas_.push_back(answer_of(iq, canceled));
  const std::string id = one.id;
  dialogues_.erase(id);
}

void ad_hoc::run(const element& iq, dialogue& one, std::string line, std::uint64_t number,
                 time_point now) {
  one.now_is = state::running;
  one.iq = iq;
  one.iq.children.clear();
  one.texts.clear();
  one.wrong.clear();
  one.misuse.clear();
  one.given.reset();
  one.size = 0;
  one.more_follows = false;
  one.number = number;
  one.acknowledged = false;
  one.alone_since.reset();
  one.pause = first_look;
  one.look_at = now + first_look;
  one.answer_by = now + longest_wait;
  ++one.steps;
  event made(event_type::action,
             address(input_, one.from.to_string(), one.who.display, one.run, true), one.who,
             std::move(line));
  made.id = one.run + "/" + std::to_string(one.steps);
  made.delivery = number;
  made.addressed = true;
  events_.push_back(std::move(made));
}

void ad_hoc::acknowledged(std::uint64_t number) noexcept {
  for (auto& [id, one] : dialogues_) {
    if (one.now_is == state::running && one.number == number) one.acknowledged = true;
  }
}

bool ad_hoc::take(const outgoing& message, time_point now) {
  if (!is_run(message.to.thread)) return false;
  for (auto& [id, one] : dialogues_) {
    if (one.run != message.to.thread || one.from.to_string() != message.to.room) continue;
    if (one.now_is != state::running) return false;
    std::string text = message.body.plain();
    if (one.size + text.size() > most_text) {
      one.more_follows = true;
      return false;
    }
    one.size += text.size() + 1;
    one.said_at = now;
    if (message.failed) {
      one.wrong = std::move(text);
      one.misuse = message.misuse;
    } else {
      one.texts.push_back(std::move(text));
    }
    return true;
  }
  return false;
}

void ad_hoc::lost() {
  dialogues_.clear();
  stanzas_.clear();
}

ad_hoc::time_point ad_hoc::next_tick() const noexcept {
  time_point next = time_point::max();
  for (const auto& [id, one] : dialogues_) {
    next = std::min(next, one.now_is == state::running ? one.look_at : one.expires);
  }
  return next;
}

void ad_hoc::tick(time_point now) {
  if (dialogues_.empty()) return;
  forget_old(now);
  const bool due = std::any_of(dialogues_.begin(), dialogues_.end(), [now](const auto& each) {
    return each.second.now_is == state::running && each.second.look_at <= now;
  });
  if (!due) return;
  const std::vector<job_info> jobs = commands_->jobs();
  for (auto each = dialogues_.begin(); each != dialogues_.end();) {
    dialogue& one = (each++)->second;  // looking may end it
    if (one.now_is == state::running && one.look_at <= now) look(one, jobs, now);
  }
}

// How a command is that an iq waits for.
void ad_hoc::look(dialogue& one, const std::vector<job_info>& jobs, time_point now) {
  one.pause = std::min(one.pause * 2, longest_look);
  one.look_at = now + one.pause;
  const auto job = std::find_if(jobs.begin(), jobs.end(), [&one](const job_info& each) {
    return each.where.thread == one.run && each.where.room == one.from.to_string();
  });
  const bool has_words = !one.texts.empty() || !one.wrong.empty() || one.more_follows;
  // Of one that did not end in time the job may go on for a while.
  if (job != jobs.end() && one.wrong.empty()) {
    one.alone_since.reset();
    if (job->state == "asking" && has_words && now - one.said_at >= quiet_after_words) {
      ask(one, now);
      return;
    }
  } else if (one.acknowledged) {
    if (!one.alone_since) one.alone_since = now;
    const time_point since = has_words ? std::max(*one.alone_since, one.said_at) : *one.alone_since;
    if (now - since >= (has_words ? quiet_after_words : quiet_without_words)) {
      if (!offer_again(one, now)) complete(one, false);
      return;
    }
  }
  if (now >= one.answer_by) complete(one, true);
}

// The form once more, with what the command itself found wrong in it. Not when it has said or asked
// something: who runs it again would get that again.
bool ad_hoc::offer_again(dialogue& one, time_point now) {
  if (!one.given || one.misuse.empty() || !one.texts.empty() || one.more_follows) return false;
  const command_spec* const what = commands_->find(one.node);
  if (what == nullptr) return false;
  one.now_is = state::filling;
  one.has_mistakes = true;
  one.expires = now + longest_pause;
  send_form(one.iq, one, form_of(*what, &*one.given), one.misuse);
  one.given.reset();
  return true;
}

void ad_hoc::complete(dialogue& one, bool late) {
  element made = command_element(one.node, one.id, "completed");
  std::string text = joined(one.texts);
  std::string more;
  if (late) {
    more = "This takes longer; what comes of it follows as a message.";
  } else if (one.more_follows) {
    more = "There is more, as messages.";
  } else if (text.empty() && one.wrong.empty()) {
    more = "Done.";
  }
  // First, for clients that show one note only.
  if (!one.wrong.empty()) made.add(note("error", std::move(one.wrong)));
  if (text.find('\n') == std::string::npos) {
    if (!text.empty()) made.add(note("info", std::move(text)));
  } else {
    data_form shown(form_type::result);
    shown.title = one.node;
    shown.add(form_field("result", "text-multi", std::move(text)));
    made.add(shown.to_element());
  }
  if (!more.empty()) made.add(note("info", std::move(more)));
  stanzas_.push_back(answer_of(one.iq, std::move(made)));
  const std::string id = one.id;
  dialogues_.erase(id);
}

// The command asks something: its words, and a field for the answer.
void ad_hoc::ask(dialogue& one, time_point now) {
  data_form form(form_type::form);
  form.title = one.node;
  form.instructions = joined(one.texts);
  form_field field(std::string(answer_field), "text-single");
  field.label = answer_field;
  field.required = true;
  form.add(std::move(field));
  one.now_is = state::asked;
  one.expires = now + longest_pause;
  send_form(one.iq, one, std::move(form), {});
}

void ad_hoc::send_form(const element& iq, const dialogue& one, data_form form,
                       std::string_view wrong) {
  element made = command_element(one.node, one.id, "executing");
  element actions("actions", ns::commands);
  actions.set("execute", "complete");
  if (one.now_is == state::filling && one.has_mistakes) actions.add(element("prev", ns::commands));
  actions.add(element("next", ns::commands)).add(element("complete", ns::commands));
  made.add(std::move(actions));
  made.add(form.to_element());
  if (!wrong.empty()) made.add(note("error", std::string(wrong)));
  stanzas_.push_back(answer_of(iq, std::move(made)));
}

void ad_hoc::refuse(const element& iq, std::string_view condition, std::string_view detail,
                    std::string text) {
  stanza_error why(condition, std::move(text));
  if (!detail.empty()) why.application = element(std::string(detail), ns::commands);
  stanzas_.push_back(error_to(iq, why));
}

// Nobody can lock others out by forms that are never filled in: the oldest of them goes.
bool ad_hoc::make_room(const jid& from) {
  // In a room everybody has the same bare address; there it is the room that is limited.
  const auto is_own = [&from](const dialogue& one) {
    return one.from.bare_text() == from.bare_text();
  };
  const auto own = std::count_if(dialogues_.begin(), dialogues_.end(),
                                 [&](const auto& each) { return is_own(each.second); });
  const bool has_too_many = static_cast<std::size_t>(own) >= most_dialogues_each;
  if (!has_too_many && dialogues_.size() < most_dialogues) return true;
  auto oldest = dialogues_.end();
  for (auto each = dialogues_.begin(); each != dialogues_.end(); ++each) {
    const dialogue& one = each->second;
    if (one.now_is != state::filling || (has_too_many && !is_own(one))) continue;
    if (oldest == dialogues_.end() || one.expires < oldest->second.expires) oldest = each;
  }
  if (oldest == dialogues_.end()) return false;
  dialogues_.erase(oldest);
  return true;
}

void ad_hoc::forget_old(time_point now) {
  std::erase_if(dialogues_, [now](const auto& each) {
    return each.second.now_is != state::running && each.second.expires <= now;
  });
}

}  // namespace mynah::xmpp
