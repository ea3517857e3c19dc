// SPDX-License-Identifier: Apache-2.0
// Getting in: TLS, certificates, mechanisms, passwords; and as a component.
#include "catch.hpp"
#include "cutting_proxy.hpp"
#include "xmpp_bot.hpp"

using mynah::errc;
using namespace mynah_test;

namespace {

// The bot answers somebody.
template <class Server>
void check_works(xmpp_bot& bot, const Server& server, const std::string& to = "bot@bots.test") {
  bot.wait_until_online();
  slixmpp_client ada = client_of(server, "ada");
  ada.say(to, "!ping");
  ada.wait_for_message("pong");
}

// The bot has ended, for that reason, and told nobody its password.
void check_gives_up(xmpp_bot& bot, errc why, const std::string& password) {
  const auto outcome = bot.wait_for_end();
  REQUIRE(outcome.has_error());
  CHECK(outcome.error().code() == why);
  CHECK_THAT(bot.log(), ContainsSubstring("gave up"));
  CHECK_THAT(bot.log(), !ContainsSubstring(password));
  CHECK_THAT(outcome.error().describe(), !ContainsSubstring(password));
}

}  // namespace

TEMPLATE_TEST_CASE("a wrong password ends the bot, which says why", "[xmpp][login]", prosody,
                   ejabberd) {
  const TestType server;
  auto settings = account_on(server);
  settings["password"] = "wrong-word";
  xmpp_bot bot(settings, {ping()});
  check_gives_up(bot, errc::authentication_failed, "wrong-word");
  CHECK_THAT(bot.log(), ContainsSubstring("login"));
}

TEMPLATE_TEST_CASE("every mechanism that a server has", "[xmpp][login]", prosody, ejabberd) {
  const TestType server;
  auto settings = account_on(server);
  for (const std::string each : {"scram-sha-256", "scram-sha-1", "plain"}) {
    CAPTURE(each);
    settings["sasl-mechanisms"] = each;
    xmpp_bot bot(settings, {ping()});
    check_works(bot, server);
    bot.stop();
    CHECK_THAT(bot.log(), !ContainsSubstring("bot-secret"));
  }
}

TEST_CASE("a mechanism that the server does not have ends the bot", "[xmpp][login]") {
  const prosody server;
  auto settings = account_on(server);
  settings["sasl-mechanisms"] = "scram-sha-512";
  xmpp_bot bot(settings, {ping()});
  check_gives_up(bot, errc::authentication_failed, "bot-secret");
  CHECK_THAT(bot.log(), ContainsSubstring("the server offers no way to log in"));
}

TEST_CASE("the login is bound to the TLS channel where the server can do that", "[xmpp][login]") {
  prosody_options options;
  // This version binds to TLS 1.2 only (tls-unique).
  options.tls_protocol = "tlsv1_2";
  const prosody server(options);
  xmpp_bot bot(account_on(server), {ping()});
  check_works(bot, server);
  CHECK_THAT(bot.log(), ContainsSubstring("mechanism=SCRAM-SHA-256-PLUS"));
}

TEST_CASE("the login is bound to the TLS channel on ejabberd, too", "[xmpp][login]") {
  ejabberd_options options;
  // It tells no types, and knows tls-unique only.
  options.only_tls_1_2 = true;
  const ejabberd server(options);
  xmpp_bot bot(account_on(server), {ping()});
  check_works(bot, server);
  CHECK_THAT(bot.log(), ContainsSubstring("tls=TLS 1.2"));
  CHECK_THAT(bot.log(), ContainsSubstring("-PLUS"));
}

TEST_CASE("a certificate is good enough to log in", "[xmpp][login]") {
  ejabberd_options options;
  options.asks_for_certificates = true;
  ejabberd server(options);
  const certificate own =
      server.authority().issue("otherName:1.3.6.1.5.5.7.8.5;UTF8:bot@bots.test");
  auto settings = account_on(server);
  settings.erase("password");
  settings["client-cert"] = own.file;
  settings["client-key"] = own.key_file;
  xmpp_bot bot(settings, {ping()});
  bot.wait_until_online();
  CHECK_THAT(bot.log(), ContainsSubstring("mechanism=EXTERNAL"));
  slixmpp_client ada = client_of(server, "ada");
  ada.say("bot@bots.test", "!ping");
  ada.wait_for_message("pong");
}

TEMPLATE_TEST_CASE("whoever has no certificate for the domain is not the server", "[xmpp][login]",
                   prosody, ejabberd) {
  const bool direct = GENERATE(false, true);
  const auto check_refused = [direct](const TestType& server, const std::string& ca_file) {
    auto settings = account_on(server);
    settings["ca-file"] = ca_file;
    if (direct) {
      settings["port"] = std::to_string(server.tls_port());
      settings["direct-tls"] = "yes";
    }
    xmpp_bot bot(settings, {ping()});
    check_gives_up(bot, errc::certificate_rejected, "bot-secret");
    CHECK_THAT(server.log(), !ContainsSubstring("Authenticated"));
  };
  SECTION("from another authority") {
    const TestType server;
    const certificate_authority other;
    check_refused(server, other.file());
  }
  SECTION("for another domain") {
    options_of<TestType> options;
    // Where it is says nothing of who it is.
    options.certificate_names = "DNS:elsewhere.test,IP:127.0.0.1,DNS:localhost";
    const TestType server(options);
    check_refused(server, server.ca_file());
  }
}

