// SPDX-License-Identifier: Apache-2.0
#include "catch.hpp"

#include <unistd.h>

#include <cstdio>
#include <fstream>

#include <mynah/error.hpp>

#include "core/bot_flags.hpp"
#include "core/resolve_settings.hpp"

using namespace mynah;
using namespace std::chrono_literals;

namespace {

std::vector<flag_group> groups() {
  std::vector<flag_group> all;
  all.emplace_back("", "", core::bot_flags(), false);
  all.emplace_back("irc", "",
                   std::vector<flag>{flag("server", "host[:port]").required(),
                                     flag("port", "port", flag_type::integer).range(1, 65535),
                                     flag("tls", "use TLS", flag_type::boolean).fallback("yes"),
                                     flag("password", "password").secret(),
                                     flag("wait", "time", flag_type::duration).fallback("30s"),
                                     flag("channels", "channels", flag_type::list),
                                     flag("mode", "mode").one_of({"fast", "slow"})},
                   true);
  all.emplace_back("builtins", "", std::vector<flag>{flag("time-zone", "zone").fallback("UTC")},
                   false);
  return all;
}

core::resolved_settings resolved(const setting_values& given) {
  return core::resolve(groups(), given);
}

setting_values base() {
  setting_values given;
  given.set("inputs", "irc", "--inputs");
  given.set("irc.server", "localhost", "--irc-server");
  return given;
}

// A file that is gone when the test ends.
class temporary_file {
 public:
  explicit temporary_file(const std::string& content) {
    char name[] = "/tmp/mynah-test-XXXXXX";
    const int handle = mkstemp(name);
    REQUIRE(handle >= 0);
    path = name;
    close(handle);
    std::ofstream(path) << content;
  }
  temporary_file(const temporary_file&) = delete;
  temporary_file& operator=(const temporary_file&) = delete;
  ~temporary_file() { std::remove(path.c_str()); }
  std::string path;
};

}  // namespace

TEST_CASE("values are typed, defaults fill the rest, sources are kept") {
  setting_values given = base();
  given.set("irc.port", "6697", "bot.toml:3");
  given.set("irc.tls", "off", "MYNAH_IRC_TLS");
  given.set("irc.channels", std::vector<std::string>{"#a, #b", "#c"}, "bot.toml:4");
  const settings irc = resolved(given).inputs.at(0).values;
  CHECK(irc.owner() == "irc");
  CHECK(irc.text("server") == "localhost");
  CHECK(irc.integer("port") == 6697);
  CHECK_FALSE(irc.boolean("tls"));
  CHECK(irc.duration("wait") == 30s);
  CHECK(irc.list("channels") == std::vector<std::string>{"#a", "#b", "#c"});
  CHECK(irc.source("port") == "bot.toml:3");
  CHECK(irc.source("wait") == "default");
  CHECK(irc.given("port"));
  CHECK_FALSE(irc.given("wait"));
  CHECK(irc.text("password").empty());
  CHECK_THROWS_AS(irc.text("port"), std::logic_error);
  CHECK_THROWS_AS(irc.text("nonsense"), std::logic_error);
  CHECK(resolved(given).plugins.at(0).text("time-zone") == "UTC");
}

TEST_CASE("instances have their own values and fall back to the plugin's") {
  setting_values given;
  given.set("inputs", "irc:libera, irc:oftc,irc", "--inputs");
  given.set("irc.server", "everywhere");
  given.set("irc.libera.server", "libera");
  const core::resolved_settings all = resolved(given);
  REQUIRE(all.inputs.size() == 3);
  CHECK(all.inputs[0].name == "irc:libera");
  CHECK(all.inputs[0].values.owner() == "irc:libera");
  CHECK(all.inputs[0].values.text("server") == "libera");
  CHECK(all.inputs[1].values.text("server") == "everywhere");
  CHECK(all.inputs[2].values.text("server") == "everywhere");
}

