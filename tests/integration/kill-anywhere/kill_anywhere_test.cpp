// SPDX-License-Identifier: Apache-2.0
// A bot is killed at every step it takes and at random moments, started again, and given again what
// it had not acknowledged. Afterwards: nothing was done twice, nothing was lost without a word, no
// answer came twice or never.
//
// MYNAH_KILL_ROUNDS (2000) and MYNAH_KILL_SEED (random) repeat a run.
#include "catch.hpp"

#include <chrono>
#include <cstdlib>
#include <fstream>
#include <map>
#include <memory>
#include <random>
#include <set>
#include <sstream>
#include <string>
#include <vector>

#include "doomed_bot.hpp"
#include "temp_directory.hpp"

using namespace mynah_test;

namespace {

class said_event {
 public:
  std::string id;
  std::string command;
  std::string room;
  std::uint64_t delivery = 0;
  bool acknowledged = false;
  std::vector<std::string> answers;  ///< in the order in which they were shown
};

/// The network: delivers until it is acknowledged, shows a message once for each stamp.
class network {
 public:
  explicit network(std::string directory) : directory_(std::move(directory)) {}

  void say(const std::string& command, const std::string& room) {
    said_event made;
    made.id = "e" + std::to_string(++events_);
    made.command = command;
    made.room = room;
    made.delivery = events_;
    order_.push_back(made.id);
    said_.emplace(made.id, made);
  }

  void connect(doomed_bot& bot) {
    for (const std::string& id : order_) {
      const said_event& each = said_.at(id);
      if (!each.acknowledged) deliver(bot, each);
    }
  }

  void deliver(doomed_bot& bot, const said_event& what) const {
    bot.send("E " + std::to_string(what.delivery) + " " + what.id + " " + what.room + " !" +
             what.command + " " + what.id);
  }

  // Redelivers one at random, as networks do that are not sure.
  void deliver_again(doomed_bot& bot, std::mt19937_64& random) {
    if (!order_.empty()) deliver(bot, said_.at(order_[random() % order_.size()]));
  }

  // Takes what the bot says until it ends, all is settled, or nothing came for so long.
  void listen(doomed_bot& bot, int patience, bool until_settled) {
    while (true) {
      if (until_settled && settled()) return;
      const std::string line = bot.receive(patience);
      if (line.empty()) return;
      take(line);
    }
  }

  [[nodiscard]] bool settled() const {
    for (const auto& [id, each] : said_) {
      if (!each.acknowledged || !has_end(each)) return false;
    }
    return true;
  }

  void judge() {
    std::map<std::string, int> deeds;
    std::ifstream file(deeds_of(directory_));
    for (std::string id; file >> id;) ++deeds[id];
    for (const auto& [id, each] : said_) {
      INFO(id << " " << each.command << ": done " << deeds[id] << " times, said " << shown(each));
      CHECK(each.acknowledged);
      const bool repeats = each.command == "set";
      if (!repeats) CHECK(deeds[id] <= 1);
      int ends = 0;
      int unknown = 0;
      std::set<std::string> texts;
      for (const std::string& text : each.answers) {
        if (each.command != "look") CHECK(texts.insert(text).second);  // never the same twice
        if (text.find(" done") != std::string::npos) ++ends;
        if (is_unknown(text)) ++unknown;
      }
      if (each.command == "look") {
        continue;  // best effort, and may be asked again
      }
      CHECK(ends + unknown == 1);
      if (ends == 1 && each.command != "fail") CHECK(deeds[id] >= 1);
      if (repeats) CHECK(deeds[id] <= 3);
      unknown_ += unknown;
      if (each.command == "many" && ends == 1) {
        const std::vector<std::string> all = {"many " + id + " one", "many " + id + " two",
                                              "many " + id + " done"};
        CHECK(each.answers == all);
      }
    }
    CHECK(unstamped_ == 0);
  }

  void forget() {
    said_.clear();
    order_.clear();
    std::ofstream(deeds_of(directory_), std::ios::trunc);
  }

  [[nodiscard]] int unknown() const noexcept { return unknown_; }
  [[nodiscard]] int repeats() const noexcept { return repeats_; }

 private:
  static bool is_unknown(const std::string& text) {
    return text.find("outcome unknown") != std::string::npos ||
           text.find("is set aside") != std::string::npos;
  }

  static bool has_end(const said_event& each) {
    if (each.command == "look") return true;
    for (const std::string& text : each.answers) {
      if (text.find(" done") != std::string::npos || is_unknown(text)) return true;
    }
    return false;
  }

  static std::string shown(const said_event& each) {
    std::string all;
    for (const std::string& text : each.answers) all += "\n  " + text;
    return all;
  }

