// SPDX-License-Identifier: Apache-2.0
#include "nickserv.hpp"

#include "utf8.hpp"
#include "words.hpp"

namespace mynah::irc {

std::string nickserv::nick() const {
  return options_.service.substr(0, options_.service.find('@'));
}

bool nickserv::is_service(std::string_view target, const isupport& server) const {
  return same_name(target, options_.service, server.mapping) ||
         same_name(target.substr(0, target.find('@')), nick(), server.mapping);
}

void nickserv::start(bool has_account, std::string wanted, time_point now) {
  if (state_ != state::idle) return;
  wanted_ = std::move(wanted);
  identify_ = !options_.password.empty() && !has_account;
  const bool frees = !options_.regain.empty() && !wanted_.empty();
  if (!identify_ && !frees) {
    if (has_account) state_ = state::succeeded;
    return;
  }
  until_ = now + options_.limit;
  begin();
}

void nickserv::got_nick(time_point now) {
  wanted_.clear();
  waits_for_free_ = false;
  // An answer that is still to come may be a good one.
  if (!under_other_nick_ || (!failed_ && !not_yet_)) return;
  until_ = now + options_.limit;
  begin();
}

void nickserv::begin() {
  failed_.reset();
  not_yet_.reset();
  is_marked_ = false;
  mask_.clear();
  under_other_nick_ = identify_ && options_.account.empty() && !wanted_.empty();
  if (options_.password.empty() || options_.service.find('@') != std::string::npos) {
    trust();
  } else {
    state_ = state::checking;
    lines_.push_back(build("WHOIS", {nick()}));
  }
}

void nickserv::trust() {
  if (!identify_) {
    end_well();
    return;
  }
  state_ = state::identifying;
  under_other_nick_ = options_.account.empty() && !wanted_.empty();
  const std::string& name = options_.account.empty() ? wanted_ : options_.account;
  const std::string account = name.empty() ? "" : name + " ";
  lines_.push_back(
      build("PRIVMSG", {options_.service, "IDENTIFY " + account + options_.password}, true));
}

void nickserv::end_well() {
  state_ = state::succeeded;
  under_other_nick_ = false;
  until_.reset();
  free_nick();
}

void nickserv::free_nick() {
  if (options_.regain.empty() || wanted_.empty() || asked_to_free_) return;
  asked_to_free_ = true;
  waits_for_free_ = true;
  // With the password it works also for who is not logged in.
  std::string text = options_.regain + " " + wanted_;
  if (!options_.password.empty()) text += " " + options_.password;
  lines_.push_back(build("PRIVMSG", {options_.service, text}, true));
}

void nickserv::receive(const message& got, int numeric, const isupport& server) {
  if (got.command == "NOTICE") {
    on_notice(got, server);
    return;
  }
  if (got.command == "ACCOUNT") {
    if (state_ == state::identifying && !got.param(0).empty() && got.param(0) != "*") end_well();
    return;
  }
  if (numeric == 900) {
    if (state_ == state::identifying) end_well();
    return;
  }
  if (numeric == 401 && running() && is_service(got.param(1), server)) {
    fail(failure(errc::throttled, "'" + options_.service + "' is not there", decoded(got.last())));
    return;
  }
  if (state_ != state::checking || !same_name(got.param(1), nick(), server.mapping)) return;
  if (numeric == 311) {
    mask_ = std::string(got.param(2)) + "@" + std::string(got.param(3));
  } else if (numeric == 313) {
    is_marked_ = true;
  } else if (numeric == 318 && is_marked_) {
    trust();
  } else if (numeric == 318) {
    fail(failure(errc::throttled,
                 "the password is not sent: the server does not say that '" + options_.service +
                     "' is a service (313); expected a setting such as NickServ@services.host"));
  }
}

void nickserv::on_notice(const message& got, const isupport& server) {
  const message_source from = message_source::parse(got.source);
  if (!same_name(from.nick, nick(), server.mapping) || !is_known(from)) return;
  if (waits_for_free_) {
    waits_for_free_ = false;
    freed_ = true;
    return;
  }
  if (state_ != state::identifying) return;
  const std::string text = decoded(got.last());
  // First what went wrong: "you are not identified" holds the other word, too.
  if (says_one_of(text, {"incorrect", "invalid", "wrong", "denied", "failed"})) {
    fail(failure(errc::authentication_failed, "'" + nick() + "' refuses the password", text));
  } else if (says_one_of(text, {"not registered", "n't registered", "no such account"})) {
    on_unknown_account(text);
  } else if (says_one_of(text, {"now identified", "now logged in", "now recognized",
                                "password accepted", "already identified", "already logged in"})) {
    end_well();
  }
}

void nickserv::on_unknown_account(const std::string& text) {
  const std::string message = "'" + nick() + "' knows no such account";
  if (!under_other_nick_) {
    fail(failure(errc::authentication_failed, message, text));
  } else if (wanted_.empty()) {
    begin();  // we have got it meanwhile
  } else {
    not_yet_ = failure(errc::throttled, message + ", as long as we have another nick", text);
    free_nick();
  }
}

bool nickserv::is_known(const message_source& from) const {
  if (!mask_.empty()) return mask_ == from.user + "@" + from.host;
  const std::size_t at = options_.service.find('@');
  if (at == std::string::npos) return true;  // only a nick hangs on it
  return same_name(from.host, std::string_view(options_.service).substr(at + 1),
                   casemapping::ascii);
}

void nickserv::tick(time_point now) {
  if (!until_ || now < *until_) return;
  if (state_ == state::identifying) free_nick();
  fail(not_yet_.value_or(failure(errc::timed_out, "'" + options_.service + "' does not answer")));
}

void nickserv::fail(failure why) {
  until_.reset();
  state_ = state::failed;
  failed_ = std::move(why);
}

}  // namespace mynah::irc
