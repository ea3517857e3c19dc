// SPDX-License-Identifier: Apache-2.0
#include "running_bot.hpp"

#include <algorithm>
#include <exception>
#include <stdexcept>

#include <boost/asio/co_spawn.hpp>

#include <mynah/command.hpp>

namespace mynah_test {

running_bot::running_bot(const mynah::plugin_info& plugin, const settings& input,
                         const std::vector<mynah::command_ptr>& commands, const settings& own,
                         const std::vector<std::shared_ptr<mynah::stream>>& streams,
                         const std::vector<const mynah::plugin_info*>& besides) {
  mynah::bot_options options;
  options.clock = clock_;
  options.level = mynah::log_level::debug;
  options.log = [this](const mynah::log_record& record) {
    std::string line(record.component);
    line.append(": ").append(record.message);
    for (const auto& [key, value] : record.fields) {
      line.append(" ").append(key).append("=").append(value);
    }
    const std::lock_guard lock(mutex_);
    lines_.push_back(std::move(line));
    changed_.notify_all();
  };
  bot_.emplace(io_.get_executor(), std::move(options));
  bot_->use(plugin);
  for (const mynah::plugin_info* const each : besides) bot_->use(*each);
  for (const mynah::command_ptr& each : commands) bot_->add(each);
  for (const auto& each : streams) bot_->add(each);
  const std::string of(plugin.name);
  bot_->set("inputs", of);
  for (const auto& [name, value] : input) bot_->set(of + "." + name, value);
  for (const auto& [name, value] : own) bot_->set(name, value);

  auto ended = [this](std::exception_ptr error, mynah::result<void> outcome) {
    std::string what;
    try {
      if (error) std::rethrow_exception(error);
    } catch (const std::exception& thrown) {
      what = thrown.what();
    }
    const std::lock_guard lock(mutex_);
    thrown_ = what;
    outcome_ = std::move(outcome);
    changed_.notify_all();
  };
  boost::asio::co_spawn(io_, bot_->run(), std::move(ended));
  thread_ = std::thread([this] { io_.run(); });
}

running_bot::~running_bot() {
  bot_->stop();
  thread_.join();
}

void running_bot::stop() {
  bot_->stop();
  (void)wait_for_end();
}

void running_bot::wait_for_log(std::string_view part, std::size_t times) {
  wait(part, [&] {
    const auto count = std::count_if(lines_.begin(), lines_.end(), [&](const std::string& line) {
      return line.find(part) != std::string::npos;
    });
    return static_cast<std::size_t>(count) >= times;
  });
}

bool running_bot::logs_soon(std::string_view part) {
  std::unique_lock lock(mutex_);
  return changed_.wait_for(lock, std::chrono::milliseconds(200), [&] {
    return std::any_of(lines_.begin(), lines_.end(), [part](const std::string& line) {
      return line.find(part) != std::string::npos;
    });
  });
}

mynah::result<void> running_bot::wait_for_end() {
  wait("the end", [&] { return outcome_.has_value(); });
  const std::lock_guard lock(mutex_);
  if (!thrown_.empty()) throw std::runtime_error("the bot threw: " + thrown_);
  return *outcome_;
}

std::string running_bot::log() const {
  const std::lock_guard lock(mutex_);
  std::string all;
  for (const std::string& line : lines_) all += line + "\n";
  return all;
}

void running_bot::wait(std::string_view what, const std::function<bool()>& holds) {
  std::unique_lock lock(mutex_);
  if (changed_.wait_for(lock, std::chrono::seconds(30), holds)) return;
  std::string text = "waited in vain for '" + std::string(what) + "'; the log is:";
  for (const std::string& line : lines_) text += "\n  " + line;
  throw std::runtime_error(text);
}

std::string local(std::uint16_t port) {
  return "127.0.0.1:" + std::to_string(port);
}

mynah::command_ptr ping() {
  return saying("ping", "pong");
}

mynah::command_ptr saying(std::string name, mynah::reply answer) {
  auto say = [answer](const mynah::arguments&) -> mynah::reply { return answer; };
  return mynah::make_command(mynah::command_spec(std::move(name), "Says something"), say);
}

}  // namespace mynah_test
