// SPDX-License-Identifier: Apache-2.0
#include "session.hpp"

#include <algorithm>
#include <array>

#include "ctcp.hpp"
#include "formatting.hpp"
#include "join_refusal.hpp"
#include "multiline.hpp"
#include "numeric.hpp"
#include "render.hpp"
#include "server_time.hpp"
#include "text_split.hpp"
#include "thrown_out.hpp"
#include "utf8.hpp"
#include "words.hpp"

namespace mynah::irc {

namespace {

// Below this a line holds no sensible text; the room's name is nonsense.
constexpr std::size_t least_room = 64;

// What we ask for if the server has it.
std::vector<std::string> wanted_capabilities(const session_options& options) {
  std::vector<std::string> names = {
      "account-notify", "account-tag",  "away-notify",   "batch",         "cap-notify",
      "chghost",        "echo-message", "extended-join", "invite-notify", "labeled-response",
      "message-tags",   "multi-prefix", "server-time",   "setname",       "draft/multiline"};
  if (options.sasl.wanted()) names.emplace_back("sasl");
  if (options.heard != nullptr) names.emplace_back("draft/chathistory");
  return names;
}

// What was once, and is played back, changes nothing any more.
bool changes_state(std::string_view command) noexcept {
  return command == "JOIN" || command == "PART" || command == "KICK" || command == "TOPIC" ||
         command == "NICK" || command == "QUIT" || command == "ACCOUNT" || command == "CHGHOST" ||
         command == "INVITE" || command == "KILL";
}

// Marks the answers to our WHO, so that they are not taken for others.
constexpr std::string_view who_token = "607";

// As a principal an account is written to logs and compared with grants: one word, or none at all.
// `*` and `0` are how servers say "none".
bool is_account(std::string_view name) noexcept {
  return is_one_word(name) && name != "*" && name != "0";
}

// Whether it can be addressed: one, not a list.
bool is_target(std::string_view name) noexcept {
  return is_one_word(name) && !name.starts_with(':') && name.find(',') == std::string_view::npos;
}

// What the server says in words, for our logs and failures.
std::string said(const message& got) {
  return decoded(got.last());
}

}  // namespace

session::session(session_options options, logger log)
    : options_(std::move(options)),
      log_(std::move(log)),
      capabilities_(wanted_capabilities(options_)),
      me_(options_.nick, options_.alternative_nicks, log_),
      rooms_(options_, log_),
      services_(options_.services),
      ctcp_answers_(options_.version, options_.source) {
  options_.sasl.secure = options_.secure;
  if (options_.sasl.wanted()) login_.emplace(options_.sasl);
  if (options_.heard != nullptr) options_.heard->connected();
}

void session::start(time_point now) {
  last_received_ = now;
  // A server that knows CAP now waits for CAP END; one that does not goes on with what follows.
  send(build("CAP", {"LS", "302"}), true);
  // Without TLS the list may say that there is TLS to be used (STS): a password that everybody on
  // the way can read waits for it.
  if (!options_.secure && !options_.password.empty()) {
    introduce_at_ = now + options_.list_limit;
    return;
  }
  introduce();
}

void session::introduce() {
  if (introduced_) return;
  introduced_ = true;
  introduce_at_.reset();
  if (!options_.password.empty()) send(build("PASS", {options_.password}, true), true);
  send(build("NICK", {me_.name()}), true);
  send(build("USER", {options_.user, "0", "*", options_.real_name}, true), true);
}

void session::receive(std::string_view bytes, time_point now) {
  if (bytes.empty()) return;
  heard(now);
  buffer_.append(bytes);
  while (!failed_) {
    const std::optional<std::string> line = buffer_.next();
    if (!line) break;
    const std::optional<message> got = message::parse(*line);
    if (!got) continue;
    handle(*got, now);
    follow_parts();
  }
  if (buffer_.dropped() != dropped_lines_) {
    dropped_lines_ = buffer_.dropped();
    log_.warning("dropped a line that is longer than the protocol allows");
  }
}

void session::heard(time_point now) noexcept {
  last_received_ = now;
  probed_at_.reset();
}

session::time_point session::next_tick() const noexcept {
  time_point next = time_point::max();
  if (failed_) return next;
  if (stage_ == stage::welcomed) next = std::min(next, *online_at_latest_);
  if (introduce_at_) next = std::min(next, *introduce_at_);
  if (login_until_) next = std::min(next, *login_until_);
  if (stage_ == stage::online && options_.ping_idle.count() > 0) {
    next = std::min(next, probed_at_ ? *probed_at_ + options_.ping_answer
                                     : last_received_ + options_.ping_idle);
  }
  return std::min(
      {next, rooms_.next_tick(), me_.next_tick(), netsplits_.next_tick(), services_.next_tick()});
}

void session::tick(time_point now) {
  if (failed_) return;
  if (introduce_at_ && now >= *introduce_at_) introduce();
  if (login_until_ && now >= *login_until_) {
    login_->abort(failure(errc::timed_out, "the server does not answer"));
    follow_login();
    if (failed_) return;
  }
  if (stage_ == stage::welcomed && now >= *online_at_latest_) become_online(now);
  if (stage_ == stage::online && options_.ping_idle.count() > 0) {
    if (probed_at_) {
      if (now >= *probed_at_ + options_.ping_answer) {
        fail(failure(errc::timed_out, "the server does not answer any more"));
        return;
      }
    } else if (now >= last_received_ + options_.ping_idle) {
      probed_at_ = now;
      pings_.sent("mynah", now);
      send(build("PING", {"mynah"}, true), true);
    }
  }
  rooms_.tick(now);
  me_.tick(now);
  netsplits_.tick(now);
  services_.tick(now);
  follow_services(now);
  follow_parts();
}

void session::quit(std::string_view why) {
  if (quitting_) return;
  quitting_ = true;
  send(build("QUIT", {why}, true), true);
}

result<std::string> session::target_of(const address& to) const {
  std::string target = to.thread + to.room;
  if (server_.without_status(target) == to.room || to.thread.empty()) return target;
  return failure(errc::not_sent, "the server knows no '" + sanitised(to.thread.substr(0, 80)) +
                                     "' of '" + sanitised(to.room.substr(0, 80)) + "'");
}

result<rendered_reply> session::compose(const std::string& room, const reply& body,
                                        std::string more) const {
  if (!is_target(room) || used_by(room) + least_room > longest_line) {
    return failure(errc::not_sent, "'" + sanitised(room.substr(0, 80)) + "' is no channel or nick");
  }
  rendering how;
  how.room = longest_line - used_by(room);
  how.most = options_.reply_lines;
  how.formatting = options_.formatting;
  how.more = std::move(more);
  rendered_reply made = render(body, how);
  // Hardly any character set needs more bytes than UTF-8; those that do need up to three times.
  const std::size_t room_for_text = how.room;
  const bool too_long =
      std::any_of(made.messages.begin(), made.messages.end(),
                  [&](const std::string& text) { return encoded(text).size() > room_for_text; });
  if (too_long) {
    how.room /= 3;
    made = render(body, how);
  }
  return made;
}

std::vector<std::string_view> session::fitting(const std::string& room,
                                               const std::vector<std::string>& texts) const {
  const std::size_t longest = longest_line - std::min(used_by(room), longest_line - least_room);
  std::vector<std::string_view> pieces;
  pieces.reserve(texts.size());
  for (const std::string_view text : texts) {
    std::string_view rest = text;
    while (rest.size() > longest) {
      const std::size_t length = piece_length(rest, longest);
      pieces.push_back(rest.substr(0, length));
      rest.remove_prefix(length);
    }
    if (!rest.empty()) pieces.push_back(rest);
  }
  return pieces;
}

std::vector<std::string> session::lines(const std::string& room,
                                        const std::vector<std::string>& texts) const {
  const std::string start = "PRIVMSG " + room + " :";
  std::vector<std::string> made;
  for (const std::string_view text : fitting(room, texts)) {
    made.push_back(on_wire(start + encoded(text)));
  }
  return made;
}

std::vector<session::utterance> session::utter(const std::string& room,
                                               const std::vector<std::string>& texts) {
  const std::vector<std::string_view> pieces = fitting(room, texts);
  const bool labels = confirms(true);
  const bool confirmed = labels || confirms(false);
  const std::string start = "PRIVMSG " + room + " :";
  std::vector<utterance> made;
  const auto add = [&] {
    utterance& one = made.emplace_back();
    if (confirmed) one.number = ++last_utterance_;
    one.labeled = labels;
    return confirmations::label_of(one.number);
  };

  std::size_t done = 0;
  // Without labels nothing would tell which batch was refused, or came back.
  if (labels && capabilities_.has("draft/multiline") && !batches_refused_) {
    const multiline_limits limits(capabilities_.value("draft/multiline"));
    while (done < pieces.size()) {
      const std::size_t count = limits.fitting(pieces, done);
      if (count < 2) break;
      const std::string label = add();
      utterance& one = made.back();
      const std::string reference = "b" + std::to_string(one.number);
      one.lines.push_back(on_wire(build("BATCH", {"+" + reference, "draft/multiline", room}),
                                  tag_list({{"label", label}})));
      for (std::size_t i = 0; i < count; ++i, ++done) {
        one.lines.push_back(
            on_wire(start + encoded(pieces[done]), tag_list({{"batch", reference}})));
        one.texts.emplace_back(pieces[done]);
      }
      one.lines.push_back(on_wire(build("BATCH", {"-" + reference})));
    }
  }
  for (; done < pieces.size(); ++done) {
    const std::string label = add();
    utterance& one = made.back();
    one.echo = encoded(pieces[done]);
    one.lines.push_back(
        on_wire(start + one.echo, labels ? tag_list({{"label", label}}) : std::string()));
    one.texts.emplace_back(pieces[done]);
  }
  return made;
}

bool session::confirms(bool labeled) const {
  if (confirms_nothing_) return false;
  if (labeled) return capabilities_.has("labeled-response") && capabilities_.has("batch");
  return capabilities_.has("echo-message");
}

void session::expect_no_confirmations() noexcept {
  confirms_nothing_ = true;
  confirms_changed_ = true;
}

void session::uttered(const std::string& room, std::uint64_t number, const std::string& echo,
                      bool labeled) {
  confirmations_.expect(number, folded(room, server_.mapping), echo, labeled);
}

std::string session::probe(time_point now) {
  return on_wire(build("PING", {pings_.next(now)}, true));
}

bool session::ask_own_prefix() {
  if (asked_own_prefix_ || me_.is_seen()) return false;
  asked_own_prefix_ = true;
  send(build("WHO", {me_.name()}), true);
  return true;
}

std::string session::encoded(std::string_view text) const {
  return server_.utf8_only ? repaired_utf8(text) : options_.text.encode(text);
}

std::size_t session::used_by(const std::string& room) const noexcept {
  return prefix_length() + std::string_view("PRIVMSG  :").size() + room.size() + 2;
}

standing session::how_it_stands() const {
  standing now;
  now.nick = me_.name();
  now.account = account_;
  now.channels = members_.channels();
  if (const auto& told = pings_.measured()) {
    now.lag = std::chrono::duration_cast<std::chrono::milliseconds>(told->smoothed);
  }
  return now;
}

void session::handle(const message& got, time_point now) {
  const int numeric = numeric_of(got.command);
  // An answer to what we said; it may be more than that, such as a numeric or our echo.
  const bool labeled = confirmations_.labeled(got);
  if (refuses_batch(got) && !std::exchange(batches_refused_, true)) {
    const std::string text = said(got);
    log_.warning("the server refuses a message of several lines; saying it in single ones",
                 {{"text", text}});
  }
  if (!labeled) on_unlabeled_error(got, numeric);
  const bool expected = queries_.refuses(got, numeric);
  if (queries_.receive(got, numeric)) query_answered_ = true;
  send_queries();
  if (numeric != 0) {
    handle_numeric(got, numeric, expected, now);
    emit_raw(got);
  } else if (got.command == "PING") {
    send(build("PONG", {got.last()}, true), true);
  } else if (got.command == "PONG") {
    on_pong(got, now);
  } else if (batches_.plays_back(got) && changes_state(got.command)) {
    return;
  } else if ((got.command == "PRIVMSG" || got.command == "NOTICE") && multiline_.take(got)) {
    return;
  } else if (got.command == "BATCH") {
    batches_.receive(got);
    netsplits_.batch(got, now);
    for (const message& line : multiline_.receive(got)) {
      on_text(line, line.command == "NOTICE", now);
    }
  } else if (got.command == "CAP") {
    on_cap(got, now);
  } else if (got.command == "AUTHENTICATE") {
    if (login_) login_->receive(got);
    follow_login();
  } else if (got.command == "PRIVMSG") {
    // What we say to services comes back with echo-message, and is nobody's business.
    const bool secret = options_.services.wanted() && services_.is_service(got.param(0), server_) &&
                        is_me(message_source::parse(got.source).nick);
    if (!secret) on_text(got, false, now);
  } else if (got.command == "NOTICE") {
    if (is_me(got.param(0))) services_.receive(got, 0, server_);
    follow_services(now);
    on_text(got, true, now);
  } else if (got.command == "JOIN") {
    on_join(got, now);
    if (is_me(message_source::parse(got.source).nick)) ask_for_missed(got.param(0));
  } else if (got.command == "PART") {
    on_part(got);
  } else if (got.command == "KICK") {
    on_kick(got, now);
  } else if (got.command == "TOPIC") {
    if (server_.is_channel(got.param(0))) {
      emit(event_type::topic, got, room_name(got.param(0)), false, std::string(got.param(1)));
    }
  } else if (got.command == "NICK") {
    on_nick(got, now);
  } else if (got.command == "QUIT") {
    on_quit(got, now);
  } else if (got.command == "INVITE") {
    on_invite(got, now);
  } else if (got.command == "KILL") {
    on_kill(got);
  } else if (got.command == "ACCOUNT") {
    learn_account(message_source::parse(got.source).nick, got.param(0));
    if (is_me(message_source::parse(got.source).nick)) {
      services_.receive(got, 0, server_);
      if (is_account(got.param(0))) rooms_.logged_in(now);
      follow_services(now);
    }
  } else if (got.command == "CHGHOST") {
    if (is_me(message_source::parse(got.source).nick)) {
      me_.seen_as(got.param(0), got.param(1));
    }
  } else if (got.command == "CHATHISTORY") {
    on_history(got);
  } else if (got.command == "ERROR") {
    on_error(got);
  } else {
    emit_raw(got);
  }
}

void session::ask(std::shared_ptr<query> asked) {
  queries_.ask(std::move(asked));
  send_queries();
}

void session::forget(const std::shared_ptr<query>& asked) {
  queries_.forget(asked);
  send_queries();
}

void session::send_queries() {
  for (const std::string& line : queries_.take_lines()) send(line);
}

void session::handle_numeric(const message& got, int numeric, bool expected, time_point now) {
  services_.receive(got, numeric, server_);
  follow_services(now);
  switch (numeric) {
    case 1:
      if (stage_ != stage::registering) return;
      // Nothing is done under a name that we did not prove to be ours. Transient: services may be
      // away just now.
      if (login_ && !login_->succeeded() && options_.sasl.required) {
        fail(failure(errc::throttled, "SASL: the server goes on without the login"));
        return;
      }
      // Servers cut nicks that are too long; this is what we are called.
      if (!got.param(0).empty() && got.param(0) != "*") me_.called(got.param(0));
      stage_ = stage::welcomed;
      online_at_latest_ = now + options_.motd_limit;
      return;
    case 5:
      server_.apply(got.params);
      members_.compare_by(server_.mapping);
      me_.server_said(server_);
      rooms_.server_said(server_);
      return;
    case 303:
    case 731:
    case 734:
      me_.receive(got, numeric, now);
      return;
    case 330:  // WHOIS: nick, account
      learn_account(got.param(1), got.param(2));
      return;
    case 332:
      if (server_.is_channel(got.param(1))) {
        tell(event_type::topic, got, room_name(got.param(1)), std::string(got.param(2)), "332");
      }
      return;
    case 352:
      on_own_who(got);
      return;
    case 353:
      on_names(got);
      return;
    case 354:  // WHOX as we ask for it: token, channel, nick, account
      if (got.param(1) != who_token) return;
      members_.joined(got.param(3), got.param(2));
      learn_account(got.param(3), got.param(4));
      return;
    case 366:
      ask_for_accounts(got.param(1));
      return;
    case 376:
    case 422:
      if (stage_ == stage::welcomed) become_online(now);
      return;
    case 396:
      me_.seen_as({}, got.param(1));
      return;
    case 431:
    case 432:
    case 433:
    case 435:  // the rest only later: banned from a channel, too fast, not there
    case 436:
    case 438:
    case 447:
      on_nick_refused(got, numeric, now);
      return;
    case 437:
      if (server_.is_channel(got.param(1))) {
        rooms_.refused(got, numeric, now);
      } else {
        on_nick_refused(got, numeric, now);
      }
      return;
    case 470:
      rooms_.forwarded(got, now);
      return;
    case 900: {
      account_ = got.param(2);
      const std::string account = decoded(account_);
      log_.info("logged in", {{"account", account}});
      logged_in_ = true;
      rooms_.logged_in(now);
      return;
    }
    case 901:
      account_.clear();
      logged_in_ = false;
      return;
    case 902:
    case 903:
    case 904:
    case 905:
    case 906:
    case 907:
    case 908:
      if (login_) login_->receive(got);
      follow_login();
      return;
    case 463:
    case 465:
    case 466:
      fail(refused_by_numeric(numeric, said(got)));
      return;
    case 464:
      // Later it is about another password, such as an operator's.
      if (stage_ != stage::registering) break;
      fail(failure(errc::authentication_failed, "the server refuses the password", said(got)));
      return;
    case 421:
      if (got.param(1) == "PING") {
        pings_.answered_in_order(now);
        return;
      }
      [[fallthrough]];
    case 451:
      // A server that does not know CAP.
      introduce();
      break;
    default:
      break;
  }
  if (join_refusal::is_one(numeric) ||
      (!expected && join_refusal::may_be_one(numeric) && rooms_.is_asked(got.param(1)))) {
    rooms_.refused(got, numeric, now);
    return;
  }
  if (numeric >= 400 && numeric < 600 && !expected) {
    const std::string text = said(got);
    log_.warning("the server reports an error", {{"numeric", got.command}, {"text", text}});
  }
}

void session::on_cap(const message& got, time_point now) {
  capabilities_.receive(got);
  confirms_changed_ = true;
  if (must_use_tls()) return;
  if (capabilities_.listed()) introduce();
  for (const std::string& line : capabilities_.take_lines()) {
    send(line, stage_ == stage::registering);
  }
  // Without notice of a logout nothing that we learned can be relied on.
  if (!capabilities_.has("account-notify")) members_.forget_accounts();
  if (login_) {
    if (capabilities_.has("sasl") && login_->idle()) {
      login_->start(capabilities_.value("sasl"));
      login_until_ = now + options_.sasl.limit;
    } else if (!capabilities_.has("sasl")) {
      login_->abort(failure(errc::throttled, "the server took the capability back"));
    }
  }
  follow_login();
  end_negotiation();
}

bool session::must_use_tls() {
  const std::optional<std::string> told = capabilities_.take_sts();
  if (!told) return false;
  const sts_offer offer = sts_offer::parse(*told);
  if (options_.secure) {
    if (offer.duration) sts_.duration = offer.duration;
    return false;
  }
  if (!offer.port) return false;
  sts_.port = offer.port;
  // Not a word more in the clear.
  lines_.clear();
  fail(failure(errc::closed, "the server is to be used with TLS (STS)"));
  return true;
}

void session::follow_login() {
  if (!login_) return;
  for (const std::string& line : login_->take_lines()) send(line, true);
  if (login_->running() || !login_until_) return;
  login_until_.reset();
  if (login_->failed()) {
    if (stage_ == stage::registering && options_.sasl.required) {
      fail(*login_->failed());
      return;
    }
    const std::string why = login_->failed()->describe();
    log_.warning("going on without the account", {{"why", why}});
  }
  end_negotiation();
}

void session::end_negotiation() {
  if (stage_ != stage::registering || negotiated_ || !capabilities_.settled()) return;
  if (failed_ || (login_ && login_->running())) return;
  if (login_ && login_->idle()) {
    if (options_.sasl.required) {
      // Not for good: services may be away just now.
      fail(failure(errc::throttled, "SASL: the server does not offer it"));
      return;
    }
    log_.warning("the server does not offer SASL; going on without the account");
  }
  negotiated_ = true;
  send(build("CAP", {"END"}), true);
}

void session::on_nick_refused(const message& got, int numeric, time_point now) {
  if (stage_ != stage::registering) {
    me_.refused(numeric, now);
    return;
  }
  const std::string text = said(got);
  const std::string refused = me_.name();
  const std::optional<std::string> next = me_.next(numeric);
  if (!next) {
    fail(failure(errc::throttled,
                 "the server accepts neither '" + options_.nick + "' nor a nick like it", text));
    return;
  }
  const std::string code = std::to_string(numeric);
  log_.warning("the nick is refused; trying another",
               {{"refused", refused}, {"next", *next}, {"numeric", code}, {"text", text}});
  send(build("NICK", {*next}), true);
}

void session::on_error(const message& got) {
  const std::string text = said(got);
  if (quitting_) {
    fail(failure(errc::closed, "left"));
    return;
  }
  if (stage_ != stage::registering) {
    fail(ended_by_error(text));
    return;
  }
  login_progress progress;
  progress.gave_password = introduced_ && !options_.password.empty();
  progress.in_sasl = login_ && login_->running();
  fail(login_ended(progress, text));
}

void session::on_kill(const message& got) {
  // Others are killed, too; for them a QUIT follows.
  if (!is_me(got.param(0)) || quitting_) return;
  fail(ended_by_kill(decoded(message_source::parse(got.source).nick), said(got)));
}

void session::on_pong(const message& got, time_point now) {
  // Behind the server's name as it should be, before it, or not at all.
  for (const std::string& each : got.params) {
    if (pings_.answered(each, now)) return;
  }
  if (std::none_of(got.params.begin(), got.params.end(), &round_trips::is_token)) {
    pings_.answered_in_order(now);
  }
}

void session::on_join(const message& got, time_point now) {
  const message_source from = message_source::parse(got.source);
  const std::string channel(got.param(0));
  if (!server_.is_channel(channel)) return;
  if (is_me(from.nick)) {
    me_.seen_as(from.user, from.host);
    if (!rooms_.we_joined(channel, now)) return;
    members_.we_joined(channel);
  }
  members_.joined(from.nick, channel);
  if (capabilities_.has("extended-join")) learn_account(from.nick, got.param(1));
  if (!is_me(from.nick) && netsplits_.join(got, now)) return;
  emit(event_type::join, got, room_name(channel), false, "");
}

void session::on_part(const message& got) {
  const std::string_view channel = got.param(0);
  if (channel.empty()) return;
  emit(event_type::part, got, room_name(channel), false, std::string(got.param(1)));
  const message_source from = message_source::parse(got.source);
  members_.left(from.nick, channel);
  if (is_me(from.nick)) {
    members_.we_left(channel);
    rooms_.we_left(channel);
  }
}

void session::on_nick(const message& got, time_point now) {
  const std::string from = message_source::parse(got.source).nick;
  const std::string_view to = got.param(0);
  if (from.empty() || to.empty()) return;
  tell(event_type::raw, got, "", "", "NICK",
       {{"nick", decoded(to)}, {"channels", shared_with(from)}});
  members_.renamed(from, to);
  // Whoever caused it: services and operators may.
  if (is_me(from)) {
    me_.renamed(to, now);
    if (me_.is_wanted()) services_.got_nick(now);
    if (services_.running()) services_ended_ = false;
    follow_services(now);
  } else {
    me_.freed(from, now);
    depart(from, is_target(to) && !server_.is_channel(to) ? to : std::string_view());
  }
}

void session::on_quit(const message& got, time_point now) {
  const std::string who = message_source::parse(got.source).nick;
  if (who.empty() || is_me(who)) return;
  // In a split the nick is not free: its owner comes back with it.
  if (netsplits_.quit(got, now)) {
    members_.quit(who);
    return;
  }
  tell(event_type::raw, got, "", std::string(got.param(0)), "QUIT",
       {{"channels", shared_with(who)}});
  members_.quit(who);
  me_.freed(who, now);
  depart(who, {});
}

void session::depart(std::string_view from, std::string_view to) {
  departure& one = departures_.emplace_back();
  one.from = from;
  one.to = to;
}

void session::on_invite(const message& got, time_point now) {
  const std::string channel(got.param(1));
  // With invite-notify also those of others.
  if (!is_me(got.param(0)) || !server_.is_channel(channel)) return;
  tell(event_type::raw, got, channel, "", "INVITE");
  rooms_.invited(got, now);
}

std::string session::shared_with(std::string_view nick) const {
  std::string names;
  for (const std::string& each : members_.shared_with(nick)) {
    if (!names.empty()) names += ',';
    names += decoded(room_name(each));
  }
  return names;
}

void session::on_names(const message& got) {
  const std::string_view channel = got.param(2);
  const std::string_view names = got.param(3);
  if (!channel.empty()) tell(event_type::raw, got, room_name(channel), std::string(names), "NAMES");
  for (std::string_view name : words(names)) {
    // With multi-prefix all of them stand in front.
    name.remove_prefix(std::min(name.find_first_not_of(server_.member_prefixes), name.size()));
    members_.joined(name, channel);
  }
}

void session::ask_for_accounts(std::string_view channel) {
  // Who was there before us is told by no JOIN. With account-tag every message tells by itself.
  if (!server_.whox || !capabilities_.has("account-notify") || capabilities_.has("account-tag")) {
    return;
  }
  if (!channel.empty()) send(build("WHO", {channel, "%tcna," + std::string(who_token)}));
}

void session::learn_account(std::string_view nick, std::string_view account) {
  if (!capabilities_.has("account-notify")) return;
  members_.set_account(nick, is_account(account) ? account : std::string_view());
}

void session::on_kick(const message& got, time_point now) {
  const std::string_view channel = got.param(0);
  const std::string_view who = got.param(1);
  if (channel.empty() || who.empty()) return;
  // Told as the leaving of who was kicked. Tags are about who kicked, so they do not count for it.
  message leaving;
  leaving.source = who;
  leaving.command = got.command;
  const std::string by = decoded(got.source);
  event* const told = tell(event_type::part, leaving, room_name(channel), std::string(got.param(2)),
                           "KICK", {{"by", by}});
  // Not a server, though only the nick is told.
  if (told != nullptr && told->origin == event_origin::bot) told->origin = event_origin::person;
  members_.left(who, channel);
  if (!is_me(who)) return;
  members_.we_left(channel);
  rooms_.we_were_kicked(got, now);
}

void session::on_text(const message& got, bool notice, time_point now) {
  const message_source from = message_source::parse(got.source);
  // What servers say is for logs: there is nobody to answer.
  if (from.is_server()) {
    const std::string text = said(got);
    log_.debug("the server says", {{"text", text}});
    return;
  }
  const std::string_view text = got.param(1);
  const std::string_view target = server_.without_status(got.param(0));
  const std::string_view status = got.param(0).substr(0, got.param(0).size() - target.size());
  // What we said to somebody comes back with echo-message, and through bouncers.
  const bool echo = is_me(from.nick);
  if (echo && !batches_.plays_back(got)) {
    me_.seen_as(from.user, from.host);
    if (!notice) {
      confirmations_.echoed(folded(got.param(0), server_.mapping), got.param(1), got.tag("msgid"));
    }
  }
  const bool in_channel = server_.is_channel(target);
  // Server masks and the like: not for us alone, and nowhere to answer.
  if (!in_channel && !echo && !is_me(target)) return;
  const bool direct = !in_channel;
  // Rooms stay as bytes: an answer must go to exactly that name.
  std::string room = in_channel ? room_name(target) : echo ? std::string(target) : from.nick;

  // Said to some of the room, it is answered to them.
  const auto tell_it = [&](event_type type, std::string words) {
    event* const told = emit(type, got, std::move(room), direct, std::move(words));
    if (told != nullptr) told->from.thread = status;
  };
  if (const std::optional<ctcp> inner = ctcp::parse(text)) {
    if (notice) return;  // an answer to a question that we never ask
    if (inner->command == "ACTION") {
      tell_it(event_type::emote, inner->argument);
    } else if (direct && !echo && !batches_.plays_back(got)) {
      answer_ctcp(from, *inner, now);
    }
    return;
  }
  tell_it(notice ? event_type::notice : event_type::message, std::string(text));
}

void session::answer_ctcp(const message_source& from, const ctcp& query, time_point now) {
  const std::optional<std::string> text = ctcp_answers_.answer(query, now, options_.wall());
  if (text) send(build("NOTICE", {from.nick, *text}, true));
}

void session::on_own_who(const message& got) {
  // 352: channel, user, host, server, nick ...
  if (!is_me(got.param(5))) return;
  me_.seen_as(got.param(2), got.param(3));
}

void session::on_unlabeled_error(const message& got, int numeric) {
  switch (numeric) {
    case 401:
    case 402:
    case 403:
    case 404:
    case 407:
    case 413:
    case 414:
    case 415:
    case 442:
    case 477:
    case 482:
    case 486:
    case 489:
    case 531:
      confirmations_.refused(folded(got.param(1), server_.mapping), got.last());
      return;
    case 411:
    case 412:
    case 417:
      confirmations_.refused({}, got.last());
      return;
    default:
      break;
  }
  if (refuses_batch(got)) {
    confirmations_.batch_refused(got.last());
    return;
  }
  // FAIL PRIVMSG CODE [target] :text
  if (got.command != "FAIL" || got.param(0) != "PRIVMSG") return;
  confirmations_.refused(
      got.params.size() > 3 ? folded(got.param(2), server_.mapping) : std::string(), got.last());
}

void session::become_online(time_point now) {
  stage_ = stage::online;
  online_at_latest_.reset();
  if (!server_.bot_mode.empty()) send(build("MODE", {me_.name(), "+" + server_.bot_mode}));
  me_.online(now);
  services_.start(has_account(), me_.is_wanted() ? "" : me_.goal(), now);
  follow_services(now);
  ask_who_wrote();
}

// What was said in a channel while we were away.
void session::ask_for_missed(std::string_view channel) {
  if (options_.heard == nullptr || !capabilities_.has("draft/chathistory")) return;
  const auto since = options_.heard->gap_begins(folded(channel, server_.mapping));
  if (since) send(build("CHATHISTORY", {"AFTER", channel, history_from(*since), history_limit()}));
}

// Who wrote to us alone meanwhile.
void session::ask_who_wrote() {
  if (options_.heard == nullptr || !capabilities_.has("draft/chathistory")) return;
  const auto since = options_.heard->gap_begins({});
  if (!since) return;
  // To the end of time.
  send(build("CHATHISTORY", {"TARGETS", history_from(*since), "timestamp=9999-12-31T23:59:59.999Z",
                             history_limit()}));
}

void session::on_history(const message& got) {
  if (options_.heard == nullptr || got.param(0) != "TARGETS") return;
  const std::string_view nick = got.param(1);
  const auto since = options_.heard->gap_begins({});
  // Channels are asked for when we are in them.
  if (nick.empty() || server_.is_channel(nick) || !since) return;
  if (people_asked_ >= catch_up::most_messages) return;
  ++people_asked_;
  send(build("CHATHISTORY", {"AFTER", nick, history_from(*since), history_limit()}));
}

// AFTER leaves out what has that very time, and more than one message may have it: those that were
// heard are known by their ids.
std::string session::history_from(catch_up::wall_time since) {
  return "timestamp=" + to_server_time(since - std::chrono::milliseconds(1));
}

std::string session::history_limit() const {
  const std::size_t most = server_.history_limit;
  return std::to_string(most == 0 ? catch_up::most_messages
                                  : std::min(most, catch_up::most_messages));
}

void session::follow_services(time_point now) {
  if (stage_ != stage::online) return;
  if (services_.take_freed()) me_.freed(me_.goal(), now);
  if (services_.running() && options_.services.required) return;
  if (services_.failed() && options_.services.required) {
    fail(*services_.failed());
    return;
  }
  if (!joined_rooms_) rooms_.start(now);
  joined_rooms_ = true;
  if (services_.running() || services_ended_) return;
  services_ended_ = true;
  if (services_.succeeded()) rooms_.logged_in(now);
  if (services_.failed()) {
    const std::string why = services_.failed()->describe();
    log_.warning("going on without the login to services", {{"why", why}});
  }
}

void session::follow_parts() {
  for (const std::string& line : services_.take_lines()) send(line);
  for (const std::string& line : me_.take_lines()) send(line);
  for (const std::string& line : rooms_.take_lines()) send(line);
  for (const netsplits::report& each : netsplits_.take_reports()) {
    const std::string count = std::to_string(each.count);
    log_.info(each.joined ? "people are back after a netsplit" : "netsplit",
              {{"servers", each.servers}, {"count", count}});
    message got;
    got.source = each.servers.substr(0, each.servers.find(' '));
    tell(event_type::raw, got, "", each.servers, each.joined ? "netjoin" : "netsplit",
         {{"count", count}});
  }
}

event* session::tell(event_type type, const message& got, std::string room, std::string text,
                     std::string command, metadata more) {
  if (stage_ != stage::online) return nullptr;
  event one = made(type, got, std::move(room), false, std::move(text));
  one.meta.emplace_back("irc", std::move(command));
  for (auto& each : more) one.meta.push_back(std::move(each));
  return &events_.emplace_back(std::move(one));
}

bool session::has_account() const noexcept {
  return logged_in_ || (login_ && login_->succeeded());
}

void session::send(std::string_view line, bool urgent) {
  lines_.emplace_back(on_wire(line), urgent);
}

void session::fail(failure why) {
  if (!failed_) failed_ = std::move(why);
}

event* session::emit(event_type type, const message& got, std::string room, bool direct,
                     std::string text) {
  if (stage_ != stage::online) return nullptr;
  return &events_.emplace_back(made(type, got, std::move(room), direct, std::move(text)));
}

void session::emit_raw(const message& got) {
  if (stage_ != stage::online) return;
  event one = made(event_type::raw, got, {}, false, std::string(got.last()));
  if (one.origin == event_origin::person) one.origin = event_origin::bot;
  one.meta.emplace_back("irc.source", decoded(got.source));
  one.meta.emplace_back("irc.command", decoded(got.command));
  for (const std::string& each : got.params) one.meta.emplace_back("irc.param", decoded(each));
  events_.push_back(std::move(one));
}

event session::made(event_type type, const message& got, std::string room, bool direct,
                    std::string text) const {
  const message_source from = message_source::parse(got.source);
  const std::string nick = options_.text.decode(from.nick);
  const std::string_view account = account_of(got, from.nick);
  const std::string mask = nick + "!" + decoded(from.user) + "@" + decoded(from.host);
  // Rights are the account's. A nick is only a name.
  principal speaker(options_.input, mask, assurance::unverified, nick);
  if (!account.empty()) {
    speaker = principal(options_.input, decoded(account), assurance::verified, nick);
  }
  const std::string readable = options_.text.decode(text);
  event one(type, address(options_.input, std::move(room), nick, {}, direct), std::move(speaker),
            without_formatting(readable));
  if (one.text != readable) {
    one.normalised = true;
    one.raw_text = readable;
  }
  // A source without user and host is a server, or somebody nobody could name.
  if (from.user.empty() && from.host.empty()) one.origin = event_origin::bot;
  if (is_me(from.nick)) one.origin = event_origin::self;
  one.id = decoded(got.tag("msgid"));
  const auto time = parse_server_time(got.tag("time"));
  if (time) one.time = *time;
  const std::string heard_in = direct ? std::string() : folded(one.from.room, server_.mapping);
  if (batches_.plays_back(got)) {
    const bool news = options_.heard != nullptr && options_.heard->is_news(heard_in, one.id, time);
    if (!news) one.origin = event_origin::history;
  } else if (time && type != event_type::raw && options_.heard != nullptr) {
    options_.heard->heard(heard_in, *time);
  }
  one.to = me_.name();
  return one;
}

std::string_view session::account_of(const message& got, std::string_view nick) const {
  std::string_view account;
  if (capabilities_.has("account-tag")) {
    // No tag then means: not logged in. What was learned before does not count.
    account = got.tag("account");
  } else if (capabilities_.has("account-notify") && !batches_.plays_back(got)) {
    account = members_.account(nick);
  }
  return is_account(account) ? account : std::string_view();
}

bool session::is_me(std::string_view name) const {
  return me_.is(name);
}

std::string session::room_name(std::string_view channel) const {
  return rooms_.spelled(channel);
}

}  // namespace mynah::irc
