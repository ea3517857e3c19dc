// SPDX-License-Identifier: Apache-2.0
#include <mynah/bot.hpp>
#include <mynah/duration.hpp>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/strand.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/system/system_error.hpp>

#include <atomic>
#include <mutex>
#include <random>
#include <thread>
#include <utility>

#include <mynah/error.hpp>
#include <mynah/store.hpp>

#include "core/bot_flags.hpp"
#include "core/input_runner.hpp"
#include "core/pipeline.hpp"
#include "core/registrations.hpp"
#include "core/resolve_settings.hpp"
#include "core/settle_down.hpp"
#include "core/system_clock.hpp"
#include "net/condition.hpp"

namespace mynah {

using core::input_runner;
using core::pipeline;

namespace {

// How long commands that were told to stop get to do so.
constexpr std::chrono::seconds hard_bound{2};
// How long closing may take after that, whatever plugins do.
constexpr std::chrono::seconds close_bound{12};

// A thread that cannot be stopped keeps what it uses, also after the bot has gone.
void keep_for_ever(std::shared_ptr<pipeline> used) {
  static std::mutex mutex;
  static auto* const kept = new std::vector<std::shared_ptr<pipeline>>();
  const std::lock_guard lock(mutex);
  kept->push_back(std::move(used));
}

}  // namespace

class bot::impl : public std::enable_shared_from_this<bot::impl> {
 public:
  impl(boost::asio::any_io_executor executor, bot_options options)
      : strand_(boost::asio::strand<boost::asio::any_io_executor>(executor)),
        options_(std::move(options)),
        clock_(options_.clock ? options_.clock : core::make_system_clock(strand_)),
        log_(options_.log, options_.level, "bot"),
        changed_(strand_) {}

  ~impl() {
    if (home_ == nullptr) return;
    // Not stopped in order, or something would not stop: nobody may reach this bot any more.
    bool in_use = abandoned_ || home_->jobs_runner().uses_threads();
    const bool writing = !home_->records().is_idle();
    home_->close();
    if (writing && !core::settle_down(*store_)) in_use = true;
    home_->jobs_runner().abandon_all();
    if (in_use) keep_for_ever(home_);
  }

  impl(const impl&) = delete;
  impl& operator=(const impl&) = delete;

  void check();
  [[nodiscard]] std::unique_ptr<store> make_store(bool reading) const;
  task<result<void>> run();
  void begin_stop(bool end_of_input);
  void stop_hard();

  boost::asio::any_io_executor strand_;
  bot_options options_;
  std::shared_ptr<mynah::clock> clock_;
  logger log_;
  std::shared_ptr<core::registrations> registered_ = std::make_shared<core::registrations>();
  setting_values values_;
  std::vector<std::string> masked_;  ///< secrets that are no settings of this bot
  bool checked_ = false;
  core::resolved_settings settings_;
  std::shared_ptr<store> store_;
  std::shared_ptr<pipeline> home_;
  std::vector<std::shared_ptr<input_runner>> inputs_;
  net::condition changed_;
  std::chrono::milliseconds drain_{0};
  bool ran_ = false;
  bool running_ = false;
  bool stopping_ = false;
  bool bounded_ = false;  ///< draining has an end of its own
  bool hard_ = false;
  bool let_go_ = false;
  std::atomic<bool> abandoned_ = false;
  std::atomic<bool> stop_before_run_ = false;
  clock::timer_id bound_timer_ = 0;

