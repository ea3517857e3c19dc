// SPDX-License-Identifier: Apache-2.0
#include "testkit/chat_impl.hpp"

#include <boost/asio/co_spawn.hpp>

#include <mynah/registry.hpp>

namespace mynah::testkit {

namespace {

// Numbers of the dice's uses; each has its own, so that one more draw here changes nothing there.
constexpr std::uint64_t for_network = 1;
constexpr std::uint64_t for_process = 2;
constexpr std::uint64_t for_store = 3;

// Gives commands of a plugin to `wrap` on their way into the bot.
class wrapping_registry final : public registry {
 public:
  wrapping_registry(registry& into, const std::function<command_ptr(command_ptr)>& wrap)
      : into_(into), wrap_(wrap) {}

  void add(command_ptr added) override { into_.add(wrap_(std::move(added))); }
  void add(input_type added) override { into_.add(std::move(added)); }
  void add(std::shared_ptr<stream> added) override { into_.add(std::move(added)); }
  void add(store_type added) override { into_.add(std::move(added)); }
  void add(flag added) override { into_.add(std::move(added)); }
  void add(subcommand added) override { into_.add(std::move(added)); }

 private:
  registry& into_;
  const std::function<command_ptr(command_ptr)>& wrap_;
};

// A plugin's entry is a plain function: what it shall do is left here for it.
class filling {
 public:
  const plugin_info* plugin = nullptr;
  const std::function<command_ptr(command_ptr)>* wrap = nullptr;
};
thread_local filling being_filled;

void fill_wrapped(registry& into) {
  const filling mine = being_filled;
  wrapping_registry wrapped(into, *mine.wrap);
  mine.plugin->fill(wrapped);
}

}  // namespace

chat::impl::impl()
    : clock(std::make_shared<virtual_clock>()),
      threads(std::make_unique<test_threads>(clock)),
      network(std::make_shared<memory_network>(clock)),
      kept_in(make_memory_store(clock)) {
  set_up([kept = network](mynah::bot& made) {
    made.add(memory_input_type(kept));
    made.set("inputs", "test");
  });
}

chat::impl::~impl() {
  calm();
  end();
  process_gone();
}

void chat::impl::set_up(std::function<void(mynah::bot&)> step) {
  if (bot == nullptr) make_bot();
  step(*bot);
  steps.push_back(std::move(step));
}

void chat::impl::use(const plugin_info& plugin) {
  set_up([this, used = &plugin](mynah::bot& made) {
    if (!wrap) {
      made.use(*used);
      return;
    }
    wrapped_.push_back({used->api_version, used->name, used->version, used->summary, fill_wrapped});
    being_filled = filling{used, &wrap};
    made.use(wrapped_.back());
  });
}

void chat::impl::make_bot() {
  bot_options options;
  options.program = "testkit";
  options.clock = clock;
  options.store = kept_in;
  if (plan) {
    faulty = std::make_shared<faulty_store>(kept_in, clock, luck.fork(for_store).fork(++processes),
                                            *plan);
    faulty->set_full(disk_full);
    faulty->on_commit([this] {
      if (on_commit) on_commit();
    });
    if (on_process) on_process(processes);
    options.store = faulty;
    options.seed = luck.fork(for_process).fork(processes).next();
  }
  options.level = keeps_log ? log_level::debug : log_level::error;
  // Shared: a command that was left behind may still log.
  options.log = [kept = log](const log_record& record) {
    std::string line(to_string(record.level));
    line.append(" ").append(record.component).append(": ").append(record.message);
    for (const auto& [key, value] : record.fields) {
      line.append(" ").append(key).append("=").append(value);
    }
    const std::lock_guard lock(kept->mutex);
    kept->lines.push_back(std::move(line));
  };
  options.audit = [this](const audit_record& record) {
    if (keeps_log) attempts.emplace_back(record);
  };
  options.run_blocking = [this](std::function<void()> work) { threads->submit(std::move(work)); };
  io = std::make_unique<boost::asio::io_context>(1);
  bot = std::make_unique<mynah::bot>(io->get_executor(), std::move(options));
  for (const auto& each : steps) each(*bot);
}

void chat::impl::start() {
  if (started || clock->now() < down_until) return;
  started = true;
  if (bot == nullptr) make_bot();
  if (faulty != nullptr) {
    if (plan) network->note("  (the process starts)");
    faulty->open();
  } else {
    kept_in->open();
  }
  std::string roles;
  std::string grants;
  for (const auto& [user, commands] : granted) {
    if (!roles.empty()) {
      roles += ',';
      grants += ',';
    }
    roles += "may-" + user + "=" + commands;
    grants += "test/" + user + "=may-" + user;
  }
  if (!roles.empty()) {
    bot->set("role", roles);
    bot->set("grant", grants);
  }
  bot->check();
  boost::asio::co_spawn(*io, bot->run(), [this](std::exception_ptr thrown, result<void>) {
    ended = true;
    error = thrown;
  });
  settle(std::chrono::seconds(2));
}

void chat::impl::end() {
  if (!started || ended || bot == nullptr) return;
  bot->stop();
  bot->stop();
  // Two seconds for commands to end, the rest for inputs to close.
  const auto limit = clock->now() + std::chrono::seconds(30);
  settle(std::chrono::milliseconds(100));
  while (!ended && bot != nullptr && clock->advance_to_next(limit)) {
    settle(std::chrono::milliseconds(100));
  }
}

void chat::impl::process_gone() {
  if (bot == nullptr) return;
  // What the process had given to the store goes before what it refers to.
  if (faulty != nullptr) faulty->crash();
  network->lose_connections();
  bot.reset();
  io.reset();
  started = false;
  ended = false;
  error = nullptr;
  shall_crash = false;
  shall_restart = false;
}

void chat::impl::crash() {
  if (bot == nullptr) return;
  ++crashes;
  process_gone();
}

// What the bot and its store can do now. With faults a step at a time, for the process may end
// after each.
std::size_t chat::impl::run_some() {
  if (faulty == nullptr) {
    io->restart();
    return io->poll();
  }
  std::size_t done = 0;
  while (bot != nullptr) {
    if (error && plan) shall_crash = true;
    if (shall_crash || (started && faulty->crashed())) {
      network->note(error ? "  (the process ends: it cannot read its store)" : "  (crash)");
      crash();
      down_until = clock->now() + luck.between(plan->down.from, plan->down.to);
      clock->call_at(down_until, [] {});  // nothing but that time stops there
      return done;
    }
    std::size_t some = 0;
    if (plan && luck.chance(0.2)) some += faulty->step() ? 1 : 0;
    io->restart();
    some += io->poll_one();
    if (some == 0) some = faulty->step() ? 1 : 0;
    if (some == 0 && !(started && faulty->crashed())) return done;
    done += some;
  }
  return done;
}

void chat::impl::settle(std::chrono::milliseconds at_most) {
  // In slices: a command that says very much waits for its words to be sent, which happens here.
  constexpr std::chrono::milliseconds slice{5};
  const auto until = std::chrono::steady_clock::now() + at_most;
  std::size_t done = 0;
  do {
    if (bot == nullptr) return;
    done = run_some();
    const bool last = std::chrono::steady_clock::now() >= until;
    if (!threads->wait_until_quiet(slice) && !last) {
      done = 1;
      continue;
    }
    threads->accept_hung();
    if (bot == nullptr) return;
    done = run_some();
  } while (done != 0);
  if (error) std::rethrow_exception(std::exchange(error, nullptr));
}

void chat::impl::advance(std::chrono::nanoseconds time, std::chrono::milliseconds at_most) {
  const auto limit = clock->now() + time;
  const auto go_on = [&] {
    if (shall_restart && started) {
      network->note("  (the process is stopped)");
      end();
      process_gone();
      down_until = clock->now() + luck.between(plan->down.from, plan->down.to);
      clock->call_at(down_until, [] {});
    }
    start();
    settle(at_most);
  };
  go_on();
  while (clock->advance_to_next(limit)) go_on();
  go_on();
}

void chat::impl::now_and_then(std::chrono::milliseconds every, std::function<void()> what) {
  if (every.count() == 0) return;
  const std::size_t place = timers.size();
  timers.push_back(0);
  // Each time anew, about `every` apart.
  const auto arm = std::make_shared<std::function<void()>>();
  *arm = [this, place, every, what = std::move(what), weak = std::weak_ptr(arm)] {
    const auto again = weak.lock();
    const auto wait = luck.between(std::chrono::milliseconds(1), every * 2);
    timers[place] = clock->call_at(clock->now() + wait, [what, again] {
      what();
      (*again)();
    });
  };
  (*arm)();
}

void chat::impl::go_wrong(std::uint64_t seed, const testkit::faults& wanted) {
  process_gone();
  plan = wanted;
  luck = dice(seed);
  network->plan = wanted;
  network->luck = luck.fork(for_network);
  now_and_then(wanted.connection_lost_every, [this] {
    network->note("  (connection lost)");
    network->lose_connections();
  });
  const auto silent_for = [this](bool memory_network::* which, const char* words) {
    if (network->connected.empty() || network->mute || network->deaf) return;
    (*network).*which = true;
    network->note(words);
    const auto time = luck.between(plan->silence.from, plan->silence.to);
    clock->call_at(clock->now() + time, [this, which, mine = network->connections] {
      if (!((*network).*which) || network->connections != mine) return;
      network->note("  (the silent connection is lost)");
      network->lose_connections();
    });
  };
  now_and_then(wanted.mute_every, [silent_for] {
    silent_for(&memory_network::mute, "  (what the bot sends vanishes)");
  });
  now_and_then(wanted.deaf_every,
               [silent_for] { silent_for(&memory_network::deaf, "  (events do not arrive)"); });
  now_and_then(wanted.crash_every, [this] { shall_crash = started; });
  now_and_then(wanted.restart_every, [this] { shall_restart = started; });
  now_and_then(wanted.full_every, [this] {
    network->note("  (the disk is full)");
    const auto fill = [this](bool full) {
      disk_full = full;
      if (faulty != nullptr) faulty->set_full(full);
    };
    fill(true);
    clock->call_at(clock->now() + luck.between(plan->full.from, plan->full.to), [this, fill] {
      network->note("  (the disk has space again)");
      fill(false);
    });
  });
}

void chat::impl::calm() {
  if (!plan) return;
  for (const auto each : timers) clock->cancel(each);
  timers.clear();
  network->calm();
  disk_full = false;
  if (faulty != nullptr) faulty->calm();
  *plan = testkit::faults();
  shall_crash = false;
  shall_restart = false;
}

void chat::impl::fail(const std::string& what) const {
  std::string text = what + "\nthe conversation was:";
  for (const std::string& line : network->lines) text += "\n  " + line;
  throw expectation_failed(text);
}

}  // namespace mynah::testkit
