// SPDX-License-Identifier: Apache-2.0
#include "ad_hoc.hpp"

#include "catch.hpp"
#include "namespaces.hpp"
#include "xml.hpp"

using mynah::address;
using mynah::command_spec;
using mynah::event;
using mynah::event_type;
using mynah::job_info;
using mynah::outgoing;
using mynah::parameter;
using mynah::principal;
using mynah::xmpp::ad_hoc;
using mynah::xmpp::command_directory;
using mynah::xmpp::data_form;
using mynah::xmpp::element;
using mynah::xmpp::jid;
using mynah_test::xml;
namespace ns = mynah::xmpp::ns;
using std::chrono::milliseconds;
using std::chrono::seconds;

namespace {

/// Three commands, of which `secret` is for ada only.
class directory final : public command_directory {
 public:
  directory() {
    specs_.push_back(command_spec("deploy", "Deploys a service")
                         .parameter(parameter::string("service"))
                         .parameter(parameter::boolean("force").flag()));
    specs_.push_back(command_spec("ping", ""));
    specs_.push_back(command_spec("secret", "Tells"));
  }

  [[nodiscard]] std::vector<const command_spec*> list(const principal& who) const override {
    std::vector<const command_spec*> found;
    for (const command_spec& each : specs_) {
      if (may_run(who, each.name)) found.push_back(&each);
    }
    return found;
  }
  [[nodiscard]] const command_spec* find(std::string_view name) const override {
    for (const command_spec& each : specs_) {
      if (each.name == name) return &each;
    }
    return nullptr;
  }
  [[nodiscard]] bool may_run(const principal& who, std::string_view name) const override {
    return name != "secret" || who.id == "ada@bots.test";
  }
  [[nodiscard]] bool admit(const event& asked) override {
    if (may_run(asked.principal, asked.text)) return true;
    denied.push_back(asked.text + " of " + asked.principal.id + " at " + asked.from.room);
    return false;
  }
  [[nodiscard]] std::vector<job_info> jobs() const override { return running; }
  void cancel(std::uint64_t job, const principal& by) override {
    cancelled.push_back(std::to_string(job) + " by " + by.id);
  }

  std::vector<job_info> running;
  std::vector<std::string> cancelled;
  std::vector<std::string> denied;

 private:
  std::vector<command_spec> specs_;
};

/// The menu, and somebody who uses it.
class menu {
 public:
  menu() : under_test(commands, "xmpp", [this] { return "token" + std::to_string(++tokens); }) {}

  /// Sends an iq and gives the answer; an empty element if there is none yet.
  element ask(const std::string& type, const std::string& payload,
              const std::string& from = "ada@bots.test/there") {
    const element iq = xml("<iq type='" + type + "' id='q" + std::to_string(++asked) + "' from='" +
                           from + "' to='bot@bots.test/here'>" + payload + "</iq>");
    const jid who = *jid::parse(from);
    const std::string bare(who.bare_text());
    taken = under_test.receive(iq, who, principal("xmpp", bare, mynah::assurance::verified, bare),
                               asked, now);
    return answer();
  }
  element command(const std::string& attributes, const std::string& inside = {},
                  const std::string& from = "ada@bots.test/there") {
    return ask("set",
               "<command xmlns='http://jabber.org/protocol/commands' " + attributes + ">" + inside +
                   "</command>",
               from);
  }
  element answer() {
    const auto all = under_test.take_stanzas();
    return all.empty() ? element() : all.back();
  }
  std::optional<event> heard() {
    auto all = under_test.take_events();
    if (all.empty()) return std::nullopt;
    last = all.front();
    return all.front();
  }
  void job(const std::string& state) {
    commands->running.clear();
    if (state.empty()) return;
    commands->running.emplace_back(7, "deploy", "", last.principal, last.from, now, state);
  }
  bool say(const std::string& text, bool failed = false) {
    outgoing message(last.from, text);
    message.failed = failed;
    return under_test.take(message, now);
  }
  /// The command finds that it was called the wrong way, and has ended with that.
  element misused(const std::string& what) {
    under_test.acknowledged(last.delivery);
    outgoing message(last.from, "deploy: " + what + "\nusage: deploy <service>");
    message.failed = true;
    message.misuse = what;
    job("");
    CHECK(under_test.take(message, now));
    return wait(seconds(1));
  }
  element wait(milliseconds time) {
    const auto end = now + time;
    while (under_test.next_tick() <= end) {
      now = std::max(now, under_test.next_tick());
      under_test.tick(now);
    }
    now = end;
    return answer();
  }

