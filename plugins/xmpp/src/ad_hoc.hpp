// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <mynah/clock.hpp>
#include <mynah/conn.hpp>
#include <mynah/event.hpp>

#include "command_directory.hpp"
#include "data_form.hpp"
#include "element.hpp"
#include "jid.hpp"

namespace mynah::xmpp {

/// The bot's commands as ad-hoc commands (XEP-0050): listed for whoever may run them, with a data
/// form for their parameters. What is filled in becomes a command line and an event of type
/// `action`, so that it passes the same gate as what is said in chat. No I/O: after each call see
/// `take_stanzas` and `take_events`, and call `tick` when `next_tick` has come.
///
/// The event comes from an address of its own: the asker's full address with the run as thread.
/// What is said to it is taken by `take` and becomes the iq's answer, when the command has ended.
/// One that takes long is answered before, and what it says then is a message like any other; so is
/// what is said to a run that is over. A question of the command (`ask`) is another form. Of a
/// command that came to nothing a note of type `error` tells (section 4.3). If that was because of
/// what was filled in (`outgoing::misuse`), the form comes back with it, to be put right.
///
/// Dialogues end after five minutes without a sign of the asker, or with the session.
class ad_hoc {
 public:
  using time_point = mynah::clock::time_point;

  static constexpr std::chrono::minutes longest_pause{5};
  /// Then the iq is answered, and what comes later is a message.
  static constexpr std::chrono::seconds longest_wait{20};
  static constexpr std::size_t most_dialogues = 500;
  static constexpr std::size_t most_dialogues_each = 10;  ///< of one bare address
  /// Bytes of an answer; what is too much for it is a message.
  static constexpr std::size_t most_text = 8000;

  /// `commands`: null for none. `token` makes what nobody can guess.
  ad_hoc(std::shared_ptr<command_directory> commands, std::string input,
         std::function<std::string()> token);

  [[nodiscard]] bool has_commands() const noexcept { return commands_ != nullptr; }

  /// Takes an iq of type get or set; false if it is about something else. `who` is the principal
  /// behind `from`, `number` what the event will have as `delivery`.
  bool receive(const element& iq, const jid& from, const principal& who, std::uint64_t number,
               time_point now);
  /// The event with this number is the bot's.
  void acknowledged(std::uint64_t number) noexcept;
  /// Takes what is said to a run; false if it has to be sent as a message after all.
  bool take(const outgoing& message, time_point now);
  /// Whether this thread is a run, which nobody else knows of.
  [[nodiscard]] static bool is_run(std::string_view thread) noexcept;
  /// The session is over: nobody waits for answers any more.
  void lost();

  /// The largest time if there is nothing to wait for.
  [[nodiscard]] time_point next_tick() const noexcept;
  void tick(time_point now);

  [[nodiscard]] std::vector<element> take_stanzas() { return std::exchange(stanzas_, {}); }
  [[nodiscard]] std::vector<event> take_events() { return std::exchange(events_, {}); }

 private:
  enum class state : unsigned char {
    filling,  ///< a form is out
    running,  ///< an iq waits for the command
    asked,    ///< the command asked something, and that is out
  };

  class dialogue {
   public:
    explicit dialogue(jid from) : from(std::move(from)) {}

    jid from;
    std::optional<jid> at;  ///< which of our addresses, if it has several
    principal who;
    std::string node;
    std::string id;   ///< for the asker
    std::string run;  ///< thread of the address
    state now_is = state::filling;
    bool has_mistakes = false;  ///< in the form that is out, and they are shown
    time_point expires{};

    // While it runs:
    element iq;
    std::vector<std::string> texts;
    std::string wrong;               ///< why it came to nothing
    std::string misuse;              ///< if because of what was filled in: what was wrong with that
    std::optional<data_form> given;  ///< what was filled in, while that can be put right
    std::size_t size = 0;
    bool more_follows = false;  ///< something was too much for the answer
    int steps = 0;              ///< events so far
    std::uint64_t number = 0;   ///< of the last one
    bool acknowledged = false;
    std::optional<time_point> alone_since;  ///< the bot has it, and no job is seen
    time_point said_at{};
    time_point look_at{};
    std::chrono::milliseconds pause{0};
    time_point answer_by{};
  };
  using dialogue_map = std::map<std::string, dialogue, std::less<>>;

  [[nodiscard]] element items(const principal& who, const std::string& own) const;
  [[nodiscard]] element info(const std::string& node, const command_spec* what) const;
  void on_command(const element& iq, const element& command, const jid& from, const principal& who,
                  std::uint64_t number, time_point now);
  [[nodiscard]] bool admit(const command_spec& what, const jid& from, const principal& who);
  void begin(const element& iq, const element& command, const command_spec& what, const jid& from,
             const principal& who, std::uint64_t number, time_point now);
  void go_on(const element& iq, const element& command, dialogue& one, std::uint64_t number,
             time_point now);
  void submit(const element& iq, const command_spec& what, dialogue& one, data_form form,
              std::uint64_t number, time_point now);
  void cancel(const element& iq, dialogue& one);
  void run(const element& iq, dialogue& one, std::string line, std::uint64_t number,
           time_point now);
  void look(dialogue& one, const std::vector<job_info>& jobs, time_point now);
  [[nodiscard]] bool offer_again(dialogue& one, time_point now);
  void complete(dialogue& one, bool late);
  void ask(dialogue& one, time_point now);
  void send_form(const element& iq, const dialogue& one, data_form form, std::string_view wrong);
  void refuse(const element& iq, std::string_view condition, std::string_view detail = {},
              std::string text = {});
  [[nodiscard]] bool make_room(const jid& from);
  void forget_old(time_point now);

  std::shared_ptr<command_directory> commands_;
  std::string input_;
  std::function<std::string()> token_;
  dialogue_map dialogues_;  ///< by id
  std::vector<element> stanzas_;
  std::vector<event> events_;
};

}  // namespace mynah::xmpp