TEST_CASE("nothing is said to a server without TLS", "[xmpp][login]") {
  prosody_options options;
  options.offers_tls = false;
  options.plain_allowed = true;
  const prosody server(options);
  auto settings = account_on(server);
  SECTION("unless the settings say so") {
    settings["tls"] = "no";
    xmpp_bot bot(settings, {ping()});
    bot.wait_until_online();
    bot.stop();
    CHECK_THAT(server.log(), ContainsSubstring("Authenticated as bot@bots.test"));
  }
  SECTION("not even the name") {
    xmpp_bot bot(settings, {ping()});
    check_gives_up(bot, errc::certificate_rejected, "bot-secret");
    CHECK_THAT(bot.log(), ContainsSubstring("the server does not offer TLS"));
    CHECK_THAT(server.log(), !ContainsSubstring("bot@bots.test"));
  }
}

TEMPLATE_TEST_CASE("a bot may be a component, and own a domain", "[xmpp][login][component]",
                   prosody, ejabberd) {
  options_of<TestType> options;
  options.component_secret = "component-secret";
  const TestType server(options);
  running_bot::settings settings = {{"jid", "component.bots.test"},
                                    {"password", "component-secret"},
                                    {"component", "yes"},
                                    {"host", "127.0.0.1"},
                                    {"port", std::to_string(server.component_port())}};
  SECTION("with the right secret") {
    settings["rooms"] = "ops@rooms.bots.test";
    noted_command note;
    xmpp_bot bot(settings, {ping(), note.make()});
    check_works(bot, server, "anybody@component.bots.test");
    bot.wait_for_log(entered("ops"));
    slixmpp_client bob = client_of(server, "bob");
    bob.say("component.bots.test", "!note one");
    CHECK(bob.wait_for_message("noted one")["from"] == "component.bots.test");
    bob.join("ops@rooms.bots.test", "bob");
    bob.say_in("ops@rooms.bots.test", "!note two");
    bob.wait_for_message("noted two");
    bot.stop();
    CHECK(note.runs().front().first == "xmpp/bob@bots.test");
    // It has said goodbye.
    bob.wait_for(
        {{"event", "presence"}, {"from", "ops@rooms.bots.test/mynah"}, {"type", "unavailable"}});
    // There is no TLS for components.
    CHECK_THAT(bot.log(), ContainsSubstring("tls=none mechanism=handshake"));
    CHECK_THAT(bot.log(), !ContainsSubstring("starttls"));
  }
  SECTION("with a wrong one it ends") {
    settings["password"] = "wrong-word";
    xmpp_bot bot(settings, {ping()});
    check_gives_up(bot, errc::authentication_failed, "wrong-word");
  }
}

namespace {

// The modules are those of Debian's prosody-modules, which are for a newer Prosody: there
// connections tell of their TLS themselves, whoever opens a stream is passed on, times have
// fractions, and stanzas know their children's attributes.
const char* const newer = R"(
local times = require "util.datetime"
local whole = times.datetime
times.datetime = function(time) return whole(time and math.floor(time)) end
require "util.stanza".stanza_mt.get_child_attr = function(stanza, name, ns, attribute)
  local child = stanza:get_child(name, ns)
  return child and child.attr[attribute]
end
module:hook("stream-features", function(event)
  event.stream = { from = "bot@bots.test" }
  local class = getmetatable(event.origin.conn).__index
  function class:ssl_info() return self:socket():info() end
end, 100)
)";

// And there stream management can be had without its own stanzas: what those would be answered is
// caught here.
const char* const newer_management = R"(
local smacks = module:depends("smacks")
local sm = "urn:xmpp:sm:3"
require "util.stanza".stanza_mt.add_error = function(stanza, err)
  return stanza:tag(err.condition, { xmlns = "urn:ietf:params:xml:ns:xmpp-stanzas" }):up()
