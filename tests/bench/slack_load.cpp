// SPDX-License-Identifier: Apache-2.0
// What micro-bot does under load on Slack, beside an app of Slack's own framework (@slack/bolt)
// that does the same, in the same run: both answer `!ping` from Socket Mode by the Web API. The
// emulator plays Slack, without its limits. Then how long an event takes to its acknowledgement,
// with the journal on. `slack_load_bench mynah` and `slack_load_bench bolt` measure only that one.
#include <algorithm>
#include <chrono>
#include <cstdio>
#include <filesystem>
#include <functional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include "child_process.hpp"
#include "emulator.hpp"
#include "figures.hpp"
#include "temp_directory.hpp"

namespace {

using mynah_bench::cpu_seconds;
using mynah_bench::resident_megabytes;
using mynah_bench::row;
using mynah_test::child_process;
using mynah_test::temp_directory;
using mynah_test::slack::emulator;
using mynah_test::slack::small_world;
using steady = std::chrono::steady_clock;

// Below what a bot keeps for one room.
constexpr std::size_t window = 500;
constexpr std::chrono::seconds patience{300};

mynah_test::slack::options without_limits() {
  mynah_test::slack::options made;
  made.rate_limits = false;
  made.history = 1000;
  made.recorded_calls = 10;
  return made;
}

enum class client { micro_bot, bolt, journaling };

/// One client and its Slack.
class trial {
 public:
  explicit trial(client which)
      : slack(without_limits()),
        world(slack),
        process(command_of(which), directory.path().string() + "/output") {
    wait_for([this] { return slack.connections() >= 1; }, "a connection");
  }

  void wait_for(const std::function<bool()>& condition, const char* what) {
    if (!slack.wait_until(condition, patience)) {
      throw std::runtime_error(std::string("waited in vain for ") + what);
    }
  }

  /// Has so many commands answered, with at most `window` on their way.
  void say(std::size_t count) {
    constexpr std::size_t portion = 100;
    const std::size_t before = slack.posted_count(world.general);
    for (std::size_t said = 0; said < count; said += portion) {
      wait_for(
          [this, before, said] {
            return slack.posted_count(world.general) + window >= before + said + portion;
          },
          "answers");
      slack.flood(world.general, world.alice, "!ping", portion, 0);
    }
    wait_for([this, before, count] { return slack.posted_count(world.general) >= before + count; },
             "the last answers");
  }

  emulator slack;
  small_world world;
  temp_directory directory;
  child_process process;

 private:
  std::vector<std::string> command_of(client which) {
    const std::string place = directory.path().string();
    if (which == client::journaling) {
      return {JOURNALING_BOT,
              place,
              "0",
              "bot-token=" + world.bot.bot_token,
              "app-token=" + world.app.app_token,
              "api-url=" + slack.api_url(),
              "ca-file=" + slack.ca_file(),
              "pacing=no"};
    }
    return which == client::bolt ? bolt() : micro_bot();
  }
  std::vector<std::string> micro_bot() {
    return {MICRO_BOT,
            "--inputs=slack",
            "--slack-bot-token=" + world.bot.bot_token,
            "--slack-app-token=" + world.app.app_token,
            "--slack-api-url=" + slack.api_url(),
            "--slack-ca-file=" + slack.ca_file(),
            "--slack-pacing=no",
            "--log-level=warning",
            "--state-dir=" + directory.path().string()};
  }
  std::vector<std::string> bolt() {
    return {"env",
            "NODE_EXTRA_CA_CERTS=" + slack.ca_file(),
            "node",
            BOLT_ECHO,
            BOLT_DIRECTORY,
            slack.api_url(),
            world.bot.bot_token,
            world.app.app_token};
  }
};

/// What one client needed.
class figures {
 public:
  double per_second = 0;
  double cpu_per_event = 0;  ///< microseconds
  double megabytes = 0;
};

figures measure(client which, std::size_t count) {
  trial one(which);
  one.say(count / 10);
  const double cpu = cpu_seconds(one.process.pid());
  const auto begin = steady::now();
  one.say(count);
  const std::chrono::duration<double> took = steady::now() - begin;
  figures made;
  made.per_second = static_cast<double>(count) / took.count();
  made.cpu_per_event =
      (cpu_seconds(one.process.pid()) - cpu) / static_cast<double>(count) * 1'000'000;
  made.megabytes = resident_megabytes(one.process.pid());
  one.process.end();
  return made;
}

// From an event's leaving to the acknowledgement's coming, one at a time, with the journal on: the
// command changes something.
double acknowledged_p99(std::size_t count) {
  trial one(client::journaling);
  std::vector<double> times;
  for (std::size_t i = 0; i < count; ++i) {
    const auto begin = steady::now();
    one.slack.post(one.world.general, one.world.alice, "!pay " + std::to_string(i));
    one.wait_for([&] { return one.slack.deliveries().pending == 0; }, "an acknowledgement");
    const std::chrono::duration<double, std::milli> took = steady::now() - begin;
    times.push_back(took.count());
  }
  std::sort(times.begin(), times.end());
  one.process.end();
  return times[times.size() * 99 / 100];
}

}  // namespace

int main(int count, char** words) {
  const std::string_view only = count > 1 ? words[1] : "";
  try {
    figures ours;
    figures theirs;
    if (only != "bolt") {
      ours = measure(client::micro_bot, 50'000);
      row("micro-bot: events a second", ours.per_second, "/s");
      row("micro-bot: CPU per event", ours.cpu_per_event, "us");
      row("micro-bot: resident", ours.megabytes, "MB");
    }
    if (only != "mynah") {
      const std::string modules = std::string(BOLT_DIRECTORY) + "/node_modules";
      if (!std::filesystem::exists(modules)) {
        throw std::runtime_error("there is no " + modules +
                                 "; the test slack_official_clients installs Bolt");
      }
      theirs = measure(client::bolt, 10'000);
      row("Bolt: events a second", theirs.per_second, "/s");
      row("Bolt: CPU per event", theirs.cpu_per_event, "us");
      row("Bolt: resident", theirs.megabytes, "MB");
    }
    if (only.empty()) {
      const double speed = ours.per_second / theirs.per_second;
      row("events a second, of Bolt's", speed, "times", "at least 5", speed < 5);
      const double cpu = ours.cpu_per_event / theirs.cpu_per_event;
      row("CPU per event, of Bolt's", cpu, "times", "at most 0.2", cpu > 0.2);
      const double memory = ours.megabytes / theirs.megabytes;
      row("memory, of Bolt's", memory, "times", "at most 0.1", memory > 0.1);
    }
    if (only != "bolt") {
      const double late = acknowledged_p99(2'000);
      row("event to acknowledgement, p99", late, "ms", "under 20", late >= 20);
    }
  } catch (const std::exception& problem) {
    std::fprintf(stderr, "slack_load_bench: %s\n", problem.what());
    return 1;
  }
  return 0;
}
