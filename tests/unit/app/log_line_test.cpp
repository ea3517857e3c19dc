// SPDX-License-Identifier: Apache-2.0
#include <mynah/app.hpp>

#include "catch.hpp"

using mynah::log_format;
using mynah::log_level;

namespace {

std::string line(log_format format, std::string_view message,
                 const std::vector<mynah::log_field>& fields = {}) {
  const std::string text =
      mynah::log_line(mynah::log_record(log_level::info, "irc:libera", message, fields), format);
  // Without the time, whose form is tested on its own.
  return format == log_format::text ? text.substr(25) : text.substr(0, 9) + text.substr(33);
}

}  // namespace

TEST_CASE("a text line has time, level, component, message and fields") {
  const std::vector<mynah::log_field> none;
  const std::string text =
      mynah::log_line(mynah::log_record(log_level::error, "bot", "m", none), log_format::text);
  REQUIRE(text.size() > 25);
  CHECK(text[10] == 'T');
  CHECK(text[19] == '.');
  CHECK(text[23] == 'Z');
  CHECK(text.substr(25) == "error bot: m");
  CHECK(line(log_format::text, "joined", {{"room", "#a"}, {"topic", "two words"}, {"x", ""}}) ==
        R"(info irc:libera: joined room=#a topic="two words" x="")");
}

TEST_CASE("what users type forges no text line") {
  CHECK(line(log_format::text, "a\nb\x1b[31m\x7f") == R"(info irc:libera: a\nb\x1b[31m\x7f)");
  CHECK(line(log_format::text, "m", {{"k", "a \"b\"\n"}}) == R"(info irc:libera: m k="a \"b\"\n")");
  CHECK(line(log_format::text,
             "\xc2\x9b"
             "31m gr\xc3\xbc\xc3\x9f"
             "e \xff") ==
        "info irc:libera: \\xc2\\x9b31m gr\xc3\xbc\xc3\x9f"
        "e \\xff");
}

TEST_CASE("a JSON line is one object with escaped strings") {
  CHECK(line(log_format::json, "a \"b\" \\ \n\t\x01\x7f", {{"k", "v"}}) ==
        R"({"time":"","level":"info","component":"irc:libera",)"
        R"("message":"a \"b\" \\ \n\t\u0001\u007f","k":"v"})");
  CHECK(line(log_format::json,
             "gr\xc3\xbc\xc3\x9f"
             "e \xff\xc3") ==
        "{\"time\":\"\",\"level\":\"info\",\"component\":\"irc:libera\","
        "\"message\":\"gr\xc3\xbc\xc3\x9f"
        "e \\ufffd\\ufffd\"}");
}

TEST_CASE("fields cannot replace what every line has") {
  CHECK(line(log_format::json, "m", {{"level", "x"}}) ==
        R"({"time":"","level":"info","component":"irc:libera","message":"m","level_":"x"})");
}
