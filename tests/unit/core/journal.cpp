// SPDX-License-Identifier: Apache-2.0
// What becomes of commands that change something, and of their answers, when the bot ends in the
// middle, the network delivers twice, or the store takes nothing.
#include "catch.hpp"

#include <mynah/async_command.hpp>
#include <mynah/testkit.hpp>

#include <algorithm>

using namespace mynah;
using namespace std::chrono_literals;
using testkit::chat;

namespace {

// Counts how often it ran, takes a second.
class ledger {
 public:
  int started = 0;
  int done = 0;

  [[nodiscard]] command_ptr command(command_spec spec) {
    return make_command(std::move(spec), [this](async_context& ctx) -> task<std::string> {
      ++started;
      co_await ctx.sleep(1s);
      ++done;
      std::string answer = "done " + std::string(ctx.args().rest());
      co_return answer;
    });
  }
};

event said(const std::string& id, const std::string& text) {
  event made(event_type::message, address("test", "#ops", "alice"),
             principal("test", "alice", assurance::verified, "alice"), text);
  made.id = id;
  return made;
}

// Refuses some transactions.
class moody_store final : public store {
 public:
  explicit moody_store(mynah::clock& clock)
      : clock_(clock),
        inner_(make_memory_store(std::shared_ptr<mynah::clock>(std::shared_ptr<void>(), &clock))) {}

  void open() override { inner_->open(); }
  void submit(work what, done then) override {
    const bool refused = refuse_after == 0 && refuse != 0;
    if (refused) {
      --refuse;
      what = nullptr;
      then(std::make_exception_ptr(store_error(store_problem::full, "the disk is full")));
      return;
    }
    if (refuse_after != 0) --refuse_after;
    if (slow) {
      clock_.call_at(clock_.now() + 3s, [this, what = std::move(what), then = std::move(then)] {
        inner_->submit(what, then);
      });
      return;
    }
    inner_->submit(std::move(what), std::move(then));
  }
  void submit_reading(work what, done then) override {
    inner_->submit_reading(std::move(what), std::move(then));
  }

  std::size_t refuse_after = 0;  ///< so many are taken yet
  std::size_t refuse = 0;        ///< and then so many are not
  bool slow = false;             ///< each that is taken takes three seconds

 private:
  mynah::clock& clock_;
  std::unique_ptr<store> inner_;
};

std::size_t kept_items(chat& chat, const char* queue) {
  std::size_t count = 0;
  chat.store().read([&](transaction& tx) {
    count = 0;
    tx.scan_queue(queue, 0, [&](const queue_item&) {
      ++count;
      return true;
    });
  });
  return count;
}

bool logged(const chat& chat, std::string_view words) {
  const auto lines = chat.log();
  return std::any_of(lines.begin(), lines.end(), [words](const std::string& line) {
    return line.find(words) != std::string::npos;
  });
}

}  // namespace

TEST_CASE("a command that changes something leaves nothing behind but the audit") {
  ledger ledger;
  chat chat;
  chat.add(ledger.command(command_spec("pay", "").parameter(parameter::string("whom")).changes()));
  chat.grant("alice", "pay");
  chat.say("alice", "#ops", "!pay bob");
  chat.advance(1s);
  chat.expect_reply("done bob");
  CHECK(ledger.done == 1);
  chat.advance(2ms);  // that an answer has left is recorded a moment later
  CHECK(kept_items(chat, "commands") == 0);
  CHECK(kept_items(chat, "outbox") == 0);
  CHECK(chat.unacknowledged() == 0);
  const auto entries = chat.audit();
  REQUIRE(entries.size() == 1);
  CHECK(entries[0].who == "test/alice");
  CHECK(entries[0].line == "pay bob");
  CHECK(entries[0].raw == "!pay bob");
  CHECK(entries[0].arguments == "whom=bob");
  CHECK(entries[0].decision == "allowed: role may-alice granted to test/alice");
  CHECK(entries[0].outcome == "done");
  CHECK(entries[0].room == "test/#ops");
  CHECK(entries[0].duration == 1s);
  CHECK(entries[0].job == 1);
}

