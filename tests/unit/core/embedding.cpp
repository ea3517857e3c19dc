// SPDX-License-Identifier: Apache-2.0
#include "catch.hpp"

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/thread_pool.hpp>

#include <algorithm>
#include <deque>
#include <future>

#include <mynah/async_command.hpp>
#include <mynah/bot.hpp>
#include <mynah/error.hpp>
#include <mynah/store.hpp>

#include "manual_clock.hpp"
#include "net/mailbox.hpp"

using namespace mynah;
using namespace std::chrono_literals;

namespace {

// A script of lines that ends when it is read, and the answers to it.
class script {
 public:
  std::vector<std::string> lines;
  std::vector<std::string> answers;
  std::vector<std::string> failures;  // those of them that say that a command came to nothing
  std::vector<std::string> misuses;   // and what was wrong with how it was called
  int starts = 0;
  int streams = 0;
  int stops = 0;
  std::deque<failure> start_failures;
  std::deque<failure> stream_failures;
  int cuts = 0;                            // connections that are lost before anything is read
  std::deque<failure> failures_after_cut;  // become those of streams
  bool ends = true;
  std::string description;
  std::vector<std::string> kept;  // what each start found in the store
};

class script_conn final : public conn {
 public:
  script_conn(std::shared_ptr<script> of, boost::asio::any_io_executor executor)
      : script_(std::move(of)), box_(executor, 10'000) {
    for (const std::string& line : script_->lines) {
      event said(event_type::message, address("script", "room", "alice", {}, true),
                 principal("script", "alice", assurance::verified), line);
      static_cast<void>(box_.try_push(std::move(said)));
    }
    if (script_->ends) box_.close();
  }
  task<result<event>> recv() override {
    if (script_->cuts > 0) {
      --script_->cuts;
      script_->stream_failures.swap(script_->failures_after_cut);
      co_return failure(errc::timed_out, "reading");
    }
    result<event> next = co_await box_.recv();
    co_return next;
  }
  task<result<receipt>> send(const outgoing& message) override {
    script_->answers.push_back(message.body.plain());
    if (message.failed) script_->failures.push_back(message.body.plain());
    if (!message.misuse.empty()) script_->misuses.push_back(message.misuse);
    co_return receipt();
  }
  task<void> close() override {
    box_.close();
    co_return;
  }
  [[nodiscard]] std::string describe() const override { return script_->description; }

 private:
  std::shared_ptr<script> script_;
  net::mailbox<event> box_;
};

class script_input final : public input {
 public:
  script_input(std::shared_ptr<script> of, const input_environment& given)
      : script_(std::move(of)), executor_(given.executor), store_(given.store) {}
  void init(const settings&) override {}
  task<result<void>> start() override {
    ++script_->starts;
    store_->submit(
        [this](transaction& tx) {
          script_->kept.push_back(tx.get("script.test", "key").value_or("nothing"));
          tx.put("script.test", "key", "value");
        },
        [](const std::exception_ptr&) {});
    if (!script_->start_failures.empty()) {
      const failure why = script_->start_failures.front();
      script_->start_failures.pop_front();
      co_return why;
    }
    co_return result<void>();
  }
  task<result<std::unique_ptr<conn>>> stream() override {
    ++script_->streams;
    if (!script_->stream_failures.empty()) {
      const failure why = script_->stream_failures.front();
      script_->stream_failures.pop_front();
      co_return why;
    }
    std::unique_ptr<conn> opened = std::make_unique<script_conn>(script_, executor_);
    co_return opened;
  }
  task<void> stop() override {
    ++script_->stops;
    co_return;
  }
  [[nodiscard]] bool ends_bot() const noexcept override { return script_->ends; }

 private:
  std::shared_ptr<script> script_;
  boost::asio::any_io_executor executor_;
  std::shared_ptr<store> store_;
};

std::unique_ptr<bot> bot_for(boost::asio::any_io_executor executor,
                             const std::shared_ptr<script>& of,
                             std::shared_ptr<store> kept_in = nullptr) {
  bot_options options;
  options.store = std::move(kept_in);
  options.log = null_sink();
  auto made = std::make_unique<bot>(std::move(executor), std::move(options));
  made->add(input_type("script", "", {}, [of](const input_environment& given) {
    return std::make_unique<script_input>(of, given);
  }));
  made->set("inputs", "script");
  made->add(make_command(command_spec("ping", ""), [](const arguments&) { return "pong"; }));
  made->add(make_command(command_spec("nap", ""), [](async_context& ctx) -> task<std::string> {
    co_await ctx.sleep(20ms);
    co_return "rested";
  }));
  made->add(make_command(command_spec("forever", ""), [](async_context& ctx) -> task<std::string> {
    co_await ctx.sleep(24h);
    co_return "never";
  }));
  return made;
}

// Runs the bot to its end on a context of this thread.
result<void> run(bot& bot, boost::asio::io_context& io) {
  result<void> outcome;
  std::exception_ptr thrown;
  boost::asio::co_spawn(io, bot.run(), [&](std::exception_ptr error, result<void> came) {
    thrown = error;
    outcome = came;
  });
  io.run();
  if (thrown) std::rethrow_exception(thrown);
  return outcome;
}

}  // namespace