  void take(const std::string& line) {
    std::istringstream parts(line);
    std::string kind;
    parts >> kind;
    if (kind == "A") {
      std::uint64_t delivery = 0;
      parts >> delivery;
      for (auto& [id, each] : said_) {
        if (each.delivery == delivery) each.acknowledged = true;
      }
      return;
    }
    if (kind != "S") return;
    std::string stamp;
    std::string room;
    std::string text;
    parts >> stamp >> room;
    std::getline(parts >> std::ws, text);
    if (stamp != "-" && !stamps_.insert(stamp).second) {
      ++repeats_;
      return;
    }
    // Every answer names its event: `e17`.
    for (auto& [id, each] : said_) {
      if ((text + " ").find(" " + id + " ") == std::string::npos) continue;
      if (stamp == "-" && each.command != "look") ++unstamped_;
      each.answers.push_back(text);
      CHECK(room == each.room);
    }
  }

  std::string directory_;
  std::uint64_t events_ = 0;
  std::vector<std::string> order_;
  std::map<std::string, said_event> said_;
  std::set<std::string> stamps_;
  int unknown_ = 0;
  int repeats_ = 0;
  int unstamped_ = 0;
};

unsigned long from_environment(const char* name, unsigned long fallback) {
  const char* text = std::getenv(name);
  return text == nullptr ? fallback : std::strtoul(text, nullptr, 10);
}

/// One file and one network, and a bot that is killed again and again.
class campaign {
 public:
  explicit campaign(unsigned long seed) : random_(seed) {}

  void killed_at(unsigned step, bool says_more) {
    if (says_more) say_something();
    doomed_bot bot(directory_.path().string(), step);
    network_.connect(bot);
    if (random_() % 4 == 0) network_.deliver_again(bot, random_);
    network_.listen(bot, 1000, true);
    // With everything settled, a few steps are left, and then it has nothing to do.
    network_.listen(bot, 3, false);
    ++rounds;
  }

  void killed_in(std::chrono::microseconds time) {
    say_something();
    doomed_bot bot(directory_.path().string(), 0);
    network_.connect(bot);
    const auto end = std::chrono::steady_clock::now() + time;
    while (std::chrono::steady_clock::now() < end && !bot.ended()) network_.listen(bot, 1, false);
    bot.kill();
    network_.listen(bot, 1000, false);
    ++rounds;
  }

  // Left alone, it settles everything, and ends in order.
  void settle() {
    doomed_bot bot(directory_.path().string(), 0);
    network_.connect(bot);
    network_.listen(bot, 10'000, true);
    bot.send("Q");
    network_.listen(bot, 10'000, false);
    CHECK(bot.wait());
    network_.judge();
    network_.forget();
  }

  // Nothing is left to be said or done after that.
  void check_nothing_left() {
    doomed_bot bot(directory_.path().string(), 0);
    CHECK(bot.receive(200).empty());
    bot.send("Q");
    CHECK(bot.wait());
  }

  unsigned long rounds = 0;

  [[nodiscard]] const network& seen() const noexcept { return network_; }

 private:
  void say_something() {
    static constexpr std::array<const char*, 6> commands = {"pay",  "pay",  "set",
                                                            "many", "fail", "look"};
    static constexpr std::array<const char*, 3> rooms = {"#ops", "#dev", "#qa"};
    const std::size_t count = 1 + random_() % 3;
    for (std::size_t i = 0; i < count; ++i) {
      network_.say(commands.at(random_() % commands.size()), rooms.at(random_() % rooms.size()));
    }
  }

  std::mt19937_64 random_;
  temp_directory directory_;
  network network_{directory_.path().string()};
};

}  // namespace

TEST_CASE("killed anywhere, a bot does nothing twice and loses nothing without a word") {
  const unsigned long rounds = from_environment("MYNAH_KILL_ROUNDS", 2000);
  const unsigned long seed = from_environment("MYNAH_KILL_SEED", std::random_device()());
  std::printf("MYNAH_KILL_SEED=%lu MYNAH_KILL_ROUNDS=%lu\n", seed, rounds);
  std::fflush(stdout);
  CAPTURE(seed);
  std::mt19937_64 random(seed);
  campaign campaign(random());
  unsigned step = 0;
  while (campaign.rounds < rounds) {
    // Every step in turn, then again at any step while it recovers, then at any moment.
    campaign.killed_at(1 + step++ % 60, true);
    if (random() % 2 == 0) campaign.killed_at(static_cast<unsigned>(1 + random() % 20), false);
    if (random() % 2 == 0) {
      campaign.killed_in(std::chrono::microseconds(random() % 20'000));
    }
    if (random() % 2 == 0) campaign.settle();
  }
  campaign.settle();
  campaign.check_nothing_left();
  std::printf(
      "%lu rounds, %d outcomes unknown and told, %d messages came twice and were shown once\n",
      campaign.rounds, campaign.seen().unknown(), campaign.seen().repeats());
}
