// SPDX-License-Identifier: Apache-2.0
#include "catch.hpp"

#include <mynah/log.hpp>

using namespace mynah;

TEST_CASE("a logger passes what its level allows, under its name") {
  std::vector<std::string> lines;
  const logger log(
      [&](const log_record& record) {
        lines.push_back(std::string(record.component) + ": " + std::string(record.message));
      },
      log_level::info, "bot");
  log.debug("no");
  log.info("yes");
  log.named("irc").error("also");
  CHECK(lines == std::vector<std::string>{"bot: yes", "irc: also"});
  CHECK_FALSE(log.enabled(log_level::debug));
}

TEST_CASE("secrets are masked in messages and values before a sink sees them") {
  std::string seen;
  const logger log(
      [&](const log_record& record) {
        seen = std::string(record.message);
        for (const auto& each : record.fields) seen += "|" + std::string(each.second);
      },
      log_level::trace, "bot");
  log.masking({"hunter2", "", "key"}).info("pass hunter2 hunter2", {{"a", "xkeyx"}, {"b", "fine"}});
  CHECK(seen == "pass *** ***|x***x|fine");
  log.masking({"one"}).masking({"two"}).named("x").info("one two three");
  CHECK(seen == "*** *** three");
}

TEST_CASE("a sink that throws harms nobody, no sink is silence") {
  const logger throwing([](const log_record&) { throw 7; }, log_level::trace, "x");
  throwing.error("lost");
  const logger none;
  none.error("nothing");
  CHECK_FALSE(none.enabled(log_level::error));
}
