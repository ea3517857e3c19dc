// SPDX-License-Identifier: Apache-2.0
#include "sasl/mechanism.hpp"

#include "catch.hpp"
#include "sasl/base64.hpp"

using mynah::errc;
using namespace mynah::sasl;

namespace {

std::string refusal(const mynah::result<std::string>& got) {
  if (got.has_value()) return "accepted";
  CHECK(got.error().code() == errc::authentication_failed);
  return got.error().message();
}

}  // namespace

TEST_CASE("mechanisms have their registered names", "[sasl]") {
  for (const char* name : {"EXTERNAL", "PLAIN", "SCRAM-SHA-1", "SCRAM-SHA-256", "SCRAM-SHA-512"}) {
    CAPTURE(name);
    CHECK(make_mechanism(name, "user", "pencil") != nullptr);
  }
  for (const char* name : {"", "plain", "SCRAM-SHA-256-PLUS", "LOGIN"}) {
    CAPTURE(name);
    CHECK(make_mechanism(name, "user", "pencil") == nullptr);
  }
}

TEST_CASE("a bound login has a mechanism of its own", "[sasl]") {
  const auto bound = channel_binding::with("tls-exporter", "secret");
  for (const std::string name : {"SCRAM-SHA-1", "SCRAM-SHA-256", "SCRAM-SHA-512"}) {
    CAPTURE(name);
    CHECK(make_mechanism(name + "-PLUS", "user", "pencil", {}, bound) != nullptr);
    CHECK(make_mechanism(name, "user", "pencil", {}, bound) == nullptr);
    CHECK(make_mechanism(name, "user", "pencil", {}, channel_binding::not_offered()) != nullptr);
    CHECK(make_mechanism(name + "-PLUS", "user", "pencil", {}, channel_binding::not_offered()) ==
          nullptr);
  }
  for (const char* name : {"-PLUS", "PLAIN-PLUS", "EXTERNAL-PLUS", "SCRAM-SHA-256-PLUS-PLUS"}) {
    CAPTURE(name);
    CHECK(make_mechanism(name, "user", "pencil", {}, bound) == nullptr);
  }
}

TEST_CASE("EXTERNAL names the account, or leaves it to the certificate", "[sasl]") {
  const std::string user = GENERATE("", "bot");
  const auto talk = make_mechanism("EXTERNAL", user, "pencil");
  CHECK_FALSE(talk->satisfied());
  CHECK(talk->answer("").value() == user);
  CHECK(talk->satisfied());
  CHECK_THAT(refusal(talk->answer("")), ContainsSubstring("EXTERNAL"));
  CHECK_THAT(refusal(make_external("")->answer("what?")), ContainsSubstring("EXTERNAL"));
}

TEST_CASE("PLAIN says user and password, once", "[sasl]") {
  const auto talk = make_mechanism("PLAIN", "user", "pencil");
  CHECK_FALSE(talk->satisfied());
  CHECK(talk->answer("").value() == std::string("\0user\0pencil", 12));
  CHECK(talk->satisfied());
  CHECK_THAT(refusal(talk->answer("")), ContainsSubstring("PLAIN"));
  CHECK_THAT(refusal(make_plain("user", "pencil")->answer("what?")), ContainsSubstring("PLAIN"));
}

TEST_CASE("a hashed token proves both sides", "[sasl]") {
  const auto how = make_hashed_token("user", "token", "cb");
  CHECK(base64_encoded(*how->answer({})) == "dXNlcgCuYzmqPm6VTsRlrZ9oRl6GZVehdSbmt6XIxPcxMrwbNA==");
  CHECK_FALSE(how->satisfied());
  SECTION("and is satisfied then") {
    const auto proof = base64_decoded("Awxb3B6aPhlbz6ha8kuzBAxsuJSngW2OO+ASDuEQdSE=");
    REQUIRE(how->answer(*proof).has_value());
    CHECK(how->satisfied());
    CHECK(refusal(how->answer(*proof)) != "accepted");
  }
  SECTION("or refuses") {
    for (const std::string& proof : {std::string(), std::string("x"), std::string(32, 'x')}) {
      CHECK(refusal(how->answer(proof)) == "the server did not prove that it knows the token");
      CHECK_FALSE(how->satisfied());
    }
  }
}
