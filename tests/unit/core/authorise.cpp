// SPDX-License-Identifier: Apache-2.0
#include "catch.hpp"

#include <mynah/error.hpp>

#include "core/authorise.hpp"
#include "core/bot_flags.hpp"
#include "core/resolve_settings.hpp"

using namespace mynah;

namespace {

core::authoriser gate(std::vector<std::string> roles, std::vector<std::string> grants,
                      std::vector<std::string> restricted = {}) {
  std::vector<flag_group> groups;
  groups.emplace_back("", "", core::bot_flags(), false);
  groups.emplace_back("test", "", std::vector<flag>(), true);
  setting_values given;
  given.set("inputs", "test");
  given.set("role", std::move(roles), "bot.toml");
  given.set("grant", std::move(grants), "bot.toml");
  given.set("restrict", std::move(restricted), "bot.toml");
  return core::authoriser(core::resolve(groups, given).bot);
}

principal verified(const std::string& id) {
  return {"irc", id, assurance::verified};
}
principal stranger(const std::string& id) {
  return {"irc", id, assurance::unverified};
}
command_spec changing(const std::string& name) {
  return command_spec(name, "").changes();
}

}  // namespace

TEST_CASE("what changes something is denied to whom no grant names, and the denial says why") {
  const core::authoriser none = gate({}, {});
  CHECK(none.decide(verified("alice"), command_spec("look", "")).allowed);
  const core::decision denied = none.decide(verified("alice"), changing("deploy"));
  CHECK_FALSE(denied.allowed);
  CHECK(denied.reason == "deploy changes something, and no grant gives 'deploy' to irc/alice");
}

TEST_CASE("a grant gives its roles' commands and says which role it was") {
  const core::authoriser some = gate({"deployer=deploy,api.*"}, {"irc/alice=deployer"});
  const core::decision allowed = some.decide(verified("alice"), changing("deploy"));
  CHECK(allowed.allowed);
  CHECK(allowed.reason == "role deployer granted to irc/alice");
  CHECK(some.decide(verified("alice"), changing("api.read")).allowed);
  CHECK_FALSE(some.decide(verified("alice"), changing("restart")).allowed);
  CHECK_FALSE(some.decide(verified("bob"), changing("deploy")).allowed);
  CHECK(some.roles_of(verified("alice")) == std::vector<std::string>{"deployer"});
  CHECK(some.roles_of(verified("bob")).empty());
}

TEST_CASE("names that look alike do not match by prefix") {
  const core::authoriser some = gate({"reader=api.read"}, {"irc/al=reader"});
  CHECK(some.decide(verified("al"), changing("api.read")).allowed);
  CHECK_FALSE(some.decide(verified("al"), changing("api.readwrite")).allowed);
  CHECK_FALSE(some.decide(verified("al"), changing("api.rea")).allowed);
  CHECK_FALSE(some.decide(verified("al"), changing("xapi.read")).allowed);
  CHECK_FALSE(some.decide(verified("alice"), changing("api.read")).allowed);
  CHECK_FALSE(some.decide(verified("xal"), changing("api.read")).allowed);
}

TEST_CASE("an unverified speaker gets nothing but what names the unverified") {
  const core::authoriser some =
      gate({"all=*"}, {"irc/alice=all", "*=all", "unverified:irc/bob!*@trusted=all"});
  CHECK(some.decide(verified("anybody"), changing("deploy")).allowed);
  const core::decision denied = some.decide(stranger("alice"), changing("deploy"));
  CHECK_FALSE(denied.allowed);
  CHECK(denied.reason.find("does not vouch") != std::string::npos);
  CHECK(some.decide(stranger("bob!b@trusted"), changing("deploy")).allowed);
  CHECK_FALSE(some.decide(stranger("bob!b@elsewhere"), changing("deploy")).allowed);
  // A nick that spells the mark gains nothing: the mark is ours, in front of the input.
  CHECK_FALSE(gate({"all=*"}, {"irc/x=all"}).decide(stranger("x"), changing("deploy")).allowed);
}

TEST_CASE("nobody is nobody") {
  const core::authoriser some = gate({"all=*"}, {"*=all"});
  CHECK_FALSE(some.decide(principal("irc", "", assurance::verified), changing("deploy")).allowed);
}

TEST_CASE("a permission replaces the name, a restriction asks for a grant all the same") {
  const core::authoriser some = gate({"ops=cluster.write", "log-reader=logs"},
                                     {"irc/alice=ops", "irc/bob=log-reader"}, {"logs*"});
  CHECK(some.decide(verified("alice"), changing("drain").permission("cluster.write")).allowed);
  CHECK_FALSE(some.decide(verified("alice"), changing("drain")).allowed);
  CHECK_FALSE(some.decide(verified("alice"), command_spec("logs", "")).allowed);
  CHECK(some.decide(verified("bob"), command_spec("logs", "")).allowed);
}

TEST_CASE("principals may hold '=', lists go on after commas") {
  const core::authoriser some = gate({"a=x", "b=y"}, {"irc/c=d=a,b"});
  CHECK(some.roles_of(verified("c=d")) == std::vector<std::string>{"a", "b"});
}

TEST_CASE("grants that cannot work are refused when settings are read") {
  CHECK_THROWS_WITH(gate({}, {"irc/alice=deployer"}),
                    ContainsSubstring("role 'deployer', which is not defined; roles: none"));
  CHECK_THROWS_WITH(gate({"a=x"}, {"alice=a"}), ContainsSubstring("is no principal"));
  CHECK_THROWS_WITH(gate({"deploy"}, {}), ContainsSubstring("not of the form"));
}

TEST_CASE("groups that the network vouches for may be granted roles like people") {
  const core::authoriser some = gate({"ops=deploy"}, {"irc/usergroup/S1=ops"});
  principal member = verified("alice");
  CHECK_FALSE(some.decide(member, changing("deploy")).allowed);
  member.groups = {"guest", "usergroup/S1"};
  const core::decision allowed = some.decide(member, changing("deploy"));
  CHECK(allowed.allowed);
  CHECK(allowed.reason == "role ops granted to irc/usergroup/S1");
  CHECK(some.roles_of(member) == std::vector<std::string>{"ops"});
  principal claimed = stranger("alice");
  claimed.groups = member.groups;
  CHECK_FALSE(some.decide(claimed, changing("deploy")).allowed);
}

TEST_CASE("a permission with - in front is taken away, whatever else is granted") {
  const core::authoriser some = gate({"all=*", "outsider=-*", "no-deploy=-deploy*"},
                                     {"*=all", "irc/guest=outsider", "irc/bob=no-deploy"});
  principal guest = verified("alice");
  CHECK(some.decide(guest, changing("deploy")).allowed);
  guest.groups = {"guest"};
  const core::decision denied = some.decide(guest, command_spec("look", ""));
  CHECK_FALSE(denied.allowed);
  CHECK(denied.reason == "role outsider of irc/guest takes 'look' away from irc/alice");
  CHECK_FALSE(some.decide(guest, changing("deploy")).allowed);
  CHECK_FALSE(some.has_permission(guest, "cancel.any").allowed);
  CHECK_FALSE(some.decide(verified("bob"), changing("deploy-web")).allowed);
  CHECK(some.decide(verified("bob"), changing("restart")).allowed);
  CHECK(some.decide(verified("bob"), command_spec("look", "")).allowed);
}
