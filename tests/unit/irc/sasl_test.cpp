// SPDX-License-Identifier: Apache-2.0
// Logging in with SASL, and what follows when it does not work.
#include "catch.hpp"
#include "sasl/base64.hpp"
#include "session_script.hpp"

using mynah::errc;
using namespace mynah::irc;
using mynah::sasl::base64_encoded;
using mynah_test::session_script;
using mynah_test::texts;
using namespace std::chrono_literals;

namespace {

const std::string nonce = "rOprNGfwEbeRWgbNEkqO";
const std::string full_nonce = nonce + "%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0";
const std::string challenge =
    "AUTHENTICATE " + base64_encoded("r=" + full_nonce + ",s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096");
const std::string first = "^AUTHENTICATE " + base64_encoded("n,,n=user,r=" + nonce);
const std::string proof =
    "^AUTHENTICATE " +
    base64_encoded("c=biws,r=" + full_nonce + ",p=dHzbZapWIk4jUhN+Ute9ytag9zjfMHgsqmmiz7AndVQ=");
const std::string signature =
    "AUTHENTICATE " + base64_encoded("v=6rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G4=");
const std::string plain = "^AUTHENTICATE " + base64_encoded(std::string("\0user\0pencil", 12));

session_options with_account(texts mechanisms = {"SCRAM-SHA-256", "PLAIN"}, bool required = true) {
  session_options options;
  options.channels = {channel_entry("#c")};
  options.sasl.user = "user";
  options.sasl.password = "pencil";
  options.sasl.mechanisms = std::move(mechanisms);
  options.sasl.required = required;
  options.sasl.nonce = nonce;
  return options;
}

class login : public session_script {
 public:
  explicit login(session_options options = with_account(), bool byte_by_byte = false)
      : session_script(std::move(options), byte_by_byte) {
    (void)sent();
  }

  /// The server offers SASL; gives what the session begins with.
  texts offer(const std::string& capability = "sasl") {
    server({"CAP * LS :" + capability, "CAP * ACK :sasl"});
    texts lines = sent();
    REQUIRE(!lines.empty());
    CHECK(lines.front() == "^CAP REQ :sasl");
    lines.erase(lines.begin());
    return lines;
  }
  std::string told() {
    if (!talking.failed()) return "lives";
    return talking.failed()->code().message() + "|" + talking.failed()->message() + "|" +
           talking.failed()->remote();
  }
};

std::string name(errc code) {
  return make_error_code(code).message();
}

}  // namespace

TEST_CASE("logging in with SCRAM", "[irc][session][sasl]") {
  login script(with_account(), GENERATE(false, true));
  CHECK(script.offer("sasl=PLAIN,SCRAM-SHA-256") == texts{"^AUTHENTICATE SCRAM-SHA-256"});
  script.server({"AUTHENTICATE +"});
  CHECK(script.sent() == texts{first});
  script.server({challenge});
  CHECK(script.sent() == texts{proof});
  script.server({signature});
  CHECK(script.sent() == texts{"^AUTHENTICATE +"});
  script.server({":irc.test 900 * mynah!u@h user :You are now logged in as user",
                 ":irc.test 903 * :SASL authentication successful"});
  CHECK(script.sent() == texts{"^CAP END"});
  script.server({":irc.test 001 mynah :Welcome", ":irc.test 376 mynah :End"});
  CHECK(script.talking.online());
  CHECK(script.sent() == texts{"JOIN #c"});
  script.advance(60s);
  CHECK(script.told() == "lives");
}

TEST_CASE("logging in with PLAIN, because the server can nothing better", "[irc][session][sasl]") {
  login script;
  CHECK(script.offer("sasl=EXTERNAL,plain") == texts{"^AUTHENTICATE PLAIN"});
  script.server({"AUTHENTICATE +"});
  CHECK(script.sent() == texts{plain});
  script.server({":irc.test 903 * :ok"});
  CHECK(script.sent() == texts{"^CAP END"});
}

