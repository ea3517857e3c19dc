// SPDX-License-Identifier: Apache-2.0
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>

#include <exception>
#include <mutex>

#include <mynah/testkit.hpp>

#include "testkit/memory_input.hpp"
#include "testkit/test_threads.hpp"

namespace mynah::testkit {

attempt::attempt(const audit_record& record)
    : command(record.command),
      line(record.line),
      who(record.event.principal.key()),
      reason(record.reason),
      outcome(record.outcome) {}

class chat::impl {
 public:
  struct kept_log {
    std::mutex mutex;
    std::vector<std::string> lines;
  };

  impl()
      : clock(std::make_shared<virtual_clock>()),
        threads(std::make_unique<test_threads>(clock)),
        network(std::make_shared<memory_network>()) {
    bot_options options;
    options.program = "testkit";
    options.clock = clock;
    options.level = log_level::debug;
    // Shared: a command that was left behind may still log.
    options.log = [kept = log](const log_record& record) {
      std::string line(to_string(record.level));
      line.append(" ").append(record.component).append(": ").append(record.message);
      for (const auto& [key, value] : record.fields) {
        line.append(" ").append(key).append("=").append(value);
      }
      const std::lock_guard lock(kept->mutex);
      kept->lines.push_back(std::move(line));
    };
    options.audit = [this](const audit_record& record) { attempts.emplace_back(record); };
    options.run_blocking = [this](std::function<void()> work) { threads->submit(std::move(work)); };
    bot = std::make_unique<mynah::bot>(io.get_executor(), std::move(options));
    bot->add(memory_input_type(network));
    bot->set("inputs", "test");
  }

  impl(const impl&) = delete;
  impl& operator=(const impl&) = delete;

  ~impl() {
    if (!started || ended) return;
    bot->stop();
    bot->stop();
    // Two seconds for commands to end, the rest for inputs to close.
    const auto limit = clock->now() + std::chrono::seconds(30);
    settle(std::chrono::milliseconds(100));
    while (!ended && clock->advance_to_next(limit)) settle(std::chrono::milliseconds(100));
  }

  void start() {
    if (started) return;
    started = true;
    std::string grants;
    for (const auto& [user, commands] : granted) {
      if (!roles.empty()) {
        roles += ',';
        grants += ',';
      }
      roles += "may-" + user + "=" + commands;
      grants += "test/" + user + "=may-" + user;
    }
    if (!roles.empty()) {
      bot->set("role", roles);
      bot->set("grant", grants);
    }
    bot->check();
    boost::asio::co_spawn(io, bot->run(), [this](std::exception_ptr thrown, result<void>) {
      ended = true;
      error = thrown;
    });
    settle(std::chrono::seconds(2));
  }

  // All that can happen without time passing.
  void settle(std::chrono::milliseconds at_most) {
    // In slices: a command that says very much waits for its words to be sent, which happens here.
    constexpr std::chrono::milliseconds slice{5};
    const auto until = std::chrono::steady_clock::now() + at_most;
    std::size_t done = 0;
    do {
      io.restart();
      done = io.poll();
      const bool last = std::chrono::steady_clock::now() >= until;
      if (!threads->wait_until_quiet(slice) && !last) {
        done = 1;
        continue;
      }
      threads->accept_hung();
      io.restart();
      done = io.poll();
    } while (done != 0);
    if (error) std::rethrow_exception(std::exchange(error, nullptr));
  }

  [[noreturn]] void fail(const std::string& what) const {
    std::string text = what + "\nthe conversation was:";
    for (const std::string& line : network->lines) text += "\n  " + line;
    throw expectation_failed(text);
  }

