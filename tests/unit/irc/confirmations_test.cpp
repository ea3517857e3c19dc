// SPDX-License-Identifier: Apache-2.0
#include "confirmations.hpp"

#include "catch.hpp"

using mynah::errc;
using namespace mynah::irc;

namespace {

message parsed(const std::string& line) {
  const auto got = message::parse(line);
  REQUIRE(got);
  return *got;
}

// "1:ok:id 2:the server's words"
std::string taken(confirmations& from) {
  std::string all;
  for (const confirmation& each : from.take()) {
    if (!all.empty()) all += ' ';
    all += std::to_string(each.number) + ":";
    all += each.refused ? each.refused->remote() : "ok" + each.id;
    if (each.refused) CHECK(each.refused->code() == errc::not_sent);
  }
  return all;
}

}  // namespace

TEST_CASE("labels tell what became of which message", "[irc][confirmations]") {
  confirmations asked;
  for (const std::uint64_t number : {1U, 2U, 3U, 4U, 5U, 6U})
    asked.expect(number, "#c", "hi", true);
  CHECK(asked.labeled(parsed("@label=m2 :irc.test ACK")));
  CHECK(taken(asked) == "2:ok");
  CHECK(asked.labeled(parsed("@label=m1;msgid=x :me!u@h PRIVMSG #c :hi")));
  CHECK(taken(asked) == "1:okx");
  CHECK(asked.labeled(parsed("@label=m3 :irc.test 404 me #c :Cannot send")));
  CHECK(taken(asked) == "3:Cannot send");
  CHECK(asked.labeled(parsed("@label=m4 FAIL PRIVMSG TOO_LONG #c :too long")));
  CHECK(taken(asked) == "4:too long");
  // Somebody is away: it was delivered.
  CHECK(asked.labeled(parsed("@label=m5 :irc.test 301 me bob :gone")));
  CHECK(taken(asked) == "5:ok");
  CHECK_FALSE(asked.labeled(parsed("@label=m5 :irc.test ACK")));
  CHECK_FALSE(asked.labeled(parsed("@label=other :irc.test ACK")));
  CHECK_FALSE(asked.labeled(parsed("@label=m99999999999999999999999 :irc.test ACK")));
  CHECK_FALSE(asked.labeled(parsed(":irc.test ACK")));
  // An echo without a label belongs to another client of the account.
  asked.echoed("#c", "hi", "y");
  asked.refused("#c", "no");
  CHECK(taken(asked).empty());
}

TEST_CASE("an answer may be a batch", "[irc][confirmations]") {
  confirmations asked;
  for (const std::uint64_t number : {1U, 2U, 3U}) asked.expect(number, "#c", "hi", true);
  CHECK(asked.labeled(parsed("@label=m1 BATCH +b labeled-response")));
  CHECK(asked.labeled(parsed("@batch=b :irc.test 301 me bob :gone")));
  CHECK(taken(asked).empty());
  CHECK(asked.labeled(parsed("@batch=b;msgid=z :me!u@h PRIVMSG bob :hi")));
  CHECK(taken(asked) == "1:okz");
  CHECK(asked.labeled(parsed("BATCH -b")));
  CHECK(asked.labeled(parsed("@label=m2 BATCH +d labeled-response")));
  CHECK(asked.labeled(parsed("@batch=d :irc.test 482 me #c :not an operator")));
  CHECK(asked.labeled(parsed("BATCH -d")));
  CHECK(taken(asked) == "2:not an operator");
  // Our own message of several lines comes back.
  CHECK(asked.labeled(parsed("@label=m3;msgid=q :me!u@h BATCH +e draft/multiline #c")));
  CHECK(asked.labeled(parsed("BATCH -e")));
  CHECK(taken(asked) == "3:okq");
}

TEST_CASE("without labels the echo and the order tell", "[irc][confirmations]") {
  confirmations asked;
  asked.expect(1, "#c", "one", false);
  asked.expect(2, "#c", "two", false);
  asked.expect(3, "#d", "three", false);
  asked.echoed("#c", "two", "x");
  CHECK(taken(asked) == "2:okx");
  asked.refused("#x", "no");
  CHECK(taken(asked).empty());
  asked.refused("#c", "no");
  CHECK(taken(asked) == "1:no");
  // The server may change the text.
  asked.echoed("#d", "THREE", {});
  CHECK(taken(asked) == "3:ok");
  asked.echoed("#d", "three", {});
  CHECK(taken(asked).empty());
}

TEST_CASE("an error about no room counts where it can be only one", "[irc][confirmations]") {
  confirmations asked;
  asked.expect(1, "#c", "one", false);
  asked.expect(2, "#d", "two", false);
  asked.refused({}, "too long");
  CHECK(taken(asked).empty());
  asked.forget(1);
  asked.refused({}, "too long");
  CHECK(taken(asked) == "2:too long");
  asked.forget(1);
  asked.forget(77);
}
