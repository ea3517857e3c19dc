// SPDX-License-Identifier: Apache-2.0
#include "query.hpp"

#include <algorithm>

#include "casemapping.hpp"
#include "utf8.hpp"

namespace mynah::irc {

namespace {

// The mapping that folds most: a name too many does less harm than one too few.
bool is_about(const query& asked, const message& got) {
  // The first parameter is our own nick.
  for (std::size_t i = 1; i < got.params.size(); ++i) {
    for (const std::string& name : asked.about) {
      if (same_name(got.params[i], name, casemapping::rfc1459)) return true;
    }
  }
  // "461 me KICK :Not enough parameters": about the command.
  const std::string_view command = std::string_view(asked.line).substr(0, asked.line.find(' '));
  return got.param(1) == command;
}

}  // namespace

void queries::ask(std::shared_ptr<query> asked) {
  waiting_.push_back(std::move(asked));
  if (token_.empty()) send_next();
}

void queries::forget(const std::shared_ptr<query>& asked) {
  const auto found = std::find(waiting_.begin(), waiting_.end(), asked);
  if (found == waiting_.end()) return;
  const bool first = found == waiting_.begin();
  waiting_.erase(found);
  // Its PONG may still come; nobody knows its token then.
  if (first) send_next();
}

bool queries::refuses(const message& got, int numeric) const {
  return !token_.empty() && numeric >= 400 && numeric < 600 && is_about(*waiting_.front(), got);
}

bool queries::receive(const message& got, int numeric) {
  if (token_.empty()) return false;
  const std::shared_ptr<query> asked = waiting_.front();
  if (got.command == "PONG") {
    if (got.last() != token_) return false;
    asked->answered = true;
    waiting_.pop_front();
    send_next();
    return true;
  }
  if (numeric == 0 || !is_about(*asked, got)) return false;
  if (refuses(got, numeric)) {
    if (!asked->refused) {
      asked->refused = failure(errc::not_sent, "the server refuses it", decoded(got.last()));
    }
  } else if (asked->answers.size() < most_answers) {
    asked->answers.push_back(got);
  }
  return false;
}

void queries::send_next() {
  token_.clear();
  if (waiting_.empty()) return;
  token_ = "mynah-query-" + std::to_string(++number_);
  lines_.push_back(waiting_.front()->line);
  lines_.push_back(build("PING", {token_}, true));
}

}  // namespace mynah::irc