  boost::asio::io_context io{1};
  std::shared_ptr<virtual_clock> clock;
  std::unique_ptr<test_threads> threads;
  std::shared_ptr<memory_network> network;
  std::shared_ptr<kept_log> log = std::make_shared<kept_log>();
  std::vector<attempt> attempts;
  std::vector<std::pair<std::string, std::string>> granted;
  std::string roles;
  bool started = false;
  bool ended = false;
  std::exception_ptr error;
  std::uint64_t next_id = 0;
  std::unique_ptr<mynah::bot> bot;
};

chat::chat() : impl_(std::make_unique<impl>()) {}
chat::~chat() = default;

void chat::use(const plugin_info& plugin) {
  impl_->bot->use(plugin);
}
void chat::add(command_ptr added) {
  impl_->bot->add(std::move(added));
}
void chat::add(std::shared_ptr<stream> added) {
  impl_->bot->add(std::move(added));
}
void chat::set(std::string name, std::string value) {
  impl_->bot->set(std::move(name), std::move(value));
}
void chat::grant(const std::string& user, const std::string& commands) {
  impl_->granted.emplace_back(user, commands);
}
void chat::can_edit(bool yes) {
  impl_->network->can_edit = yes;
}
void chat::can_show_cards(bool yes) {
  impl_->network->can_show_cards = yes;
}

void chat::say(const std::string& user, const std::string& room, const std::string& text) {
  deliver(event(event_type::message, address("test", room, user),
                principal("test", user, assurance::verified, user), text));
}

void chat::whisper(const std::string& user, const std::string& text) {
  deliver(event(event_type::message, address("test", user, user, {}, true),
                principal("test", user, assurance::verified, user), text));
}

void chat::stranger(const std::string& user, const std::string& room, const std::string& text) {
  deliver(event(event_type::message, address("test", room, user),
                principal("test", user, assurance::unverified, user), text));
}

void chat::deliver(event happened) {
  impl_->start();
  if (happened.from.input.empty()) happened.from.input = "test";
  if (happened.principal.input.empty()) happened.principal.input = happened.from.input;
  if (happened.id.empty()) happened.id = "t" + std::to_string(++impl_->next_id);
  impl_->network->lines.push_back("[" + happened.from.room + "] " + happened.from.user + ": " +
                                  happened.text);
  const auto connected = impl_->network->connected.find(happened.from.input);
  if (connected == impl_->network->connected.end()) {
    impl_->network->lines.emplace_back("  (the bot is not connected and hears nothing)");
    return;
  }
  if (!connected->second->try_push(std::move(happened))) {
    throw expectation_failed("the bot does not read: its connection's buffer is full");
  }
  impl_->settle(patience);
}

void chat::advance(std::chrono::nanoseconds time) {
  impl_->start();
  const auto limit = impl_->clock->now() + time;
  impl_->settle(patience);
  while (impl_->clock->advance_to_next(limit)) impl_->settle(patience);
  impl_->settle(patience);
}

said chat::expect_reply(std::string_view text) {
  impl_->start();
  std::vector<said>& unread = impl_->network->unread;
  if (unread.empty()) {
    impl_->fail("expected the reply '" + std::string(text) + "', but nothing was said");
  }
  if (unread.front().text != text) {
    impl_->fail("expected the reply '" + std::string(text) + "', but it was '" +
                unread.front().text + "'");
  }
  said first = std::move(unread.front());
  unread.erase(unread.begin());
  return first;
}

said chat::expect_reply(std::string_view room, std::string_view text) {
  impl_->start();
  std::vector<said>& unread = impl_->network->unread;
  for (auto it = unread.begin(); it != unread.end(); ++it) {
    if (it->to.room != room) continue;
    if (it->text != text) {
      impl_->fail("expected the reply '" + std::string(text) + "' in " + std::string(room) +
                  ", but it was '" + it->text + "'");
    }
    said found = std::move(*it);
    unread.erase(it);
    return found;
  }
  impl_->fail("expected the reply '" + std::string(text) + "' in " + std::string(room) +
              ", but nothing was said there");
}

said chat::expect_reply_containing(std::string_view words) {
  impl_->start();
  std::vector<said>& unread = impl_->network->unread;
  if (unread.empty()) {
    impl_->fail("expected a reply with '" + std::string(words) + "', but nothing was said");
  }
  if (unread.front().text.find(words) == std::string::npos) {
    impl_->fail("expected a reply with '" + std::string(words) + "', but it was '" +
                unread.front().text + "'");
  }
  said first = std::move(unread.front());
  unread.erase(unread.begin());
  return first;
}

void chat::expect_silence() {
  impl_->start();
  if (!impl_->network->unread.empty()) {
    impl_->fail("expected silence, but '" + impl_->network->unread.front().text + "' was said");
  }
}

std::vector<said> chat::take_replies() {
  return std::exchange(impl_->network->unread, {});
}
std::vector<attempt> chat::take_attempts() {
  return std::exchange(impl_->attempts, {});
}
std::vector<std::string> chat::log() const {
  const std::lock_guard lock(impl_->log->mutex);
  return impl_->log->lines;
}

std::string chat::transcript() const {
  std::string text;
  for (const std::string& line : impl_->network->lines) text += line + "\n";
  return text;
}

void chat::disconnect() {
  impl_->start();
  const auto connected = std::exchange(impl_->network->connected, {});
  for (const auto& each : connected) each.second->close();
  impl_->settle(patience);
}

void chat::refuse_sends(std::size_t count) {
  impl_->network->sends_to_refuse = count;
}
std::size_t chat::connections() const noexcept {
  return impl_->network->connections;
}

void chat::stop() {
  impl_->start();
  impl_->bot->stop();
  impl_->settle(patience);
}

bool chat::stopped() const noexcept {
  return impl_->ended;
}
mynah::bot& chat::bot() noexcept {
  return *impl_->bot;
}
virtual_clock& chat::clock() noexcept {
  return *impl_->clock;
}

}  // namespace mynah::testkit
