// SPDX-License-Identifier: Apache-2.0
// What the coroutine lint must find, and must leave alone. `BAD` ends a line where a finding must
// begin; any other finding is wrong. Compiled by nobody but clang-query.
#include <coroutine>
#include <exception>
#include <initializer_list>
#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace {

template <class T>
struct task {
  struct promise_type {
    task get_return_object() { return {}; }
    std::suspend_always initial_suspend() { return {}; }
    std::suspend_always final_suspend() noexcept { return {}; }
    template <class U>
    void return_value(U&&) {}
    void unhandled_exception() { std::terminate(); }
  };
  bool await_ready() { return true; }
  void await_suspend(std::coroutine_handle<>) {}
  T await_resume() { return T(); }
};

struct aggregate {
  std::string text;
};

class constructed {
 public:
  constructed() = default;
  explicit constructed(std::string text) : text(std::move(text)) {}
  std::string text;
};

task<int> send(aggregate);
task<int> send_list(std::vector<std::string>);
task<int> say(std::string);
task<int> pass(constructed);
template <class Function>
task<int> run(Function);
task<bool> ready();
task<std::string> word();

task<int> aggregate_by_name(std::string text) {
  int sent = co_await send({.text = text});  // BAD
  co_return sent;
}
task<int> aggregate_by_type(std::string text) {
  int sent = co_await send(aggregate{text});  // BAD
  co_return sent;
}
task<int> capturing_lambda(std::shared_ptr<int> shared) {
  int done = co_await run([shared] { return *shared; });  // BAD
  co_return done;
}
task<int> conditional(bool formal) {
  int said = co_await say(formal ? std::string("good day") : std::string("hi"));  // BAD
  co_return said;
}
task<int> list() {
  int sent = co_await send_list({co_await word(), "b"});  // BAD
  co_return sent;
}
task<int> if_without_local() {
  if (co_await ready()) co_return 1;  // BAD
  co_return 0;
}
task<int> while_without_local() {
  while (co_await ready()) {  // BAD
  }
  co_return 0;
}
task<int> switch_without_local() {
  switch (co_await say("x")) {  // BAD
    default:
      co_return 0;
  }
}
task<int> aggregate_from_await() {
  aggregate made{co_await word()};  // BAD
  co_return static_cast<int>(made.text.size());
}
template <class Function>
int registered(std::string, std::vector<std::string>, Function);
int inside_a_lambda(std::shared_ptr<int> shared, bool formal) {
  return registered("name", {"a", "b"}, [shared, formal]() -> task<int> {
    const std::vector<std::string> words = {"a", "b"};
    int sent = co_await send(aggregate{words[0]});  // BAD
    sent += co_await say(formal ? words[0] : words[1] + "!");  // BAD
    co_return sent + *shared;
  });
}
int condition_inside_a_lambda() {
  return registered("name", {}, []() -> task<int> {
    if (co_await ready()) co_return 1;  // BAD
    co_return 0;
  });
}
task<int> condition_beside_a_lambda(int& count) {
  if (co_await ready()) {  // BAD
    co_return registered("name", {}, [&count] {
      int more = count;
      return more;
    });
  }
  co_return 0;
}

// The safe spellings.
int coroutine_lambda(std::shared_ptr<int> shared) {
  return registered("name", {"a", "b"}, [shared]() -> task<int> {
    const std::vector<std::string> words = {"a", "b"};
    int sent = co_await send_list(words);
    const bool formal = sent > 1;
    const std::string chosen = formal ? words[0] : words[1] + "!";
    co_return sent + *shared + static_cast<int>(chosen.size());
  });
}
task<int> named_aggregate(std::string text) {
  aggregate message{text};
  int sent = co_await send(message);
  co_return sent;
}
task<int> named_lambda(std::shared_ptr<int> shared) {
  auto work = [shared] { return *shared; };
  int done = co_await run(work);
  co_return done;
}
task<int> reference_lambda(int& counter) {
  int done = co_await run([&counter] { return ++counter; });
  co_return done;
}
task<int> class_with_constructor(std::string text) {
  int passed = co_await pass(constructed(text));
  co_return passed;
}
task<int> chosen_before(bool formal) {
  std::string words = "hi";
  if (formal) words = "good day";
  int said = co_await say(words);
  co_return said;
}
task<int> awaited_before() {
  const bool is_ready = co_await ready();
  if (is_ready) co_return 1;
  co_return 0;
}
task<int> scalar_conditional(bool twice) {
  int done = co_await run([n = twice ? 2 : 1] { return n; });
  co_return done;
}

}  // namespace
