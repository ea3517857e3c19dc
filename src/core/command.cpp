// SPDX-License-Identifier: Apache-2.0
#include <mynah/async_command.hpp>
#include <mynah/command.hpp>

namespace mynah {

command_spec::command_spec(std::string name, std::string description)
    : name(std::move(name)), description(std::move(description)), required_permission(this->name) {}

command_spec::command_spec(std::string name, std::string pattern, std::string usage,
                           std::string description)
    : name(std::move(name)),
      pattern(std::move(pattern)),
      usage(std::move(usage)),
      description(std::move(description)),
      required_permission(this->name) {}

command_spec::command_spec(const command_spec&) = default;
command_spec::command_spec(command_spec&&) noexcept = default;
command_spec& command_spec::operator=(const command_spec&) = default;
command_spec& command_spec::operator=(command_spec&&) noexcept = default;
command_spec::~command_spec() = default;

command_spec& command_spec::alias(std::string word) {
  aliases.push_back(std::move(word));
  return *this;
}

command_spec& command_spec::parameter(mynah::parameter declared) {
  parameters.push_back(std::move(declared));
  return *this;
}

command_spec& command_spec::changes() {
  effect = mynah::effects::changes;
  return *this;
}

command_spec& command_spec::idempotent() {
  is_idempotent = true;
  return *this;
}

command_spec& command_spec::restricted() {
  is_restricted = true;
  return *this;
}

command_spec& command_spec::permission(std::string required) {
  required_permission = std::move(required);
  return *this;
}

command_spec& command_spec::deadline(std::chrono::milliseconds limit) {
  run_deadline = limit;
  return *this;
}

command_spec& command_spec::at_once(std::size_t limit) {
  max_at_once = limit;
  return *this;
}

command_spec& command_spec::priority(int order_) {
  order = order_;
  return *this;
}

command_spec& command_spec::quick() {
  how = mynah::execution::quick;
  return *this;
}

command_spec& command_spec::hidden() {
  is_hidden = true;
  return *this;
}

std::string command_spec::usage_line() const {
  if (!usage.empty()) return usage;
  std::string line = name;
  for (const mynah::parameter& declared : parameters) {
    line += ' ';
    line += declared.usage();
  }
  return line;
}

std::string command_spec::help_text() const {
  std::string text = "usage: " + usage_line();
  if (!description.empty()) text += "\n" + description;
  if (effect == mynah::effects::changes) text += "\nchanges something: needs a grant";
  if (effect == mynah::effects::none && is_restricted) text += "\nnot for everybody: needs a grant";
  for (const mynah::parameter& declared : parameters) {
    text += "\n  " + std::string(declared.is_flag ? "--" : "") + declared.name + ": ";
    if (!declared.help.empty()) text += declared.help + "; ";
    text += declared.expected();
    if (declared.default_value) {
      text += " (default " + *declared.default_value + ")";
    } else if (!declared.is_required) {
      text += " (optional)";
    }
  }
  if (!aliases.empty()) {
    text += "\nalso:";
    for (const std::string& word : aliases) text += " " + word;
  }
  return text;
}

command::command(command_spec spec) : spec_(std::move(spec)) {}
command::~command() = default;

reply async_command::run(context& ctx) {
  static_cast<void>(ctx);
  throw std::logic_error("async_command::run called; coroutines are started with run_async");
}

namespace detail {

task<mynah::reply> as_reply(task<std::string> answer) {
  std::string text = co_await std::move(answer);
  co_return mynah::reply(std::move(text));
}

task<mynah::reply> as_reply(task<void> answered) {
  co_await std::move(answered);
  co_return mynah::reply();
}

}  // namespace detail

}  // namespace mynah
