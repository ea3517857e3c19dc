// SPDX-License-Identifier: Apache-2.0
#include "app/subcommands.hpp"

#include <mynah/error.hpp>

#include "catch.hpp"

using mynah::subcommand;
using mynah::cli::chosen_subcommand;

namespace {

std::vector<subcommand> known() {
  std::vector<subcommand> all;
  for (const char* name : {"manifest", "check"}) {
    all.emplace_back(name, "", [](const std::vector<std::string>&) { return std::string(); });
    all.back().plugin = "slack";
  }
  return all;
}

}  // namespace

TEST_CASE("two words in front choose a subcommand of a plugin", "[app][subcommands]") {
  const std::vector<subcommand> all = known();
  CHECK(chosen_subcommand({"slack", "check", "--x"}, all) == &all[1]);
  CHECK(chosen_subcommand({}, all) == nullptr);
  CHECK(chosen_subcommand({"--name=x", "slack", "check"}, all) == nullptr);
  CHECK(chosen_subcommand({"irc", "check"}, all) == nullptr);
  CHECK_THROWS_WITH(chosen_subcommand({"slack", "chekc"}, all),
                    "slack: expected one of manifest, check behind it, not 'chekc'");
  CHECK_THROWS_WITH(chosen_subcommand({"slack"}, all),
                    "slack: expected one of manifest, check behind it");
}
