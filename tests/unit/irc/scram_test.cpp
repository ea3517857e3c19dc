// SPDX-License-Identifier: Apache-2.0
#include "base64.hpp"
#include "catch.hpp"
#include "sasl_mechanism.hpp"

using mynah::errc;
using namespace mynah::irc;

namespace {

// RFC 7677.
const std::string nonce = "rOprNGfwEbeRWgbNEkqO";
const std::string full_nonce = "rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0";
const std::string salt = "W22ZaJ0SNY7soEsUEjb6gQ==";
const std::string challenge = "r=" + full_nonce + ",s=" + salt + ",i=4096";
const std::string proof = "dHzbZapWIk4jUhN+Ute9ytag9zjfMHgsqmmiz7AndVQ=";
const std::string signature = "6rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G4=";

std::unique_ptr<sasl_mechanism> begun() {
  auto talk = make_scram_sha_256("user", "pencil", nonce);
  (void)talk->answer("");
  return talk;
}

std::string refusal(const mynah::result<std::string>& got) {
  if (got.has_value()) return "accepted";
  CHECK(got.error().code() == errc::authentication_failed);
  CHECK(got.error().describe().find("pencil") == std::string::npos);
  return got.error().message();
}

}  // namespace

TEST_CASE("SCRAM-SHA-256 as the standard has it", "[irc][scram]") {
  const auto talk = make_scram_sha_256("user", "pencil", nonce);
  CHECK(talk->answer("").value() == "n,,n=user,r=" + nonce);
  CHECK(talk->answer(challenge).value() == "c=biws,r=" + full_nonce + ",p=" + proof);
  CHECK_FALSE(talk->satisfied());
  CHECK(talk->answer("v=" + signature).value().empty());
  CHECK(talk->satisfied());
  CHECK_THAT(refusal(talk->answer("")), ContainsSubstring("everything is said"));
}

TEST_CASE("names are escaped and nonces are random", "[irc][scram]") {
  CHECK(make_scram_sha_256("a=b,c", "x", "n")->answer("").value() == "n,,n=a=3Db=2Cc,r=n");
  const std::string one = make_scram_sha_256("a", "x")->answer("").value();
  CHECK(one.size() == std::string("n,,n=a,r=").size() + 24);
  CHECK(one != make_scram_sha_256("a", "x")->answer("").value());
}

TEST_CASE("challenges that are refused", "[irc][scram]") {
  struct row {
    std::string challenge;
    const char* why;
  };
  const std::vector<row> rows = {
      {"", "malformed"},
      {"r=" + full_nonce, "malformed"},
      {"r=" + full_nonce + ",s=,i=4096", "malformed"},
      {"r=" + full_nonce + ",s=!!!!,i=4096", "malformed"},
      {"r=" + full_nonce + ",s=" + salt + ",i=4096x", "malformed"},
      {"r=" + full_nonce + ",s=" + salt + ",i=", "malformed"},
      {"r=" + full_nonce + ",s=" + salt + ",i=99999999999999", "malformed"},
      {"r=" + full_nonce + ",s=" + salt + ",i=4095", "4095 iterations"},
      {"r=" + full_nonce + ",s=" + salt + ",i=-1", "-1 iterations"},
      {"r=" + full_nonce + ",s=" + salt + ",i=10000000", "10000000 iterations"},
      {"r=" + nonce + ",s=" + salt + ",i=4096", "does not continue"},
      {"r=other" + full_nonce + ",s=" + salt + ",i=4096", "does not continue"},
      {"m=x," + challenge, "extension"},
  };
  for (const row& each : rows) {
    CAPTURE(each.challenge);
    const auto talk = begun();
    CHECK_THAT(refusal(talk->answer(each.challenge)), ContainsSubstring(each.why));
    CHECK_FALSE(talk->satisfied());
  }
  CHECK_THAT(refusal(make_scram_sha_256("user", "pencil", nonce)->answer(challenge)),
             ContainsSubstring("ours to do"));
}

TEST_CASE("attributes that we do not know are read over", "[irc][scram]") {
  CHECK(begun()->answer(challenge + ",x=1").has_value());
}

TEST_CASE("a server that does not know the password is found out", "[irc][scram]") {
  std::string wrong = signature;
  wrong[0] = '7';
  for (const std::string& last : {std::string(), "v=" + wrong, std::string("v="),
                                  "v=" + signature.substr(4), std::string("v=!"), signature}) {
    CAPTURE(last);
    const auto talk = begun();
    REQUIRE(talk->answer(challenge).has_value());
    CHECK_THAT(refusal(talk->answer(last)), ContainsSubstring("does not prove"));
    CHECK_FALSE(talk->satisfied());
    // There is no second guess.
    CHECK(talk->answer("v=" + signature).has_error());
    CHECK_FALSE(talk->satisfied());
  }
  const auto talk = begun();
  (void)talk->answer(challenge);
  const auto refused = talk->answer("e=invalid-proof");
  CHECK(refusal(refused) == "the server refuses the login");
  CHECK(refused.error().remote() == "invalid-proof");
}

TEST_CASE("base64", "[irc][base64]") {
  const std::string all("\0\xFF mynah", 8);
  for (std::size_t size = 0; size <= all.size(); ++size) {
    const std::string bytes = all.substr(0, size);
    CHECK(base64_decoded(base64_encoded(bytes)) == bytes);
  }
  CHECK(base64_encoded(std::string("\0jilles\0sesame", 14)) == "AGppbGxlcwBzZXNhbWU=");
  for (const char* bad : {"A", "AA", "AAA", "A===", "====", "AA=A", "AA==AAAA", " AAA", "AAA ",
                          "AA\nA", "AAAA\n", "A-A_", "AAA=="}) {
    CAPTURE(bad);
    CHECK_FALSE(base64_decoded(bad));
  }
}