  std::shared_ptr<directory> commands = std::make_shared<directory>();
  ad_hoc under_test;
  ad_hoc::time_point now{seconds(1000)};
  event last;
  bool taken = false;
  std::uint64_t asked = 0;
  int tokens = 0;
};

const element& command_of(const element& answer) {
  static const element none;
  const element* const found = answer.child("command", ns::commands);
  return found == nullptr ? none : *found;
}

std::string note_of(const element& answer) {
  return std::string(command_of(answer).child_text("note", ns::commands));
}

std::string status_of(const element& answer) {
  return std::string(command_of(answer).attr("status"));
}

bool is_error(const element& answer, const std::string& condition, const std::string& detail = {}) {
  const element* const error = answer.child("error", ns::client);
  return answer.attr("type") == "error" && error != nullptr &&
         error->child(condition, ns::stanzas) != nullptr &&
         (detail.empty() || error->child(detail, ns::commands) != nullptr);
}

const std::string filled_in =
    "<x xmlns='jabber:x:data' type='submit'><field var='service'><value>api one</value></field>"
    "<field var='force'><value>1</value></field></x>";
const std::string items = "<query xmlns='http://jabber.org/protocol/disco#items' node='";
const std::string info = "<query xmlns='http://jabber.org/protocol/disco#info' node='";
const std::string commands_node = "http://jabber.org/protocol/commands";

}  // namespace

TEST_CASE("commands are listed for whoever may run them", "[xmpp][ad_hoc]") {
  menu one;
  const element mine = one.ask("get", items + commands_node + "'/>");
  REQUIRE(mine.children.size() == 1);
  REQUIRE(mine.children[0].children.size() == 3);
  CHECK(mine.children[0].children[0].attr("node") == "deploy");
  CHECK(mine.children[0].children[0].attr("name") == "Deploys a service");
  CHECK(mine.children[0].children[0].attr("jid") == "bot@bots.test/here");
  CHECK(mine.children[0].children[1].attr("name") == "ping");
  const element theirs = one.ask("get", items + commands_node + "'/>", "bob@bots.test/x");
  CHECK(theirs.children[0].children.size() == 2);
}

TEST_CASE("commands are described", "[xmpp][ad_hoc]") {
  menu one;
  const element list = one.ask("get", info + commands_node + "'/>");
  CHECK(list.children[0].child("identity", ns::disco_info)->attr("type") == "command-list");
  const element node = one.ask("get", info + "deploy'/>");
  CHECK(node.children[0].attr("node") == "deploy");
  CHECK(node.children[0].child("identity", ns::disco_info)->attr("type") == "command-node");
  CHECK(node.children[0].children.size() == 3);
  CHECK(is_error(one.ask("get", info + "secret'/>", "bob@bots.test/x"), "forbidden"));
  (void)one.ask("get", info + "nothing'/>");
  CHECK_FALSE(one.taken);
  (void)one.ask("get", "<query xmlns='http://jabber.org/protocol/disco#info'/>");
  CHECK_FALSE(one.taken);
}

