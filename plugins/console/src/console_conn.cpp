// SPDX-License-Identifier: Apache-2.0
#include "console_conn.hpp"

#include <algorithm>
#include <charconv>
#include <csignal>
#include <optional>
#include <utility>
#include <vector>

#include <termios.h>
#include <unistd.h>

#include "stream_loop.hpp"

namespace mynah::console {

namespace {

// Half of what the bot allows one user unless it is told otherwise.
constexpr std::size_t most_at_once = 4;

std::size_t limit_of(const bot_view& bot) {
  std::size_t limit = most_at_once;
  for (const char* name : {"max-jobs", "max-jobs-per-room", "max-jobs-per-user"}) {
    const std::string text = bot.setting("", name);
    std::size_t value = 0;
    std::from_chars(text.data(), text.data() + text.size(), value);
    if (value != 0) limit = std::min(limit, value);
  }
  return limit;
}

// Signals are for the program's own threads. SIGPIPE too: a reader who leaves is an error of the
// write, and one left pending here ends with the thread.
std::thread quiet_thread(std::function<void()> body) {
  sigset_t all;
  sigset_t before;
  sigfillset(&all);
  ::pthread_sigmask(SIG_SETMASK, &all, &before);
  std::thread thread(std::move(body));
  ::pthread_sigmask(SIG_SETMASK, &before, nullptr);
  return thread;
}

// Puts the terminal back into the state it was found in, whatever happens to the thread.
class terminal_state {
 public:
  explicit terminal_state(int descriptor) : descriptor_(descriptor) {
    known_ = ::tcgetattr(descriptor, &state_) == 0;
  }
  void restore() const noexcept {
    if (known_) ::tcsetattr(descriptor_, TCSANOW, &state_);
  }

 private:
  int descriptor_;
  termios state_{};
  bool known_ = false;
};

}  // namespace

console_conn::console_conn(const input_environment& environment, int in, int out,
                           editor_options options, bool interactive, std::string user)
    : environment_(environment),
      interactive_(interactive),
      user_(std::move(user)),
      limit_(limit_of(environment.bot)),
      channel_(std::make_shared<channel>(environment.executor)) {
  if (interactive_) {
    channel_->write(sanitised(environment.bot.program()) +
                    ": say help for what I can do, press Ctrl-D to leave\n");
  }
  thread_ = quiet_thread([between = channel_, in, out, options = std::move(options), interactive] {
    if (interactive) {
      const terminal_state found(in);
      run_line_editor(*between, in, out, options);
      found.restore();
    } else {
      run_stream_loop(*between, in, out);
    }
    between->thread_is_over();
  });
}

console_conn::~console_conn() {
  channel_->shut_down();
  // `close` has waited for the thread; what is left here is stuck in a write to a terminal that the
  // user stopped, and must not stop the bot as well.
  for (int i = 0; i < 50 && !channel_->thread_ended(); ++i) {
    std::this_thread::sleep_for(std::chrono::milliseconds(5));
  }
  channel_->orphan();
  if (channel_->thread_ended()) {
    thread_.join();
  } else {
    thread_.detach();
  }
}

std::size_t console_conn::running() const {
  std::size_t count = 0;
  for (const job_info& job : environment_.bot.jobs()) {
    const bool at_work = job.state == "running" || job.state == "cancelling";
    if (at_work && job.where.input == environment_.name) ++count;
  }
  return count;
}

bool console_conn::may_continue() const {
  if (interactive_ || !given_) return true;
  const std::size_t now_running = running();
  if (now_running == 0) return true;
  if (now_running >= limit_) return false;
  return environment_.clock->now() - last_given_ >= patience;
}

bool console_conn::is_asking() const {
  const std::vector<job_info> jobs = environment_.bot.jobs();
  return std::any_of(jobs.begin(), jobs.end(), [this](const job_info& job) {
    return job.where.input == environment_.name && job.state == "asking";
  });
}

bool console_conn::is_settling() const {
  return !interactive_ && given_ && environment_.clock->now() - last_given_ < time_to_take_answer &&
         is_asking();
}

void console_conn::look_again_soon() {
  const std::weak_ptr<channel> between = channel_;
  environment_.clock->call_at(environment_.clock->now() + look_again_, [between] {
    if (const auto alive = between.lock()) alive->notify();
  });
  look_again_ = std::min(look_again_ * 2, std::chrono::milliseconds(20));
}

event console_conn::event_of(std::string text) const {
  event said(event_type::message, address(environment_.name, "console", user_, "", true),
             principal(environment_.name, user_, assurance::verified, user_), std::move(text));
  said.to = environment_.bot.name();
  return said;
}

task<result<event>> console_conn::recv() {
  bool alive = true;
  while (alive && !closed_) {
    const bool line_waits = channel_->has_line();
    if (is_settling()) {
      look_again_soon();
    } else if (!line_waits && channel_->ended()) {
      break;
    } else if (line_waits && may_continue()) {
      std::optional<input_line> line = channel_->take_line();
      if (line && line->too_long) {
        channel_->write("error: a line longer than " +
                        std::to_string(line_splitter::default_limit) + " bytes was ignored\n");
        continue;
      }
      if (line) {
        given_ = true;
        last_given_ = environment_.clock->now();
        look_again_ = std::chrono::milliseconds(1);
        co_return event_of(std::move(line->text));
      }
    } else if (line_waits) {
      look_again_soon();
    }
    alive = co_await channel_->changed();
  }
  co_return failure(errc::closed);
}

task<result<receipt>> console_conn::send(const outgoing& message) {
  // Nothing in a reply may steer the terminal, whoever wrote it.
  const std::uint64_t number = channel_->write(sanitised(message.body.plain()) + "\n");
  while (true) {
    const result<bool> written = channel_->written(number);
    if (!written) co_return written.error();
    if (*written) co_return receipt();
    const bool alive = co_await channel_->changed();
    if (!alive) co_return failure(errc::closed);
  }
}

task<void> console_conn::close() {
  closed_ = true;
  bool alive = true;
  while (alive && !channel_->all_written()) alive = co_await channel_->changed();
  channel_->shut_down();
  channel_->notify();
  while (alive && !channel_->thread_ended()) alive = co_await channel_->changed();
}

}  // namespace mynah::console
