// SPDX-License-Identifier: Apache-2.0
#include "stream_loop.hpp"

#include <array>
#include <cerrno>
#include <climits>
#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include <poll.h>
#include <unistd.h>

#include "line_splitter.hpp"

namespace mynah::console {

namespace {

// A pipe that poll calls writable takes this much without blocking.
constexpr std::size_t write_size = PIPE_BUF;

}  // namespace

void run_stream_loop(channel& between, int in, int out) {
  line_splitter splitter;
  std::vector<char> buffer(65536);
  bool reading = true;
  bool writing = true;
  while (!between.shutting_down()) {
    const std::string output = writing ? between.pending_output(write_size) : std::string();
    std::array<pollfd, 3> polled{};
    polled[0] = pollfd{between.wake_descriptor(), POLLIN, 0};
    polled[1] = pollfd{reading && between.wants_input() ? in : -1, POLLIN, 0};
    polled[2] = pollfd{output.empty() ? -1 : out, POLLOUT, 0};
    if (::poll(polled.data(), polled.size(), -1) == -1) {
      if (errno == EINTR) continue;
      break;
    }
    if (polled[0].revents != 0) between.clear_wake();

    if (polled[2].revents != 0) {
      const ssize_t put = ::write(out, output.data(), output.size());
      if (put > 0) {
        between.output_done(static_cast<std::size_t>(put));
      } else if (put == -1 && errno != EINTR && errno != EAGAIN) {
        between.output_failed(errno);
        writing = false;
      }
    }

    if (polled[1].revents != 0) {
      const ssize_t got = ::read(in, buffer.data(), buffer.size());
      if (got > 0) {
        between.deliver(
            splitter.feed(std::string_view(buffer.data(), static_cast<std::size_t>(got))));
      } else if (got == 0 || (errno != EINTR && errno != EAGAIN)) {
        between.deliver(splitter.finish());
        between.end_of_input();
        reading = false;
      }
    }
  }
}

}  // namespace mynah::console
