// SPDX-License-Identifier: Apache-2.0
// A hostile server, and whoever can send through it, against a session that is logged in: whatever
// comes, what goes out is clean XML, and the bot hears only text.
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include <mynah/utf8.hpp>

#include "plugins/xmpp/src/namespaces.hpp"
#include "plugins/xmpp/src/session.hpp"
#include "plugins/xmpp/src/stream_parser.hpp"

namespace {

using namespace mynah::xmpp;
using namespace std::chrono_literals;
using kind = stream_item::kind;

constexpr std::size_t most_cuts = 6;

const std::string stream_start =
    "<stream:stream xmlns='jabber:client' xmlns:stream='http://etherx.jabber.org/streams'>";

void require(bool holds) {
  if (!holds) std::abort();
}

element read_one(std::string_view text) {
  stream_parser parser;
  parser.feed(stream_start);
  parser.feed(text);
  (void)parser.next();
  return parser.next()->body;
}

/// The commands of a bot that has one.
class one_command final : public command_directory {
 public:
  one_command() : spec_("ping", "Answers") {
    spec_.parameter(mynah::parameter::string("text").optional());
  }

  std::vector<const mynah::command_spec*> list(const mynah::principal& /*who*/) const override {
    return {&spec_};
  }
  const mynah::command_spec* find(std::string_view name) const override {
    return name == "ping" ? &spec_ : nullptr;
  }
  bool may_run(const mynah::principal& /*who*/, std::string_view /*name*/) const override {
    return true;
  }
  bool admit(const mynah::event& /*asked*/) override { return true; }
  std::vector<mynah::job_info> jobs() const override { return {}; }
  void cancel(std::uint64_t /*job*/, const mynah::principal& /*by*/) override {}

 private:
  mynah::command_spec spec_;
};

/// What a server says until somebody is logged in: always the same, so read once.
class login_words {
 public:
  const element header = element("stream", ns::stream).set("version", "1.0");
  const element mechanisms = read_one(
      "<stream:features><mechanisms xmlns='urn:ietf:params:xml:ns:xmpp-sasl'>"
      "<mechanism>PLAIN</mechanism></mechanisms></stream:features>");
  const element success = read_one("<success xmlns='urn:ietf:params:xml:ns:xmpp-sasl'/>");
  const element features = read_one(
      "<stream:features><bind xmlns='urn:ietf:params:xml:ns:xmpp-bind'/></stream:features>");
  const element managed_features = read_one(
      "<stream:features><bind xmlns='urn:ietf:params:xml:ns:xmpp-bind'/>"
      "<sm xmlns='urn:xmpp:sm:3'/></stream:features>");
  const element bound = read_one(
      "<iq type='result' id='bind'><bind xmlns='urn:ietf:params:xml:ns:xmpp-bind'>"
      "<jid>bot@bots.test/here</jid></bind></iq>");
  const element enabled = read_one("<enabled xmlns='urn:xmpp:sm:3' id='s1' resume='true'/>");
  const element resumed = read_one("<resumed xmlns='urn:xmpp:sm:3' previd='s1' h='0'/>");
  const element failed = read_one("<failed xmlns='urn:xmpp:sm:3'/>");
};

const login_words& words() {
  static const login_words all;
  return all;
}

negotiation negotiated(bool managed, std::optional<element> before, const element* answer) {
  negotiation_options who(*jid::parse("bot@bots.test/here"));
  who.password = "pencil";
  who.mechanisms = {"PLAIN"};
  negotiation how(who, std::move(before));
  how.start(true);
  how.opened(words().header);
  how.receive(words().mechanisms);
  how.receive(words().success);
  how.opened(words().header);
  how.receive(managed ? words().managed_features : words().features);
  if (answer != nullptr) how.receive(*answer);
  how.receive(words().bound);
  return how;
}

/// The first login of a session, which does not depend on the input.
const negotiation& first_login(bool managed) {
  static const negotiation with = negotiated(true, std::nullopt, nullptr);
  static const negotiation without = negotiated(false, std::nullopt, nullptr);
  return managed ? with : without;
}

class talk {
 public:
  talk(bool managed, bool probes) : session_(options(probes), mynah::logger()) {
    out_.feed(stream_start);
    require(out_.next()->what == kind::header);
    in_.feed(stream_start);
    (void)in_.next();
    session_.connected(first_login(managed), now_);
    if (managed) session_.receive(words().enabled, now_);
    take();
  }

