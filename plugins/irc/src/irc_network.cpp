// SPDX-License-Identifier: Apache-2.0
#include "irc_network.hpp"

#include <algorithm>
#include <charconv>
#include <utility>

#include <mynah/bot_view.hpp>

#include "formatting.hpp"
#include "numeric.hpp"
#include "utf8.hpp"
#include "words.hpp"

namespace mynah::irc {

namespace {

// One channel or nick, and no list of them: who may kick one does not mean to kick two. "JOIN 0"
// would leave all channels.
bool is_one_name(std::string_view text) noexcept {
  return text != "0" && text.find(',') == std::string_view::npos;
}

// As a parameter in the middle of a line. What `build` would leave out must not be: a kick without
// the nick is another command.
bool is_parameter(std::string_view text) noexcept {
  return is_one_word(text) && !text.starts_with(':');
}

// The numeric's parameter behind our nick and the name it is about.
std::string_view told(const std::vector<message>& answers, int numeric, std::size_t index) {
  for (const message& each : answers) {
    if (numeric_of(each.command) == numeric) return each.param(index);
  }
  return {};
}

bool has(const std::vector<message>& answers, int numeric) {
  return std::any_of(answers.begin(), answers.end(), [numeric](const message& each) {
    return numeric_of(each.command) == numeric;
  });
}

std::vector<std::string> one(std::string word) {
  std::vector<std::string> alone;
  alone.push_back(std::move(word));
  return alone;
}

whois read_whois(const std::vector<message>& answers) {
  whois who;
  who.nick = decoded(told(answers, 311, 1));
  who.user = decoded(told(answers, 311, 2));
  who.host = decoded(told(answers, 311, 3));
  who.real_name = decoded(told(answers, 311, 5));
  who.server = decoded(told(answers, 312, 2));
  who.account = decoded(told(answers, 330, 2));
  const std::string_view idle = told(answers, 317, 2);
  std::int32_t seconds = 0;
  std::from_chars(idle.data(), idle.data() + idle.size(), seconds);
  who.idle = std::chrono::seconds(std::max(seconds, 0));
  for (const message& each : answers) {
    if (numeric_of(each.command) != 319) continue;
    for (const std::string_view channel : words(each.last())) {
      who.channels.push_back(decoded(channel));
    }
  }
  who.is_operator = has(answers, 313);
  who.is_bot = has(answers, 335);
  who.over_tls = has(answers, 671);
  return who;
}

}  // namespace

std::shared_ptr<network> network::of(const bot_view& bot, std::string_view input) {
  return std::dynamic_pointer_cast<network>(bot.network(input));
}

task<result<std::vector<message>>> irc_network::ask(std::string command, texts params,
                                                    std::optional<std::string> text, texts about) {
  std::string line = command;
  for (const std::string& each : params) {
    if (!is_parameter(each)) {
      co_return failure(errc::not_sent, command + ": '" + sanitised(each.substr(0, 80)) +
                                            "' cannot be part of a line; expected one word");
    }
    line += " " + each;
  }
  for (const std::string& each : about) {
    if (!is_one_name(each)) {
      co_return failure(errc::not_sent,
                        command + ": '" + sanitised(each.substr(0, 80)) + "' is not one name");
    }
  }
  if (text) line += " :" + *text;
  if (line.size() + 2 > longest_line) {
    co_return failure(errc::not_sent, command + ": longer than a line of the protocol");
  }
  const std::shared_ptr<enquiries> server = current_.lock();
  if (server == nullptr) co_return failure(errc::closed, "there is no connection to the network");
  co_return co_await server->ask(std::move(line), std::move(about));
}

task<result<void>> irc_network::tell(std::string command, texts params,
                                     std::optional<std::string> text, texts about) {
  const result<std::vector<message>> answers =
      co_await ask(std::move(command), std::move(params), std::move(text), std::move(about));
  if (answers.has_error()) co_return answers.error();
  co_return result<void>();
}

task<result<std::string>> irc_network::topic(std::string channel) {
  const texts params = one(std::move(channel));
  const result<std::vector<message>> answers = co_await ask("TOPIC", params, {}, params);
  if (answers.has_error()) co_return answers.error();
  co_return decoded(told(*answers, 332, 2));
}

task<result<void>> irc_network::set_topic(std::string channel, std::string text) {
  const texts params = one(std::move(channel));
  return tell("TOPIC", params, std::move(text), params);
}

task<result<std::string>> irc_network::modes(std::string channel) {
  const texts params = one(std::move(channel));
  const result<std::vector<message>> answers = co_await ask("MODE", params, {}, params);
  if (answers.has_error()) co_return answers.error();
  std::string found;
  for (const message& each : *answers) {
    if (numeric_of(each.command) != 324) continue;
    for (std::size_t i = 2; i < each.params.size(); ++i) {
      found += (found.empty() ? "" : " ") + decoded(each.params[i]);
    }
  }
  co_return found;
}

task<result<void>> irc_network::mode(std::string target, std::string change) {
  texts params = one(std::move(target));
  texts about = params;
  for (const std::string_view each : words(change)) {
    about.emplace_back(each);
    params.emplace_back(each);
  }
  // Without any it would be a question.
  if (params.size() == 1) params.emplace_back();
  return tell("MODE", std::move(params), {}, std::move(about));
}

task<result<void>> irc_network::kick(std::string channel, std::string nick, std::string why) {
  texts params = one(std::move(channel));
  params.push_back(std::move(nick));
  std::optional<std::string> text;
  if (!why.empty()) text = std::move(why);
  texts about = params;
  return tell("KICK", std::move(params), std::move(text), std::move(about));
}

task<result<void>> irc_network::invite(std::string nick, std::string channel) {
  texts params = one(std::move(nick));
  params.push_back(std::move(channel));
  texts about = params;
  return tell("INVITE", std::move(params), {}, std::move(about));
}

task<result<void>> irc_network::join(std::string channel, std::string key) {
  texts params = one(std::move(channel));
  texts about = params;
  if (!key.empty()) params.push_back(std::move(key));
  return tell("JOIN", std::move(params), {}, std::move(about));
}

task<result<void>> irc_network::part(std::string channel, std::string why) {
  texts params = one(std::move(channel));
  std::optional<std::string> text;
  if (!why.empty()) text = std::move(why);
  texts about = params;
  return tell("PART", std::move(params), std::move(text), std::move(about));
}

task<result<whois>> irc_network::who_is(std::string nick) {
  const texts params = one(std::move(nick));
  const result<std::vector<message>> answers = co_await ask("WHOIS", params, {}, params);
  if (answers.has_error()) co_return answers.error();
  if (!has(*answers, 311))
    co_return failure(errc::not_sent, "the server knows nobody of this nick");
  co_return read_whois(*answers);
}

}  // namespace mynah::irc