TEST_CASE("what is delivered twice is done once, also across a restart and a crash") {
  ledger ledger;
  chat chat;
  chat.add(ledger.command(command_spec("pay", "").changes()));
  chat.grant("alice", "pay");
  chat.deliver(said("m1", "!pay"));
  chat.deliver(said("m1", "!pay"));
  chat.advance(1s);
  chat.expect_reply("done ");
  chat.restart();
  chat.deliver(said("m1", "!pay"));
  chat.advance(1s);
  chat.crash();
  chat.deliver(said("m1", "!pay"));
  chat.advance(23h);
  chat.deliver(said("m1", "!pay"));
  chat.advance(1s);
  chat.expect_silence();
  CHECK(ledger.started == 1);
  CHECK(chat.unacknowledged() == 0);
  CHECK(chat.audit().size() == 1);
}

TEST_CASE("a redelivered denial is told once") {
  chat chat;
  ledger ledger;
  chat.add(ledger.command(command_spec("pay", "").changes()));
  chat.deliver(said("m1", "!pay"));
  chat.expect_reply_containing("denied");
  chat.crash();
  chat.deliver(said("m1", "!pay"));
  chat.expect_silence();
  CHECK(chat.audit().size() == 1);
}

TEST_CASE("a command that ran when the bot ended is never run again, and its room is told") {
  ledger ledger;
  chat chat;
  chat.add(ledger.command(command_spec("pay", "").changes()));
  chat.grant("alice", "pay");
  chat.deliver(said("m1", "!pay bob"));
  CHECK(ledger.started == 1);
  chat.crash();
  chat.advance(2s);
  chat.expect_reply("#ops",
                    "pay bob (job 1, given by alice): outcome unknown. The bot ended while it ran; "
                    "look before you "
                    "give it again");
  chat.advance(1h);
  chat.expect_silence();
  CHECK(ledger.started == 1);
  CHECK(ledger.done == 0);
  chat.restart();
  chat.advance(1h);
  chat.expect_silence();
  CHECK(kept_items(chat, "commands") == 0);
  const auto entries = chat.audit();
  REQUIRE(entries.size() == 1);
  CHECK(entries[0].outcome == "interrupted");
  CHECK(entries[0].command == "pay");
  CHECK(entries[0].job == 1);
}

TEST_CASE("an idempotent command is run again after a crash") {
  ledger ledger;
  chat chat;
  chat.add(ledger.command(command_spec("set", "").changes().idempotent()));
  chat.grant("alice", "set");
  chat.deliver(said("m1", "!set x"));
  chat.crash();
  chat.advance(2s);
  chat.expect_reply("done x");
  CHECK(ledger.started == 2);
  CHECK(ledger.done == 1);
}

TEST_CASE("a command during which the bot ended twice is set aside, told, and listed") {
  ledger ledger;
  chat chat;
  chat.add(ledger.command(command_spec("set", "").changes().idempotent()));
  chat.grant("alice", "set");
  chat.deliver(said("m1", "!set x"));
  chat.crash();
  chat.advance(500ms);
  CHECK(ledger.started == 2);
  chat.crash();
  chat.advance(5s);
  CHECK(ledger.started == 2);
  chat.expect_reply(
      "set x (job 1, given by alice) is set aside: the bot ended twice while handling it");
  chat.restart();
  chat.advance(5s);
  chat.expect_silence();
  const auto kept = chat.bot().view().kept_commands();
  REQUIRE(kept.size() == 1);
  CHECK(kept[0].line == "set x");
  CHECK(kept[0].set_aside == "the bot ended twice while handling it");
}

