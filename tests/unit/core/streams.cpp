// SPDX-License-Identifier: Apache-2.0
#include "catch.hpp"

#include <mynah/context.hpp>
#include <mynah/testkit.hpp>

using namespace mynah;
using testkit::chat;

namespace {

// Runs a function for every event.
class tap final : public stream {
 public:
  using function = std::function<stream_verdict(event&, emitter&)>;
  tap(std::string name, function act) : name_(std::move(name)), act_(std::move(act)) {}
  [[nodiscard]] std::string_view name() const noexcept override { return name_; }
  stream_verdict on_event(event& seen, emitter& out) override { return act_(seen, out); }

 private:
  std::string name_;
  function act_;
};

command_ptr ping() {
  return make_command(command_spec("ping", "").quick(), [](const arguments&) { return "pong"; });
}

}  // namespace

TEST_CASE("a stream sees every event of every input, also what runs no command") {
  chat chat;
  chat.add(ping());
  chat.set("inputs", "test:a,test:b");
  std::vector<std::string> seen;
  chat.add(std::make_shared<tap>("log", [&](event& event, emitter&) {
    seen.push_back(event.from.input + " " + event.text);
    return stream_verdict::pass;
  }));
  const auto from = [](const std::string& input, event_type type, const std::string& text) {
    return event(type, address(input, "#ops", "alice"),
                 principal(input, "alice", assurance::verified), text);
  };
  chat.deliver(from("test:a", event_type::message, "talk"));
  chat.deliver(from("test:b", event_type::join, ""));
  chat.deliver(from("test:b", event_type::message, "!ping"));
  CHECK(seen == std::vector<std::string>{"test:a talk", "test:b ", "test:b !ping"});
  CHECK(chat.expect_reply("pong").to.input == "test:b");
}

TEST_CASE("a stream may change, consume, and say something anywhere") {
  chat chat;
  chat.add(ping());
  chat.set("inputs", "test,test:other");
  chat.add(std::make_shared<tap>("change", [](event& event, emitter&) {
    if (event.text == "!pong") event.text = "!ping";
    return stream_verdict::pass;
  }));
  chat.add(std::make_shared<tap>("bridge", [](event& event, emitter& out) {
    if (!event.text.starts_with("bridge ")) return stream_verdict::pass;
    out.emit(address("test:other", "#far"), reply().untrusted(event.text.substr(7)));
    return stream_verdict::consume;
  }));
  chat.say("alice", "#ops", "!pong");
  chat.expect_reply("pong");
  chat.say("alice", "#ops", "bridge !ping");
  const auto said = chat.expect_reply("!ping");
  CHECK(said.to.input == "test:other");
  CHECK(said.to.room == "#far");
  chat.expect_silence();
}

TEST_CASE("streams come in order, and one that throws is passed over") {
  chat chat;
  chat.add(ping());
  std::string order;
  chat.add(std::make_shared<tap>("first", [&](event&, emitter&) -> stream_verdict {
    order += "1";
    throw std::runtime_error("broken");
  }));
  chat.add(std::make_shared<tap>("second", [&](event&, emitter&) {
    order += "2";
    return stream_verdict::pass;
  }));
  chat.say("alice", "#ops", "!ping");
  chat.expect_reply("pong");
  CHECK(order == "12");
}
