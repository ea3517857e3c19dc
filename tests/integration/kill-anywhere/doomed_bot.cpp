// SPDX-License-Identifier: Apache-2.0
#include "doomed_bot.hpp"

#include <fcntl.h>
#include <poll.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <csignal>
#include <sstream>
#include <stdexcept>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/local/stream_protocol.hpp>
#include <boost/asio/read_until.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>

#include <mynah/async_command.hpp>
#include <mynah/bot.hpp>

#include "core/system_clock.hpp"
#include "sqlite_under_test.hpp"
#include "steps.hpp"

namespace mynah_test {

namespace {

using namespace mynah;
using socket_type = boost::asio::local::stream_protocol::socket;

/// What the process is made of.
class doomed {
 public:
  doomed(boost::asio::io_context& io, int descriptor)
      : socket(io, boost::asio::local::stream_protocol(), descriptor) {}

  socket_type socket;
  mynah::bot* bot = nullptr;
};

class pipe_conn final : public conn {
 public:
  explicit pipe_conn(std::shared_ptr<doomed> of) : doomed_(std::move(of)) {}

  task<result<event>> recv() override {
    while (true) {
      boost::system::error_code error;
      std::size_t size = 0;
      try {
        size = co_await boost::asio::async_read_until(doomed_->socket,
                                                      boost::asio::dynamic_buffer(buffer_), '\n',
                                                      boost::asio::use_awaitable);
      } catch (const boost::system::system_error& problem) {
        error = problem.code();
      }
      if (error) co_return failure(errc::closed);
      std::istringstream line(buffer_.substr(0, size - 1));
      buffer_.erase(0, size);
      std::string kind;
      line >> kind;
      if (kind == "Q") {
        doomed_->bot->stop();
        continue;
      }
      event said = event_of(line);
      steps::take();
      co_return said;
    }
  }

  task<result<receipt>> send(const outgoing& message) override {
    std::string text = message.body.plain();
    for (char& c : text) {
      if (c == '\n') c = ' ';
    }
    const std::string line = "S " + (message.stamp.empty() ? "-" : message.stamp) + " " +
                             message.to.room + " " + text + "\n";
    steps::take();
    static_cast<void>(::write(doomed_->socket.native_handle(), line.data(), line.size()));
    steps::take();
    co_return receipt();
  }

  void acknowledge(std::uint64_t delivery) noexcept override {
    steps::take();
    const std::string line = "A " + std::to_string(delivery) + "\n";
    static_cast<void>(::write(doomed_->socket.native_handle(), line.data(), line.size()));
    steps::take();
  }

  task<void> close() override {
    boost::system::error_code ignored;
    doomed_->socket.shutdown(socket_type::shutdown_both, ignored);
    co_return;
  }

 private:
  static event event_of(std::istringstream& line) {
    std::uint64_t delivery = 0;
    std::string id;
    std::string room;
    std::string text;
    line >> delivery >> id >> room;
    std::getline(line >> std::ws, text);
    event said(event_type::message, address("pipe", room, "alice"),
               principal("pipe", "alice", assurance::verified, "alice"), text);
    said.id = id;
    said.delivery = delivery;
    return said;
  }

  std::shared_ptr<doomed> doomed_;
  std::string buffer_;
};

class pipe_input final : public input {
 public:
  explicit pipe_input(std::shared_ptr<doomed> of) : doomed_(std::move(of)) {}
  void init(const settings&) override {}
  task<result<void>> start() override { co_return result<void>(); }
  task<result<std::unique_ptr<conn>>> stream() override {
    std::unique_ptr<conn> opened = std::make_unique<pipe_conn>(doomed_);
    co_return opened;
  }
  task<void> stop() override { co_return; }