TEST_CASE("logging in with the certificate", "[irc][session][sasl]") {
  const std::string user = GENERATE("", "user");
  session_options options = with_account({"EXTERNAL", "SCRAM-SHA-256", "PLAIN"});
  options.sasl.user = user;
  login script(options);
  CHECK(script.offer("sasl=PLAIN,EXTERNAL,SCRAM-SHA-256") == texts{"^AUTHENTICATE EXTERNAL"});
  script.server({"AUTHENTICATE +"});
  CHECK(script.sent() ==
        texts{"^AUTHENTICATE " + (user.empty() ? std::string("+") : base64_encoded(user))});
  SECTION("accepted") {
    script.server({":irc.test 903 * :ok"});
    CHECK(script.sent() == texts{"^CAP END"});
  }
  SECTION("refused: the password is tried, in both ways") {
    script.server({":irc.test 904 * :no"});
    CHECK(script.sent() == texts{"^AUTHENTICATE SCRAM-SHA-256"});
    script.server({":irc.test 904 * :no"});
    CHECK(script.sent() == texts{"^AUTHENTICATE PLAIN"});
    script.server({":irc.test 904 * :no"});
    CHECK(script.sent() == texts{});
    CHECK(script.told() ==
          name(errc::authentication_failed) + "|SASL: the server refuses the login|no");
  }
}

TEST_CASE("a certificate alone, which the server does not take, is final", "[irc][session][sasl]") {
  session_options options = with_account({"EXTERNAL"});
  options.sasl.user.clear();
  options.sasl.password.clear();
  login script(options);
  CHECK(script.offer("sasl=PLAIN,EXTERNAL") == texts{"^AUTHENTICATE EXTERNAL"});
  script.server({"AUTHENTICATE +", ":irc.test 904 * :no"});
  CHECK(script.sent() == texts{"^AUTHENTICATE +"});
  CHECK(script.talking.failed()->code() == errc::authentication_failed);
}

TEST_CASE("what is not for connections without TLS is not used there", "[irc][session][sasl]") {
  session_options options = with_account({"EXTERNAL", "SCRAM-SHA-256", "PLAIN"});
  options.secure = false;
  SECTION("neither the certificate nor the password itself") {
    login script(options);
    CHECK(script.offer("sasl=PLAIN,EXTERNAL,SCRAM-SHA-256") ==
          texts{"^AUTHENTICATE SCRAM-SHA-256"});
    script.server({":irc.test 904 * :no"});
    CHECK(script.talking.failed()->code() == errc::authentication_failed);
    CHECK(script.sent() == texts{});
  }
  SECTION("unless it is allowed") {
    options.sasl.plain_without_tls = true;
    login script(options);
    CHECK(script.offer("sasl=PLAIN,EXTERNAL") == texts{"^AUTHENTICATE PLAIN"});
  }
  SECTION("nothing is left: never online without the account") {
    options.sasl.mechanisms = {"EXTERNAL"};
    options.sasl.user.clear();
    login script(options);
    CHECK(script.offer() == texts{});
    CHECK_THAT(script.told(), ContainsSubstring("without TLS"));
    CHECK(script.talking.failed()->code() == errc::authentication_failed);
  }
}

TEST_CASE("messages of 400 bytes and more go in pieces", "[irc][session][sasl]") {
  // \0user\0 and the password, times 4/3.
  for (const std::size_t size : {294U, 295U, 594U}) {
    CAPTURE(size);
    session_options options = with_account({"PLAIN"});
    options.sasl.password = std::string(size, 'x');
    login script(options);
    (void)script.offer();
    script.server({"AUTHENTICATE +"});
    const std::string text = base64_encoded(std::string("\0user\0", 6) + options.sasl.password);
    texts expected;
    for (std::size_t at = 0; at < text.size(); at += 400) {
      expected.push_back("^AUTHENTICATE " + text.substr(at, 400));
    }
    if (text.size() % 400 == 0) expected.emplace_back("^AUTHENTICATE +");
    CHECK(script.sent() == expected);
  }
}

TEST_CASE("challenges may come in pieces, too", "[irc][session][sasl]") {
  login script(with_account({"SCRAM-SHA-256"}));
  (void)script.offer();
  script.server({"AUTHENTICATE +"});
  (void)script.sent();
  std::string padded = "r=" + full_nonce + ",s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096,x=";
  padded.resize(300, 'x');
  const std::string text = base64_encoded(padded);
  REQUIRE(text.size() == 400);
  script.server({"AUTHENTICATE " + text});
  CHECK(script.sent() == texts{});
  script.server({"AUTHENTICATE +"});
  CHECK(script.sent().size() == 1);
  CHECK(script.told() == "lives");
}

