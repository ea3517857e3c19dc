// SPDX-License-Identifier: Apache-2.0
#include "app/command_line.hpp"

#include "catch.hpp"
#include "example_flags.hpp"

using mynah::cli::command_line;

namespace {

command_line parse(const std::vector<std::string>& arguments,
                   const std::vector<std::string>& inputs = {}) {
  return mynah::cli::parse_command_line(arguments, example_table(inputs));
}

std::string refusal(const std::vector<std::string>& arguments) {
  return error_of([&] { static_cast<void>(parse(arguments)); });
}

std::vector<std::string> values(const command_line& line, const std::string& name) {
  const mynah::setting_values::entry* entry = line.values.find(name);
  return entry == nullptr ? std::vector<std::string>{"(none)"} : entry->values;
}

using list = std::vector<std::string>;

}  // namespace

TEST_CASE("a value stands behind = or in the next argument") {
  const command_line line = parse({"--irc-server=host:6697", "--prefix", "?"});
  CHECK(values(line, "irc.server") == list{"host:6697"});
  CHECK(values(line, "prefix") == list{"?"});
  CHECK(line.values.find("prefix")->source == "--prefix");
}

TEST_CASE("a value may hold anything") {
  CHECK(values(parse({"--prefix=a=b"}), "prefix") == list{"a=b"});
  CHECK(values(parse({"--prefix="}), "prefix") == list{""});
  CHECK(values(parse({"--prefix", ""}), "prefix") == list{""});
  CHECK(values(parse({"--prefix", "-"}), "prefix") == list{"-"});
  CHECK(values(parse({"--prefix", "-5"}), "prefix") == list{"-5"});
  CHECK(values(parse({"--prefix=[a,b]"}), "prefix") == list{"[a,b]"});
  CHECK(values(parse({"--prefix=--"}), "prefix") == list{"--"});
  CHECK(values(parse({"--prefix", "\"x\""}), "prefix") == list{"\"x\""});
  CHECK(*parse({"--exec=say --loud"}).exec == "say --loud");
  CHECK(*parse({"--exec", "say --loud"}).exec == "say --loud");
}

TEST_CASE("an empty value does not take the next argument") {
  const command_line line = parse({"--prefix=", "--irc-server=x"});
  CHECK(values(line, "prefix") == list{""});
  CHECK(values(line, "irc.server") == list{"x"});
}

TEST_CASE("lists may be given several times") {
  CHECK(values(parse({"--irc-channels=#a,#b", "--irc-channels", "#c"}), "irc.channels") ==
        list{"#a,#b", "#c"});
}

TEST_CASE("booleans stand alone, have a value, or are negated") {
  CHECK(values(parse({"--irc-tls"}), "irc.tls") == list{"true"});
  CHECK(values(parse({"--irc-tls", "--prefix=x"}), "irc.tls") == list{"true"});
  CHECK(values(parse({"--irc-tls=false"}), "irc.tls") == list{"false"});
  CHECK(values(parse({"--no-irc-tls"}), "irc.tls") == list{"false"});
  CHECK(parse({"--no-irc-tls"}).values.find("irc.tls")->source == "--no-irc-tls");
  CHECK(refusal({"--no-irc-tls=yes"}) == "--no-irc-tls takes no value");
  CHECK(refusal({"--no-prefix"}) == "unknown flag --no-prefix; did you mean '--prefix'?");
  CHECK(refusal({"--irc-tls", "false"}) == "unexpected argument 'false'; flags begin with --");
}

TEST_CASE("underscores are dashes") {
  const command_line line = parse({"--irc_server=x", "--command_deadline", "5s"});
  CHECK(values(line, "irc.server") == list{"x"});
  CHECK(line.values.find("irc.server")->source == "--irc_server");
  CHECK(values(line, "command-deadline") == list{"5s"});
}

TEST_CASE("a flag without its value is an error") {
  CHECK(refusal({"--irc-server"}) == "--irc-server needs a value");
  CHECK(refusal({"--irc-server", "--irc-tls"}) ==
        "--irc-server needs a value (one that begins with -- is given as --irc-server=<value>)");
  CHECK(refusal({"--exec"}) == "--exec needs a value");
  CHECK(refusal({"--exec=a", "--exec=b"}) == "--exec is given twice; it takes one command line");
}

TEST_CASE("unknown flags are errors that name the nearest one") {
  CHECK(refusal({"--irc-servr=x"}) == "unknown flag --irc-servr; did you mean '--irc-server'?");
  CHECK(refusal({"--server=x"}) == "unknown flag --server; did you mean '--irc-server'?");
  CHECK(refusal({"--chek-config"}) == "unknown flag --chek-config; did you mean '--check-config'?");
  CHECK(refusal({"-prefix=x"}) == "unknown flag -prefix; did you mean '--prefix'?");
  CHECK(refusal({"--zzzzzzzzz"}) == "unknown flag --zzzzzzzzz (see --help)");
  CHECK(refusal({"--irc-libera-server=x"}) ==
        "unknown flag --irc-libera-server; is 'irc:libera' missing in --inputs?");
  CHECK(refusal({"-x"}) == "unknown flag -x (see --help)");
  CHECK(refusal({"help"}) == "unexpected argument 'help'; flags begin with --");
  CHECK(refusal({"--"}).starts_with("unknown flag --"));
}

TEST_CASE("flags of instances are known when the instance is") {
  CHECK(values(parse({"--irc-libera-server=x"}, {"irc:libera"}), "irc.libera.server") == list{"x"});
}

TEST_CASE("what may be a secret is not repeated") {
  CHECK(refusal({"--irc-password", "my", "hunter2"}) ==
        "unexpected argument number 3; values with blanks need quotes");
  CHECK(refusal({"--irc-pasword=hunter2"}) ==
        "unknown flag --irc-pasword; did you mean '--irc-password'?");
  CHECK(refusal({"--irc-pasword", "hunter2"}).find("hunter2") == std::string::npos);
  CHECK(refusal({"-p=hunter2"}).find("hunter2") == std::string::npos);
}

TEST_CASE("switches take no value") {
  const command_line line = parse({"--check-config", "--print-config", "-h"});
  CHECK(line.check_config);
  CHECK(line.print_config);
  CHECK(line.help);
  CHECK_FALSE(line.version);
  CHECK(refusal({"--check-config=yes"}) == "--check-config takes no value");
}

TEST_CASE("a few values can be seen before the flags are known") {
  const list arguments{"--inputs=irc:a, irc:b", "--bogus", "x", "--inputs", "console", "--inputs"};
  CHECK(mynah::cli::peek(arguments, "inputs") == list{"irc:a, irc:b", "console"});
  CHECK(mynah::cli::peek(arguments, "exec").empty());
  CHECK(mynah::cli::peek_switch({"--version"}, "version"));
  CHECK_FALSE(mynah::cli::peek_switch({"--exec=--version"}, "version"));
}
