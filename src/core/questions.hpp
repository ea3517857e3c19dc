// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include <boost/asio/any_io_executor.hpp>

#include <mynah/clock.hpp>
#include <mynah/event.hpp>
#include <mynah/question.hpp>
#include <mynah/task.hpp>

#include "net/condition.hpp"

namespace mynah::core {

/// The questions that are open: who was asked, where, and what counts as an answer. Questions to
/// one principal in one place are asked one after the other.
///
/// Executor and thread safety: used on the bot's strand only.
class questions {
 public:
  using say = std::function<void(reply)>;

  questions(boost::asio::any_io_executor strand, std::shared_ptr<clock> clock,
            std::string cancel_word);

  /// Asks, by `say`, the one who made `asked_by`, and waits. Throws `unanswered_error`.
  task<std::string> ask(const event& asked_by, reply prompt, ask_options options, say tell);

  /// Whether this speaker has a question open in this place.
  [[nodiscard]] bool is_open(const event& said) const;
  /// Gives `text` as the answer to the open question of that speaker in that place.
  void answer(const event& said, std::string text);
  /// The same for a button of a question: false if that question is not open, or was put to
  /// somebody else.
  [[nodiscard]] bool answer_by_button(const event& said, std::string_view question);
  /// Ends all questions of an input whose users can say nothing any more.
  void input_ended(std::string_view input);

 private:
  enum class ending : unsigned char { none, timed_out, input_ended };
  struct question {
    explicit question(const boost::asio::any_io_executor& strand) : changed(strand) {}
    std::string input;
    std::string id;                     ///< what its buttons name
    std::optional<std::string> answer;  ///< given, and not yet looked at
    ending end = ending::none;
    net::condition changed;
  };
  using queue = std::deque<std::shared_ptr<question>>;
  class place_in_queue;

  static std::string key_of(const event& said);
  static reply with_choices(reply prompt, const ask_options& options, const std::string& id);
  void leave(const std::string& key, const std::shared_ptr<question>& gone);

  boost::asio::any_io_executor strand_;
  std::shared_ptr<clock> clock_;
  std::string cancel_word_;
  std::map<std::string, queue> open_;
  std::string ids_;  ///< what all ids begin with: another in each process
  std::uint64_t asked_ = 0;
};

/// Which choice an answer means: its number, its text with case ignored; empty if none.
std::string chosen(const std::vector<std::string>& choices, std::string_view answer);

}  // namespace mynah::core