TEST_CASE("a command is run step by step", "[xmpp][ad_hoc]") {
  menu one;
  const element form = one.command("node='deploy' action='execute'");
  CHECK(status_of(form) == "executing");
  CHECK(command_of(form).attr("sessionid") == "token1");
  CHECK(command_of(form).child("actions", ns::commands)->attr("execute") == "complete");
  CHECK(data_form::find(command_of(form))->fields.size() == 2);
  CHECK_FALSE(one.heard());

  const element pending =
      one.command("node='deploy' action='complete' sessionid='token1'", filled_in);
  CHECK(pending.name.empty());
  const auto heard = one.heard();
  REQUIRE(heard);
  CHECK(heard->type == event_type::action);
  CHECK(heard->text == "deploy service=\"api one\" --force=\"yes\"");
  CHECK(heard->principal.key() == "xmpp/ada@bots.test");
  CHECK(heard->from.room == "ada@bots.test/there");
  CHECK(heard->from.direct);
  CHECK(ad_hoc::is_run(heard->from.thread));
  // Who knows the run's address must not be able to take the dialogue over.
  CHECK(heard->from.thread.find("token1") == std::string::npos);
  CHECK(heard->delivery == 2);

  one.under_test.acknowledged(2);
  one.job("running");
  CHECK(one.wait(seconds(3)).name.empty());
  CHECK(one.say("first"));
  CHECK(one.wait(seconds(3)).name.empty());
  CHECK(one.say("second"));
  one.job("");
  const element done = one.wait(seconds(1));
  CHECK(done.attr("id") == "q2");
  CHECK(done.attr("to") == "ada@bots.test/there");
  CHECK(status_of(done) == "completed");
  const auto shown = data_form::find(command_of(done));
  REQUIRE(shown);
  CHECK(shown->fields[0].lines() == "first\nsecond");
  // Over: what comes now is a message.
  CHECK_FALSE(one.say("third"));
  CHECK(one.under_test.next_tick() == ad_hoc::time_point::max());
  CHECK(is_error(one.command("node='deploy' sessionid='token1'", filled_in), "bad-request",
                 "bad-sessionid"));
}

TEST_CASE("a command without parameters runs at once", "[xmpp][ad_hoc]") {
  menu one;
  CHECK(one.command("node='ping'").name.empty());
  REQUIRE(one.heard());
  CHECK(one.last.text == "ping");
  one.under_test.acknowledged(1);
  CHECK(one.say("pong"));
  const element done = one.wait(seconds(1));
  CHECK(status_of(done) == "completed");
  CHECK(note_of(done) == "pong");
}

TEST_CASE("what went wrong is a note of its own type", "[xmpp][ad_hoc]") {
  menu one;
  CHECK(one.command("node='ping'").name.empty());
  REQUIRE(one.heard());
  one.under_test.acknowledged(1);
  SECTION("alone") {
    CHECK(one.say("error executing ping: no route", true));
    const element done = one.wait(seconds(1));
    CHECK(status_of(done) == "completed");
    const element& command = command_of(done);
    REQUIRE(command.children.size() == 1);
    CHECK(command.children[0].attr("type") == "error");
    CHECK(command.children[0].text == "error executing ping: no route");
  }
  SECTION("also of a job that does not stop") {
    one.job("running");
    CHECK(one.wait(seconds(1)).name.empty());
    CHECK(one.say("ping did not finish within 1s", true));
    one.job("overdue");
    const element done = one.wait(seconds(1));
    CHECK(status_of(done) == "completed");
    CHECK(note_of(done) == "ping did not finish within 1s");
  }
  SECTION("beside what was said before") {
    CHECK(one.say("pinging"));
    CHECK(one.say("ping: no route\nusage: ping", true));
    const element done = one.wait(seconds(1));
    CHECK(status_of(done) == "completed");
    const element& command = command_of(done);
    REQUIRE(command.children.size() == 2);
    CHECK(command.children[0].attr("type") == "error");
    CHECK(command.children[0].text == "ping: no route\nusage: ping");
    CHECK(command.children[1].attr("type") == "info");
    CHECK(command.children[1].text == "pinging");
  }
}

TEST_CASE("a command that says nothing is answered", "[xmpp][ad_hoc]") {
  menu one;
  (void)one.command("node='ping'");
  REQUIRE(one.heard());
  // As long as the bot has not even taken it, nothing is over.
  CHECK(one.wait(seconds(5)).name.empty());
  one.under_test.acknowledged(1);
  CHECK(note_of(one.wait(seconds(1))) == "Done.");
}

