// SPDX-License-Identifier: Apache-2.0
#include "virtual_drive.hpp"

#include <atomic>
#include <chrono>
#include <exception>
#include <stdexcept>
#include <string>
#include <thread>

namespace mynah_bench {

void run_beside(boost::asio::io_context& io, mynah::testkit::virtual_clock& clock,
                const std::function<void()>& other_end) {
  std::atomic<bool> ended = false;
  std::string thrown;
  std::thread playing([&] {
    try {
      other_end();
    } catch (const std::exception& error) {
      thrown = error.what();
    }
    ended = true;
  });
  while (!ended) {
    // In small steps: what happens on the sockets takes time that is not virtual.
    if (io.poll() == 0) {
      clock.advance_to_next(clock.now() + std::chrono::milliseconds(100));
      std::this_thread::sleep_for(std::chrono::microseconds(100));
    }
  }
  playing.join();
  if (!thrown.empty()) throw std::runtime_error(thrown);
}

void stop(mynah::bot& bot, boost::asio::io_context& io, mynah::testkit::virtual_clock& clock) {
  bot.stop();
  while (!io.stopped()) {
    if (io.poll() == 0) clock.advance_to_next(clock.now() + std::chrono::seconds(1));
  }
}

}  // namespace mynah_bench
