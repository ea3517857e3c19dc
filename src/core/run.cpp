// SPDX-License-Identifier: Apache-2.0
#include "core/run.hpp"

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/dispatch.hpp>
#include <boost/asio/post.hpp>
#include <boost/system/system_error.hpp>

#include <algorithm>
#include <array>
#include <cstdio>

#include <mynah/async_command.hpp>
#include <mynah/duration.hpp>

#include "core/pipeline.hpp"

namespace mynah::core {

using detail::job;

// How a command's code came back.
class runner::outcome_of_run {
 public:
  outcome_of_run() = default;

  mynah::outcome how = outcome::done;
  reply answer;
  std::string said;      // for the asker: the command's own words
  std::string internal;  // for the log only
};

runner::runner(run_observer& observer, boost::asio::any_io_executor strand,
               std::shared_ptr<clock> clock, run_options options)
    : observer_(observer),
      strand_(std::move(strand)),
      clock_(std::move(clock)),
      options_(std::move(options)),
      admission_(options_.limits),
      random_(std::random_device()()),
      emptied_(strand_) {
  if (!options_.run_blocking) pool_ = std::make_unique<blocking_pool>();
}

namespace {

// How long a command that was told to stop gets to do so before the end of the bot passes it by.
constexpr std::chrono::seconds grace{2};

// Fills in what the exception in flight means. Only texts that commands wrote for people go out.
template <class Result>
void explain_exception(Result& result) {
  try {
    throw;
  } catch (const usage_error& error) {
    result.how = outcome::wrong_usage;
    result.said = error.what();
  } catch (const command_error& error) {
    result.how = outcome::failed;
    result.said = error.what();
  } catch (const boost::system::system_error& error) {
    result.how = error.code() == boost::asio::error::operation_aborted ? outcome::cancelled
                                                                       : outcome::failed;
    result.internal = error.what();
  } catch (const std::exception& error) {
    result.how = outcome::failed;
    result.internal = error.what();
  } catch (...) {
    result.how = outcome::failed;
    result.internal = "something that is no std::exception";
  }
}

}  // namespace

// Runs what is no coroutine, on this thread.
runner::outcome_of_run runner::run_code(const std::shared_ptr<job>& running) {
  outcome_of_run result;
  try {
    context ctx(running);
    result.answer = running->what.code->run(ctx);
  } catch (...) {
    explain_exception(result);
  }
  return result;
}

std::chrono::milliseconds runner::deadline_of(const command_spec& spec) const {
  return spec.run_deadline.count() != 0 ? spec.run_deadline : options_.deadline;
}

void runner::run_quick(const std::shared_ptr<job>& started) {
  started->started = clock_->now();
  started->due = started->started + deadline_of(started->what.code->spec());
  outcome_of_run result = run_code(started);
  report(started, result);
  started->now = job::state::ended;
}

std::optional<std::string> runner::admit(const std::shared_ptr<job>& admitted) {
  const command_spec& spec = admitted->what.code->spec();
  if (auto full = admission_.enter(admitted->said, spec.name, spec.max_at_once, admitted->ticket)) {
    return full;
  }
  admitted->stop = std::stop_source();
  admitted->now = job::state::waiting;
  admitted->started = clock_->now();
  const std::lock_guard lock(jobs_mutex_);
  jobs_.emplace(admitted->id, admitted);
  return std::nullopt;
}

void runner::launch(const std::shared_ptr<job>& started) {
  if (started->now != job::state::waiting) return;  // cancelled, or left behind
  const command_spec& spec = started->what.code->spec();
  started->now = job::state::running;
  started->started = clock_->now();
  started->left = deadline_of(spec);
  if (spec.how == execution::quick && started->what.coroutine == nullptr) {
    started->due = started->started + started->left;
    finish(started, run_code(started));
    return;
  }
  arm(started);
  set_working(*started, true);
  if (options_.notice_after.count() != 0) {
    const std::weak_ptr<job> weak = started;
    started->notice_timer = clock_->call_at(started->started + options_.notice_after, [this, weak] {
      const auto running = weak.lock();
      if (running == nullptr || running->said_something || running->now != job::state::running) {
        return;
      }
      observer_.deliver(running, reply(running->what.code->spec().name + " is running (job " +
                                       std::to_string(running->id) + "); `cancel " +
                                       std::to_string(running->id) + "` stops it"));
    });
  }

  if (started->what.coroutine != nullptr) {
    // Asio looks at the slot once more after the coroutine's frame has gone, so the handler, too,
    // keeps the job.
    auto ended = [kept = started](const std::exception_ptr&) {};
    boost::asio::co_spawn(
        strand_, run_coroutine(started),
        boost::asio::bind_cancellation_slot(started->cancellation.slot(), std::move(ended)));
    return;
  }
  run_on_thread(started);
}

void runner::run_on_thread(const std::shared_ptr<job>& started) {
  // The thread may outlive the bot: it comes back through the link, and hands the job over, because
  // what the job keeps alive must not be destroyed on this thread.
  auto work = [this, running = started]() mutable {
    const auto result = std::make_shared<outcome_of_run>(run_code(running));
    const std::shared_ptr<detail::job_link> link = running->link;
    link->with_pipeline([&](pipeline& home) {
      boost::asio::post(home.strand(), [this, ended = std::move(running), result] {
        finish(ended, std::move(*result));
      });
    });
  };
  try {
    if (options_.run_blocking) {
      options_.run_blocking(std::move(work));
    } else {
      pool_->submit(std::move(work));
    }
  } catch (const std::exception& error) {
    outcome_of_run result;
    result.how = outcome::failed;
    result.internal = error.what();
    finish(started, std::move(result));
  }
}

task<void> runner::run_coroutine(std::shared_ptr<job> running) {
  outcome_of_run result;
  try {
    async_context ctx(running);
    result.answer = co_await running->what.coroutine->run_async(ctx);
  } catch (...) {
    explain_exception(result);
  }
  bool attached = false;
  running->with_pipeline([&attached](pipeline&) { attached = true; });
  // Nobody lets go of a job but on this strand, so it stays attached until this returns.
  if (attached) finish(running, std::move(result));
}

void runner::finish(const std::shared_ptr<job>& ended, outcome_of_run result) {
  {
    const std::lock_guard lock(jobs_mutex_);
    if (jobs_.erase(ended->id) == 0) return;
  }
  // Waits until the command's thread is out of `post`: what that uses may go away right after this.
  ended->abandon();
  forget_timers(*ended);
  admission_.leave(ended->ticket);
  report(ended, result);
  set_working(*ended, false);
  ended->now = job::state::ended;
  if (jobs_.empty()) emptied_.notify_all();
}

void runner::report(const std::shared_ptr<job>& ended, outcome_of_run& result) {
  if (ended->told) return;  // its deadline has been told already
  const std::string& name = ended->what.code->spec().name;
  if (ended->now == job::state::cancelling) {
    ended->told = outcome::cancelled;
    observer_.settled(ended, outcome::cancelled, {},
                      reply(name + " was cancelled (job " + std::to_string(ended->id) + ")"));
    return;
  }
  ended->told = result.how;
  switch (result.how) {
    case outcome::done:
      observer_.settled(ended, outcome::done, {}, std::move(result.answer));
      return;
    case outcome::wrong_usage:
      observer_.settled(ended, outcome::wrong_usage, result.said,
                        reply(name + ": ")
                            .untrusted(result.said)
                            .text("\nusage: " + ended->what.code->spec().usage_line()));
      return;
    default:
      break;
  }
  if (result.internal.empty()) {
    observer_.settled(ended, outcome::failed, result.said,
                      reply("error executing " + name + ": ").untrusted(result.said));
    return;
  }
  const std::string id = new_error_id();
  ended->what.log.error("command failed", {{"error_id", id}, {"reason", result.internal}});
  observer_.settled(ended, outcome::failed, "internal error " + id,
                    reply("error executing " + name + ": internal error " + id +
                          " (the log has more under that id)"));
}

void runner::arm(const std::shared_ptr<job>& running) {
  const clock::time_point due = clock_->now() + running->left;
  running->due = due;
  const std::weak_ptr<job> weak = running;
  running->deadline_timer = clock_->call_at(due, [this, weak] {
    if (const auto late = weak.lock()) expire(late);
  });
}

void runner::expire(const std::shared_ptr<job>& late) {
  if (late->now != job::state::running && late->now != job::state::cancelling) return;
  late->deadline_timer = 0;
  const command_spec& spec = late->what.code->spec();
  const std::string limit = format_duration(deadline_of(spec));
  late->now = job::state::overdue;
  late->told = outcome::timed_out;
  observer_.settled(late, outcome::timed_out, "deadline " + limit,
                    reply(spec.name + " did not finish within " + limit +
                          " and was told to stop (job " + std::to_string(late->id) + ")"));
  set_working(*late, false);
  tell_to_stop(*late);
  const std::weak_ptr<job> weak = late;
  late->deadline_timer = clock_->call_at(clock_->now() + grace, [this, weak] {
    if (const auto stuck = weak.lock()) give_up(stuck);
  });
}

void runner::give_up(const std::shared_ptr<job>& stuck) {
  stuck->deadline_timer = 0;
  stuck->past_grace = true;
  if (draining_) leave_behind(stuck);
}

void runner::begin_draining() {
  draining_ = true;
  for (const auto& each : jobs()) {
    if (each->past_grace) leave_behind(each);
  }
}

void runner::tell_to_stop(job& running) {
  running.stop.request_stop();
  // On the strand, and with the job kept: elsewhere Asio 1.81 would hand on a bare pointer to the
  // signal.
  boost::asio::dispatch(strand_, [kept = running.shared_from_this()] {
    kept->cancellation.emit(boost::asio::cancellation_type::terminal);
  });
}

bool runner::cancel(std::uint64_t id, const std::string& reason) {
  const std::shared_ptr<job> running = find(id);
  if (running == nullptr) return false;
  const bool waiting = running->now == job::state::waiting;
  if (waiting || running->now == job::state::running || running->now == job::state::asking) {
    running->now = job::state::cancelling;
    running->what.log.info("cancelled", {{"job", std::to_string(id)}, {"by", reason}});
  }
  if (waiting) {
    finish(running, outcome_of_run());
    return true;
  }
  tell_to_stop(*running);
  return true;
}

void runner::cancel_all(const std::string& reason) {
  all_cancelled_ = true;
  for (const auto& each : jobs()) cancel(each->id, reason);
}

std::vector<std::shared_ptr<job>> runner::jobs() const {
  std::vector<std::shared_ptr<job>> list;
  const std::lock_guard lock(jobs_mutex_);
  list.reserve(jobs_.size());
  for (const auto& each : jobs_) list.push_back(each.second);
  return list;
}

std::shared_ptr<job> runner::find(std::uint64_t id) const {
  const std::lock_guard lock(jobs_mutex_);
  const auto found = jobs_.find(id);
  return found == jobs_.end() ? nullptr : found->second;
}

bool runner::uses_threads() const {
  const std::lock_guard lock(jobs_mutex_);
  return std::any_of(jobs_.begin(), jobs_.end(), [](const auto& each) {
    return each.second->what.coroutine == nullptr && each.second->now != job::state::waiting;
  });
}

std::size_t runner::abandon_all() {
  const std::vector<std::shared_ptr<job>> left = jobs();
  for (const auto& each : left) leave_behind(each);
  return left.size();
}

void runner::leave_behind(const std::shared_ptr<job>& stuck) {
  {
    const std::lock_guard lock(jobs_mutex_);
    if (jobs_.erase(stuck->id) == 0) return;
  }
  ++abandoned_;
  forget_timers(*stuck);
  admission_.leave(stuck->ticket);
  if (!stuck->told) {
    stuck->told = outcome::interrupted;
    observer_.settled(stuck, outcome::interrupted, "did not stop",
                      reply(stuck->what.code->spec().name + " did not stop (job " +
                            std::to_string(stuck->id) + "); what came of it is unknown"));
  }
  set_working(*stuck, false);
  stuck->abandon();
  if (jobs_.empty()) emptied_.notify_all();
}

void runner::question_opened(job& asking) {
  if (asking.questions++ != 0 || asking.now != job::state::running) return;
  asking.now = job::state::asking;
  asking.left = asking.due.load() - clock_->now();
  clock_->cancel(asking.deadline_timer);
  asking.deadline_timer = 0;
  set_working(asking, false);
}

void runner::question_closed(job& asking) {
  if (--asking.questions != 0 || asking.now != job::state::asking) return;
  asking.now = job::state::running;
  arm(asking.shared_from_this());
  set_working(asking, true);
}

void runner::forget_timers(job& ended) {
  if (ended.deadline_timer != 0) clock_->cancel(ended.deadline_timer);
  if (ended.notice_timer != 0) clock_->cancel(ended.notice_timer);
  ended.deadline_timer = 0;
  ended.notice_timer = 0;
}

void runner::set_working(job& one, bool is) {
  if (std::exchange(one.is_working, is) != is) observer_.working(one, is);
}

std::string runner::new_error_id() {
  std::array<char, 16> text{};
  std::snprintf(text.data(), text.size(), "E%08x", static_cast<unsigned>(random_()));
  return text.data();
}

task<void> runner::drained() {
  while (!jobs_.empty()) co_await emptied_.wait();
}

}  // namespace mynah::core