TEST_CASE("a command that takes long is answered before", "[xmpp][ad_hoc]") {
  menu one;
  (void)one.command("node='ping'");
  REQUIRE(one.heard());
  one.under_test.acknowledged(1);
  one.job("running");
  CHECK(one.wait(seconds(19)).name.empty());
  const element early = one.wait(seconds(2));
  CHECK(status_of(early) == "completed");
  CHECK(note_of(early).find("follows as a message") != std::string::npos);
  CHECK_FALSE(one.say("done"));
}

TEST_CASE("too much for an answer is a message", "[xmpp][ad_hoc]") {
  menu one;
  (void)one.command("node='ping'");
  REQUIRE(one.heard());
  one.under_test.acknowledged(1);
  CHECK_FALSE(one.say(std::string(ad_hoc::most_text + 1, 'x')));
  CHECK(note_of(one.wait(seconds(1))) == "There is more, as messages.");
}

TEST_CASE("a command can ask", "[xmpp][ad_hoc]") {
  menu one;
  (void)one.command("node='ping'");
  REQUIRE(one.heard());
  one.under_test.acknowledged(1);
  one.job("asking");
  CHECK(one.say("Sure?"));
  const element question = one.wait(seconds(1));
  CHECK(status_of(question) == "executing");
  CHECK(data_form::find(command_of(question))->instructions == "Sure?");
  CHECK(is_error(one.command("node='ping' sessionid='token1' action='prev'"), "bad-request",
                 "bad-action"));
  const std::string yes =
      "<x xmlns='jabber:x:data' type='submit'><field var='answer'><value>yes</value></field></x>";
  CHECK(one.command("node='ping' sessionid='token1' action='next'", yes).name.empty());
  const address before = one.last.from;
  REQUIRE(one.heard());
  CHECK(one.last.text == "yes");
  CHECK(one.last.from == before);
  one.job("");
  one.under_test.acknowledged(one.asked);
  CHECK(one.say("done"));
  CHECK(note_of(one.wait(seconds(1))) == "done");
}

TEST_CASE("a form with mistakes comes back", "[xmpp][ad_hoc]") {
  menu one;
  (void)one.command("node='deploy'");
  const element again = one.command("node='deploy' sessionid='token1' action='next'",
                                    "<x xmlns='jabber:x:data' type='submit'><field "
                                    "var='force'><value>1</value></field></x>");
  CHECK(status_of(again) == "executing");
  CHECK(note_of(again) == "service: must be filled in");
  CHECK(command_of(again).child("note", ns::commands)->attr("type") == "error");
  CHECK(data_form::find(command_of(again))->value("force") == "1");
  CHECK(command_of(again).child("actions", ns::commands)->child("prev", ns::commands) != nullptr);
  // And back to how it was.
  const element anew = one.command("node='deploy' sessionid='token1' action='prev'");
  CHECK(status_of(anew) == "executing");
  CHECK(data_form::find(command_of(anew))->value("force") != "1");
  CHECK(note_of(anew).empty());
  CHECK(is_error(one.command("node='deploy' sessionid='token1' action='prev'"), "bad-request",
                 "bad-action"));
  CHECK_FALSE(one.heard());
  (void)one.command("node='deploy' sessionid='token1'", filled_in);
  CHECK(one.heard());
}

