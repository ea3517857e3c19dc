// SPDX-License-Identifier: Apache-2.0
#include "capabilities.hpp"

#include <algorithm>

#include "words.hpp"

namespace mynah::irc {

namespace {

// Before 302 an answer may carry modifiers: `-` off, `~` and `=` of no meaning any more.
std::string_view without_modifiers(std::string_view word) noexcept {
  const std::size_t start = std::min(word.find_first_not_of("-~="), word.size());
  return word.substr(start);
}

}  // namespace

capabilities::capabilities(std::vector<std::string> wanted)
    : wanted_(std::make_move_iterator(wanted.begin()), std::make_move_iterator(wanted.end())) {}

void capabilities::receive(const message& got) {
  // The first parameter is our nick, or `*` as long as we have none.
  const std::string_view what = got.param(1);
  if (what == "LS") {
    const bool more_follows = got.params.size() > 3 && got.param(2) == "*";
    offer(more_follows ? got.param(3) : got.param(2), false);
    if (more_follows) return;
    listed_ = true;
    request_offered();
  } else if (what == "NEW") {
    offer(got.param(2), true);
    // Before the list is complete its end asks for everything at once.
    if (listed_) request_offered();
  } else if (what == "DEL") {
    withdraw(got.param(2));
  } else if (what == "ACK") {
    accept(got.param(2));
  } else if (what == "NAK") {
    refuse(got.param(2));
  }
}

bool capabilities::has(std::string_view name) const {
  return enabled_.contains(name);
}

std::string_view capabilities::value(std::string_view name) const {
  const auto found = offered_.find(name);
  return found == offered_.end() ? std::string_view() : std::string_view(found->second);
}

void capabilities::offer(std::string_view list, bool anew) {
  for (const std::string_view word : words(list)) {
    const std::size_t equals = word.find('=');
    const std::string name(word.substr(0, equals));
    if (name == "sts") {
      sts_ = equals == std::string_view::npos ? "" : word.substr(equals + 1);
      continue;
    }
    // Only what is wanted is kept: a server cannot fill the memory with names.
    if (!wanted_.contains(name)) continue;
    offered_[name] = equals == std::string_view::npos ? "" : word.substr(equals + 1);
    if (anew) refused_.erase(name);
  }
}

void capabilities::withdraw(std::string_view list) {
  for (const std::string_view word : words(list)) {
    const std::string name(word.substr(0, word.find('=')));
    offered_.erase(name);
    enabled_.erase(name);
  }
}

void capabilities::accept(std::string_view list) {
  for (const std::string_view word : words(list)) {
    const std::string name(without_modifiers(word));
    if (word.starts_with('-')) {
      enabled_.erase(name);
    } else if (wanted_.contains(name)) {
      enabled_.insert(name);
    }
    // One request may be answered in several lines.
    for (auto& waiting : requests_) waiting.erase(name);
  }
  std::erase_if(requests_, [](const auto& waiting) { return waiting.empty(); });
}

void capabilities::refuse(std::string_view list) {
  if (requests_.empty()) return;
  // Servers may cut the list; a refusal that names nothing we know is for the oldest request.
  auto place = requests_.begin();
  for (const std::string_view word : words(list)) {
    const std::string name(without_modifiers(word));
    const auto named = std::find_if(requests_.begin(), requests_.end(),
                                    [&](const auto& waiting) { return waiting.contains(name); });
    if (named == requests_.end()) continue;
    place = named;
    break;
  }
  const std::set<std::string> names = std::move(*place);
  requests_.erase(place);
  if (names.size() == 1) {
    refused_.insert(*names.begin());
    return;
  }
  // One name that is not to be had makes the server refuse all: ask for each by itself.
  for (const std::string& name : names) request({name});
}

void capabilities::request_offered() {
  std::vector<std::string> names;
  std::size_t length = 0;
  for (const auto& [name, value] : offered_) {
    const bool asked = std::any_of(requests_.begin(), requests_.end(),
                                   [&](const auto& waiting) { return waiting.contains(name); });
    if (asked || enabled_.contains(name) || refused_.contains(name)) continue;
    if (length + name.size() + 1 > longest_request) {
      request(std::exchange(names, {}));
      length = 0;
    }
    length += name.size() + 1;
    names.push_back(name);
  }
  request(std::move(names));
}

void capabilities::request(std::vector<std::string> names) {
  if (names.empty()) return;
  std::string list;
  for (const std::string& name : names) {
    if (!list.empty()) list += ' ';
    list += name;
  }
  lines_.push_back(build("CAP", {"REQ", list}, true));
  requests_.emplace_back(std::make_move_iterator(names.begin()),
                         std::make_move_iterator(names.end()));
}

}  // namespace mynah::irc
