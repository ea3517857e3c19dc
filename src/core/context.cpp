// SPDX-License-Identifier: Apache-2.0
#include <mynah/context.hpp>

#include <boost/asio/error.hpp>
#include <boost/asio/post.hpp>

#include <mynah/async_command.hpp>

#include "core/job.hpp"
#include "core/pipeline.hpp"
#include "net/sleep.hpp"

namespace mynah {

namespace {

// On the bot's strand at once, from anywhere else in order of the calls; nowhere once the bot has
// let go of the job.
template <class Use>
void on_pipeline(detail::job& job, Use use) {
  job.with_pipeline([&](core::pipeline& home) {
    if (home.on_strand()) {
      use(home, job.shared_from_this());
    } else {
      boost::asio::post(home.strand(),
                        [self = job.shared_from_this(), use = std::move(use)]() mutable {
                          use(self->home(), self);
                        });
    }
  });
}

}  // namespace

namespace detail {
const arguments& arguments_of(const context& ctx) noexcept {
  return ctx.args();
}
}  // namespace detail

context::context(std::shared_ptr<detail::job> job) noexcept : job_(std::move(job)) {}
context::~context() = default;

const mynah::event& context::event() const noexcept {
  return job_->said;
}
const mynah::principal& context::principal() const noexcept {
  return job_->said.principal;
}
const arguments& context::args() const noexcept {
  return job_->args;
}
std::uint64_t context::id() const noexcept {
  return job_->id;
}

void context::reply(mynah::reply message) {
  if (!job_->home().on_strand()) {
    // On a thread of its own, which may wait.
    job_->sending_one();
    job_->with_pipeline([&](core::pipeline& home) {
      boost::asio::post(home.strand(), [self = job_, message = std::move(message)]() mutable {
        if (!self->home().reply_from(self, std::move(message), false)) self->sent_one();
      });
    });
    return;
  }
  on_pipeline(*job_, [message = std::move(message)](
                         core::pipeline& home, const std::shared_ptr<detail::job>& job) mutable {
    home.reply_from(job, std::move(message), false);
  });
}

void context::progress(mynah::reply message) {
  on_pipeline(*job_, [message = std::move(message)](
                         core::pipeline& home, const std::shared_ptr<detail::job>& job) mutable {
    home.reply_from(job, std::move(message), true);
  });
}

void context::say(const address& where, mynah::reply message) {
  on_pipeline(*job_, [where, message = std::move(message)](
                         core::pipeline& home, const std::shared_ptr<detail::job>&) mutable {
    home.emit(where, std::move(message));
  });
}

std::stop_token context::stop_token() const noexcept {
  return job_->stop.get_token();
}
mynah::clock::time_point context::deadline() const noexcept {
  return job_->due;
}

bool context::sleep_for(std::chrono::nanoseconds time) {
  return job_->clock->block_until(job_->clock->now() + time, stop_token());
}

bool context::allowed(std::string_view permission) const {
  return job_->home().permits(principal(), permission);
}

const logger& context::log() const noexcept {
  return job_->what.log;
}
mynah::clock& context::clock() const noexcept {
  return *job_->clock;
}
bot_view& context::bot() const noexcept {
  return job_->home();
}

task<std::string> async_context::ask(mynah::reply question, ask_options options) {
  // Keeps the deadline still however the wait ends.
  class pause {
   public:
    explicit pause(detail::job& asking) : asking_(asking) {
      asking_.home().jobs_runner().question_opened(asking_);
    }
    pause(const pause&) = delete;
    pause& operator=(const pause&) = delete;
    ~pause() {
      asking_.with_pipeline(
          [this](core::pipeline& home) { home.jobs_runner().question_closed(asking_); });
    }

   private:
    detail::job& asking_;
  };
  const pause paused(job());
  const core::questions::say tell = [this](mynah::reply message) { reply(std::move(message)); };
  std::string answer = co_await job().home().open_questions().ask(event(), std::move(question),
                                                                  std::move(options), tell);
  co_return answer;
}

task<void> async_context::sleep(std::chrono::nanoseconds time) {
  co_await net::sleep_for(*job().clock, time);
}

}  // namespace mynah