TEST_CASE("a form with what the command itself refuses comes back", "[xmpp][ad_hoc]") {
  menu one;
  (void)one.command("node='deploy'");
  CHECK(one.command("node='deploy' sessionid='token1' action='complete'", filled_in).name.empty());
  REQUIRE(one.heard());
  const event first = one.last;
  const element again = one.misused("there is no service 'api one'");
  CHECK(again.attr("id") == "q2");
  CHECK(status_of(again) == "executing");
  CHECK(command_of(again).attr("sessionid") == "token1");
  // What was wrong, without the usage: the form shows how it is called.
  CHECK(note_of(again) == "there is no service 'api one'");
  CHECK(command_of(again).child("note", ns::commands)->attr("type") == "error");
  const auto form = data_form::find(command_of(again));
  REQUIRE(form);
  CHECK(form->value("service") == "api one");
  CHECK(form->value("force") == "1");
  CHECK(command_of(again).child("actions", ns::commands)->child("prev", ns::commands) != nullptr);
  SECTION("and is put right") {
    const std::string right =
        "<x xmlns='jabber:x:data' type='submit'><field "
        "var='service'><value>api</value></field></x>";
    CHECK(one.command("node='deploy' sessionid='token1' action='complete'", right).name.empty());
    REQUIRE(one.heard());
    CHECK(one.last.text == "deploy service=\"api\"");
    // Another event of the same conversation, so that the bot does not take it for the first.
    CHECK(one.last.id != first.id);
    CHECK(one.last.from == first.from);
    CHECK(one.last.delivery == one.asked);
    one.under_test.acknowledged(one.asked);
    CHECK(one.say("deployed"));
    const element done = one.wait(seconds(1));
    CHECK(status_of(done) == "completed");
    REQUIRE(command_of(done).children.size() == 1);
    CHECK(note_of(done) == "deployed");
  }
  SECTION("as often as it takes, and then really fails") {
    CHECK(one.command("node='deploy' sessionid='token1'", filled_in).name.empty());
    REQUIRE(one.heard());
    CHECK(note_of(one.misused("there is none now either")) == "there is none now either");
    CHECK(one.command("node='deploy' sessionid='token1'", filled_in).name.empty());
    REQUIRE(one.heard());
    one.under_test.acknowledged(one.asked);
    CHECK(one.say("error executing deploy: the disk is full", true));
    const element failed = one.wait(seconds(1));
    CHECK(status_of(failed) == "completed");
    CHECK(note_of(failed) == "error executing deploy: the disk is full");
  }
  SECTION("and one can go back to how it was at first") {
    const element anew = one.command("node='deploy' sessionid='token1' action='prev'");
    CHECK(status_of(anew) == "executing");
    CHECK(data_form::find(command_of(anew))->value("service").empty());
  }
  SECTION("and is forgotten like others") {
    (void)one.wait(ad_hoc::longest_pause);
    CHECK(is_error(one.command("node='deploy' sessionid='token1'", filled_in), "bad-request",
                   "bad-sessionid"));
    CHECK(one.under_test.next_tick() == ad_hoc::time_point::max());
  }
}

TEST_CASE("only what has done nothing is offered again", "[xmpp][ad_hoc]") {
  menu one;
  SECTION("no command that said something before") {
    (void)one.command("node='deploy'");
    (void)one.command("node='deploy' sessionid='token1'", filled_in);
    REQUIRE(one.heard());
    CHECK(one.say("looking for it"));
    const element done = one.misused("there is no such service");
    CHECK(status_of(done) == "completed");
    CHECK(note_of(done) == "deploy: there is no such service\nusage: deploy <service>");
  }
  SECTION("no command that asked something") {
    (void)one.command("node='deploy'");
    (void)one.command("node='deploy' sessionid='token1'", filled_in);
    REQUIRE(one.heard());
    one.under_test.acknowledged(one.asked);
    one.job("asking");
    CHECK(one.say("Where?"));
    CHECK(status_of(one.wait(seconds(1))) == "executing");
    (void)one.command("node='deploy' sessionid='token1' action='next'",
                      "<x xmlns='jabber:x:data' type='submit'><field "
                      "var='answer'><value>there</value></field></x>");
    REQUIRE(one.heard());
    CHECK(status_of(one.misused("that is no place")) == "completed");
  }
  SECTION("no command without a form") {
    (void)one.command("node='ping'");
    REQUIRE(one.heard());
    CHECK(status_of(one.misused("not now")) == "completed");
  }
  SECTION("nobody who was answered already") {
    (void)one.command("node='deploy'");
    (void)one.command("node='deploy' sessionid='token1'", filled_in);
    REQUIRE(one.heard());
    one.under_test.acknowledged(one.asked);
    one.job("running");
    CHECK(status_of(one.wait(seconds(21))) == "completed");
    outgoing late(one.last.from, "deploy: there is no such service");
    late.failed = true;
    late.misuse = "there is no such service";
    CHECK_FALSE(one.under_test.take(late, one.now));
  }
}

