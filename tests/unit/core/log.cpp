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

TEST_CASE("secrets are masked in all that is logged before a sink sees it") {
  std::string seen;
  const logger log(
      [&](const log_record& record) {
        seen = std::string(record.component) + "|" + std::string(record.message);
        for (const auto& [key, value] : record.fields) {
          seen += "|" + std::string(key) + "=" + std::string(value);
        }
      },
      log_level::trace, "bot");
  const logger safe = log.masking(redactor({"hunter2", "", "key"}));
  safe.info("pass hunter2 hun\nter2", {{"a", "xkeyx"}, {"key", "fine"}, {"c", "aHVudGVyMg=="}});
  CHECK(seen == "bot|pass *** ***|a=x***x|***=fine|c=***");
  safe.named("irc:hunter2").info("x");
  CHECK(seen == "irc:***|x");
  log.named("monkey").masking(redactor({"key"})).info("x");
  CHECK(seen == "mon***|x");
  log.masking(redactor({"one"})).masking(redactor({"two"})).named("x").info("one two three");
  CHECK(seen == "x|*** *** three");
}

TEST_CASE("a sink that throws harms nobody, no sink is silence") {
  const logger throwing([](const log_record&) { throw 7; }, log_level::trace, "x");
  throwing.error("lost");
  const logger none;
  none.error("nothing");
  CHECK_FALSE(none.enabled(log_level::error));
}