TEST_CASE("a bot runs on the program's context, answers all of a script, and leaves no work") {
  const auto lines = std::make_shared<script>();
  lines->lines = {"ping", "nap", "ping"};
  boost::asio::io_context io;
  const auto bot = bot_for(io.get_executor(), lines);
  CHECK(run(*bot, io).has_value());
  CHECK(lines->answers.size() == 3);
  CHECK(lines->answers.back() == "rested");
  CHECK(lines->starts == 1);
  CHECK(lines->streams == 1);
  CHECK(lines->stops == 1);
}

TEST_CASE("a connection is told which answers are of commands that came to nothing") {
  const auto lines = std::make_shared<script>();
  lines->lines = {"ping", "broken", "deploy"};
  boost::asio::io_context io;
  const auto bot = bot_for(io.get_executor(), lines);
  bot->add(make_command(command_spec("broken", ""), [](context& ctx) -> std::string {
    ctx.reply("trying");
    throw command_error("the disk is full");
  }));
  bot->add(make_command(command_spec("deploy", "").parameter(parameter::string("service")),
                        [](const arguments&) { return "deployed"; }));
  CHECK(run(*bot, io).has_value());
  CHECK(lines->answers.size() == 4);
  REQUIRE(lines->failures.size() == 2);
  std::sort(lines->failures.begin(), lines->failures.end());
  CHECK(lines->failures[0].starts_with("deploy: "));
  CHECK(lines->failures[1] == "error executing broken: the disk is full");
}

TEST_CASE("a connection is told what was wrong with the way a command was called") {
  const auto lines = std::make_shared<script>();
  lines->lines = {"broken", "deploy", "zone hunter2", "kept hunter2"};
  boost::asio::io_context io;
  const auto bot = bot_for(io.get_executor(), lines);
  bot->mask({"hunter2"});
  bot->set("role", "ops=kept");
  bot->set("grant", "script/alice=ops");
  bot->add(make_command(command_spec("broken", ""), [](const arguments&) -> std::string {
    throw command_error("the disk is full");
  }));
  bot->add(make_command(command_spec("deploy", "").parameter(parameter::string("service")),
                        [](const arguments&) { return "deployed"; }));
  const auto refuse = [](const arguments& args) -> std::string {
    throw usage_error("there is no " + args.string("name"));
  };
  bot->add(make_command(command_spec("zone", "").parameter(parameter::string("name")), refuse));
  // The same of one that goes through the journal.
  bot->add(make_command(command_spec("kept", "").parameter(parameter::string("name")).changes(),
                        refuse));
  CHECK(run(*bot, io).has_value());
  CHECK(lines->failures.size() == 4);
  REQUIRE(lines->misuses.size() == 3);
  std::sort(lines->misuses.begin(), lines->misuses.end());
  CHECK(lines->misuses[0].find("service") != std::string::npos);
  CHECK(lines->misuses[0].find("usage") == std::string::npos);
  CHECK(lines->misuses[1].starts_with("there is no "));
  CHECK(lines->misuses[1].find("hunter2") == std::string::npos);
  CHECK(lines->misuses[2] == lines->misuses[1]);
}

TEST_CASE("an input finds in the store what it kept there") {
  const auto lines = std::make_shared<script>();
  boost::asio::io_context io;
  const std::shared_ptr<store> kept =
      make_memory_store(std::make_shared<mynah_test::manual_clock>());
  for (int run_count = 0; run_count < 2; ++run_count) {
    const auto bot = bot_for(io.get_executor(), lines, kept);
    CHECK(run(*bot, io).has_value());
    io.restart();
  }
  CHECK(lines->kept == std::vector<std::string>{"nothing", "value"});
}

