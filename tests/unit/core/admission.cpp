// SPDX-License-Identifier: Apache-2.0
#include "catch.hpp"

#include "core/admission.hpp"

using namespace mynah;

namespace {

event from(const std::string& user, const std::string& room) {
  return {event_type::message, address("test", room, user),
          principal("test", user, assurance::verified), "x"};
}

core::admission_limits limits(std::size_t bot, std::size_t room, std::size_t user,
                              std::size_t command) {
  core::admission_limits made;
  made.bot = bot;
  made.per_room = room;
  made.per_user = user;
  made.per_command = command;
  return made;
}

}  // namespace

TEST_CASE("each limit refuses by itself and says which it is") {
  core::admission::ticket ticket;
  core::admission::ticket other;
  SECTION("user") {
    core::admission gate(limits(0, 0, 1, 0));
    CHECK_FALSE(gate.enter(from("a", "#1"), "x", 0, ticket));
    CHECK(gate.enter(from("a", "#2"), "y", 0, other) ==
          "1 command is running for you, which is the limit");
    CHECK_FALSE(gate.enter(from("b", "#1"), "x", 0, other));
  }
  SECTION("room") {
    core::admission gate(limits(0, 1, 0, 0));
    CHECK_FALSE(gate.enter(from("a", "#1"), "x", 0, ticket));
    CHECK(gate.enter(from("b", "#1"), "y", 0, other) ==
          "1 command is running in this room, which is the limit");
    CHECK_FALSE(gate.enter(from("b", "#2"), "y", 0, other));
  }
  SECTION("command, with an own limit") {
    core::admission gate(limits(0, 0, 0, 1));
    CHECK_FALSE(gate.enter(from("a", "#1"), "x", 2, ticket));
    CHECK_FALSE(gate.enter(from("b", "#2"), "x", 2, other));
    CHECK(gate.enter(from("c", "#3"), "x", 2, other) == "x is running 2 times, which is the limit");
    CHECK_FALSE(gate.enter(from("c", "#3"), "y", 0, other));
  }
  SECTION("bot") {
    core::admission gate(limits(2, 0, 0, 0));
    CHECK_FALSE(gate.enter(from("a", "#1"), "x", 0, ticket));
    CHECK_FALSE(gate.enter(from("b", "#2"), "y", 0, other));
    CHECK(gate.enter(from("c", "#3"), "z", 0, other) ==
          "2 commands are running in this bot, which is the limit");
  }
}

TEST_CASE("a place that is given back can be taken again") {
  core::admission gate(limits(1, 1, 1, 1));
  for (int i = 0; i < 3; ++i) {
    core::admission::ticket ticket;
    REQUIRE_FALSE(gate.enter(from("a", "#1"), "x", 0, ticket));
    CHECK(gate.running() == 1);
    gate.leave(ticket);
    CHECK(gate.running() == 0);
  }
}

TEST_CASE("users are told apart by identity, not by nick") {
  core::admission gate(limits(0, 0, 1, 0));
  core::admission::ticket ticket;
  event verified = from("a", "#1");
  event stranger = from("a", "#1");
  stranger.principal.assurance = assurance::unverified;
  CHECK_FALSE(gate.enter(verified, "x", 0, ticket));
  CHECK_FALSE(gate.enter(stranger, "x", 0, ticket));
}
