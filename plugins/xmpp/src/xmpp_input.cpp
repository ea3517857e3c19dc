// SPDX-License-Identifier: Apache-2.0
#include "xmpp_input.hpp"

#include <random>
#include <utility>

#include <mynah/bot_view.hpp>
#include <mynah/duration.hpp>

#include <boost/uuid/random_generator.hpp>
#include <boost/uuid/uuid_io.hpp>

#include "bot_commands.hpp"
#include "flags.hpp"

namespace mynah::xmpp {

namespace {

std::string random_letters(int count) {
  constexpr std::string_view digits = "0123456789abcdefghijklmnopqrstuv";
  std::random_device source;
  std::string made;
  for (int i = 0; i < count; ++i) made += digits[source() % digits.size()];
  return made;
}

// Nobody else can guess an id of ours.
std::string random_prefix() {
  return random_letters(12) + "-";
}

}  // namespace

xmpp_input::xmpp_input(const input_environment& environment) : environment_(environment) {}

void xmpp_input::init(const settings& values) {
  options_ = options_from(values);
  options_->session.wall = [clock = environment_.clock] { return clock->wall(); };
  options_->session.id_prefix = random_prefix();
  options_->session.commands = std::make_shared<bot_commands>(environment_.bot);
  options_->login.token =
      std::make_shared<login_token>(boost::uuids::to_string(boost::uuids::random_generator()()));
  // Nobody is to guess these, also who sees stanza ids.
  options_->session.token = [] { return random_letters(24); };
  // The same authorities; what else is set for TLS is between us and the XMPP server.
  const net::tls_options web(values.text("ca-file"));
  network_ =
      std::make_shared<xmpp_network>(environment_.clock, net::tls_context::make(web).value());
  positions_ = std::make_shared<kept_positions>(environment_.store, environment_.clock,
                                                environment_.log, environment_.name,
                                                options_->login.account.bare().to_string());
  if (environment_.store) {
    options_->session.keep_heard = [positions =
                                        positions_](const std::vector<archive_position>& changed) {
      positions->keep(changed);
    };
  }
  if (options_->login.component) {
    watchers_ = std::make_shared<kept_watchers>(environment_.store, environment_.clock,
                                                environment_.log, environment_.name,
                                                options_->login.account.bare().to_string());
    options_->session.keep_watchers = [watchers = watchers_](const std::vector<watcher>& changed) {
      watchers->keep(changed);
    };
  }
  // What the bot would not run nobody need fetch.
  const auto age = parse_duration(environment_.bot.setting("", "max-event-age"));
  if (age) options_->session.news_age = *age;
  session_ = std::make_shared<session>(options_->session, environment_.log);
}

task<void> xmpp_input::stop() {
  co_await connecting_input::stop();
  session_->keep_now();
}

// What was said between the bot's end and its start is news.
task<void> xmpp_input::remember() {
  const result<std::vector<archive_position>> heard = co_await positions_->load();
  if (heard.has_value()) {
    session_->remember(*heard);
  } else {
    const std::string reason = heard.error().describe();
    environment_.log.warning("not catching up with what was said before the start",
                             {{"reason", reason}});
  }
}

// Who sees a component is told that it is there.
task<void> xmpp_input::remember_watchers() {
  const result<std::vector<watcher>> kept = co_await watchers_->load();
  if (kept.has_value()) {
    session_->remember_watchers(*kept);
  } else {
    const std::string reason = kept.error().describe();
    environment_.log.warning("not telling those who see the bot that it is there",
                             {{"reason", reason}});
  }
}

task<result<std::unique_ptr<conn>>> xmpp_input::open() {
  if (!std::exchange(remembers_, true)) {
    co_await remember();
    if (watchers_) co_await remember_watchers();
  }
  result<std::unique_ptr<connection>> opened =
      co_await connection::open(environment_.clock, environment_.log, *options_, session_);
  if (opened.has_error()) co_return opened.error();
  network_->connected((*opened)->asks());
  std::unique_ptr<conn> handed = std::move(*opened);
  co_return std::move(handed);
}

}  // namespace mynah::xmpp
