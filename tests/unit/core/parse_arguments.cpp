// SPDX-License-Identifier: Apache-2.0
#include "catch.hpp"

#include "core/parse_arguments.hpp"

using namespace mynah;
using namespace std::chrono_literals;

namespace {

command_spec deploy() {
  return command_spec("deploy", "Deploys")
      .parameter(parameter::string("service", "what to deploy"))
      .parameter(parameter::choice("env", {"staging", "prod"}).fallback("staging"))
      .parameter(parameter::integer("count").optional())
      .parameter(parameter::duration("timeout").flag().fallback("5m"))
      .parameter(parameter::floating("ratio").flag())
      .parameter(parameter::boolean("force").flag());
}

class parsed {
 public:
  parsed(const command_spec& spec, const std::string& line)
      : data(std::make_shared<detail::argument_data>()), args(data) {
    data->line = line;
    error = core::parse_arguments(spec, *data);
  }

  std::shared_ptr<detail::argument_data> data;
  arguments args;
  std::optional<std::string> error;
};

std::string error_of(const command_spec& spec, const std::string& line) {
  return parsed(spec, line).error.value_or("no error");
}

}  // namespace

TEST_CASE("values arrive in every spelling") {
  const command_spec spec = deploy();
  const auto check = [&](const std::string& line) {
    CAPTURE(line);
    const parsed got(spec, line);
    REQUIRE_FALSE(got.error);
    CHECK(got.args.string("service") == "web");
    CHECK(got.args.string("env") == "prod");
    CHECK(got.args.integer("count") == 3);
    CHECK(got.args.duration("timeout") == 90s);
    CHECK(got.args.floating("ratio") == 0.5);
    CHECK(got.args.boolean("force"));
  };
  check("deploy web prod 3 --timeout 90s --ratio 0.5 --force");
  check("deploy web prod 3 --timeout=90s --ratio=0.5 --force=yes");
  check("deploy --force web timeout=1m30s --ratio +0.5 prod count=3");
  check("deploy service=web env=prod count=3 timeout=90s ratio=5e-1 force=on");
  check("deploy --service web --env prod --count 3 --timeout 90s --ratio .5 --force true");
  CHECK_FALSE(parsed(spec, "deploy --force no web").args.boolean("force"));
  CHECK(parsed(spec, "deploy --force web").args.string("service") == "web");
}

TEST_CASE("defaults and absence") {
  const command_spec spec = deploy();
  const parsed got(spec, "deploy web");
  REQUIRE_FALSE(got.error);
  CHECK(got.args.string("env") == "staging");
  CHECK(got.args.duration("timeout") == 5min);
  CHECK_FALSE(got.args.has("count"));
  CHECK_FALSE(got.args.has("ratio"));
  CHECK_FALSE(got.args.boolean("force"));
  CHECK_THROWS_AS(got.args.integer("count"), std::logic_error);
  CHECK_THROWS_AS(got.args.integer("service"), std::logic_error);
  CHECK_THROWS_AS(got.args.string("nonsense"), std::logic_error);
}

TEST_CASE("a URL survives as a value") {
  const command_spec spec = command_spec("get", "")
                                .parameter(parameter::string("url"))
                                .parameter(parameter::string("via").flag());
  const std::string url = "https://user:pw@host:8443/p?a=b&c=d";
  CHECK(parsed(spec, "get " + url).args.string("url") == url);
  CHECK(parsed(spec, "get --url " + url).args.string("url") == url);
  CHECK(parsed(spec, "get --url=" + url).args.string("url") == url);
  CHECK(parsed(spec, "get url=" + url).args.string("url") == url);
  CHECK(parsed(spec, "get " + url + " --via " + url).args.string("via") == url);
  CHECK(parsed(spec, "get x=y").args.string("url") == "x=y");
}

TEST_CASE("errors name the parameter, the value and what was expected") {
  const command_spec spec = deploy();
  CHECK(error_of(spec, "deploy") == "service is missing (what to deploy)");
  CHECK(error_of(spec, "deploy web prd") == "env is 'prd'; expected one of staging or prod");
  CHECK(error_of(spec, "deploy web prod many") == "count is 'many'; expected a whole number");
  CHECK(error_of(spec, "deploy web --timeout soon") ==
        "timeout is 'soon'; expected a duration such as 90s, 5m or 1h30m");
  CHECK(error_of(spec, "deploy web --timeout") ==
        "--timeout needs a value: a duration such as 90s, 5m or 1h30m");
  CHECK(error_of(spec, "deploy web --ratio=x") == "ratio is 'x'; expected a number such as 2.5");
  CHECK(error_of(spec, "deploy web --force=maybe") == "force is 'maybe'; expected yes or no");
  CHECK(error_of(spec, "deploy web --forse") == "unknown flag '--forse'; did you mean --force?");
  CHECK(error_of(spec, "deploy web --xyzzy=1") == "unknown flag '--xyzzy'");
  CHECK(error_of(spec, "deploy web prod 3 extra") == "unexpected 'extra'");
  CHECK(error_of(spec, "deploy web env=prod env=prod") == "env is given twice");
  CHECK(error_of(spec, "deploy web count=99999999999999999999") ==
        "count is '99999999999999999999'; expected a whole number");
  CHECK(error_of(spec, "deploy web " + std::string(500, 'x')).size() < 150);
}

