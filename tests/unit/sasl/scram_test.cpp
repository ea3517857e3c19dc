// SPDX-License-Identifier: Apache-2.0
#include "catch.hpp"
#include "sasl/base64.hpp"
#include "sasl/mechanism.hpp"
#include "scram_server.hpp"

using mynah::errc;
using namespace mynah::sasl;

namespace {

// RFC 7677.
const std::string nonce = "rOprNGfwEbeRWgbNEkqO";
const std::string full_nonce = "rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0";
const std::string salt = "W22ZaJ0SNY7soEsUEjb6gQ==";
const std::string challenge = "r=" + full_nonce + ",s=" + salt + ",i=4096";
const std::string proof = "dHzbZapWIk4jUhN+Ute9ytag9zjfMHgsqmmiz7AndVQ=";
const std::string signature = "6rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G4=";

std::unique_ptr<mechanism> begun() {
  auto talk = make_scram(scram_hash::sha_256, "user", "pencil", nonce);
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

TEST_CASE("SCRAM-SHA-256 as the standard has it", "[sasl][scram]") {
  const auto talk = make_scram(scram_hash::sha_256, "user", "pencil", nonce);
  CHECK(talk->answer("").value() == "n,,n=user,r=" + nonce);
  CHECK(talk->answer(challenge).value() == "c=biws,r=" + full_nonce + ",p=" + proof);
  CHECK_FALSE(talk->satisfied());
  CHECK(talk->answer("v=" + signature).value().empty());
  CHECK(talk->satisfied());
  CHECK_THAT(refusal(talk->answer("")), ContainsSubstring("everything is said"));
}

TEST_CASE("SCRAM with other hashes", "[sasl][scram]") {
  class row {
   public:
    const char* name;
    std::string nonce;
    std::string more;
    std::string salt;
    std::string proof;
    std::string signature;
  };
  // SHA-1: RFC 5802. SHA-512: made with another program.
  const std::vector<row> rows = {
      {"SCRAM-SHA-1", "fyko+d2lbbFgONRv9qkxdawL", "3rfcNHYJY1ZVvWVs7j", "QSXCR+Q6sek8bf92",
       "v0X8v3Bz2T0CJGbJQyF0X+HI4Ts=", "rmF9pqV8S7suAoZWja4dJRkFsKQ="},
      {"SCRAM-SHA-512", nonce, full_nonce.substr(nonce.size()), salt,
       "gMGXRcevScNtxZ6/8lQYpGtnsNAc3mGcmNomv+xnoOMw+3R2xNJdMNnzMlTN8PPC6wdp6dybEmDYXYTxwnYPJQ==",
       "ZQnYEgWQMFmmsM8aQMF0nDDCy/AgCzkwk8CmMZYcMg0vSVlKDanekLtifDSeVGT4+5ZxXnJq199RVG2rR7N7Zw=="},
  };
  for (const row& each : rows) {
    CAPTURE(each.name);
    const auto talk = make_mechanism(each.name, "user", "pencil", each.nonce);
    const std::string full = each.nonce + each.more;
    CHECK(talk->answer("").value() == "n,,n=user,r=" + each.nonce);
    CHECK(talk->answer("r=" + full + ",s=" + each.salt + ",i=4096").value() ==
          "c=biws,r=" + full + ",p=" + each.proof);
    CHECK(talk->answer("v=" + each.signature).value().empty());
    CHECK(talk->satisfied());
  }
}

TEST_CASE("SCRAM says what it is bound to", "[sasl][scram]") {
  class row {
   public:
    const char* name;
    channel_binding binding;
    std::string header;
    std::string bound;
    std::string proof;
    std::string signature;
  };
  const auto bytes = [](int first, int count) {
    std::string text;
    for (int i = 0; i < count; ++i) text += static_cast<char>(first + i);
    return text;
  };
  // Made with another program: Python's hashlib and hmac.
  const std::vector<row> rows = {
      {"SCRAM-SHA-256", channel_binding::not_offered(), "y,,", "eSws",
       "FoqiHTtQEDE8lz1CdaEe3tK4mS+iMDTl77SPyDS53DY=",
       "dI4KpiQJwBr1+V+K6U1dA6l6I4I9DUNXWND4pcpRU3U="},
      {"SCRAM-SHA-1-PLUS", channel_binding::with("tls-unique", bytes(0, 12)), "p=tls-unique,,",
       "cD10bHMtdW5pcXVlLCwAAQIDBAUGBwgJCgs=", "QFkg+ulaqERFv4niHp/atSnglKc=",
       "+OU00NmE2EJp2C6JjMHszib3gCQ="},
      {"SCRAM-SHA-256-PLUS", channel_binding::with("tls-exporter", bytes(0, 32)),
       "p=tls-exporter,,", "cD10bHMtZXhwb3J0ZXIsLAABAgMEBQYHCAkKCwwNDg8QERITFBUWFxgZGhscHR4f",
       "QC6CS20quADQRb3mT99YUH+n3VJxUvzuK0K0E1Vrs2M=",
       "2GiAgapEppLVlUXbxUDksL3VgYHzuqiK5tR4mhJGgvs="},
      {"SCRAM-SHA-512-PLUS", channel_binding::with("tls-server-end-point", bytes(0xE0, 32)),
       "p=tls-server-end-point,,",
       "cD10bHMtc2VydmVyLWVuZC1wb2ludCws4OHi4+Tl5ufo6err7O3u7/Dx8vP09fb3+Pn6+/z9/v8=",
       "HyycNSMS2xT4Tab4fD8fFMWYQkg9fyG5HguG44phTgo7kIdn3AJSdw3vqubGBAnHwNwdiX5bPeJBiQt5YuMrtQ==",
       "sDfnEUm5NauoKMWLd6XklD8EWsruTartfzBEbE80yorXPjJJZ2A8dZkJE97nXC69K8xPrz4jrnmCAPur8ofz8A=="},
  };
  for (const row& each : rows) {
    CAPTURE(each.name);
    const auto talk = make_mechanism(each.name, "user", "pencil", nonce, each.binding);
    REQUIRE(talk != nullptr);
    CHECK(talk->answer("").value() == each.header + "n=user,r=" + nonce);
    CHECK(talk->answer(challenge).value() ==
          "c=" + each.bound + ",r=" + full_nonce + ",p=" + each.proof);
    CHECK(talk->answer("v=" + each.signature).value().empty());
    CHECK(talk->satisfied());
  }
}

TEST_CASE("a bound login fails where the server sees another connection", "[sasl][scram]") {
  const std::string ours = "what we see";
  const std::string theirs = GENERATE("what we see", "what somebody between us sees", "");
  const auto talk = make_mechanism("SCRAM-SHA-256-PLUS", "user", "pencil", {},
                                   channel_binding::with("tls-exporter", ours));
  mynah_test::scram_server server("pencil", theirs);
  const std::string begun_with = talk->answer("").value();
  const std::string proved = talk->answer(server.first(begun_with)).value();
  const std::string last = server.last(proved);
  if (theirs == ours) {
    CHECK(talk->answer(last).has_value());
    CHECK(talk->satisfied());
  } else {
    CHECK(last.empty());
    CHECK_THAT(refusal(talk->answer(last)), ContainsSubstring("does not prove"));
  }
}

TEST_CASE("a login is not bound to nothing", "[sasl][scram]") {
  const auto talk = make_scram(scram_hash::sha_256, "user", "pencil", nonce,
                               channel_binding::with("tls-exporter", ""));
  CHECK_THAT(refusal(talk->answer("")), ContainsSubstring("nothing to bind"));
}

TEST_CASE("names and passwords are prepared", "[sasl][scram]") {
  // However they are typed, the proof is that of the prepared form (made with another program).
  const bool apart = GENERATE(false, true);
  const auto talk =
      make_scram(scram_hash::sha_256, apart ? "ju\xCC\x88rgen" : "j\xC3\xBCrgen",
                 apart ? "cafe\xCC\x81\xC2\xA0\xEF\xAC\x81" : "caf\xC3\xA9 fi", nonce);
  CHECK(talk->answer("").value() == "n,,n=j\xC3\xBCrgen,r=" + nonce);
  CHECK(talk->answer(challenge).value() ==
        "c=biws,r=" + full_nonce + ",p=FvMzP7swv03PvP5FU0NMpgKl8nvpTfKpb0ZI2o5L6do=");
  CHECK(talk->answer("v=JyjGMvudfgrpdMbkpW8I402syo2w8bybwptSwlOI7hQ=").has_value());

  CHECK_THAT(refusal(make_scram(scram_hash::sha_256, "a\x07", "x")->answer("")),
             ContainsSubstring("user name"));
  const auto bad = make_scram(scram_hash::sha_256, "user", "pencil\x07", nonce);
  (void)bad->answer("");
  CHECK_THAT(refusal(bad->answer(challenge)), ContainsSubstring("password"));
}

TEST_CASE("names are escaped and nonces are random", "[sasl][scram]") {
  CHECK(make_scram(scram_hash::sha_256, "a=b,c", "x", "n")->answer("").value() ==
        "n,,n=a=3Db=2Cc,r=n");
  const std::string one = make_scram(scram_hash::sha_256, "a", "x")->answer("").value();
  CHECK(one.size() == std::string("n,,n=a,r=").size() + 24);
  CHECK(one != make_scram(scram_hash::sha_256, "a", "x")->answer("").value());
}

TEST_CASE("challenges that are refused", "[sasl][scram]") {
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
  CHECK_THAT(refusal(make_scram(scram_hash::sha_256, "user", "pencil", nonce)->answer(challenge)),
             ContainsSubstring("ours to do"));
}

TEST_CASE("attributes that we do not know are read over", "[sasl][scram]") {
  CHECK(begun()->answer(challenge + ",x=1").has_value());
}

TEST_CASE("a server that does not know the password is found out", "[sasl][scram]") {
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

TEST_CASE("base64", "[sasl][base64]") {
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
