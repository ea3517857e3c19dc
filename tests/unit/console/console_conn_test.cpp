// SPDX-License-Identifier: Apache-2.0
#include <fcntl.h>
#include <sys/socket.h>
#include <unistd.h>

#include <atomic>
#include <chrono>
#include <cstdio>
#include <functional>
#include <memory>
#include <string>
#include <thread>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>

#include <mynah/async_command.hpp>
#include <mynah/bot.hpp>

#include "catch.hpp"
#include "console_input.hpp"

// The console in a bot, on descriptors of the test.
namespace {

using mynah::console::console_input;

class console_bot {
 public:
  console_bot(int in, int out) : bot_(io_.get_executor(), options()) {
    bot_.add(mynah::input_type("console", "under test", mynah::console::console_flags(),
                               [in, out](const mynah::input_environment& environment) {
                                 return std::make_unique<console_input>(environment, in, out);
                               }));
    bot_.add(mynah::make_command("echo", "^echo ", "echo <text>", "Says it again",
                                 [](const mynah::arguments& args) {
                                   return mynah::reply().untrusted(std::string(args.rest()));
                                 }));
    bot_.add(mynah::make_command("slow", "^slow ", "slow <ms>", "Takes its time", &slow));
    bot_.add(mynah::make_command("ask", "^ask$", "ask", "Asks two questions", &ask));
    bot_.add(mynah::make_command(
        "who", "^who$", "who", "Tells who asks", [](mynah::context& ctx) -> mynah::reply {
          return ctx.principal().key() + " in " + ctx.event().from.to_string();
        }));
    bot_.set("inputs", "console");
    bot_.set("console.history-file", "");
  }

  mynah::bot& bot() { return bot_; }

  // True if it ended without failure.
  bool run() {
    bool good = false;
    std::function<void(std::exception_ptr, mynah::result<void>)> done =
        [&good](const std::exception_ptr& thrown, const mynah::result<void>& ended) {
          good = !thrown && ended.has_value();
        };
    boost::asio::co_spawn(io_, bot_.run(), done);
    io_.run();
    return good;
  }

 private:
  static mynah::bot_options options() {
    mynah::bot_options quiet;
    quiet.log = mynah::null_sink();
    return quiet;
  }

  static mynah::task<mynah::reply> slow(mynah::async_context& ctx) {
    const int time = std::stoi(std::string(ctx.args()[1]));
    co_await ctx.sleep(std::chrono::milliseconds(time));
    co_return mynah::reply("slept " + std::to_string(time));
  }

  static mynah::task<mynah::reply> ask(mynah::async_context& ctx) {
    const std::string first = co_await ctx.ask("first?");
    const std::string second = co_await ctx.ask("second?");
    co_return mynah::reply(first + " and " + second);
  }

  boost::asio::io_context io_;
  mynah::bot bot_;
};

class pipe_pair {
 public:
  pipe_pair() {
    int ends[2];
    REQUIRE(::pipe2(ends, O_CLOEXEC) == 0);
    read_end = ends[0];
    write_end = ends[1];
  }
  pipe_pair(const pipe_pair&) = delete;
  pipe_pair& operator=(const pipe_pair&) = delete;
  ~pipe_pair() {
    close_read();
    close_write();
  }
  void close_read() {
    if (read_end != -1) ::close(read_end);
    read_end = -1;
  }
  void close_write() {
    if (write_end != -1) ::close(write_end);
    write_end = -1;
  }

  int read_end = -1;
  int write_end = -1;
};

std::string all_of(int descriptor) {
  std::string text;
  char buffer[4096];
  for (ssize_t got = 0; (got = ::read(descriptor, buffer, sizeof buffer)) > 0;) {
    text.append(buffer, static_cast<std::size_t>(got));
  }
  return text;
}

// What a script of lines brings out.
std::string answers(const std::string& script) {
  pipe_pair in;
  pipe_pair out;
  std::thread writer([&] {
    std::string_view left = script;
    while (!left.empty()) {
      const ssize_t put = ::write(in.write_end, left.data(), left.size());
      if (put <= 0) break;
      left.remove_prefix(static_cast<std::size_t>(put));
    }
    in.close_write();
  });
  std::string text;
  std::thread reader([&] { text = all_of(out.read_end); });
  {
    console_bot console(in.read_end, out.write_end);
    CHECK(console.run());
  }
  out.close_write();
  writer.join();
  reader.join();
  return text;
}

}  // namespace

TEST_CASE("one line in, replies out, the end of the input ends the bot") {
  CHECK(answers("echo hi\necho there\r\necho last").compare("hi\nthere\nlast\n") == 0);
  CHECK(answers("") == "");
  CHECK(answers("\n\n  \n") == "");
}

TEST_CASE("the speaker is the local user") {
  const std::string user = mynah::console::login_name();
  CHECK(answers("who\n") == "console/" + user + " in console/~console/" + user + "\n");
}

TEST_CASE("commands that still run at the end of the input answer") {
  CHECK(answers("slow 400\n") == "slept 400\n");
}

