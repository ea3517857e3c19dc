// SPDX-License-Identifier: Apache-2.0
// Whether what the journal promises holds when everything goes wrong, over many seeds.
#include "catch.hpp"
#include "rounds.hpp"

#include <mynah/async_command.hpp>
#include <mynah/testkit/simulation.hpp>

#include <algorithm>
#include <cstdlib>
#include <map>
#include <sstream>

using namespace mynah;
using namespace std::chrono_literals;
using testkit::dice;
using testkit::faults;
using testkit::simulation;
using testkit::simulation_report;

namespace {

std::uint64_t from_environment(const char* name, std::uint64_t otherwise) {
  const char* text = std::getenv(name);
  return text == nullptr || *text == '\0' ? otherwise : std::strtoull(text, nullptr, 10);
}

// The bot that is tried: of each kind of command one.
void set_up(simulation& hours) {
  hours.add(
      make_command(command_spec("ping", "").quick(), [](const arguments&) { return "pong"; }));
  hours.add(make_command(command_spec("look", ""), [](async_context& ctx) -> task<std::string> {
    co_await ctx.sleep(300ms);
    co_return "seen";
  }));
  // Says several things, and takes a while in between.
  hours.add(make_command(command_spec("pay", "").parameter(parameter::string("what")).changes(),
                         [](async_context& ctx) -> task<std::string> {
                           const std::string what(ctx.args().rest());
                           ctx.reply("pay " + what + " 1/3");
                           co_await ctx.sleep(2s);
                           ctx.reply("pay " + what + " 2/3");
                           std::string last = "pay " + what + " 3/3";
                           co_return last;
                         }));
  hours.add(make_command(command_spec("note", "").changes().quick(), [](context& ctx) {
    ctx.reply("noting " + std::string(ctx.args().rest()));
    return "noted " + std::string(ctx.args().rest());
  }));
  hours.add(make_command(command_spec("set", "").changes().idempotent(),
                         [](async_context& ctx) -> task<std::string> {
                           const std::string what(ctx.args().rest());
                           co_await ctx.sleep(1s);
                           std::string last = "set " + what;
                           co_return last;
                         }));
  hours.add(make_command(
      command_spec("drop", "").changes().quick(),
      [](const arguments&) -> std::string { throw command_error("there is nothing to drop"); }));
  hours.add(make_command(command_spec("hush", "").changes().quick(), [](const arguments&) {}));
  hours.add(make_command(command_spec("slow", "").changes().deadline(5s),
                         [](async_context& ctx) -> task<std::string> {
                           co_await ctx.sleep(1h);
                           co_return "never";
                         }));
  hours.grant("alice", "*");
  hours.grant("bob", "*");
  for (const char* line :
       {"!ping", "!look", "!nonsense", "good morning", "!pay", "!drop x", "!hush", "!slow"}) {
    hours.says(line);
  }
  for (const char* name : {"pay", "note", "set"}) {
    hours.says(
        [name](dice&, std::size_t number) {
          return "!" + std::string(name) + " n" + std::to_string(number) + "n";
        },
        4);
  }
}

void add(simulation_report& sum, const simulation_report& one) {
  sum.lines += one.lines;
  sum.runs += one.runs;
  sum.runs_again += one.runs_again;
  sum.interrupted += one.interrupted;
  sum.set_aside += one.set_aside;
  sum.kept += one.kept;
  sum.repeats += one.repeats;
  sum.connections += one.connections;
  sum.crashes += one.crashes;
  sum.processes += one.processes;
}

// What was shown of each command with several replies: by name and number, in order.
using shown_parts = std::map<std::string, std::vector<std::string>>;

shown_parts parts_of(const testkit::chat& chat) {
  shown_parts all;
  std::istringstream lines(chat.transcript());
  for (std::string line; std::getline(lines, line);) {
    const std::size_t said = line.find("bot: ");
    if (said == std::string::npos) continue;
    std::istringstream words(line.substr(said + 5));
    std::string verb;
    std::string number;
    std::string part;
    words >> verb >> number >> part;
    if (number.size() < 3 || number.front() != 'n' || number.back() != 'n') continue;
    if (part == "(job") continue;  // a word of the bot about the line, which it repeats
    if (verb == "pay") all["pay " + number].push_back(part);
    if (verb == "noting" || verb == "noted") all["note " + number].push_back(verb);
  }
  return all;
}

// The replies of a command come once, in order, none left out in the middle. That the end is there
// if the command came to its end is what the simulation checks.
void check_parts(std::uint64_t seed, const testkit::chat& chat, const simulation_report& sum) {
  const std::vector<std::string> of_pay{"1/3", "2/3", "3/3"};
  const std::vector<std::string> of_note{"noting", "noted"};
  for (const auto& [what, shown] : parts_of(chat)) {
    const std::vector<std::string>& all = what.front() == 'p' ? of_pay : of_note;
    bool good = shown.size() <= all.size() && std::equal(shown.begin(), shown.end(), all.begin());
    // One that the network refused again and again is missing, but no other takes its place.
    if (sum.set_aside != 0) {
      auto next = all.begin();
      good = std::all_of(shown.begin(), shown.end(), [&](const std::string& each) {
        next = std::find(next, all.end(), each);
        return next != all.end() && next++ != all.end();
      });
    }
    if (good) continue;
    std::string text = "seed " + std::to_string(seed) + ": of '" + what + "' was shown";
    for (const std::string& each : shown) text += " " + each;
    throw testkit::expectation_failed(text + "\n" + chat.transcript());
  }
}

// Loses every so many transactions, and says that it has them.
class forgetful_store final : public store {
 public:
  explicit forgetful_store(std::shared_ptr<mynah::clock> clock)
      : inner_(make_memory_store(std::move(clock))) {}