TEST_CASE("what is wrong is named, with where it came from and what was expected") {
  const auto error = [](auto change) {
    setting_values given = base();
    change(given);
    try {
      resolved(given);
    } catch (const settings_error& wrong) {
      return std::string(wrong.what());
    }
    return std::string("no error");
  };
  CHECK(error([](auto& given) { given.set("inputs", "ircc", "--inputs"); }) ==
        "--inputs: no input 'ircc' is linked; linked: irc; did you mean 'irc'?");
  CHECK(error([](auto& given) { given.set("inputs", "irc,irc", "--inputs"); }) ==
        "--inputs: 'irc' is there twice");
  CHECK(error([](auto& given) { given.set("inputs", "irc:A B", "bot.toml:1"); }) ==
        "'inputs' (bot.toml:1): 'irc:A B' is no instance name; expected <input>:<name> with small "
        "letters, digits, '-' or '_', such as irc:main");
  CHECK(error([](auto& given) { given.set("inputs", " ", "--inputs"); }) ==
        "no input is selected: give --inputs=<name>[,<name>]; linked: irc");
  CHECK(error([](auto& given) { given.set("inputs", " , ", "--inputs"); }) ==
        "--inputs is ' , '; expected at least one value between the commas");
  CHECK(error([](auto& given) { given.set("irc.channels", ",,", "--irc-channels"); }) ==
        "--irc-channels is ',,'; expected at least one value between the commas");
  CHECK(error([](auto& given) { given.set("irc.channels", "#a,", "--irc-channels"); }) ==
        "no error");
  CHECK(error([](auto& given) { given.set("irc.channels", "", "--irc-channels"); }) == "no error");
  CHECK(error([](auto& given) { given.set("irc.sever", "x", "bot.toml:7"); }) ==
        "unknown setting 'irc.sever' (bot.toml:7); did you mean 'irc.server'?");
  CHECK(error([](auto& given) { given.set("irc.sever", "x", "--irc-sever"); }) ==
        "unknown flag --irc-sever; did you mean '--irc-server'?");
  CHECK(error([](auto& given) { given.set("irc.libera.server", "x", "bot.toml:9"); }) ==
        "'irc.libera.server' (bot.toml:9) is for the input irc:libera, which --inputs does not "
        "select");
  CHECK(error([](auto& given) { given.set("irc.port", "many", "--irc-port"); }) ==
        "--irc-port is 'many'; expected a whole number");
  CHECK(error([](auto& given) { given.set("irc.port", "0", "MYNAH_IRC_PORT"); }) ==
        "'irc.port' (MYNAH_IRC_PORT) is '0'; expected a number from 1 to 65535");
  CHECK(error([](auto& given) { given.set("irc.tls", "perhaps", "--irc-tls"); }) ==
        "--irc-tls is 'perhaps'; expected yes or no");
  CHECK(error([](auto& given) { given.set("irc.wait", "soon", "--irc-wait"); }) ==
        "--irc-wait is 'soon'; expected a duration such as 250ms, 30s, 5m or 1h30m");
  CHECK(error([](auto& given) { given.set("irc.mode", "fats", "--irc-mode"); }) ==
        "--irc-mode is 'fats'; expected one of fast, slow; did you mean 'fast'?");
  CHECK(error([](auto& given) {
          given.set("irc.port", std::vector<std::string>{"1", "2"}, "--irc-port");
        }) == "--irc-port is given 2 times; it takes one value");

  setting_values nothing;
  nothing.set("inputs", "irc");
  CHECK_THROWS_WITH(resolved(nothing), "--irc-server is missing: host[:port]");
}

TEST_CASE("a secret may come from a file, is collected for masking and never shown") {
  const temporary_file file("hunter2\n");
  setting_values given = base();
  given.set("irc.password-file", file.path, "--irc-password-file");
  const core::resolved_settings all = resolved(given);
  CHECK(all.inputs[0].values.text("password") == "hunter2");
  CHECK(all.redactor.redact("it is hunter2") == "it is ***");

  given.set("irc.password", "hunter3", "--irc-password");
  CHECK_THROWS_WITH(resolved(given),
                    "--irc-password and --irc-password-file are both given; give one");

  setting_values missing = base();
  missing.set("irc.password-file", "/nonexistent/secret", "--irc-password-file");
  CHECK_THROWS_WITH(resolved(missing),
                    ContainsSubstring("--irc-password-file: cannot read '/nonexistent/secret'"));
  const temporary_file empty("\n");
  missing.set("irc.password-file", empty.path, "--irc-password-file");
  CHECK_THROWS_WITH(resolved(missing), ContainsSubstring("is empty"));

  setting_values twice = base();
  twice.set("irc.password", std::vector<std::string>{"hunter4", "hunter5"}, "--irc-password");
  try {
    resolved(twice);
    FAIL("accepted");
  } catch (const settings_error& wrong) {
    CHECK(std::string(wrong.what()).find("hunter") == std::string::npos);
  }
}
