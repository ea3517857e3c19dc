// SPDX-License-Identifier: Apache-2.0
// A bot that is killed at any step loses no command and no answer, and does and says nothing twice.
#include <algorithm>
#include <fstream>
#include <iterator>

#include "catch.hpp"
#include "child_process.hpp"
#include "slack_bot.hpp"
#include "temp_directory.hpp"

using namespace mynah_test;

namespace {

std::size_t lines_equal_to(const std::string& file, const std::string& wanted) {
  std::ifstream from(file);
  std::size_t found = 0;
  for (std::string line; std::getline(from, line);) found += line == wanted ? 1 : 0;
  return found;
}

std::string content_of(const std::string& file) {
  std::ifstream from(file);
  return {std::istreambuf_iterator<char>(from), {}};
}

/// The program, in a directory with what it keeps.
class doomed_bot {
 public:
  doomed_bot(const slack_place& at, const std::string& directory, unsigned step)
      : process_(arguments(at, directory, step), directory + "/log") {}

  child_process& process() { return process_; }

 private:
  static std::vector<std::string> arguments(const slack_place& at, const std::string& directory,
                                            unsigned step) {
    std::vector<std::string> made = {SLACK_DOOMED_BOT, directory, std::to_string(step)};
    for (const auto& [name, value] : at.settings()) made.push_back(name + "=" + value);
    made.emplace_back("pacing=no");
    return made;
  }

  child_process process_;
};

}  // namespace

TEST_CASE("a bot that is killed anywhere pays at most once, and says what became of it",
          "[slack][kill]") {
  mynah_test::slack::options how;
  how.rate_limits = false;
  slack_place at(how);
  temp_directory state;
  const std::string directory = state.path().string();
  constexpr unsigned most_steps = 40;
  unsigned survived = 0;
  unsigned unknown = 0;
  for (unsigned step = 1; step <= most_steps && survived < 2; ++step) {
    CAPTURE(step);
    const std::string id = "p" + std::to_string(step);
    const auto said = [&](const std::string& part) {
      const auto answers = at.answers(at.world.general);
      return std::count_if(answers.begin(), answers.end(), [&](const std::string& each) {
        return each.find(part) != std::string::npos;
      });
    };
    {
      doomed_bot bot(at, directory, step);
      REQUIRE(at.slack.wait_until(
          [&] { return at.slack.connections() == 1 || !bot.process().running(); }));
      at.slack.post(at.world.general, at.world.alice, "!pay " + id);
      REQUIRE(at.slack.wait_until([&] {
        return !bot.process().running() ||
               (said("paid " + id) == 1 && at.slack.deliveries().pending == 0);
      }));
      if (bot.process().running()) {
        // What it does at its end are steps, too.
        bot.process().end();
        ++survived;
      }
    }
    REQUIRE(at.slack.wait_until([&] { return at.slack.connections() == 0; }));
    {
      doomed_bot bot(at, directory, 0);
      REQUIRE(at.slack.wait_until([&] { return at.slack.connections() == 1; }));
      // What was not acknowledged comes again after a minute, the last time after five.
      at.slack.advance(std::chrono::seconds(70));
      at.slack.advance(std::chrono::seconds(310));
      const bool settled =
          at.slack.wait_until([&] { return said("paid " + id) + said("unknown") - unknown >= 1; },
                              std::chrono::seconds(30));
      CAPTURE(content_of(directory + "/log"), at.answers(at.world.general));
      REQUIRE(settled);
      bot.process().end();
    }
    REQUIRE(at.slack.wait_until([&] { return at.slack.connections() == 0; }));
    CHECK(lines_equal_to(directory + "/deeds", id) <= 1);
    CHECK(said("paid " + id) <= 1);
    if (said("paid " + id) == 1) {
      CHECK(lines_equal_to(directory + "/deeds", id) == 1);
    } else {
      ++unknown;
    }
    CHECK(said("unknown") == unknown);
  }
  CHECK(survived > 0);
}