  void feed(std::string_view bytes) {
    in_.feed(bytes);
    while (!session_.failed()) {
      const auto item = in_.next();
      if (!item || item->what == kind::fault || item->what == kind::end) break;
      if (item->what != kind::stanza) continue;
      session_.receive(item->body, now_);
      take();
    }
  }

  void pass(std::chrono::seconds time) {
    now_ += time;
    wall_ += time;
    if (session_.next_tick() <= now_) session_.tick(now_);
    take();
  }

  // The line is cut, and the server has the session, or has not.
  void reconnect(bool resumed) {
    session_.disconnected(false);
    const element& answer = resumed ? words().resumed : words().failed;
    const negotiation how = negotiated(true, session_.resumable(), &answer);
    // What asks for more than it was given has no session to take up.
    if (how.done()) session_.connected(how, now_);
    in_.reset();
    in_.feed(stream_start);
    (void)in_.next();
    take();
  }

  [[nodiscard]] bool failed() const { return session_.failed().has_value(); }

 private:
  session_options options(bool probes) {
    session_options made;
    made.input = "xmpp";
    made.name = "mynah";
    made.version = "1";
    made.id_prefix = "m";
    if (!probes) made.idle = 0s;
    made.rooms.nick = "mynah";
    made.rooms.entries.emplace_back(*jid::parse("ops@rooms.test"));
    made.rooms.invites = invite_policy::any;
    made.rooms.bookmarks = true;
    made.wall = [this] { return wall_; };
    static const auto commands = std::make_shared<one_command>();
    made.commands = commands;
    made.token = [this] { return "token" + std::to_string(++tokens_); };
    return made;
  }

  void take() {
    for (const mynah::event& each : session_.take_events()) {
      require(mynah::is_utf8(each.text) && mynah::is_utf8(each.id));
      require(each.from.input == "xmpp");
      if (each.delivery != 0) session_.acknowledge(each.delivery);
      if (each.origin != mynah::event_origin::person) continue;
      if (each.type != mynah::event_type::message && each.type != mynah::event_type::action) {
        continue;
      }
      session_.working(each.from, true, each.id, now_);
      mynah::outgoing answer(each.from, mynah::reply().untrusted(each.text));
      answer.answers = each.id;
      if (each.text.size() % 2 == 0) answer.stamp = "stamp" + std::to_string(each.text.size());
      (void)session_.say(answer, true, now_);
      if (each.text.size() % 3 != 0) session_.working(each.from, false, each.id, now_);
    }
    (void)session_.take_said();
    out_.feed(session_.take_output());
    while (const auto item = out_.next()) require(item->what == kind::stanza && !item->skipped);
  }

  mynah::clock::time_point now_{1h};
  std::chrono::system_clock::time_point wall_{24h * 365 * 50};
  int tokens_ = 0;
  session session_;
  stream_parser in_;
  stream_parser out_;
};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const unsigned mode = data[0];
  const std::string_view bytes(reinterpret_cast<const char*>(data) + 1, size - 1);
  // Logging in costs more than all else; what many cuts do, a few do as well. A mutation that puts
  // in a row of zeros would have the others wait.
  std::size_t cuts = 0;
  talk one((mode & 1U) == 0, (mode & 16U) == 0);
  // A zero byte is a cut of the line; what is before it and after it are two streams.
  std::string_view rest = bytes;
  while (!one.failed()) {
    const std::size_t cut = rest.find('\0');
    std::string_view piece = rest.substr(0, cut);
    while (!piece.empty() && !one.failed()) {
      const std::string_view some = piece.substr(0, (mode & 2U) != 0 ? 40 : piece.size());
      piece.remove_prefix(some.size());
      one.feed(some);
      if (!one.failed()) one.pass((mode & 4U) != 0 ? 20min : 7s);
    }
    if (cut == std::string_view::npos || one.failed() || ++cuts > most_cuts) break;
    rest.remove_prefix(cut + 1);
    one.reconnect((mode & 8U) != 0);
  }
  return 0;
}
