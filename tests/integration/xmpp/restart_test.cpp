// SPDX-License-Identifier: Apache-2.0
// What is said while there is no bot at all, out of the archives of real servers (XEP-0313).
#include <algorithm>
#include <fstream>
#include <iterator>
#include <optional>
#include <sstream>

#include "catch.hpp"
#include "child_process.hpp"
#include "temp_directory.hpp"
#include "xmpp_bot.hpp"

using namespace mynah_test;

namespace {

const std::string ops = "ops@rooms.bots.test";
const std::string account = "bot@bots.test";

/// A bot that can be ended any way, and started again.
class restarted_bot {
 public:
  explicit restarted_bot(running_bot::settings settings) : settings_(std::move(settings)) {}

  void start() {
    std::vector<std::string> words = {XMPP_RESTARTED_BOT, directory_.path().string()};
    for (const auto& [name, value] : settings_) words.push_back(name + "=" + value);
    process_.emplace(words, directory_.file("output" + std::to_string(++starts_)));
  }
  /// As an administrator does.
  void stop() {
    process_->end();
    process_.reset();
  }
  /// kill -9.
  void kill() {
    process_->kill();
    process_.reset();
  }

  /// What it has paid, in order.
  [[nodiscard]] std::vector<std::string> deeds() const {
    std::ifstream file(directory_.file("deeds"));
    return {std::istream_iterator<std::string>(file), std::istream_iterator<std::string>()};
  }
  /// What it has logged, of all its lives.
  [[nodiscard]] std::string log() const {
    std::ostringstream all;
    for (int i = 1; i <= starts_; ++i) {
      all << std::ifstream(directory_.file("output" + std::to_string(i))).rdbuf() << "---\n";
    }
    return all.str();
  }

 private:
  running_bot::settings settings_;
  int starts_ = 0;
  temp_directory directory_;
  std::optional<child_process> process_;
};

// Both archives: the account's, and the room's.
void ask_to_pay(slixmpp_client& ada, const std::string& number) {
  ada.say(account, "!pay private" + number);
  ada.say_in(ops, "!pay room" + number);
}

// While there is no bot: waits until the server has it.
void leave_word(slixmpp_client& ada, const std::string& number) {
  ask_to_pay(ada, number);
  ada.wait_for_message("!pay room" + number);
}

void wait_until_paid(slixmpp_client& ada, const std::string& number) {
  // In whichever order they come.
  for (int left = 2; left > 0;) {
    const auto told = ada.wait_for({{"event", "message"}});
    const std::string body = told["body"];
    if (body == "paid room" + number || body == "paid private" + number) --left;
  }
}

void wait_until_there(slixmpp_client& ada) {
  ada.wait_for({{"event", "presence"}, {"from", ops + "/mynah"}, {"type", "available"}});
}

}  // namespace

TEMPLATE_TEST_CASE("what was said while there was no bot is run once", "[xmpp][catch_up][restart]",
                   prosody, ejabberd) {
  const TestType server;
  slixmpp_client ada = client_of(server, "ada");
  ada.join(ops, "ada");
  // Grants are for addresses.
  ada.configure(ops, {{"muc#roomconfig_whois", "anyone"}});
  // Before there was any bot.
  leave_word(ada, "0");
  restarted_bot bot(account_in(server, ops));
  bot.start();
  wait_until_there(ada);
  ask_to_pay(ada, "1");
  wait_until_paid(ada, "1");
  bot.stop();
  ada.wait_for({{"event", "presence"}, {"from", ops + "/mynah"}, {"type", "unavailable"}});
  leave_word(ada, "2");
  bot.start();
  wait_until_paid(ada, "2");
  // What it has heard by now may not have been kept: then the journal knows better.
  ask_to_pay(ada, "3");
  wait_until_paid(ada, "3");
  bot.kill();
  leave_word(ada, "4");
  bot.start();
  wait_until_paid(ada, "4");
  ask_to_pay(ada, "5");
  wait_until_paid(ada, "5");
  bot.stop();
  std::vector<std::string> paid = bot.deeds();
  std::sort(paid.begin(), paid.end());
  std::vector<std::string> wanted;
  for (const std::string place : {"private", "room"}) {
    for (int i = 1; i <= 5; ++i) wanted.push_back(place + std::to_string(i));
  }
  INFO(bot.log());
  CHECK(paid == wanted);
}