TEST_CASE("a login that is refused is final", "[irc][session][sasl]") {
  login script;
  CHECK(script.offer() == texts{"^AUTHENTICATE SCRAM-SHA-256"});
  // The account may have no keys for SCRAM: one more try, in the other way.
  script.server({":irc.test 904 * :SASL authentication failed"});
  CHECK(script.sent() == texts{"^AUTHENTICATE PLAIN"});
  script.server({"AUTHENTICATE +", ":irc.test 904 * :SASL authentication failed"});
  CHECK(script.told() == name(errc::authentication_failed) +
                             "|SASL: the server refuses the login|SASL authentication failed");
  CHECK(script.sent() == texts{plain});
  CHECK(script.talking.next_tick() == session::time_point::max());
}

TEST_CASE("refusals of every kind", "[irc][session][sasl]") {
  struct row {
    texts lines;
    errc code;
  };
  const std::vector<row> rows = {
      {{"902 * :You must use a nick assigned to you"}, errc::authentication_failed},
      {{"904"}, errc::authentication_failed},
      {{"905 * :too long"}, errc::authentication_failed},
      {{"906 * :aborted"}, errc::authentication_failed},
      {{"908 * EXTERNAL :are available", "904 * :failed"}, errc::authentication_failed},
      {{"AUTHENTICATE +", "AUTHENTICATE +"}, errc::authentication_failed},
      {{"AUTHENTICATE !!!!"}, errc::authentication_failed},
      {{"AUTHENTICATE AAAA"}, errc::authentication_failed},
      {{"903 * :ok"}, errc::authentication_failed},
      {{"907 * :already"}, errc::authentication_failed},
      {{"001 mynah :Welcome"}, errc::throttled},
      {{"CAP * DEL :sasl"}, errc::throttled},
  };
  for (const row& each : rows) {
    CAPTURE(each.lines.back());
    login script(with_account({"PLAIN"}));
    (void)script.offer();
    script.server(each.lines);
    REQUIRE(script.talking.failed());
    CHECK(script.talking.failed()->code() == each.code);
    CHECK_THAT(script.told(), !ContainsSubstring("pencil"));
    for (const std::string& line : script.sent()) CHECK(line != "^CAP END");
  }
}

TEST_CASE("a server that has no part in SCRAM is not believed", "[irc][session][sasl]") {
  login script;
  (void)script.offer();
  SECTION("wrong signature") {
    script.server({"AUTHENTICATE +", challenge,
                   "AUTHENTICATE " + base64_encoded("v=" + base64_encoded(std::string(32, 'x')))});
    CHECK(script.sent() == texts{first, proof, "^AUTHENTICATE *"});
  }
  SECTION("none") {
    script.server({"AUTHENTICATE +", challenge, "903 * :ok"});
    CHECK(script.sent() == texts{first, proof});
  }
  SECTION("success at once") {
    script.server({"903 * :ok"});
    CHECK(script.sent() == texts{});
  }
  // It does not get the password instead.
  script.server({"906 * :aborted", "904 * :failed", "AUTHENTICATE +"});
  CHECK(script.sent() == texts{});
  CHECK(script.talking.failed()->code() == errc::authentication_failed);
}

TEST_CASE("a challenge without end is refused", "[irc][session][sasl]") {
  login script;
  (void)script.offer();
  for (int i = 0; i < 100; ++i) script.server({"AUTHENTICATE " + std::string(400, 'A')});
  CHECK(script.told() ==
        name(errc::authentication_failed) + "|SASL: the server's challenge is too long|");
}

TEST_CASE("a server that does not go on with the login", "[irc][session][sasl]") {
  login script;
  (void)script.offer();
  script.advance(19s);
  CHECK(script.told() == "lives");
  script.advance(1s);
  CHECK(script.told() == name(errc::timed_out) + "|SASL: the server does not answer|");
  CHECK(script.sent() == texts{"^AUTHENTICATE *"});
}

