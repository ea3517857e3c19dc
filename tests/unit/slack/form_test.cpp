// SPDX-License-Identifier: Apache-2.0
#include "form.hpp"

#include <random>

#include "catch.hpp"
#include "rounds.hpp"

using mynah::slack::form;

TEST_CASE("forms are read", "[slack][form]") {
  const form read = form::parse("token=xyz&text=api+%3Cnow%3E&empty=&flag&a=1&a=2&&u=%C3%A4=b");
  CHECK(read.value("token") == "xyz");
  CHECK(read.value("text") == "api <now>");
  CHECK(read.value("empty") == "");
  CHECK(read.value("flag") == "");
  CHECK(read.value("a") == "1");
  CHECK(read.value("u") == "\xC3\xA4=b");
  CHECK_FALSE(read.value("b").has_value());
  CHECK(read.fields.size() == 7);
  CHECK(form::parse("").fields.empty());
  CHECK(form::parse("&&&").fields.empty());
}

TEST_CASE("what is no escape stays", "[slack][form]") {
  CHECK(form::parse("a=%").value("a") == "%");
  CHECK(form::parse("a=%4").value("a") == "%4");
  CHECK(form::parse("a=%zz%41").value("a") == "%zzA");
  CHECK(form::parse("a=100%25%").value("a") == "100%%");
  CHECK(form::parse("a=%FFb").value("a") ==
        "\xEF\xBF\xBD"
        "b");
  CHECK(form::parse("%61=b").value("a") == "b");
}

TEST_CASE("forms are written and read back", "[slack][form]") {
  CHECK(form().add("a b", "1&2=3+4").add("c", "\xC3\xA4*-._").to_string() ==
        "a+b=1%262%3D3%2B4&c=%C3%A4*-._");
  std::mt19937 random(11);
  const std::string_view pieces[] = {"%", "+", "&", "=", "a", " ", "\xE2\x82\xAC", "\n", "%41"};
  for (std::size_t round = 0; round < mynah_test::rounds(2000); ++round) {
    form made;
    for (auto i = random() % 4; i > 0; --i) {
      std::string texts[2];
      for (std::string& each : texts) {
        for (auto n = random() % 6; n > 0; --n) each += pieces[random() % std::size(pieces)];
      }
      made.add(texts[0], texts[1]);
    }
    // An unnamed field without value is `=`, which is read back.
    CAPTURE(made.to_string());
    REQUIRE(form::parse(made.to_string()) == made);
  }
}