TEST_CASE("quick commands answer in order, a slow one holds up nobody for long") {
  CHECK(answers("slow 50\necho a\nslow 20\necho b\n") == "slept 50\na\nslept 20\nb\n");
  CHECK(answers("slow 900\necho a\n") == "a\nslept 900\n");
}

TEST_CASE("more lines than commands may run are not refused") {
  std::string script;
  std::string expected;
  for (int i = 0; i < 300; ++i) {
    script += "echo " + std::to_string(i) + "\n";
    expected += std::to_string(i) + "\n";
  }
  CHECK(answers(script) == expected);
  // Ten, each longer than the console's patience; by default eight may run for one user.
  std::string slow;
  std::string slept;
  for (int i = 0; i < 10; ++i) {
    slow += "slow 600\n";
    slept += "slept 600\n";
  }
  CHECK(answers(slow) == slept);
}

TEST_CASE("the next line answers a question") {
  CHECK(answers("ask\none\ntwo\necho x\n") == "first?\nsecond?\none and two\nx\n");
}

TEST_CASE("long lines are refused, what follows is not") {
  const std::string longest = "echo " + std::string(65536 - 5, 'x');
  CHECK(answers(longest + "\n").size() == 65536 - 5 + 1);
  CHECK(answers(longest + "x\necho on\n") ==
        "error: a line longer than 65536 bytes was ignored\non\n");
}

TEST_CASE("control characters do not reach the terminal") {
  CHECK(answers("echo \x1b[2Jred\x07\n") == "[2Jred\n");
  CHECK(answers(std::string("echo \xff\0\n", 8)) == "\xef\xbf\xbd\xef\xbf\xbd\n");
}

TEST_CASE("regular files can be read") {
  std::FILE* file = std::tmpfile();
  REQUIRE(file != nullptr);
  std::fputs("echo from a file\n", file);
  std::rewind(file);
  pipe_pair out;
  {
    console_bot console(::fileno(file), out.write_end);
    CHECK(console.run());
  }
  out.close_write();
  CHECK(all_of(out.read_end) == "from a file\n");
  std::fclose(file);
}

TEST_CASE("descriptors stay blocking") {
  pipe_pair in;
  pipe_pair out;
  REQUIRE(::write(in.write_end, "echo x\n", 7) == 7);
  in.close_write();
  console_bot console(in.read_end, out.write_end);
  CHECK(console.run());
  CHECK((::fcntl(in.read_end, F_GETFL) & O_NONBLOCK) == 0);
  CHECK((::fcntl(out.write_end, F_GETFL) & O_NONBLOCK) == 0);
}

TEST_CASE("when nobody reads the replies any more the bot ends") {
  pipe_pair in;
  pipe_pair out;
  out.close_read();
  REQUIRE(::write(in.write_end, "echo x\n", 7) == 7);
  console_bot console(in.read_end, out.write_end);
  CHECK(console.run());  // and SIGPIPE did not end the test
}

TEST_CASE("stop ends a console that waits for input") {
  pipe_pair in;
  pipe_pair out;
  console_bot console(in.read_end, out.write_end);
  std::thread stopper([&] {
    std::this_thread::sleep_for(std::chrono::milliseconds(50));
    console.bot().stop();
  });
  CHECK(console.run());
  stopper.join();
}

TEST_CASE("stop lets running commands answer") {
  pipe_pair in;
  pipe_pair out;
  REQUIRE(::write(in.write_end, "slow 300\n", 9) == 9);
  std::thread stopper;
  {
    console_bot console(in.read_end, out.write_end);
    stopper = std::thread([&] {
      std::this_thread::sleep_for(std::chrono::milliseconds(100));
      console.bot().stop();
    });
    CHECK(console.run());
    stopper.join();
  }
  out.close_write();
  CHECK(all_of(out.read_end) == "slept 300\n");
}

TEST_CASE("a reader who does not read does not hold up the bot for ever") {
  pipe_pair in;
  pipe_pair out;
  ::fcntl(out.write_end, F_SETPIPE_SZ, 4096);
  const std::string line = "echo " + std::string(30000, 'x') + "\n";
  REQUIRE(::write(in.write_end, line.data(), line.size()) == static_cast<ssize_t>(line.size()));
  console_bot console(in.read_end, out.write_end);
  std::thread stopper([&] {
    std::this_thread::sleep_for(std::chrono::milliseconds(100));
    console.bot().stop();
  });
  console.run();
  stopper.join();
}

TEST_CASE("where history is kept") {
  ::setenv("XDG_STATE_HOME", "/state", 1);
  CHECK(mynah::console::default_history_file() == "/state/mynah/console-history");
  ::setenv("XDG_STATE_HOME", "relative", 1);
  ::setenv("HOME", "/home/somebody", 1);
  CHECK(mynah::console::default_history_file() ==
        "/home/somebody/.local/state/mynah/console-history");
  ::unsetenv("XDG_STATE_HOME");
}
