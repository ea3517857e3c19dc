// SPDX-License-Identifier: Apache-2.0
#include "core/journal_record.hpp"

#include "catch.hpp"

using namespace mynah;
using namespace mynah::core;

TEST_CASE("a command comes back from its record as it was") {
  event said(event_type::action, address("irc:a", "#ops/x", "al:ice", "t1", true),
             principal("irc:a", "alice", assurance::verified, "Alice \xE2\x9C\x93"),
             "!pay \"bob\"");
  said.principal.groups = {"guest", "usergroup/S1"};
  said.normalised = true;
  said.raw_text =
      "!pay \xE2\x80\x9C"
      "bob\xE2\x80\x9D";
  said.id = "m1";
  said.to = "bot";
  said.addressed = true;
  said.meta = {{"tag", "value"}, {"tag", ""}};
  said.time =
      std::chrono::system_clock::time_point(std::chrono::microseconds(1'700'000'000'123'456));
  const auto received = said.time + std::chrono::seconds(1);
  const std::string body = command_body(said, "pay \"bob\"", "pay", 17, received);

  const auto record = command_of(body);
  REQUIRE(record);
  CHECK_FALSE(record->started);
  CHECK(record->line == "pay \"bob\"");
  CHECK(record->command == "pay");
  CHECK(record->job == 17);
  CHECK(record->received == received);
  CHECK(record->said.type == event_type::action);
  CHECK(record->said.from == said.from);
  CHECK(record->said.principal == said.principal);
  CHECK(record->said.principal.display == said.principal.display);
  CHECK(record->said.principal.groups == said.principal.groups);
  CHECK(record->said.text == said.text);
  CHECK(record->said.raw() == said.raw());
  CHECK(record->said.id == "m1");
  CHECK(record->said.to == "bot");
  CHECK(record->said.addressed);
  CHECK(record->said.meta == said.meta);
  CHECK(record->said.time == said.time);
  const auto begun = command_of(started_body(body));
  REQUIRE(begun);
  CHECK(begun->started);
  CHECK(begun->line == record->line);
}

TEST_CASE("a message comes back from its record as it was") {
  reply body("text ");
  body.untrusted("theirs")
      .code("c")
      .code_block("block", "cpp")
      .emphasis("!")
      .link("shown", "https://x");
  body.with(
      card("title").field("a", "b").text("words").image("https://i").action("Yes", "approve 1"));
  card with_question = *body.framed();
  with_question.action("No", "no").actions.back().question = "7-1";
  body.with(with_question);
  body.only_to_caller();
  outgoing message(address("irc", "#ops", "alice"), body);
  message.stamp = "0b7e";
  message.answers = "m1";
  const auto record = message_of(message_body(message, 3));
  REQUIRE(record);
  CHECK(record->job == 3);
  CHECK(record->message.to == message.to);
  CHECK(record->message.stamp == "0b7e");
  CHECK(record->message.answers == "m1");
  CHECK(record->message.body.fragments() == body.fragments());
  REQUIRE(record->message.body.framed() != nullptr);
  CHECK(*record->message.body.framed() == *body.framed());
  CHECK(record->message.body.ephemeral());
}

TEST_CASE("what is no record is nothing") {
  for (const char* body : {"", "received ", "received {", "started  []", "started  {\"said\":1}",
                           "{}", "received {\"said\":{\"type\":\"x\",\"from\":{},\"who\":{}}}"}) {
    CHECK_FALSE(command_of(body));
    CHECK_FALSE(message_of(body));
  }
}

TEST_CASE("bytes that are no UTF-8 do not stop a record") {
  event said(event_type::message, address("irc", "#ops", "a\xFF"),
             principal("irc", "a", assurance::verified), "pay \xC3");
  const auto record = command_of(command_body(said, "pay \xC3", "pay", 1, {}));
  REQUIRE(record);
  CHECK(record->line == "pay \xEF\xBF\xBD");
}