TEST_CASE("a connection describes itself as long as it lives") {
  const auto lines = std::make_shared<script>();
  lines->lines = {"look"};
  lines->description = "irc.test:6697, nick mynah";
  boost::asio::io_context io;
  const auto bot = bot_for(io.get_executor(), lines);
  const auto shown = [](bot_view& of) {
    const input_info one = of.inputs().at(0);
    return one.name + " " + one.state + " (" + one.detail + ")";
  };
  std::string from_thread;
  bot->add(make_command(command_spec("look", ""), [&](context& ctx) {
    from_thread = shown(ctx.bot());
    return shown(ctx.bot());
  }));
  bot->check();
  CHECK(shown(bot->view()) == "script starting ()");
  CHECK(run(*bot, io).has_value());
  CHECK(from_thread == "script online (irc.test:6697, nick mynah)");
  CHECK(shown(bot->view()) == "script stopped ()");
}

TEST_CASE("a bot runs on a context with several threads") {
  const auto lines = std::make_shared<script>();
  for (int i = 0; i < 100; ++i) lines->lines.emplace_back(i % 2 == 0 ? "ping" : "nap");
  boost::asio::thread_pool threads(4);
  bot_options options;
  const auto bot = bot_for(threads.get_executor(), lines);
  bot->set("max-jobs-per-user", "0");
  bot->set("max-jobs-per-room", "0");
  bot->set("max-jobs-per-command", "0");
  std::promise<bool> ended;
  boost::asio::co_spawn(threads, bot->run(), [&](std::exception_ptr error, result<void> came) {
    ended.set_value(!error && came.has_value());
  });
  CHECK(ended.get_future().get());
  threads.join();
  CHECK(lines->answers.size() == 100);
}

TEST_CASE("several bots live in one process, on one context") {
  const auto first = std::make_shared<script>();
  const auto second = std::make_shared<script>();
  first->lines = {"ping"};
  second->lines = {"nap"};
  boost::asio::io_context io;
  const auto one = bot_for(io.get_executor(), first);
  const auto two = bot_for(io.get_executor(), second);
  int ended = 0;
  const auto count = [&](std::exception_ptr, result<void>) { ++ended; };
  boost::asio::co_spawn(io, one->run(), count);
  boost::asio::co_spawn(io, two->run(), count);
  io.run();
  CHECK(ended == 2);
  CHECK(first->answers == std::vector<std::string>{"pong"});
  CHECK(second->answers == std::vector<std::string>{"rested"});
}

TEST_CASE("stop may come before run, from another thread, and twice") {
  const auto lines = std::make_shared<script>();
  lines->ends = false;
  lines->lines = {"forever"};
  boost::asio::io_context io;
  const auto bot = bot_for(io.get_executor(), lines);
  SECTION("before") {
    bot->stop();
    CHECK(run(*bot, io).has_value());
  }
  SECTION("another thread, twice") {
    std::promise<void> running;
    bot->add(make_command(command_spec("mark", "").quick(),
                          [&](const arguments&) { running.set_value(); }));
    lines->lines.emplace_back("mark");
    std::thread stopper([&] {
      running.get_future().wait();
      bot->stop();
      bot->stop();
    });
    CHECK(run(*bot, io).has_value());
    stopper.join();
    CHECK(lines->answers == std::vector<std::string>{"forever was cancelled (job 1)"});
  }
}

TEST_CASE("cancelling run stops the bot without draining") {
  const auto lines = std::make_shared<script>();
  lines->ends = false;
  lines->lines = {"forever"};
  boost::asio::io_context io;
  const auto bot = bot_for(io.get_executor(), lines);
  boost::asio::cancellation_signal cancel;
  bool ended = false;
  auto done = [&](std::exception_ptr error, result<void>) {
    CHECK_FALSE(error);
    ended = true;
  };
  bot->add(make_command(command_spec("mark", "").quick(), [&](const arguments&) {
    boost::asio::post(io, [&] { cancel.emit(boost::asio::cancellation_type::terminal); });
  }));
  lines->lines.emplace_back("mark");
  boost::asio::co_spawn(io, bot->run(), boost::asio::bind_cancellation_slot(cancel.slot(), done));
  io.run();
  CHECK(ended);
}

TEST_CASE("a passing failure at start is tried again, a permanent one is the result") {
  const auto lines = std::make_shared<script>();
  lines->lines = {"ping"};
  boost::asio::io_context io;
  const auto bot = bot_for(io.get_executor(), lines);
  SECTION("passing") {
    lines->start_failures.emplace_back(errc::timed_out, "connecting");
    CHECK(run(*bot, io).has_value());
    CHECK(lines->starts == 2);
    CHECK(lines->answers == std::vector<std::string>{"pong"});
  }
  SECTION("permanent") {
    lines->start_failures.emplace_back(errc::authentication_failed, "logging in", "bad password");
    const result<void> outcome = run(*bot, io);
    REQUIRE(outcome.has_error());
    CHECK(outcome.error().code() == errc::authentication_failed);
    CHECK(lines->starts == 1);
    CHECK(lines->streams == 0);
    CHECK(lines->stops == 1);
  }
}