 private:
  void bound_draining();
  void use_timer(std::chrono::milliseconds after, void (impl::*next)());
  void give_up_on_jobs();
  void give_up_on_inputs();
  void give_up_on_store();
  task<bool> told_to_stop();
  task<void> wait_for(const bool* done);
  task<void> open_store();
  task<void> recover();
  task<void> release_when_drained(std::shared_ptr<impl> self);
  [[nodiscard]] bool is_over() const;
};

void bot::impl::check() {
  if (checked_) return;
  registered_->refuse_empty();
  std::vector<flag_group> groups;
  groups.emplace_back("", "the bot itself", core::bot_flags(), false);
  for (const input_type& each : registered_->inputs) {
    groups.emplace_back(each.name, each.summary, each.flags, true);
  }
  for (const auto& [plugin, flags] : registered_->flags) {
    groups.emplace_back(plugin, "", flags, false);
  }
  settings_ = core::resolve(groups, values_);
  settings_.redactor = settings_.redactor.with(redactor(masked_));
  log_ = log_.masking(settings_.redactor);
  drain_ = settings_.bot.duration("drain");

  core::run_options run;
  run.deadline = settings_.bot.duration("command-deadline");
  if (run.deadline.count() == 0) {
    throw settings_error("--command-deadline is 0; expected a duration above zero, such as 30s");
  }
  run.notice_after = settings_.bot.duration("notice-after");
  const auto limit = [this](const char* flag) {
    return static_cast<std::size_t>(settings_.bot.integer(flag));
  };
  run.limits.bot = limit("max-jobs");
  run.limits.per_room = limit("max-jobs-per-room");
  run.limits.per_user = limit("max-jobs-per-user");
  run.limits.per_command = limit("max-jobs-per-command");
  run.run_blocking = options_.run_blocking;
  store_ = options_.store ? options_.store : std::shared_ptr<store>(make_store(false));
  home_ = std::make_shared<pipeline>(strand_, clock_, log_, options_.program, options_.audit,
                                     std::move(run), registered_, settings_, store_);

  std::random_device device;
  std::uint64_t seed = options_.seed;
  for (const core::input_selection& selected : settings_.inputs) {
    for (const input_type& type : registered_->inputs) {
      if (type.name != selected.type) continue;
      std::unique_ptr<input> made = type.make(input_environment(
          selected.name, strand_, clock_, log_.named(selected.name), *home_, store_));
      if (made == nullptr) {
        throw registration_error("the factory of input '" + type.name + "' returned nothing");
      }
      made->init(selected.values);
      home_->set_network(selected.name, made->network());
      inputs_.push_back(std::make_shared<input_runner>(selected.name, std::move(made), home_,
                                                       clock_, log_.named(selected.name),
                                                       options_.seed != 0 ? ++seed : device()));
    }
  }
  checked_ = true;
}

std::unique_ptr<store> bot::impl::make_store(bool reading) const {
  const std::string& wanted = settings_.bot.text("store");
  std::string known;
  for (const core::registered_store& each : registered_->stores) {
    if (each.type.name != wanted) {
      known += (known.empty() ? "" : ", ") + each.type.name;
      continue;
    }
    const std::string& directory = settings_.bot.text("state-dir");
    if (each.type.keeps_files && directory.empty()) {
      throw settings_error("--state-dir is not set; the store '" + wanted +
                           "' needs a directory for its files");
    }
    settings own;
    for (const settings& values : settings_.plugins) {
      if (values.owner() == each.origin) own = values;
    }
    std::unique_ptr<store> made = each.type.make(
        store_environment(directory, clock_, log_.named("store"), std::move(own), reading));
    if (made == nullptr) {
      throw registration_error("the factory of store '" + wanted + "' returned nothing");
    }
    return made;
  }
  throw settings_error("--store (" + settings_.bot.source("store") + ") is '" + wanted +
                       "', and no such store is linked; there is: " + known);
}

// Waits for a change. True if `run` was cancelled meanwhile: that means to stop, and ends no wait
// after this one.
task<bool> bot::impl::told_to_stop() {
  bool told = false;
  try {
    co_await changed_.wait();
  } catch (const boost::system::system_error&) {
    told = true;
  }
  // A wait that was over already when it was cancelled ends well; the caller's next would throw.
  const auto state = co_await boost::asio::this_coro::cancellation_state;
  if (state.cancelled() != boost::asio::cancellation_type::none) told = true;
  if (told) {
    co_await boost::asio::this_coro::reset_cancellation_state(
        [](boost::asio::cancellation_type) { return boost::asio::cancellation_type::none; });
  }
  co_return told;
}

// Waits for something that cannot be left alone; told to stop meanwhile, the bot stops after it.
task<void> bot::impl::wait_for(const bool* done) {
  while (!*done) {
    const bool told = co_await told_to_stop();
    if (told) stop_before_run_ = true;
  }
}

// Opening may take its time, and the executor belongs to the program.
task<void> bot::impl::open_store() {
  std::exception_ptr failed;
  bool opened = false;
  const std::jthread opener([this, &failed, &opened] {
    std::exception_ptr problem;
    try {
      store_->open();
    } catch (...) {
      problem = std::current_exception();
    }
    boost::asio::post(strand_, [this, &failed, &opened, problem] {
      failed = problem;
      opened = true;
      changed_.notify_all();
    });
  });
  co_await wait_for(&opened);
  if (failed) std::rethrow_exception(failed);
}

// Takes up what the last run left. Throws `store_error`.
task<void> bot::impl::recover() {
  bool done = false;
  std::string problem;
  home_->recover([this, &done, &problem](const std::string& why) {
    problem = why;
    done = true;
    changed_.notify_all();
  });
  co_await wait_for(&done);
  if (!problem.empty()) throw store_error(store_problem::failed, problem);
}

bool bot::impl::is_over() const {
  if (let_go_) return true;
  for (const auto& each : inputs_) {
    if (!each->has_ended()) return false;
  }
  return true;
}

task<result<void>> bot::impl::run() {
  const auto self = shared_from_this();
  if (ran_) throw std::logic_error("bot::run is called twice");
  ran_ = true;
  check();
  running_ = true;
  try {
    if (!options_.store) co_await open_store();
    co_await recover();
  } catch (...) {
    running_ = false;
    throw;
  }
  const std::weak_ptr<impl> weak = self;
  for (const auto& each : inputs_) {
    each->start(
        [weak] {
          if (const auto bot = weak.lock()) bot->begin_stop(true);
        },
        [weak] {
          if (const auto bot = weak.lock()) bot->changed_.notify_all();
        });
  }
  if (stop_before_run_) begin_stop(false);
  // Failed inputs are gone, but as long as one lives the bot has somebody to talk to.
  while (!is_over()) {
    const bool told = co_await told_to_stop();
    if (!told || is_over()) continue;
    begin_stop(false);
    stop_hard();
  }
  if (bound_timer_ != 0) clock_->cancel(std::exchange(bound_timer_, 0));
  use_timer(close_bound, &impl::give_up_on_store);
  co_await home_->put_away();
  clock_->cancel(std::exchange(bound_timer_, 0));
  home_->close();
  running_ = false;
  // With all inputs failed there may still be commands; what they do reaches nobody.
  if (!stopping_) {
    home_->jobs_runner().cancel_all("the bot stops");
    if (home_->jobs_runner().abandon_all() != 0) abandoned_ = true;
  }
  if (home_->jobs_runner().abandoned() != 0) abandoned_ = true;
  std::optional<failure> failed;
  bool one_was_well = inputs_.empty();
  for (const auto& each : inputs_) {
    if (each->failed()) {
      failed = each->failed();
    } else {
      one_was_well = true;
    }
  }
  if (failed && !one_was_well) co_return *failed;
  co_return result<void>();
}

void bot::impl::begin_stop(bool end_of_input) {
  if (stopping_) {
    if (end_of_input) return;
    if (bounded_) {
      stop_hard();
    } else {
      bound_draining();
    }
    return;
  }
  stopping_ = true;
  log_.info("stopping");
  for (const auto& each : inputs_) each->stop_reading();
  home_->jobs_runner().begin_draining();
  boost::asio::co_spawn(strand_, release_when_drained(shared_from_this()),
                        [](const std::exception_ptr&) {});
  // At the end of a script every command gets its own deadline; asked to stop, they get the bound.
  if (!end_of_input) bound_draining();
}

void bot::impl::bound_draining() {
  bounded_ = true;
  use_timer(drain_, &impl::stop_hard);
}

void bot::impl::stop_hard() {
  if (hard_) return;
  hard_ = true;
  home_->jobs_runner().cancel_all("the bot stops");
  use_timer(hard_bound, &impl::give_up_on_jobs);
}

void bot::impl::give_up_on_jobs() {
  home_->records().give_up();
  const std::size_t left = home_->jobs_runner().abandon_all();
  if (left != 0) {
    abandoned_ = true;
    log_.error("commands did not stop and were left behind", {{"count", std::to_string(left)}});
  }
}

void bot::impl::give_up_on_store() {
  home_->records().give_up();
}

void bot::impl::give_up_on_inputs() {
  let_go_ = true;
  for (const auto& each : inputs_) {
    if (!each->has_ended()) log_.error("an input did not close in time");
  }
  changed_.notify_all();
}

void bot::impl::use_timer(std::chrono::milliseconds after, void (impl::*next)()) {
  if (bound_timer_ != 0) clock_->cancel(bound_timer_);
  const std::weak_ptr<impl> weak = weak_from_this();
  bound_timer_ = clock_->call_at(clock_->now() + after, [weak, next] {
    if (const auto self = weak.lock()) {
      self->bound_timer_ = 0;
      ((*self).*next)();
    }
  });
}

task<void> bot::impl::release_when_drained(std::shared_ptr<impl> self) {
  // A receipt that is being recorded may become a job yet.
  do {
    co_await self->home_->jobs_runner().drained();
    co_await self->home_->records().idle();
  } while (!self->home_->jobs_runner().jobs().empty());
  for (const auto& each : self->inputs_) each->release();
  self->use_timer(close_bound, &impl::give_up_on_inputs);
}

bot::bot(boost::asio::any_io_executor executor, bot_options options)
    : impl_(std::make_shared<impl>(std::move(executor), std::move(options))) {}

bot::~bot() = default;

void bot::use(const plugin_info& plugin) {
  impl_->registered_->use(plugin);
}

void bot::use(plugin_list plugins) {
  for (const plugin_info* each : plugins) use(*each);
}

void bot::add(command_ptr added) {
  impl_->registered_->add(std::move(added));
}
void bot::add(input_type added) {
  impl_->registered_->add(std::move(added));
}
void bot::add(std::shared_ptr<stream> added) {
  impl_->registered_->add(std::move(added));
}
void bot::add(store_type added) {
  impl_->registered_->add(std::move(added));
}

void bot::set(std::string name, std::string value) {
  impl_->values_.set(std::move(name), std::move(value));
}

void bot::mask(std::vector<std::string> secrets) {
  impl_->masked_.insert(impl_->masked_.end(), secrets.begin(), secrets.end());
}

void bot::set(setting_values values) {
  impl_->values_ = std::move(values);
}

std::vector<flag_group> bot::flags() const {
  std::vector<flag_group> groups;
  groups.emplace_back("", "the bot itself", core::bot_flags(), false);
  for (const input_type& each : impl_->registered_->inputs) {
    groups.emplace_back(each.name, each.summary, each.flags, true);
  }
  for (const auto& [plugin, flags] : impl_->registered_->flags) {
    std::string summary;
    for (const plugin_info* each : impl_->registered_->plugins) {
      if (plugin == each->name) summary = each->summary;
    }
    groups.emplace_back(plugin, summary, flags, false);
  }
  return groups;
}

std::vector<const plugin_info*> bot::plugins() const {
  return impl_->registered_->plugins;
}

std::vector<std::string> bot::input_types() const {
  std::vector<std::string> names;
  for (const input_type& each : impl_->registered_->inputs) names.push_back(each.name);
  return names;
}

const std::vector<subcommand>& bot::subcommands() const {
  return impl_->registered_->subcommands;
}
std::vector<std::string> bot::store_types() const {
  std::vector<std::string> names;
  for (const core::registered_store& each : impl_->registered_->stores) {
    names.push_back(each.type.name);
  }
  return names;
}

std::unique_ptr<store> bot::store_for_reading() const {
  if (!impl_->checked_) throw std::logic_error("bot::store_for_reading before check");
  return impl_->make_store(true);
}

void bot::check() {
  impl_->check();
}

std::vector<settings> bot::resolved() const {
  std::vector<settings> all;
  all.push_back(impl_->settings_.bot);
  for (const settings& each : impl_->settings_.plugins) all.push_back(each);
  for (const core::input_selection& each : impl_->settings_.inputs) all.push_back(each.values);
  return all;
}

task<result<void>> bot::run() {
  const std::shared_ptr<impl> self = impl_;
  // Everything of a bot happens on its strand, whatever the caller runs on.
  result<void> outcome =
      co_await boost::asio::co_spawn(self->strand_, self->run(), boost::asio::use_awaitable);
  co_return outcome;
}

void bot::stop() noexcept {
  try {
    boost::asio::post(impl_->strand_, [self = impl_] {
      if (self->running_) {
        self->begin_stop(false);
      } else {
        self->stop_before_run_ = true;
      }
    });
  } catch (...) {
    // Out of memory: the caller will try again or end the process.
    impl_->stop_before_run_ = true;
  }
}

bool bot::abandoned_commands() const noexcept {
  return impl_->abandoned_;
}

bot_view& bot::view() {
  if (impl_->home_ == nullptr) throw std::logic_error("bot::view before check or run");
  return *impl_->home_;
}

void bot::say(const address& where, reply message) {
  if (impl_->home_ == nullptr) throw std::logic_error("bot::say before check or run");
  impl_->home_->say(where, std::move(message));
}

}  // namespace mynah
