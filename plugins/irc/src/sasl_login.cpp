// SPDX-License-Identifier: Apache-2.0
#include "sasl_login.hpp"

#include <algorithm>

#include "casemapping.hpp"
#include "sasl/base64.hpp"
#include "utf8.hpp"
#include "words.hpp"

namespace mynah::irc {

namespace {

// With a password; EXTERNAL sends none, and does not count.
constexpr int most_tries = 2;

bool lists(std::string_view offered, std::string_view mechanism) {
  const std::vector<std::string_view> names = words(offered, ',');
  return std::any_of(names.begin(), names.end(), [&](std::string_view name) {
    return same_name(name, mechanism, casemapping::ascii);
  });
}

}  // namespace

void sasl_login::start(std::string_view offered) {
  if (!idle()) return;
  state_ = state::running;
  for (const std::string& each : options_.mechanisms) {
    if (options_.usable(each)) left_.push_back(each);
  }
  if (left_.empty()) {
    fail(failure(errc::authentication_failed,
                 "none of the SASL mechanisms that are allowed can be used without TLS"));
    return;
  }
  keep_offered(offered);
  if (left_.empty()) {
    fail(failure(errc::authentication_failed,
                 "the server offers none of the SASL mechanisms that are allowed",
                 decoded(offered)));
    return;
  }
  try_next({});
}

void sasl_login::receive(const message& got) {
  if (!running()) return;
  if (got.command == "AUTHENTICATE") {
    on_piece(got.param(0));
  } else if (got.command == "902") {
    fail(failure(errc::authentication_failed, "the account may not be used", decoded(got.last())));
  } else if (got.command == "903" || got.command == "907") {
    on_success();
  } else if (got.command == "904" || got.command == "905" || got.command == "906") {
    try_next(decoded(got.last()));
  } else if (got.command == "908") {
    // What the server can do; the refusal itself comes besides.
    keep_offered(got.param(1));
  }
}

void sasl_login::abort(failure why) {
  if (!running()) return;
  lines_.push_back(build("AUTHENTICATE", {"*"}));
  fail(std::move(why));
}

void sasl_login::keep_offered(std::string_view offered) {
  if (offered.empty()) return;
  std::erase_if(left_, [&](const std::string& each) { return !lists(offered, each); });
}

void sasl_login::try_next(const std::string& remote) {
  if (left_.empty() || tries_ == most_tries) {
    fail(failure(errc::authentication_failed, "the server refuses the login", remote));
    return;
  }
  const std::string name = std::move(left_.front());
  left_.pop_front();
  if (name != "EXTERNAL") ++tries_;
  challenge_.clear();
  mechanism_ = sasl::make_mechanism(name, options_.user, options_.password, options_.nonce);
  lines_.push_back(build("AUTHENTICATE", {name}));
}

void sasl_login::on_piece(std::string_view piece) {
  if (challenge_.size() + piece.size() > longest_challenge) {
    abort(failure(errc::authentication_failed, "the server's challenge is too long"));
    return;
  }
  // A lone plus is nothing: an empty message, or the end behind a piece of full length.
  if (piece != "+") challenge_ += piece;
  if (piece.size() == piece_length) return;
  const auto message = sasl::base64_decoded(std::exchange(challenge_, {}));
  if (!message) {
    abort(failure(errc::authentication_failed, "the server's challenge is no base64"));
    return;
  }
  const result<std::string> reply = mechanism_->answer(*message);
  if (reply.has_error()) {
    abort(reply.error());
    return;
  }
  answer(*reply);
}

void sasl_login::on_success() {
  // Whoever cannot prove that it knows the password is not the one we wanted to log in to.
  if (!mechanism_->satisfied()) {
    fail(failure(errc::authentication_failed,
                 "the server says that the login succeeded, but did not do its part of it"));
    return;
  }
  state_ = state::succeeded;
  mechanism_.reset();
}

void sasl_login::answer(std::string_view message) {
  const std::string text = sasl::base64_encoded(message);
  std::string_view rest = text;
  while (rest.size() >= piece_length) {
    lines_.push_back(build("AUTHENTICATE", {rest.substr(0, piece_length)}));
    rest.remove_prefix(piece_length);
  }
  lines_.push_back(build("AUTHENTICATE", {rest.empty() ? std::string_view("+") : rest}));
}

void sasl_login::fail(failure why) {
  state_ = state::failed;
  mechanism_.reset();
  const std::string message = "SASL: " + why.message();
  failed_ = failure(why.code(), message, why.remote());
}

}  // namespace mynah::irc