TEST_CASE("a wrong certificate is permanent at first, and passes where there was a right one") {
  const auto lines = std::make_shared<script>();
  lines->lines = {"ping"};
  boost::asio::io_context io;
  const auto bot = bot_for(io.get_executor(), lines);
  SECTION("at first") {
    lines->stream_failures.emplace_back(errc::certificate_rejected, "connecting");
    const result<void> outcome = run(*bot, io);
    REQUIRE(outcome.has_error());
    CHECK(outcome.error().code() == errc::certificate_rejected);
    CHECK(lines->streams == 1);
  }
  SECTION("later") {
    lines->cuts = 1;
    lines->failures_after_cut.emplace_back(errc::certificate_rejected, "connecting");
    CHECK(run(*bot, io).has_value());
    CHECK(lines->streams == 3);
    CHECK(lines->answers == std::vector<std::string>{"pong"});
  }
}

TEST_CASE("a bot and its context may go away as soon as run has ended, whatever threads still do") {
  for (int round = 0; round < 200; ++round) {
    const auto lines = std::make_shared<script>();
    lines->lines.assign(8, "ping");
    boost::asio::io_context io;
    const auto bot = bot_for(io.get_executor(), lines);
    CHECK(run(*bot, io).has_value());
    CHECK(lines->answers.size() == 8);
  }
}

TEST_CASE("an answer that comes right before the end of the input still counts") {
  const auto lines = std::make_shared<script>();
  lines->lines = {"ask", "blue"};
  boost::asio::io_context io;
  const auto bot = bot_for(io.get_executor(), lines);
  bot->add(make_command(command_spec("ask", ""), [](async_context& ctx) -> task<std::string> {
    const std::string colour = co_await ctx.ask("Which?");
    co_return "it is " + colour;
  }));
  CHECK(run(*bot, io).has_value());
  // Both lines come at once: the second is no command, and may be read before the question is
  // asked.
  CHECK(lines->answers.back() != "error executing ask: nobody is left to answer");
}

TEST_CASE("a long script and a talkative command lose no answer") {
  const auto lines = std::make_shared<script>();
  lines->lines.assign(3'000, "fast");
  lines->lines.emplace_back("flood");
  boost::asio::io_context io;
  const auto bot = bot_for(io.get_executor(), lines);
  bot->add(make_command(command_spec("fast", "").quick(), [](const arguments&) { return "x"; }));
  bot->add(make_command(command_spec("flood", ""), [](context& ctx) {
    for (int i = 0; i < 5'000; ++i) ctx.reply(std::to_string(i));
    return "end";
  }));
  CHECK(run(*bot, io).has_value());
  REQUIRE(lines->answers.size() == 3'000 + 5'000 + 1);
  CHECK(lines->answers.back() == "end");
  CHECK(lines->answers[7'999] == "4999");
}

TEST_CASE("a command that does not stop at its deadline does not hold up the end of a script") {
  const auto lines = std::make_shared<script>();
  lines->lines = {"stuck"};
  const auto gate = std::make_shared<std::promise<void>>();
  boost::asio::io_context io;
  {
    const auto bot = bot_for(io.get_executor(), lines);
    bot->add(make_command(command_spec("stuck", "").deadline(10ms),
                          [open = gate->get_future().share()](const arguments&) { open.wait(); }));
    CHECK(run(*bot, io).has_value());
    CHECK(bot->abandoned_commands());
  }
  CHECK(lines->answers.size() == 1);
  gate->set_value();
}

TEST_CASE("what is wrong with the settings leaves run as an exception") {
  boost::asio::io_context io;
  const auto bot = bot_for(io.get_executor(), std::make_shared<script>());
  bot->set("inputs", "nowhere");
  CHECK_THROWS_AS(run(*bot, io), settings_error);
  CHECK_THROWS_AS(bot->view(), std::logic_error);
}

TEST_CASE("a bot that never ran, and one whose context goes away, leave nothing behind") {
  const auto lines = std::make_shared<script>();
  lines->ends = false;
  lines->lines = {"forever", "ping"};
  boost::asio::io_context io;
  {
    const auto unused = bot_for(io.get_executor(), lines);
  }
  const auto bot = bot_for(io.get_executor(), lines);
  boost::asio::co_spawn(io, bot->run(), [](std::exception_ptr, result<void>) {});
  while (lines->answers.empty()) io.run_one();
  CHECK(lines->answers == std::vector<std::string>{"pong"});
}
