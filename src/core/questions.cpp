// SPDX-License-Identifier: Apache-2.0
#include "core/questions.hpp"

#include <algorithm>

#include <mynah/duration.hpp>
#include <mynah/error.hpp>

#include "core/values.hpp"

namespace mynah {

ask_options::ask_options(std::chrono::milliseconds timeout, std::vector<std::string> choices,
                         answer_validator validator)
    : time_limit(timeout), choices(std::move(choices)), check(std::move(validator)) {}

ask_options::ask_options() = default;
ask_options::ask_options(const ask_options&) = default;
ask_options::ask_options(ask_options&&) noexcept = default;
ask_options& ask_options::operator=(const ask_options&) = default;
ask_options& ask_options::operator=(ask_options&&) noexcept = default;
ask_options::~ask_options() = default;

ask_options& ask_options::timeout(std::chrono::milliseconds limit) {
  time_limit = limit;
  return *this;
}

ask_options& ask_options::choice(std::string label) {
  choices.push_back(std::move(label));
  return *this;
}

ask_options& ask_options::validator(answer_validator checker) {
  check = std::move(checker);
  return *this;
}

ask_options& ask_options::attempts(int count) {
  max_attempts = std::max(1, count);
  return *this;
}

namespace core {

namespace {

bool same_word(std::string_view a, std::string_view b) noexcept {
  const auto lower = [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; };
  return a.size() == b.size() && std::equal(a.begin(), a.end(), b.begin(),
                                            [&](char x, char y) { return lower(x) == lower(y); });
}

}  // namespace

std::string chosen(const std::vector<std::string>& choices, std::string_view answer) {
  for (const std::string& choice : choices) {
    if (same_word(choice, answer)) return choice;
  }
  // "2)", "2." and "2" name the second.
  if (answer.ends_with(')') || answer.ends_with('.')) answer.remove_suffix(1);
  const auto number = parse_integer(answer);
  if (number && *number >= 1 && static_cast<std::size_t>(*number) <= choices.size()) {
    return choices[static_cast<std::size_t>(*number) - 1];
  }
  return {};
}

// Takes the question out of the queue however the coroutine ends, also when it is destroyed.
class questions::place_in_queue {
 public:
  place_in_queue(questions& all, std::string key, std::shared_ptr<question> mine)
      : all_(all), key_(std::move(key)), mine_(std::move(mine)) {
    all_.open_[key_].push_back(mine_);
  }
  place_in_queue(const place_in_queue&) = delete;
  place_in_queue& operator=(const place_in_queue&) = delete;
  ~place_in_queue() {
    if (timer_ != 0) all_.clock_->cancel(timer_);
    all_.leave(key_, mine_);
  }

  [[nodiscard]] bool is_first() const { return all_.open_.at(key_).front() == mine_; }

  void end_after(std::chrono::milliseconds limit) {
    const std::weak_ptr<question> weak = mine_;
    timer_ = all_.clock_->call_at(all_.clock_->now() + limit, [weak] {
      if (const auto question = weak.lock()) {
        question->end = ending::timed_out;
        question->changed.notify_all();
      }
    });
  }

 private:
  questions& all_;
  std::string key_;
  std::shared_ptr<question> mine_;
  clock::timer_id timer_ = 0;
};

questions::questions(boost::asio::any_io_executor strand, std::shared_ptr<clock> clock,
                     std::string cancel_word)
    : strand_(std::move(strand)), clock_(std::move(clock)), cancel_word_(std::move(cancel_word)) {
  // A button of an earlier process must not answer a question of this one.
  const auto began = clock_->wall().time_since_epoch();
  ids_ = std::to_string(std::chrono::duration_cast<std::chrono::milliseconds>(began).count()) + '-';
}

std::string questions::key_of(const event& said) {
  const address place(said.from.input, said.from.room, {}, said.from.thread, said.from.direct);
  return place.to_string() + '\n' + said.principal.key();
}

// The numbers are those of the choices, so they stand in place of buttons of a card in the prompt.
reply questions::with_choices(reply prompt, const ask_options& options, const std::string& id) {
  if (options.choices.empty()) return prompt;
  card shown = prompt.framed() != nullptr ? *prompt.framed() : card("");
  shown.actions.clear();
  for (const std::string& choice : options.choices) {
    shown.action(choice, choice);
    shown.actions.back().question = id;
  }
  prompt.with(std::move(shown));
  return prompt;
}

void questions::leave(const std::string& key, const std::shared_ptr<question>& gone) {
  const auto found = open_.find(key);
  if (found == open_.end()) return;
  std::erase(found->second, gone);
  if (found->second.empty()) {
    open_.erase(found);
  } else {
    found->second.front()->changed.notify_all();  // its turn
  }
}

task<std::string> questions::ask(const event& asked_by, reply prompt, ask_options options,
                                 say tell) {
  const auto mine = std::make_shared<question>(strand_);
  mine->input = asked_by.from.input;
  mine->id = ids_ + std::to_string(++asked_);
  place_in_queue place(*this, key_of(asked_by), mine);
  while (!place.is_first() && mine->end == ending::none) co_await mine->changed.wait();

  if (mine->end == ending::none) {
    tell(with_choices(std::move(prompt), options, mine->id));
    place.end_after(options.time_limit);
  }
  for (int attempt = 1;; ++attempt) {
    while (!mine->answer && mine->end == ending::none) co_await mine->changed.wait();
    // An answer that came just before the end is an answer.
    if (!mine->answer) {
      if (mine->end == ending::input_ended) throw unanswered_error("nobody is left to answer");
      throw unanswered_error("no answer within " + format_duration(options.time_limit));
    }
    std::string given = std::move(*mine->answer);
    mine->answer.reset();
    if (same_word(given, cancel_word_)) throw unanswered_error("cancelled");

    std::optional<std::string> wrong;
    if (!options.choices.empty()) {
      std::string choice = chosen(options.choices, given);
      if (choice.empty()) {
        wrong = "expected one of the choices";
      } else {
        given = std::move(choice);
      }
    }
    if (!wrong && options.check) wrong = options.check(given);
    if (!wrong) co_return given;
    if (attempt >= options.max_attempts) {
      throw unanswered_error(*wrong + "; gave up after " + std::to_string(attempt) +
                             (attempt == 1 ? " answer" : " answers"));
    }
    std::string again = *wrong + "; try again, or say " + cancel_word_;
    tell(with_choices(reply(std::move(again)), options, mine->id));
  }
}

bool questions::is_open(const event& said) const {
  if (open_.empty()) return false;
  const auto found = open_.find(key_of(said));
  // One message is the answer; what is said right after it is not for the question.
  return found != open_.end() && !found->second.front()->answer;
}

void questions::answer(const event& said, std::string text) {
  const auto found = open_.find(key_of(said));
  if (found == open_.end()) return;
  question& first = *found->second.front();
  if (first.answer) return;
  first.answer = std::move(text);
  first.changed.notify_all();
}

bool questions::answer_by_button(const event& said, std::string_view question) {
  const auto found = open_.find(key_of(said));
  if (found == open_.end()) return false;
  const auto& first = *found->second.front();
  if (first.id != question || first.answer) return false;
  answer(said, said.text);
  return true;
}

void questions::input_ended(std::string_view input) {
  for (auto& [key, waiting] : open_) {
    for (const auto& each : waiting) {
      if (each->input != input) continue;
      each->end = ending::input_ended;
      each->changed.notify_all();
    }
  }
}

}  // namespace core

}  // namespace mynah