TEST_CASE("answers that could not be sent before the end are sent after it, in order, once") {
  chat chat;
  chat.add(
      make_command(command_spec("pay", "").changes(), [](async_context& ctx) -> task<std::string> {
        ctx.reply("one");
        ctx.reply("two");
        co_return "three";
      }));
  chat.grant("alice", "pay");
  chat.refuse_sends(1'000);
  chat.deliver(said("m1", "!pay"));
  chat.expect_silence();
  CHECK(kept_items(chat, "outbox") == 3);
  chat.crash();
  chat.refuse_sends(0);
  chat.advance(1s);
  chat.expect_reply("one");
  chat.expect_reply("two");
  chat.expect_reply("three");
  chat.expect_silence();
  chat.advance(2ms);
  CHECK(kept_items(chat, "outbox") == 0);
  CHECK(chat.repeats() == 0);
}

TEST_CASE("an answer the network never takes is set aside, shown, and can be sent after all") {
  ledger ledger;
  chat chat;
  chat.add(ledger.command(command_spec("pay", "").changes()));
  chat.grant("alice", "pay");
  chat.refuse_sends(4);
  chat.say("alice", "#ops", "!pay");
  chat.advance(1min);
  chat.expect_silence();
  auto kept = chat.bot().view().kept_messages();
  REQUIRE(kept.size() == 1);
  CHECK(kept[0].text == "done ");
  CHECK(kept[0].to.room == "#ops");
  CHECK(kept[0].set_aside.find("the test refuses it") != std::string::npos);
  CHECK(logged(chat, "message not delivered; set aside"));
}

TEST_CASE("what was said too long ago is not run, and that is told or logged") {
  ledger ledger;
  chat chat;
  chat.add(ledger.command(command_spec("pay", "").changes()));
  chat.add(make_command(command_spec("ping", "").quick(), [](const arguments&) { return "pong"; }));
  chat.grant("alice", "pay");
  SECTION("told") {}
  SECTION("logged") {
    chat.set("late-commands", "log");
  }
  chat.advance(1s);
  for (const char* line : {"!pay", "!ping"}) {
    event old = said(line, line);
    old.time = chat.clock().wall() - 301s;
    chat.deliver(old);
  }
  event recent = said("recent", "!ping");
  recent.time = chat.clock().wall() - 299s;
  chat.deliver(recent);
  if (chat.bot().view().setting("", "late-commands") == "answer") {
    chat.expect_reply("pay is not run: said 5m1s ago, and nothing older than 5m is run");
    chat.expect_reply_containing("ping is not run");
  }
  chat.expect_reply("pong");
  chat.expect_silence();
  CHECK(ledger.started == 0);
  const auto entries = chat.audit();
  REQUIRE(entries.size() == 3);
  CHECK(entries[0].outcome == "too-late");
}

TEST_CASE(
    "a command that was received but not started is run by the next start, unless it is old") {
  ledger ledger;
  chat chat;
  chat.add(ledger.command(command_spec("pay", "").changes()));
  chat.grant("alice", "pay");
  chat.say("alice", "#ops", "!pay first");
  chat.advance(1s);
  chat.expect_reply("done first");
  chat.crash();
  // As it is between two steps of the journal.
  chat.store().write([&](transaction& tx) {
    tx.enqueue_claimed(
        "commands", "",
        R"(received {"said":{"type":0,"id":"m9","from":{"input":"test","room":"#ops",)"
        R"("user":"alice"},"who":{"input":"test","id":"alice","verified":true},)"
        R"("text":"!pay second"},"line":"pay second","command":"pay","job":7,)"
        R"("received":)" +
            std::to_string(
                std::chrono::duration_cast<std::chrono::microseconds>(tx.now().time_since_epoch())
                    .count()) +
            "}",
        1s);
  });
  SECTION("young") {
    chat.clock().advance_to_next(chat.clock().now() + 2min);
    chat.advance(2s);
    chat.expect_reply("done second");
    CHECK(ledger.done == 2);
  }
  SECTION("old") {
    chat.clock().advance_to_next(chat.clock().now() + 10min);
    chat.advance(2s);
    chat.expect_reply_containing("was not run: said 10m");
    CHECK(ledger.done == 1);
  }
  CHECK(kept_items(chat, "commands") == 0);
}

TEST_CASE("commands that are cancelled or told to stop are settled as such") {
  ledger ledger;
  chat chat;
  chat.add(ledger.command(command_spec("pay", "").changes()));
  chat.grant("alice", "pay");
  chat.set("drain", "0");
  chat.say("alice", "#ops", "!pay");
  chat.stop();
  chat.advance(10s);
  CHECK(chat.stopped());
  chat.expect_reply("pay was cancelled (job 1)");
  chat.restart();
  chat.advance(1s);
  chat.expect_silence();
  const auto entries = chat.audit();
  REQUIRE(entries.size() == 1);
  CHECK(entries[0].outcome == "cancelled");
}

TEST_CASE("job numbers are never given twice") {
  ledger ledger;
  chat chat;
  chat.add(ledger.command(command_spec("pay", "").changes()));
  chat.grant("alice", "pay");
  chat.say("alice", "#ops", "!pay");
  chat.advance(1s);
  chat.restart();
  chat.say("alice", "#ops", "!pay");
  chat.advance(1s);
  chat.crash();
  chat.say("alice", "#ops", "!pay");
  chat.advance(1s);
  const auto entries = chat.audit();
  REQUIRE(entries.size() == 3);
  CHECK(entries[0].job == 1);
  CHECK(entries[1].job == 2);
  CHECK(entries[2].job > 2);
}

// The transactions of a command: received, started, each reply, settled.

TEST_CASE("a reply that the store did not take at once is stored before what comes after it") {
  chat chat;
  const auto moody = std::make_shared<moody_store>(chat.clock());
  chat.use_store(moody);
  chat.add(make_command(command_spec("pay", "").changes().quick(), [](context& ctx) {
    ctx.reply("one");
    return "two";
  }));
  chat.grant("alice", "pay");
  chat.advance(1s);
  chat.refuse_sends(1'000);
  moody->refuse_after = 2;
  moody->refuse = 1;
  chat.say("alice", "#ops", "!pay");
  // Nothing of it overtakes the reply.
  CHECK(kept_items(chat, "outbox") == 0);
  CHECK(kept_items(chat, "commands") == 1);
  chat.advance(300ms);
  CHECK(kept_items(chat, "outbox") == 2);
  CHECK(kept_items(chat, "commands") == 0);
  chat.crash();
  chat.refuse_sends(0);
  chat.advance(1s);
  chat.expect_reply("one");
  chat.expect_reply("two");
  chat.expect_silence();
  CHECK(kept_items(chat, "outbox") == 0);
}

TEST_CASE("an answer that the store did not take at once is not lost in a crash") {
  chat chat;
  const auto moody = std::make_shared<moody_store>(chat.clock());
  chat.use_store(moody);
  chat.add(make_command(command_spec("pay", "").changes().quick(),
                        [](const arguments&) { return "paid"; }));
  chat.grant("alice", "pay");
  chat.advance(1s);
  moody->refuse_after = 2;
  moody->refuse = 1;
  SECTION("not sent before it is stored") {
    chat.refuse_sends(1'000);
    chat.say("alice", "#ops", "!pay");
    chat.advance(300ms);
    CHECK(kept_items(chat, "outbox") == 1);
    chat.crash();
    chat.refuse_sends(0);
    chat.advance(1s);
    chat.expect_reply("paid");
  }
  SECTION("sent before it is stored") {
    chat.say("alice", "#ops", "!pay");
    chat.expect_reply("paid");
    chat.advance(300ms);
    chat.crash();
    chat.advance(1s);
  }
  chat.expect_silence();
  CHECK(kept_items(chat, "outbox") == 0);
  CHECK(chat.audit().size() == 1);
  CHECK(chat.repeats() == 0);
}

TEST_CASE("an answer that is given up before it is stored is set aside all the same") {
  chat chat;
  const auto moody = std::make_shared<moody_store>(chat.clock());
  chat.use_store(moody);
  chat.add(make_command(command_spec("pay", "").changes().quick(),
                        [](const arguments&) { return "paid"; }));
  chat.grant("alice", "pay");
  chat.advance(1s);
  chat.refuse_sends(4);
  moody->refuse_after = 2;
  moody->refuse = 6;  // tried again for longer than the network is
  chat.say("alice", "#ops", "!pay");
  chat.advance(1min);
  chat.expect_silence();
  const auto kept = chat.bot().view().kept_messages();
  REQUIRE(kept.size() == 1);
  CHECK(kept[0].text == "paid");
  CHECK_FALSE(kept[0].set_aside.empty());
}

TEST_CASE("a command that was refused, because it could not be recorded, never runs") {
  ledger ledger;
  chat chat;
  const auto moody = std::make_shared<moody_store>(chat.clock());
  chat.use_store(moody);
  chat.add(ledger.command(command_spec("pay", "").changes()));
  chat.grant("alice", "pay");
  chat.advance(1s);
  moody->refuse = 3;
  chat.deliver(said("m1", "!pay"));
  chat.expect_reply("pay is not run: the bot cannot record what it does now (its log says why)");
  // The network is told when the refusal is recorded.
  CHECK(chat.unacknowledged() == 1);
  chat.deliver(said("m1", "!pay"));
  CHECK(chat.unacknowledged() == 2);
  chat.advance(1s);
  CHECK(chat.unacknowledged() == 0);
  chat.crash();
  chat.deliver(said("m1", "!pay"));
  chat.advance(5s);
  chat.expect_silence();
  CHECK(ledger.started == 0);
  const auto entries = chat.audit();
  REQUIRE(entries.size() == 1);
  CHECK(entries[0].outcome == "refused");
}

TEST_CASE("job numbers are not given twice, also by a bot that ends right after its start") {
  ledger ledger;
  chat chat;
  const auto moody = std::make_shared<moody_store>(chat.clock());
  chat.use_store(moody);
  chat.add(ledger.command(command_spec("pay", "").changes()));
  chat.grant("alice", "pay");
  moody->refuse_after = 2;  // what it cannot start without
  moody->refuse = 2;
  for (int i = 0; i < 3; ++i) {
    chat.advance(1s);
    chat.say("alice", "#ops", "!pay");
    chat.advance(1s);
    moody->refuse_after = 2;
    moody->refuse = 2;
    chat.crash();
  }
  const auto entries = chat.audit();
  REQUIRE(entries.size() == 3);
  CHECK(entries[0].job != entries[1].job);
  CHECK(entries[1].job != entries[2].job);
}

TEST_CASE("what comes while something is tried again gets its turn without a third") {
  chat chat;
  const auto moody = std::make_shared<moody_store>(chat.clock());
  chat.use_store(moody);
  chat.add(make_command(command_spec("pay", "").changes().quick(),
                        [](const arguments&) { return "paid"; }));
  chat.advance(1s);
  // A denial is one transaction.
  moody->refuse = 1;
  chat.deliver(said("m1", "!pay"));
  moody->slow = true;
  chat.advance(300ms);
  chat.deliver(said("m2", "!pay"));
  chat.advance(1min);
  CHECK(chat.unacknowledged() == 0);
  CHECK(chat.audit().size() == 2);
}

TEST_CASE("a message is not given up for one refusal after the network asked to wait") {
  testkit::faults plan;
  plan.send_throttled = 1;
  plan.retry_after = testkit::time_range(1s, 1s);
  chat chat;
  chat.add(make_command(command_spec("pay", "").changes().quick(),
                        [](const arguments&) { return "paid"; }));
  chat.grant("alice", "pay");
  chat.faults(1, plan);
  chat.say("alice", "#ops", "!pay");
  chat.advance(4500ms);
  chat.refuse_sends(1);
  chat.advance(1s);
  chat.no_more_faults();
  chat.advance(1min);
  chat.expect_reply("paid");
  CHECK(kept_items(chat, "outbox") == 0);
}

TEST_CASE("what came twice is not acknowledged before its refusal is recorded") {
  ledger ledger;
  chat chat;
  const auto store = std::make_shared<moody_store>(chat.clock());
  chat.use_store(store);
  chat.add(ledger.command(command_spec("pay", "").changes()));
  chat.grant("alice", "pay");
  chat.advance(1s);
  store->refuse = 1'000;
  chat.deliver(said("m1", "!pay"));
  chat.expect_reply_containing("cannot record what it does now");
  CHECK(chat.unacknowledged() == 1);
  chat.disconnect();
  chat.advance(5s);  // and there it is again
  CHECK(chat.connections() == 2);
  CHECK(chat.unacknowledged() == 1);
  store->refuse = 0;
  chat.advance(1min);
  CHECK(chat.unacknowledged() == 0);
  chat.expect_silence();
  CHECK(ledger.started == 0);
  CHECK(chat.audit().size() == 1);
}
