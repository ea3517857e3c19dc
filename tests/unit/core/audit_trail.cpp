// SPDX-License-Identifier: Apache-2.0
// The audit of what changes nothing.
#include "catch.hpp"

#include <mynah/testkit.hpp>

#include <algorithm>

using namespace mynah;
using namespace std::chrono_literals;
using testkit::chat;

namespace {

// A memory store that can be told to take nothing.
class closed_store final : public store {
 public:
  explicit closed_store(std::unique_ptr<store> inner) : inner_(std::move(inner)) {}
  void open() override { inner_->open(); }
  void submit(work what, done then) override {
    if (closed) {
      what = nullptr;
      then(std::make_exception_ptr(store_error(store_problem::full, "the disk is full")));
    } else {
      inner_->submit(std::move(what), std::move(then));
    }
  }
  void submit_reading(work what, done then) override {
    inner_->submit_reading(std::move(what), std::move(then));
  }

  bool closed = false;

 private:
  std::unique_ptr<store> inner_;
};

void add_commands(chat& chat) {
  chat.add(make_command(command_spec("ping", "").quick(), [](const arguments&) { return "pong"; }));
  chat.add(make_command(command_spec("secrets", "").restricted().quick(),
                        [](const arguments&) { return "none"; }));
}

// A store that has the audit of one `ping`, and takes no more.
std::shared_ptr<closed_store> closed_for(chat& chat) {
  const auto kept = std::make_shared<closed_store>(
      make_memory_store(std::shared_ptr<mynah::clock>(std::shared_ptr<void>(), &chat.clock())));
  chat.use_store(kept);
  add_commands(chat);
  chat.say("alice", "#ops", "!ping");
  chat.advance(1s);
  kept->closed = true;
  return kept;
}

std::size_t count(const std::vector<audit_entry>& entries, const std::string& command) {
  return static_cast<std::size_t>(
      std::count_if(entries.begin(), entries.end(),
                    [&](const audit_entry& each) { return each.command == command; }));
}

}  // namespace

TEST_CASE("a burst is in the audit, each attempt") {
  chat chat;
  add_commands(chat);
  for (int i = 0; i < 4'000; ++i) chat.say("alice", "#ops", "!ping");
  CHECK(count(chat.audit(), "ping") == 4'000);
}

TEST_CASE("a flood is counted, and hides no denial") {
  chat chat;
  add_commands(chat);
  chat.set("audit-keep", "0");
  for (int i = 0; i < 20'500; ++i) chat.say("alice", "#ops", "!ping");
  chat.say("mallory", "#ops", "!secrets");
  for (int i = 0; i < 100; ++i) chat.say("alice", "#ops", "!ping");
  chat.advance(1s);
  const auto entries = chat.audit();
  CHECK(count(entries, "secrets") == 1);
  CHECK(count(entries, "ping") < 10'001);  // a memory store keeps the newest
  CHECK(std::any_of(entries.begin(), entries.end(), [](const audit_entry& each) {
    return each.reason == "600 attempts are not in the audit: too many at once";
  }));
  chat.say("alice", "#ops", "!ping");  // a second later there is room again
  CHECK(chat.audit().back().command == "ping");
}

TEST_CASE("of long texts the beginning is in the audit, and more of what was run") {
  chat chat;
  add_commands(chat);
  chat.add(
      make_command(command_spec("note", "").parameter(parameter::string("text").rest()).quick(),
                   [](const arguments&) { return "noted"; }));
  const std::string half(50'000, 'x');
  chat.say("alice", "#ops", "!note " + half + half);
  chat.say("mallory", "#ops", "!secrets " + half + half);
  chat.say("mallory", "#ops", "!" + half + half);
  chat.advance(1s);
  const auto entries = chat.audit();
  REQUIRE(entries.size() == 3);
  CHECK(entries.at(0).arguments.size() > 16'000);
  CHECK(entries.at(0).arguments.ends_with("... (of 100005 bytes)"));
  for (const audit_entry& each : entries) {
    const std::size_t most = each.outcome == "done" ? 16'384 : 1'024;
    for (const std::string* text : {&each.raw, &each.line, &each.arguments}) {
      CHECK(text->size() <= most + 30);
    }
  }
}

TEST_CASE("a flood of long texts is counted when it is too much to wait") {
  chat chat;
  const auto kept = closed_for(chat);
  const std::string much(3'000, 'x');
  for (int i = 0; i < 40'000; ++i) chat.say("mallory", "#ops", "!secrets " + much);
  kept->closed = false;
  chat.advance(2s);
  const auto entries = chat.audit();
  CHECK(std::any_of(entries.begin(), entries.end(), [](const audit_entry& each) {
    return each.reason.ends_with("attempts are not in the audit: too many at once");
  }));
}

TEST_CASE("what the store does not take waits for it") {
  chat chat;
  const auto kept = closed_for(chat);
  for (int i = 0; i < 300; ++i) {
    chat.say("alice", "#ops", "!ping");
    chat.advance(20ms);
  }
  kept->closed = false;
  chat.advance(2s);
  CHECK(count(chat.audit(), "ping") == 301);
  std::size_t complaints = 0;
  for (const std::string& line : chat.log()) {
    if (line.find("the store does not take the audit") != std::string::npos) ++complaints;
  }
  CHECK(complaints == 1);
}