TEST_CASE("a form may come with the first step", "[xmpp][ad_hoc]") {
  menu one;
  SECTION("and is as good as one that was asked for") {
    CHECK(one.command("node='deploy' action='execute'", filled_in).name.empty());
    REQUIRE(one.heard());
    CHECK(one.last.text == "deploy service=\"api one\" --force=\"yes\"");
    CHECK(one.last.delivery == 1);
    one.under_test.acknowledged(1);
    CHECK(one.say("deployed"));
    const element done = one.wait(seconds(1));
    CHECK(status_of(done) == "completed");
    CHECK(note_of(done) == "deployed");
  }
  SECTION("and comes back if something is wrong in it") {
    const element again = one.command("node='deploy'",
                                      "<x xmlns='jabber:x:data' type='submit'><field "
                                      "var='force'><value>1</value></field></x>");
    CHECK(status_of(again) == "executing");
    CHECK(note_of(again) == "service: must be filled in");
    CHECK(data_form::find(command_of(again))->value("force") == "1");
    CHECK_FALSE(one.heard());
    const std::string id(command_of(again).attr("sessionid"));
    CHECK(one.command("node='deploy' sessionid='" + id + "'", filled_in).name.empty());
    CHECK(one.heard());
  }
  SECTION("and if the command refuses it") {
    CHECK(one.command("node='deploy'", filled_in).name.empty());
    REQUIRE(one.heard());
    const element again = one.misused("there is no such service");
    CHECK(status_of(again) == "executing");
    CHECK(data_form::find(command_of(again))->value("service") == "api one");
  }
  SECTION("also of a command that needs none") {
    CHECK(one.command("node='ping'", "<x xmlns='jabber:x:data' type='submit'/>").name.empty());
    REQUIRE(one.heard());
    CHECK(one.last.text == "ping");
  }
  SECTION("but only to be submitted") {
    for (const char* type : {"form", "result", "cancel"}) {
      const std::string x = std::string("<x xmlns='jabber:x:data' type='") + type + "'/>";
      CHECK(is_error(one.command("node='deploy'", x), "bad-request", "bad-payload"));
    }
    CHECK_FALSE(one.heard());
    CHECK(one.under_test.next_tick() == ad_hoc::time_point::max());
  }
  SECTION("and only of who may run the command") {
    CHECK(is_error(one.command("node='secret'", filled_in, "bob@bots.test/x"), "forbidden"));
    CHECK_FALSE(one.heard());
  }
}

TEST_CASE("a field that takes one value is not filled with two", "[xmpp][ad_hoc]") {
  menu one;
  (void)one.command("node='deploy'");
  const element again =
      one.command("node='deploy' sessionid='token1'",
                  "<x xmlns='jabber:x:data' type='submit'><field "
                  "var='service'><value>api</value><value>web</value></field></x>");
  CHECK(status_of(again) == "executing");
  CHECK(note_of(again) == "service: must have one value, not 2");
  CHECK_FALSE(one.heard());
  // The answer to a question is such a field, too.
  (void)one.command("node='ping'");
  REQUIRE(one.heard());
  one.under_test.acknowledged(one.asked);
  one.job("asking");
  CHECK(one.say("Sure?"));
  const std::string id(command_of(one.wait(seconds(1))).attr("sessionid"));
  const std::string answers =
      GENERATE(as<std::string>{}, "<field var='answer'><value>yes</value><value>no</value></field>",
               "<field var='answer'><value>yes</value></field><field "
               "var='answer'><value>no</value></field>");
  const element refused = one.command("node='ping' sessionid='" + id + "'",
                                      "<x xmlns='jabber:x:data' type='submit'>" + answers + "</x>");
  REQUIRE(is_error(refused, "bad-request", "bad-payload"));
  CHECK(refused.child("error", ns::client)->child_text("text", ns::stanzas) ==
        "answer: must have one value, not 2");
  CHECK_FALSE(one.heard());
  CHECK(one.command("node='ping' sessionid='" + id + "'",
                    "<x xmlns='jabber:x:data' type='submit'><field "
                    "var='answer'><value>yes</value></field></x>")
            .name.empty());
  CHECK(one.heard());
}