end
local function caught(session, ask)
  local sent, real = {}, session.send
  session.send = setmetatable({}, { __call = function(_, stanza)
    sent[#sent + 1] = stanza
    return true
  end })
  ask()
  session.send = real
  return sent, real
end
function smacks.do_enable(session, request)
  local sent = caught(session, function() smacks.handle_enable(session, request, sm) end)
  if sent[1].name ~= "enabled" then return nil, { condition = "unexpected-request" } end
  module:log("info", "enabled within the login")
  return { id = sent[1].attr.id, resume_max = sent[1].attr.max, finish = function() end }
end
function smacks.do_resume(session, request)
  local user = prosody.hosts[session.host].sessions[session.username]
  local original
  for _, other in pairs(user and user.sessions or {}) do
    if other.resumption_token == request.attr.previd then original = other end
  end
  local sent, real = caught(session, function() smacks.handle_resume(session, request, sm) end)
  if sent[1].name ~= "resumed" then
    module:log("info", "refused within the login")
    return nil, { condition = "item-not-found", context = { h = sent[1].attr.h } }
  end
  module:log("info", "resumed within the login")
  original.send, real.session, real.filter = real, original, original.filter
  return { type = "resumed", session = original, id = request.attr.previd, finish = function()
    original.resending_unacked = true
    for i = 2, #sent do original.send(sent[i]) end
    original.resending_unacked = nil
  end }
end
)";

}  // namespace

TEST_CASE("a login takes one step, and later ones a token", "[xmpp][login][sasl2]") {
  const temp_directory modules;
  modules.write("mod_newer.lua", newer);
  prosody_options options;
  options.plugin_path = modules.path().string();
  options.more =
      "modules_enabled = { \"newer\"; \"sasl2\"; \"sasl2_bind2\"; "
      "\"sasl2_fast\" }";
  prosody server(options);
  cutting_proxy line(server.port());
  auto settings = account_in(server, "ops@rooms.bots.test");
  settings["port"] = std::to_string(line.port());
  const bool by_bind2 = GENERATE(true, false);
  if (by_bind2) {
    settings["jid"] = "bot@bots.test";
    // That module needs a newer Prosody still.
    settings["stream-management"] = "no";
  }
  xmpp_bot bot(settings, {ping()});
  bot.wait_for_log(entered("ops"));
  CHECK_THAT(bot.log(), ContainsSubstring("mechanism=SCRAM-SHA-"));
  slixmpp_client ada = client_of(server, "ada");
  ada.join("ops@rooms.bots.test", "ada");
  ada.say_in("ops@rooms.bots.test", "!ping");
  ada.wait_for_message("pong");
  line.cut();
  bot.wait_for_log("not connected; trying again");
  bot.forward(std::chrono::seconds(61));
  if (by_bind2) {
    bot.wait_for_log(entered("ops"), 2);
  } else {
    bot.wait_for_log("the session goes on");
  }
  CHECK_THAT(bot.log(), ContainsSubstring("mechanism=HT-SHA-256-"));
  ada.say("bot@bots.test", "!ping");
  const std::string from = ada.wait_for_message("pong")["from"];
  CHECK((from == "bot@bots.test/here") != by_bind2);
  CHECK_THAT(bot.log(), !ContainsSubstring("secret-token"));
}

TEST_CASE("a session is made and taken up within the login", "[xmpp][login][sasl2][resume]") {
  const temp_directory modules;
  modules.write("mod_newer.lua", std::string(newer) + newer_management);
  prosody_options options;
  options.plugin_path = modules.path().string();
  options.more =
      "modules_enabled = { \"newer\"; \"sasl2\"; \"sasl2_bind2\"; \"sasl2_sm\"; "
      "\"sasl2_fast\" }";
  const bool is_kept = GENERATE(true, false);
  if (!is_kept) options.resume_seconds = 1;
  const prosody server(options);
  cutting_proxy line(server.port());
  const std::string ops = "ops@rooms.bots.test";
  auto settings = account_in(server, ops);
  // With a resource it would not be for the server to make one up.
  settings["jid"] = "bot@bots.test";
  settings["port"] = std::to_string(line.port());
  noted_command note;
  xmpp_bot bot(settings, {note.make()});
  bot.wait_for_log(entered("ops"));
  CHECK_THAT(server.log(), ContainsSubstring("enabled within the login"));
  slixmpp_client ada = client_of(server, "ada");
  ada.join(ops, "ada");
  ada.say_in(ops, "!note before");
  ada.wait_for_message("noted before");
  line.hold(true);
  line.cut();
  bot.wait_for_log("not connected; trying again");
  if (!is_kept) {
    ada.wait_for({{"event", "presence"}, {"from", ops + "/mynah"}, {"type", "unavailable"}});
  }
  ada.say_in(ops, "!note meanwhile");
  ada.wait_for_message("!note meanwhile");
  line.hold(false);
  bot.forward(std::chrono::seconds(61));
  if (is_kept) {
    bot.wait_for_log("the session goes on");
  } else {
    bot.wait_for_log(entered("ops"), 2);
  }
  ada.wait_for_message("noted meanwhile");
  ada.say("bot@bots.test", "!note after");
  ada.wait_for_message("noted after");
  bot.stop();
  CHECK_THAT(server.log(),
             ContainsSubstring(is_kept ? "resumed within the login" : "refused within the login"));
  CHECK_THAT(bot.log(), ContainsSubstring("mechanism=HT-SHA-256-"));
  CHECK(note.runs().size() == 3);
}
