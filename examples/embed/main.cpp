// SPDX-License-Identifier: Apache-2.0
//
// A program that has an io_context and work of its own, and answers `status` from chat besides. The
// bot ends with its input; the work goes on.
#include <atomic>
#include <chrono>
#include <cstdio>
#include <exception>
#include <functional>
#include <string>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <mynah/console.hpp>
#include <mynah/mynah.hpp>

namespace {

constexpr int all_items = 30;

// Stands for what the program is really there for: something happens every 20 ms.
class worker {
 public:
  explicit worker(boost::asio::io_context& io) : timer_(io) { next(); }

  [[nodiscard]] int done() const noexcept { return done_; }

 private:
  void next() {
    timer_.expires_after(std::chrono::milliseconds(20));
    timer_.async_wait([this](const boost::system::error_code& error) {
      if (error) return;
      if (++done_ < all_items) next();
    });
  }

  boost::asio::steady_timer timer_;
  std::atomic<int> done_{0};  // commands run on threads of their own
};

}  // namespace

int main() {
  boost::asio::io_context io;
  worker work(io);

  mynah::bot_options options;
  options.program = "embed 1.0";
  options.level = mynah::log_level::warning;
  mynah::bot bot(io.get_executor(), options);
  int code = 0;
  try {
    bot.use(mynah::console::plugin());
    bot.add(mynah::make_command("status", "^status$", "status", "Says how far the work is",
                                [&work](const mynah::arguments&) {
                                  return std::to_string(work.done()) + " of " +
                                         std::to_string(all_items) + " items done";
                                }));
    bot.set("inputs", "console");
    bot.check();
  } catch (const std::exception& problem) {
    std::fprintf(stderr, "embed: %s\n", problem.what());
    return 2;
  }

  boost::asio::co_spawn(io, bot.run(),
                        [&code](std::exception_ptr problem, mynah::result<void> ended) {
                          if (problem || !ended) code = 1;
                        });
  io.run();  // returns when both the bot and the work have ended
  std::printf("all %d items done\n", work.done());
  return code;
}
