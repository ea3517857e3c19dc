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
using mynah_bench::median;
using mynah_bench::resident_megabytes;
using mynah_bench::row;
using mynah_test::child_process;
using mynah_test::temp_directory;
using mynah_test::slack::emulator;
using mynah_test::slack::small_world;
using steady = std::chrono::steady_clock;

// Commands come from several rooms, as they do in a workspace: what a room is answered is in order
// there, one call of the Web API after the other, and rooms do not wait for each other.
constexpr std::size_t rooms = 10;
constexpr int rounds = 3;
// Commands on their way, below what a bot keeps for one room.
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
  trial(client which, std::size_t room_count)
      : slack(without_limits()),
        world(slack),
        channels(make_channels(room_count)),
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
    const std::size_t before = answers();
    for (std::size_t said = 0; said < count; said += portion) {
      wait_for([this, before, said] { return answers() + window >= before + said + portion; },
               "answers");
      for (const std::string& each : channels) {
        slack.flood(each, world.alice, "!ping", portion / channels.size(), 0);
      }
    }
    wait_for([this, before, count] { return answers() >= before + count; }, "the last answers");
  }

  emulator slack;
  small_world world;
  temp_directory directory;
  std::vector<std::string> channels;
  child_process process;

 private:
  std::vector<std::string> make_channels(std::size_t count) {
    std::vector<std::string> made;
    for (std::size_t i = 0; i < count; ++i) {
      mynah_test::slack::new_channel one;
      one.name = "room-" + std::to_string(i);
      one.members = {world.alice, world.bot.bot_user_id};
      made.push_back(slack.add_channel(world.team, one));
    }
    return made;
  }

  [[nodiscard]] std::size_t answers() const {
    std::size_t sum = 0;
    for (const std::string& each : channels) sum += slack.posted_count(each);
    return sum;
  }
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

/// What one client needed, in one or several rounds.
class figures {
 public:
  std::vector<double> per_second;
  std::vector<double> cpu_per_event;  ///< microseconds
  std::vector<double> megabytes;
};

void measure(client which, std::size_t channels, std::size_t count, figures& into) {
  trial one(which, channels);
  one.say(count / 10);
  const double cpu = cpu_seconds(one.process.pid());
  const auto begin = steady::now();
  one.say(count);
  const std::chrono::duration<double> took = steady::now() - begin;
  into.per_second.push_back(static_cast<double>(count) / took.count());
  into.cpu_per_event.push_back((cpu_seconds(one.process.pid()) - cpu) / static_cast<double>(count) *
                               1'000'000);
  into.megabytes.push_back(resident_megabytes(one.process.pid()));
  one.process.end();
}

void show(const std::string& name, const figures& of) {
  row((name + ": events a second").c_str(), median(of.per_second), "/s");
  row((name + ": CPU per event").c_str(), median(of.cpu_per_event), "us");
  row((name + ": resident").c_str(), median(of.megabytes), "MB");
}

// From an event's leaving to the acknowledgement's coming, one at a time, with the journal on: the
// command changes something.
double acknowledged_p99(std::size_t count) {
  trial one(client::journaling, rooms);
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
    const bool with_bolt = only != "mynah";
    const std::string modules = std::string(BOLT_DIRECTORY) + "/node_modules";
    if (with_bolt && !std::filesystem::exists(modules)) {
      throw std::runtime_error("there is no " + modules +
                               "; the test slack_official_clients installs Bolt");
    }
    figures ours;
    figures theirs;
    // In turns, so that both have the same share of whatever else the machine does.
    for (int round = 0; round < rounds; ++round) {
      if (only != "bolt") measure(client::micro_bot, rooms, 30'000, ours);
      if (with_bolt) measure(client::bolt, rooms, 10'000, theirs);
    }
    if (only != "bolt") show("micro-bot", ours);
    if (with_bolt) show("Bolt", theirs);
    if (only.empty()) {
      const double speed = median(ours.per_second) / median(theirs.per_second);
      row("events a second, of Bolt's", speed, "times", "at least 5", speed < 5);
      const double cpu = median(ours.cpu_per_event) / median(theirs.cpu_per_event);
      row("CPU per event, of Bolt's", cpu, "times", "at most 0.2", cpu > 0.2);
      const double memory = median(ours.megabytes) / median(theirs.megabytes);
      row("memory, of Bolt's", memory, "times", "at most 0.1", memory > 0.1);
    }
    if (only != "bolt") {
      figures alone;
      measure(client::micro_bot, 1, 10'000, alone);
      row("micro-bot, one room: events a second", median(alone.per_second), "/s");
      const double late = acknowledged_p99(2'000);
      row("event to acknowledgement, p99", late, "ms", "under 20", late >= 20);
    }
  } catch (const std::exception& problem) {
    std::fprintf(stderr, "slack_load_bench: %s\n", problem.what());
    return 1;
  }
  return 0;
}