TEST_CASE("without SASL at the server nothing is done, and tried again later",
          "[irc][session][sasl]") {
  login script;
  SECTION("not offered") {
    script.server({"CAP * LS :batch", "CAP * ACK :batch"});
    CHECK(script.sent() == texts{"^CAP REQ :batch"});
  }
  SECTION("refused") {
    script.server({"CAP * LS :sasl", "CAP * NAK :sasl"});
    CHECK(script.sent() == texts{"^CAP REQ :sasl"});
  }
  SECTION("no CAP at all") {
    script.server({"421 * CAP :Unknown command", "001 mynah :Welcome"});
    CHECK(script.sent() == texts{});
  }
  REQUIRE(script.talking.failed());
  CHECK(script.talking.failed()->code() == errc::throttled);
}

TEST_CASE("nothing in common with the server is final", "[irc][session][sasl]") {
  login script(with_account({"SCRAM-SHA-256"}));
  CHECK(script.offer("sasl=PLAIN,EXTERNAL") == texts{});
  CHECK(script.told() ==
        name(errc::authentication_failed) +
            "|SASL: the server offers none of the SASL mechanisms that are allowed|PLAIN,EXTERNAL");
}

TEST_CASE("an account that is not required", "[irc][session][sasl]") {
  login script(with_account({"PLAIN"}, false));
  SECTION("refused") {
    (void)script.offer();
    script.server({"AUTHENTICATE +", "904 * :failed"});
    CHECK(script.sent() == texts{plain, "^CAP END"});
  }
  SECTION("not offered") {
    script.server({"CAP * LS :"});
    CHECK(script.sent() == texts{"^CAP END"});
  }
  SECTION("no answer") {
    (void)script.offer();
    script.advance(20s);
    CHECK(script.sent() == texts{"^AUTHENTICATE *", "^CAP END"});
  }
  SECTION("taken back") {
    (void)script.offer();
    script.server({"CAP * DEL :sasl"});
    CHECK(script.sent() == texts{"^AUTHENTICATE *", "^CAP END"});
  }
  script.server({"001 mynah :Welcome", "376 mynah :End"});
  CHECK(script.talking.online());
  CHECK(script.sent() == texts{"JOIN #c"});
}

TEST_CASE("services that come back later", "[irc][session][sasl]") {
  login script(with_account({"PLAIN"}, false));
  script.server({"CAP * LS :", "001 mynah :Welcome", "376 mynah :End"});
  (void)script.sent();
  script.server({"CAP mynah NEW :sasl=PLAIN", "CAP mynah ACK :sasl", "AUTHENTICATE +"});
  CHECK(script.sent() == texts{"CAP REQ :sasl", "^AUTHENTICATE PLAIN", plain});
  script.server(
      {"904 mynah :failed", "CAP mynah DEL :sasl", "CAP mynah NEW :sasl", "CAP mynah ACK :sasl"});
  // Once is enough.
  CHECK(script.sent() == texts{"CAP REQ :sasl"});
  CHECK(script.told() == "lives");
}

TEST_CASE("without an account nobody asks for SASL", "[irc][session][sasl]") {
  session_script script;
  (void)script.sent();
  script.server({"CAP * LS :sasl", "AUTHENTICATE +", "903 * :ok", "904 * :no"});
  CHECK(script.sent() == texts{"^CAP END"});
}

TEST_CASE("a server may refuse a login by hanging up", "[irc][session][sasl]") {
  const bool required = GENERATE(true, false);
  const std::string words = GENERATE("SASL authentication failed", "SASL login timed out");
  CAPTURE(required, words);
  session_options options;
  options.sasl.user = "bot";
  options.sasl.password = "pencil";
  options.sasl.mechanisms = {"PLAIN"};
  options.sasl.required = required;
  session_script script(options);
  script.server({"CAP * LS :sasl", "CAP * ACK :sasl", "AUTHENTICATE +",
                 "ERROR :Closing Link: 1.2.3.4 (" + words + ")"});
  REQUIRE(script.talking.failed());
  const bool refused = words.ends_with("failed");
  CHECK(script.talking.failed()->code() == (refused ? errc::authentication_failed : errc::closed));
  // Without a login it is about something else.
  session_script other;
  other.server({"ERROR :Closing Link: 1.2.3.4 (" + words + ")"});
  CHECK(other.talking.failed()->code() == errc::closed);
}
