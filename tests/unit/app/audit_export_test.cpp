// SPDX-License-Identifier: Apache-2.0
#include "app/audit_export.hpp"

#include "catch.hpp"

#include <mynah/error.hpp>
#include <mynah/testkit/virtual_clock.hpp>

using namespace mynah;
using namespace mynah::cli;

TEST_CASE("the export takes its own flags and leaves settings") {
  const auto now = std::chrono::system_clock::time_point(std::chrono::hours(500'000));
  std::vector<std::string> arguments{
      "audit",        "export",  "--format=csv",      "--state-dir",   "/x", "--since", "2h",
      "--user=alice", "--until", "2026-01-31T12:00Z", "--store=sqlite"};
  arguments[9] = "2026-01-31T12:00";
  const auto wanted = take_audit_export(arguments, now);
  REQUIRE(wanted);
  CHECK(wanted->csv);
  CHECK(wanted->query.who == "alice");
  CHECK(wanted->query.since == now - std::chrono::hours(2));
  CHECK(wanted->query.until ==
        std::chrono::system_clock::time_point(std::chrono::seconds(1769860800)));
  CHECK(arguments == std::vector<std::string>{"--state-dir", "/x", "--store=sqlite"});
  std::vector<std::string> others{"--exec", "audit"};
  CHECK_FALSE(take_audit_export(others, now));
}

TEST_CASE("moments that no clock reaches are the end of time") {
  std::vector<std::string> arguments{"audit", "export", "--until", "9999-12-31",
                                     "--since=1066-10-14"};
  const auto wanted = take_audit_export(arguments, {});
  CHECK(wanted->query.until == std::chrono::system_clock::time_point::max());
  CHECK(wanted->query.since == std::chrono::system_clock::time_point::min());
}

TEST_CASE("what is no export is refused") {
  const auto refused = [](std::vector<std::string> arguments) {
    CHECK_THROWS_AS(take_audit_export(arguments, {}), settings_error);
  };
  refused({"audit"});
  refused({"audit", "import"});
  refused({"audit", "export", "--format", "xml"});
  refused({"audit", "export", "--since", "2026-13-45"});
  refused({"audit", "export", "--since", "2026-02-30"});
}

TEST_CASE("fields are quoted for their format, and start no formula") {
  const auto store = make_memory_store(std::make_shared<testkit::virtual_clock>());
  store->write([](transaction& tx) {
    audit_entry entry;
    entry.line = "say \"a, b\"\nc";
    entry.raw = "=1+1";
    entry.who = "irc/a\xFF";
    entry.job = 7;
    for (int i = 0; i < 2500; ++i) tx.append_audit(entry);
  });
  audit_export what;
  what.query.oldest_first = true;
  what.query.limit = 1000;
  std::vector<std::string> lines;
  const auto keep = [&lines](std::string_view line) {
    lines.emplace_back(line);
    return true;
  };
  write_audit(*store, what, keep);
  REQUIRE(lines.size() == 2500);
  CHECK(lines[0].find("\"line\":\"say \\\"a, b\\\"\\nc\"") != std::string::npos);
  CHECK(lines[0].find("\"job\":7") != std::string::npos);
  lines.clear();
  what.csv = true;
  write_audit(*store, what, keep);
  REQUIRE(lines.size() == 2501);
  CHECK(lines[1].find(",'=1+1,\"say \"\"a, b\"\"\nc\",") != std::string::npos);
}
