// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <memory>
#include <string>
#include <thread>

#include <mynah/bot_view.hpp>
#include <mynah/clock.hpp>
#include <mynah/conn.hpp>
#include <mynah/input.hpp>

#include "channel.hpp"
#include "line_editor.hpp"

namespace mynah::console {

/// The one conversation with the user of the terminal or pipe.
///
/// From a pipe or file lines come faster than people type, and what comes is a script: the next
/// line waits until the command before it has ended or has run for `patience`, and longer while as
/// many commands run as the bot allows one user, so that none is refused. The end of the input
/// waits for all of them.
class console_conn final : public conn {
 public:
  static constexpr std::chrono::milliseconds patience{250};
  static constexpr std::chrono::milliseconds time_to_take_answer{3};

  console_conn(const input_environment& environment, int in, int out, editor_options options,
               bool interactive, std::string user);
  ~console_conn() override;

  task<result<event>> recv() override;
  task<result<receipt>> send(const outgoing& message) override;
  task<void> close() override;

 private:
  [[nodiscard]] std::size_t running() const;
  [[nodiscard]] bool is_asking() const;
  [[nodiscard]] bool may_continue() const;
  [[nodiscard]] bool is_settling() const;
  [[nodiscard]] event event_of(std::string text) const;
  void look_again_soon();

  input_environment environment_;
  bool interactive_;
  std::string user_;
  std::size_t limit_;  ///< commands that may run when the next line is given to the bot
  std::shared_ptr<channel> channel_;
  std::thread thread_;
  bool given_ = false;                   ///< at least one line went to the bot
  mynah::clock::time_point last_given_;  ///< when the last one did
  std::chrono::milliseconds look_again_{1};
  bool closed_ = false;
};

}  // namespace mynah::console