TEST_CASE("wrong steps are refused", "[xmpp][ad_hoc]") {
  menu one;
  CHECK(is_error(one.command("node='nothing'"), "item-not-found"));
  CHECK(is_error(one.command("node='secret'", {}, "bob@bots.test/x"), "forbidden"));
  CHECK(one.commands->denied ==
        std::vector<std::string>{"secret of bob@bots.test at bob@bots.test/x"});
  CHECK(is_error(one.command("node='deploy' action='dance'"), "bad-request", "malformed-action"));
  CHECK(is_error(one.command("node='deploy' action='next'"), "bad-request", "bad-sessionid"));
  (void)one.command("node='deploy'");
  CHECK(is_error(one.command("node='deploy' sessionid='token1' action='prev'"), "bad-request",
                 "bad-action"));
  CHECK(is_error(one.command("node='deploy' sessionid='token1' action='next'"), "bad-request",
                 "bad-payload"));
  CHECK(is_error(one.command("node='ping' sessionid='token1' action='next'", filled_in),
                 "bad-request", "bad-sessionid"));
  CHECK(is_error(one.command("node='deploy' sessionid='guess' action='next'", filled_in),
                 "bad-request", "bad-sessionid"));
  // It belongs to the full address that began it.
  CHECK(is_error(one.command("node='deploy' sessionid='token1' action='next'", filled_in,
                             "ada@bots.test/elsewhere"),
                 "bad-request", "bad-sessionid"));
  CHECK_FALSE(one.heard());
}

TEST_CASE("a dialogue can be cancelled, and ends by itself", "[xmpp][ad_hoc]") {
  menu one;
  (void)one.command("node='deploy'");
  CHECK(status_of(one.command("node='deploy' sessionid='token1' action='cancel'")) == "canceled");
  CHECK(is_error(one.command("node='deploy' sessionid='token1' action='cancel'"), "bad-request",
                 "bad-sessionid"));
  const std::string id(command_of(one.command("node='deploy'")).attr("sessionid"));
  (void)one.wait(std::chrono::minutes(5));
  CHECK(is_error(one.command("node='deploy' sessionid='" + id + "'", filled_in), "bad-request",
                 "bad-sessionid"));
  (void)one.command("node='ping'");
  REQUIRE(one.heard());
  const std::string run = "token" + std::to_string(one.tokens - 1);
  one.job("running");
  CHECK(is_error(one.command("node='ping' sessionid='" + run + "' action='next'"), "bad-request",
                 "bad-action"));
  CHECK(status_of(one.command("node='ping' sessionid='" + run + "' action='cancel'")) ==
        "canceled");
  CHECK(one.commands->cancelled == std::vector<std::string>{"7 by ada@bots.test"});
}

TEST_CASE("nobody can open dialogues without end", "[xmpp][ad_hoc]") {
  menu one;
  for (std::size_t i = 0; i < ad_hoc::most_dialogues_each; ++i) (void)one.command("node='deploy'");
  CHECK(status_of(one.command("node='deploy'")) == "executing");
  // The oldest has made room for it.
  CHECK(is_error(one.command("node='deploy' sessionid='token1' action='cancel'"), "bad-request",
                 "bad-sessionid"));
  CHECK(status_of(one.command("node='deploy'", {}, "bob@bots.test/x")) == "executing");
  one.under_test.lost();
  CHECK(status_of(one.command("node='deploy'")) == "executing");
}

TEST_CASE("what is said to somebody else's run is not taken", "[xmpp][ad_hoc]") {
  menu one;
  (void)one.command("node='ping'");
  REQUIRE(one.heard());
  address other = one.last.from;
  other.room = "bob@bots.test/x";
  CHECK_FALSE(one.under_test.take(outgoing(other, "hello"), one.now));
  other = one.last.from;
  other.thread.clear();
  CHECK_FALSE(one.under_test.take(outgoing(other, "hello"), one.now));
}
