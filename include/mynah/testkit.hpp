// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstddef>
#include <memory>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include <mynah/bot.hpp>
#include <mynah/command.hpp>
#include <mynah/event.hpp>
#include <mynah/store.hpp>
#include <mynah/testkit/faults.hpp>
#include <mynah/testkit/virtual_clock.hpp>

namespace mynah::testkit {

/// An expectation that did not come true; the text holds the whole conversation. Works with every
/// test framework, as each reports an exception.
class expectation_failed : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// Something the bot said.
class said {
 public:
  said(address to, reply body, bool edit)
      : to(std::move(to)), body(std::move(body)), text(this->body.plain()), edit(edit) {}

  address to;
  reply body;
  std::string text;  ///< the text form
  bool edit;         ///< it replaced an earlier message
};

/// What came of a command attempt, as the audit saw it.
class attempt {
 public:
  explicit attempt(const audit_record& record);

  std::string command;
  std::string line;
  std::string who;
  std::string decision;
  std::string reason;
  mynah::outcome outcome;
};

/// A chat network in memory with a bot in it, and the clock on the wall. Everything happens inside
/// the calls, on the calling thread; time moves only by `advance`.
///
///     mynah::testkit::chat chat;
///     chat.add(my_command());
///     chat.say("alice", "#ops", "!deploy web");
///     chat.expect_reply("deploying web");
///     chat.advance(5min);
///     chat.expect_reply("done");
///
/// Users are verified as `test/<user>`; `stranger` makes one who is not. Blocking commands run on
/// real threads; a call waits for them until they end or wait on the bot's clock. One that blocks
/// in another way is waited for once, for `patience` of real time.
///
/// Thread safety: none. Object lifetime: the bot is stopped and destroyed with the chat.
class chat {
 public:
  chat();
  chat(const chat&) = delete;
  chat& operator=(const chat&) = delete;
  ~chat();

  /// Before the first event.
  void use(const plugin_info& plugin);
  void add(command_ptr added);
  void add(std::shared_ptr<stream> added);
  void set(std::string name, std::string value);
  /// Gives `test/<user>` the right to these commands, globs allowed.
  void grant(const std::string& user, const std::string& commands);
  /// The network can edit messages / show cards; both off at first.
  void can_edit(bool yes);
  void can_show_cards(bool yes);

  /// Somebody says something in a room; the bot does all it can do without time passing.
  void say(const std::string& user, const std::string& room, const std::string& text);
  /// Somebody says something to the bot alone.
  void whisper(const std::string& user, const std::string& text);
  /// The same by somebody whom the network does not vouch for.
  void stranger(const std::string& user, const std::string& room, const std::string& text);
  /// Any event; `from.input` and the principal's input are filled in when empty.
  void deliver(event happened);

  /// Lets time pass, with everything that falls due on the way.
  void advance(std::chrono::nanoseconds time);

  /// The next thing the bot said, over all rooms, is this text. Gives it.
  said expect_reply(std::string_view text);
  /// The next thing the bot said in that room is this text.
  said expect_reply(std::string_view room, std::string_view text);
  /// The next thing the bot said contains these words.
  said expect_reply_containing(std::string_view words);
  /// Nothing more was said.
  void expect_silence();

  /// Whether the network shows that the bot works for somebody in that room (`conn::working`).
  [[nodiscard]] bool shows_work(const std::string& room) const;

  /// What was said and not yet expected, in order; forgotten by the call.
  std::vector<said> take_replies();
  /// Every attempt the audit has seen, in order; forgotten by the call.
  std::vector<attempt> take_attempts();
  /// What the store has of them, in the order of time.
  [[nodiscard]] std::vector<audit_entry> audit(audit_query query = audit_query());
  /// Log lines so far, "level component: message key=value ...".
  [[nodiscard]] std::vector<std::string> log() const;
  /// The conversation so far, a line each.
  [[nodiscard]] std::string transcript() const;

  /// The connection is lost; the bot makes a new one after its delay. What it has not acknowledged
  /// by then is delivered again.
  void disconnect();
  /// The next `count` sends fail as if the network had refused the message.
  void refuse_sends(std::size_t count);
  /// Connections made so far.
  [[nodiscard]] std::size_t connections() const noexcept;

  /// Asks the bot to stop; `stopped` tells whether it has, after time to drain.
  void stop();
  [[nodiscard]] bool stopped() const noexcept;

  /// The process ends at once, as by SIGKILL: nothing more is done, said or recorded. The next call
  /// starts a new one on the same state, and the network delivers again what was not acknowledged.
  /// (A blocking command's thread goes on, as no thread can be killed; it reaches nobody.)
  void crash();
  /// The same after a stop in order.
  void restart();

  /// Before the first event: from now on things go wrong as planned, the same way for the same seed
  /// as long as no command blocks. The process that crashes is started again after `plan.down`.
  void faults(std::uint64_t seed, const testkit::faults& plan);
  /// What is broken is mended at the next connection, and nothing goes wrong any more.
  void no_more_faults();
  /// Whether there is a process: not between a crash of the plan and the next start.
  [[nodiscard]] bool running() const noexcept;

  /// Events the network has not been told to forget.
  [[nodiscard]] std::size_t unacknowledged() const noexcept;
  /// Messages that came with the stamp of an earlier one; the network shows them once.
  [[nodiscard]] std::size_t repeats() const noexcept;

  [[nodiscard]] mynah::bot& bot() noexcept;
  [[nodiscard]] virtual_clock& clock() noexcept;
  /// Where the state is kept: in memory, unless `use_store` gave another.
  [[nodiscard]] mynah::store& store() noexcept;
  /// Before the first event: an open store for the bot.
  void use_store(std::shared_ptr<mynah::store> kept_in);

  /// Real time that a call waits for a blocking command that does not use the bot's clock.
  std::chrono::milliseconds patience = std::chrono::seconds(2);

 private:
  friend class simulation;
  class impl;
  std::unique_ptr<impl> impl_;
};

}  // namespace mynah::testkit