TEST_CASE("quoting and -- make text of what looks like a flag") {
  const command_spec spec = command_spec("say", "").parameter(parameter::string("text"));
  CHECK(parsed(spec, "say \"--text\"").args.string("text") == "--text");
  CHECK(parsed(spec, "say -- --text").args.string("text") == "--text");
  CHECK(parsed(spec, "say -x").args.string("text") == "-x");
  CHECK(parsed(spec, "say \"text=x\"").args.string("text") == "text=x");
}

TEST_CASE("a boolean flag can be negated") {
  const command_spec spec =
      command_spec("x", "").parameter(parameter::boolean("color").flag().fallback("yes"));
  CHECK(parsed(spec, "x").args.boolean("color"));
  CHECK_FALSE(parsed(spec, "x --no-color").args.boolean("color"));
  CHECK_FALSE(parsed(spec, "x --color=off").args.boolean("color"));
}

TEST_CASE("the last positional may take the rest as typed") {
  const command_spec spec = command_spec("tell", "")
                                .parameter(parameter::boolean("loud").flag())
                                .parameter(parameter::string("who"))
                                .parameter(parameter::string("what").rest());
  const parsed got(spec, "tell --loud bob  it's  a \"quoted\" --day k=v ");
  REQUIRE_FALSE(got.error);
  CHECK(got.args.boolean("loud"));
  CHECK(got.args.string("who") == "bob");
  CHECK(got.args.string("what") == "it's  a \"quoted\" --day k=v");
}

TEST_CASE("free text may begin like a flag or like the parameter's own name") {
  const command_spec spec = command_spec("echo", "")
                                .parameter(parameter::boolean("loud").flag())
                                .parameter(parameter::string("text").rest());
  CHECK(parsed(spec, "echo text=hello world").args.string("text") == "text=hello world");
  CHECK(parsed(spec, "echo --foo bar").args.string("text") == "--foo bar");
  CHECK(parsed(spec, "echo --text x").args.string("text") == "--text x");
  CHECK(parsed(spec, "echo --loud --foo").args.string("text") == "--foo");
  CHECK(parsed(spec, "echo loud=yes a=b").args.string("text") == "a=b");
}

TEST_CASE("names of several words are not values") {
  const command_spec spec = command_spec("db backup", "").parameter(parameter::string("name"));
  CHECK(parsed(spec, "db backup main").args.string("name") == "main");
}

TEST_CASE("a command without declarations takes anything") {
  const parsed got(command_spec("x", ""), "x --anything at all=1");
  REQUIRE_FALSE(got.error);
  CHECK(got.args.size() == 4);
  CHECK(got.args[0] == "x");
  CHECK(got.args[3] == "all=1");
  CHECK(got.args[9].empty());
  CHECK(got.args.rest() == "--anything at all=1");
}

TEST_CASE("contradictions in a declaration are found") {
  const auto wrong = [](command_spec spec) {
    return core::declaration_error(spec).value_or("sound");
  };
  CHECK(wrong(deploy()) == "sound");
  CHECK(wrong(command_spec("x", "")
                  .parameter(parameter::string("a"))
                  .parameter(parameter::string("a"))) == "parameter 'a' is declared twice");
  CHECK(wrong(command_spec("x", "").parameter(parameter::choice("a", {}))) ==
        "parameter 'a' has no choices");
  CHECK(wrong(command_spec("x", "").parameter(parameter::integer("a").fallback("x"))) ==
        "parameter 'a': the default 'x' is not a whole number");
  CHECK(wrong(command_spec("x", "")
                  .parameter(parameter::string("a").optional())
                  .parameter(parameter::string("b"))) ==
        "parameter 'b' is required but stands after an optional one");
  CHECK(wrong(command_spec("x", "")
                  .parameter(parameter::string("a").rest())
                  .parameter(parameter::string("b"))) ==
        "parameter 'b' stands after one that takes the rest of the line");
  CHECK(wrong(command_spec("x", "").parameter(parameter::integer("a").rest())) ==
        "parameter 'a': only a positional string can take the rest of the line");
  CHECK(wrong(command_spec("x", "").parameter(parameter::boolean("help").flag())) ==
        "parameter 'help': `--help` is the request for help");
  CHECK(wrong(command_spec("x", "").parameter(parameter::string("a b"))) ==
        "parameter 'a b': a name is letters without blanks, quotes or '='");
}
