// SPDX-License-Identifier: Apache-2.0
#include "thrown_out.hpp"

#include <utility>

#include "words.hpp"

namespace mynah::irc {

namespace {

bool says_ban(std::string_view text) {
  return says_one_of(text, {"banned", "k-line", "g-line", "z-line", "d-line", "x-line", "kline",
                            "gline", "zline", "dline", "akill", "shun"});
}

}  // namespace

failure refused_by_numeric(int numeric, std::string text) {
  if (numeric == 466) {
    return {errc::throttled, "the server is about to ban us", std::move(text)};
  }
  // Some servers say with the numeric of bans that one is too fast.
  if (says_one_of(text, {"throttl", "too fast", "too many", "try again", "temporar"})) {
    return {errc::throttled, "the server does not let us in for a while", std::move(text)};
  }
  return {errc::banned,
          "the server does not let us in (" + std::to_string(numeric) +
              "); its operators have to lift the ban",
          std::move(text)};
}

failure login_ended(const login_progress& progress, std::string text) {
  if (progress.in_sasl && says_one_of(text, {"sasl"}) &&
      says_one_of(text, {"fail", "invalid", "incorrect", "denied", "refused"})) {
    return {errc::authentication_failed, "SASL: the server refuses the login", std::move(text)};
  }
  // ngircd says it so, without 464.
  if (says_one_of(text, {"password"})) {
    if (progress.gave_password) {
      return {errc::authentication_failed, "the server refuses the password", std::move(text)};
    }
    // It may want one, or speak of something else.
    return {errc::throttled, "the server speaks of a password, and none is configured",
            std::move(text)};
  }
  if (says_ban(text) ||
      says_one_of(text, {"throttl", "too fast", "too many", "reconnect", "try again"})) {
    return {errc::throttled, "the server asks to wait", std::move(text)};
  }
  return {errc::closed, "the server ended the connection before the login", std::move(text)};
}

failure ended_by_error(std::string text) {
  if (says_one_of(text, {"killed"})) {
    return {errc::throttled, "an operator ended the connection (KILL)", std::move(text)};
  }
  // Whether for good the next login will tell, with 465.
  if (says_ban(text)) {
    return {errc::throttled, "the server ended the connection because of a ban", std::move(text)};
  }
  if (says_one_of(text, {"throttl", "too fast"})) {
    return {errc::throttled, "the server ended the connection and asks to wait", std::move(text)};
  }
  return {errc::closed, "the server ended the connection", std::move(text)};
}

failure ended_by_kill(std::string_view by, std::string_view text) {
  return {errc::throttled, "an operator ended the connection (KILL)",
          std::string(by) + ": " + std::string(text)};
}

}  // namespace mynah::irc
