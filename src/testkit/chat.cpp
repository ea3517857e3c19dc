// SPDX-License-Identifier: Apache-2.0
#include <atomic>
#include <thread>

#include <mynah/store.hpp>
#include <mynah/testkit.hpp>

#include "testkit/chat_impl.hpp"

namespace mynah::testkit {

attempt::attempt(const audit_record& record)
    : command(record.command),
      line(record.line),
      who(record.event.principal.key()),
      decision(record.decision),
      reason(record.reason),
      outcome(record.outcome) {}

chat::chat() : impl_(std::make_unique<impl>()) {}
chat::~chat() = default;

void chat::use(const plugin_info& plugin) {
  impl_->use(plugin);
}
void chat::add(command_ptr added) {
  if (impl_->wrap) added = impl_->wrap(std::move(added));
  impl_->set_up([added = std::move(added)](mynah::bot& made) { made.add(added); });
}
void chat::add(std::shared_ptr<stream> added) {
  impl_->set_up([added = std::move(added)](mynah::bot& made) { made.add(added); });
}
void chat::set(std::string name, std::string value) {
  impl_->set_up([name = std::move(name), value = std::move(value)](mynah::bot& made) {
    made.set(name, value);
  });
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
  impl_->network->note("[" + happened.from.room + "] " + happened.from.user + ": " + happened.text);
  if (impl_->network->connected.count(happened.from.input) == 0) {
    impl_->network->lines.emplace_back("  (the bot is not connected; it hears this later)");
  }
  if (!impl_->network->deliver(std::move(happened))) {
    throw expectation_failed("the bot does not read: its connection's buffer is full");
  }
  impl_->settle(patience);
}

void chat::advance(std::chrono::nanoseconds time) {
  impl_->advance(time, patience);
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

bool chat::shows_work(const std::string& room) const {
  return impl_->network->busy.contains("test/" + room);
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
std::vector<audit_entry> chat::audit(audit_query query) {
  impl_->start();
  query.limit = 100'000;
  query.oldest_first = true;
  audit_page page;
  if (impl_->bot == nullptr || impl_->plan) {
    // With faults the process may end meanwhile, and would leave the reader waiting.
    impl_->kept_in->read([&](transaction& tx) { page = tx.find_audit(query); });
    return page.entries;
  }
  std::atomic<bool> done = false;
  const std::jthread reader([&] {
    page = impl_->bot->view().find_audit(query);
    done = true;
  });
  while (!done) impl_->settle(patience);
  return page.entries;
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
  impl_->network->lose_connections();
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
  if (impl_->bot == nullptr) return;
  impl_->bot->stop();
  impl_->settle(patience);
}

void chat::crash() {
  impl_->start();
  impl_->crash();
}

void chat::restart() {
  impl_->start();
  impl_->end();
  impl_->process_gone();
}

void chat::faults(std::uint64_t seed, const testkit::faults& plan) {
  impl_->go_wrong(seed, plan);
}
void chat::no_more_faults() {
  impl_->calm();
}
bool chat::running() const noexcept {
  return impl_->started && !impl_->ended;
}

std::size_t chat::unacknowledged() const noexcept {
  return impl_->network->unacknowledged.size();
}
std::size_t chat::repeats() const noexcept {
  return impl_->network->repeats;
}

mynah::store& chat::store() noexcept {
  return *impl_->kept_in;
}
void chat::use_store(std::shared_ptr<mynah::store> kept_in) {
  impl_->kept_in = std::move(kept_in);
  impl_->bot.reset();
  impl_->io.reset();
}

bool chat::stopped() const noexcept {
  return impl_->ended;
}
mynah::bot& chat::bot() noexcept {
  if (impl_->bot == nullptr) impl_->make_bot();
  return *impl_->bot;
}
virtual_clock& chat::clock() noexcept {
  return *impl_->clock;
}

}  // namespace mynah::testkit