  void open() override { inner_->open(); }
  void submit(work what, done then) override {
    if (++count_ % 13 != 0) {
      inner_->submit(std::move(what), std::move(then));
      return;
    }
    what = nullptr;
    then(nullptr);
  }
  void submit_reading(work what, done then) override {
    inner_->submit_reading(std::move(what), std::move(then));
  }

 private:
  std::unique_ptr<store> inner_;
  std::size_t count_ = 0;
};

}  // namespace

TEST_CASE("dice give the same everywhere") {
  dice luck(1);
  CHECK(luck.next() == 0x910a2dec89025cc1U);
  CHECK(luck.next() == 0xbeeb8da1658eec67U);
  CHECK(luck.below(1'000) < 1'000);
  CHECK_FALSE(luck.chance(0));
  CHECK(luck.chance(1));
  for (int i = 0; i < 100; ++i) {
    const auto time = luck.between(3ms, 5ms);
    CHECK((time >= 3ms && time <= 5ms));
  }
}

TEST_CASE("the same seed gives the same hours, another seed others") {
  std::vector<std::string> transcripts;
  for (const std::uint64_t seed : {7U, 7U, 8U}) {
    simulation hours(seed);
    set_up(hours);
    hours.go_wrong(faults::heavy());
    hours.lasts(10min, 30);
    hours.run();
    transcripts.push_back(hours.chat().transcript());
  }
  CHECK(transcripts[0] == transcripts[1]);
  CHECK(transcripts[0] != transcripts[2]);
}

TEST_CASE("a store that breaks its promise is found out") {
  std::size_t found = 0;
  for (std::uint64_t seed = 1; seed <= 10; ++seed) {
    simulation hours(seed);
    set_up(hours);
    hours.chat().use_store(std::make_shared<forgetful_store>(
        std::shared_ptr<mynah::clock>(std::shared_ptr<void>(), &hours.chat().clock())));
    hours.lasts(10min, 30);
    try {
      hours.run();
    } catch (const testkit::expectation_failed& error) {
      CHECK(std::string(error.what()).find("seed " + std::to_string(seed) + ": ") == 0);
      ++found;
    }
  }
  CHECK(found == 10);
}

TEST_CASE("what an author checks is told with the seed") {
  simulation hours(3);
  hours.add(
      make_command(command_spec("ping", "").quick(), [](const arguments&) { return "pong"; }));
  hours.says("!ping");
  std::size_t steps = 0;
  hours.check([&](testkit::chat&) {
    if (++steps == 5) throw std::runtime_error("the fifth is one too many");
  });
  std::string told;
  try {
    hours.run();
  } catch (const testkit::expectation_failed& error) {
    told = error.what();
  }
  CHECK(told.find("seed 3: the fifth is one too many\n") == 0);
  CHECK(told.find("!ping") != std::string::npos);
}

TEST_CASE("whole days of traffic") {
  for (std::uint64_t seed = 1; seed <= 3; ++seed) {
    const auto began = std::chrono::steady_clock::now();
    simulation day(seed);
    set_up(day);
    day.lasts(24h, 2'000);
    const simulation_report sum = day.run();
    check_parts(seed, day.chat(), sum);
    CHECK(sum.lines == 2'000);
    CHECK(sum.processes > 1);
    const std::chrono::duration<double> took = std::chrono::steady_clock::now() - began;
    WARN("a day: " << took.count() << " s, " << sum.runs << " runs, " << sum.crashes << " crashes");
  }
}

TEST_CASE("nothing is lost or done twice, whatever goes wrong") {
  const std::uint64_t first = from_environment("MYNAH_SIMULATION_SEED", 1);
  const std::uint64_t count = from_environment("MYNAH_SIMULATION_SEEDS", mynah_test::rounds(2'000));
  simulation_report sum;
  std::size_t failed = 0;
  for (std::uint64_t seed = first; seed < first + count && failed < 3; ++seed) {
    simulation hours(seed);
    set_up(hours);
    faults plan = faults::heavy();
    if (seed % 4 == 1) {
      // Then nothing at all may be shown before it is stored.
      plan.store_fails = 0;
      plan.full_every = 0ms;
    } else if (seed % 4 == 2) {
      plan.store_fails = 0.2;
    } else if (seed % 4 == 3) {
      plan.crash_at_transaction = 0.1;
    }
    hours.go_wrong(plan);
    hours.lasts(10min, 30);
    try {
      const simulation_report one = hours.run();
      add(sum, one);
      check_parts(seed, hours.chat(), one);
    } catch (const std::exception& error) {
      ++failed;
      FAIL_CHECK(error.what());
    }
  }
  WARN(sum.lines << " lines, " << sum.runs << " runs, " << sum.runs_again << " again, "
                 << sum.interrupted << " interrupted, " << sum.set_aside << " set aside, "
                 << sum.kept << " messages kept, " << sum.repeats << " repeats, " << sum.connections
                 << " connections, " << sum.crashes << " crashes, " << sum.processes
                 << " processes");
}