 private:
  std::shared_ptr<doomed> doomed_;
};

// The effect that must not happen twice.
void do_deed(const std::string& directory, std::string_view id) {
  steps::take();
  const int file = ::open(deeds_of(directory).c_str(), O_WRONLY | O_APPEND | O_CREAT, 0600);
  const std::string line = std::string(id) + "\n";
  if (file == -1 || ::write(file, line.data(), line.size()) == -1) std::abort();
  ::close(file);
  steps::take();
}

void add_commands(bot& bot, const std::string& directory) {
  const auto deed = [directory](context& ctx) -> std::string {
    do_deed(directory, ctx.args()[1]);
    return std::string(ctx.args()[0]) + " " + std::string(ctx.args()[1]) + " done";
  };
  bot.add(make_command(command_spec("pay", "").changes().quick(), deed));
  bot.add(make_command(command_spec("set", "").changes().idempotent(), deed));
  bot.add(make_command(command_spec("many", "").changes(), [directory](context& ctx) {
    const std::string id(ctx.args()[1]);
    ctx.reply("many " + id + " one");
    do_deed(directory, id);
    ctx.reply("many " + id + " two");
    return "many " + id + " done";
  }));
  bot.add(make_command(command_spec("fail", "").changes(), [](context& ctx) -> std::string {
    throw command_error("fail " + std::string(ctx.args()[1]) + " done");
  }));
  bot.add(make_command(command_spec("look", "").quick(), [](const arguments& args) {
    return "look " + std::string(args[1]) + " done";
  }));
}

[[noreturn]] void be_a_bot(const std::string& directory, int descriptor, unsigned kill_at) {
  ::prctl(PR_SET_PDEATHSIG, SIGKILL);  // nobody is left behind if the test itself ends
  int code = 1;
  {
    boost::asio::io_context io(1);
    const auto own = std::make_shared<doomed>(io, descriptor);
    steps::kill_at(kill_at);
    bot_options options;
    options.log = null_sink();
    options.clock = core::make_system_clock(io.get_executor());
    const std::shared_ptr<store> file = make_sqlite(directory, options.clock);
    options.store = stepping(file);
    options.store->open();
    mynah::bot bot(io.get_executor(), std::move(options));
    own->bot = &bot;
    bot.add(input_type("pipe", "", {}, [own](const input_environment&) {
      return std::make_unique<pipe_input>(own);
    }));
    add_commands(bot, directory);
    bot.set("inputs", "pipe");
    bot.set("role", "payer=pay,set,many,fail");
    bot.set("grant", "pipe/alice=payer");
    bot.set("max-jobs-per-user", "0");
    boost::asio::co_spawn(io, bot.run(), [&](const std::exception_ptr& thrown, result<void> how) {
      code = thrown || how.has_error() ? 1 : 0;
    });
    io.run();
  }
  ::_exit(code);
}

}  // namespace

std::string deeds_of(const std::string& directory) {
  return directory + "/deeds";
}

doomed_bot::doomed_bot(const std::string& directory, unsigned kill_at) {
  std::array<int, 2> ends{};
  if (::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends.data()) != 0) {
    throw std::runtime_error("socketpair");
  }
  pid_ = ::fork();
  if (pid_ == -1) throw std::runtime_error("fork");
  if (pid_ == 0) {
    ::close(ends[0]);
    be_a_bot(directory, ends[1], kill_at);
  }
  ::close(ends[1]);
  socket_ = ends[0];
}

doomed_bot::~doomed_bot() {
  kill();
  wait();
  ::close(socket_);
}

void doomed_bot::kill() noexcept {
  if (pid_ != -1) ::kill(pid_, SIGKILL);
}

void doomed_bot::send(const std::string& line) noexcept {
  const std::string text = line + "\n";
  static_cast<void>(::send(socket_, text.data(), text.size(), MSG_NOSIGNAL));
}

std::string doomed_bot::receive(int milliseconds) {
  while (true) {
    const std::size_t end = buffer_.find('\n');
    if (end != std::string::npos) {
      std::string line = buffer_.substr(0, end);
      buffer_.erase(0, end + 1);
      return line;
    }
    if (closed_) return {};
    pollfd waiting{socket_, POLLIN, 0};
    if (::poll(&waiting, 1, milliseconds) <= 0) return {};
    std::array<char, 4096> bytes{};
    const ssize_t got = ::recv(socket_, bytes.data(), bytes.size(), 0);
    if (got <= 0) {
      closed_ = true;
    } else {
      buffer_.append(bytes.data(), static_cast<std::size_t>(got));
    }
  }
}

bool doomed_bot::wait() {
  if (pid_ == -1) return false;
  int status = 0;
  ::waitpid(pid_, &status, 0);
  pid_ = -1;
  return WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

}  // namespace mynah_test
