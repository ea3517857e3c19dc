// SPDX-License-Identifier: Apache-2.0
#include <sys/stat.h>

#include "catch.hpp"
#include "process.hpp"

// Where settings come from, and what is said about wrong ones.
namespace {

using words = std::vector<std::string>;

finished run(words flags, const process::variables& environment = {}) {
  flags.insert(flags.begin(), TEST_BOT);
  return finished(flags, "", environment);
}

// The one line that is complained, without the program's name; the exit code must be 2.
std::string refusal(const words& flags, const process::variables& environment = {}) {
  const finished ended = run(flags, environment);
  CHECK(ended.code == 2);
  CHECK(ended.out == "");
  CHECK(ended.err.find('\n') + 1 == ended.err.size());
  CHECK(ended.err.starts_with("test-bot: "));
  return ended.err.substr(0, ended.err.size() - 1).substr(10);
}

// How --print-config shows a setting: value and source.
std::string shown(const std::string& name, words flags,
                  const process::variables& environment = {}) {
  flags.emplace_back("--print-config");
  const finished ended = run(flags, environment);
  INFO(ended.err);
  CHECK(ended.code == 0);
  const std::size_t start = ended.out.find("\n" + name + " = ");
  if (start == std::string::npos) return "(not there)";
  std::string line = ended.out.substr(start + 1);
  line.resize(line.find('\n'));
  line.erase(0, name.size() + 3);
  const std::size_t gap = line.find("  ");
  return line.substr(0, gap) + " " + line.substr(line.find('#', gap));
}

}  // namespace

TEST_CASE("flag beats environment beats file beats default") {
  const scratch_folder folder;
  const std::string file = folder.file("bot.toml", "# settings\nprefix = \"t\"\n");
  const process::variables variable{{"MYNAH_PREFIX", "e"}};
  const std::string config = "--config=" + file;
  CHECK(shown("prefix", {}) == "\"!\" # default");
  CHECK(shown("prefix", {config}) == "\"t\" # " + file + ":2");
  CHECK(shown("prefix", {config}, variable) == "\"e\" # MYNAH_PREFIX");
  CHECK(shown("prefix", {config, "--prefix=f"}, variable) == "\"f\" # --prefix");
  CHECK(shown("prefix", {}, {{"MYNAH_CONFIG", file}}) == "\"t\" # " + file + ":2");
}

TEST_CASE("the program's own settings have sources too") {
  const scratch_folder folder;
  const std::string file = folder.file("bot.toml", "log-level = \"debug\"\n");
  CHECK(shown("log-level", {"--config", file}) == "\"debug\" # " + file + ":1");
  CHECK(shown("log-format", {}, {{"MYNAH_LOG_FORMAT", "json"}}) == "\"json\" # MYNAH_LOG_FORMAT");
  CHECK(shown("log-level", {}) == "\"warning\" # default");
  CHECK(shown("log-level", {"--inputs=net", "--net-server=x"}) == "\"info\" # default");
}

TEST_CASE("lists and booleans") {
  const words net{"--inputs=net", "--net-server=x"};
  const auto with = [&net](const words& more) {
    words all = net;
    all.insert(all.end(), more.begin(), more.end());
    return all;
  };
  CHECK(shown("net.rooms", with({"--net-rooms=a, b", "--net_rooms", "c"})) ==
        "[\"a\", \"b\", \"c\"] # --net-rooms");
  CHECK(shown("net.tls", net) == "true # default");
  CHECK(shown("net.tls", with({"--net-tls=false"})) == "false # --net-tls");
  CHECK(shown("net.tls", with({"--no-net-tls"})) == "false # --no-net-tls");
  CHECK(shown("net.tls", with({"--net-tls"})) == "true # --net-tls");
  CHECK(shown("net.tls", net, {{"MYNAH_NET_TLS", "off"}}) == "false # MYNAH_NET_TLS");
}

TEST_CASE("instances have flags, variables and tables of their own") {
  const scratch_folder folder;
  const std::string file = folder.file("bot.toml",
                                       "inputs = [\"net:a\", \"net:b\"]\n"
                                       "[net]\nserver = \"common\"\n"
                                       "[net.a]\nport = 7000\n");
  const words config{"--config", file};
  CHECK(shown("net.a.server", config) == "\"common\" # " + file + ":3");
  CHECK(shown("net.a.port", config) == "7000 # " + file + ":5");
  CHECK(shown("net.b.port", config) == "6667 # default");
  CHECK(shown("net.b.server", {"--config", file, "--net-b-server=own"}) ==
        "\"own\" # --net-b-server");
  CHECK(shown("net.b.server", config, {{"MYNAH_NET_B_SERVER", "own"}}) ==
        "\"own\" # MYNAH_NET_B_SERVER");
  CHECK(shown("net.x.server", {"--inputs=console, net:x", "--net-x-server=own"}) ==
        "\"own\" # --net-x-server");
  CHECK(shown("net.x.server", {"--net-x-server=own"}, {{"MYNAH_INPUTS", "net:x"}}) ==
        "\"own\" # --net-x-server");
  // The file's instances stay valid when the command line selects something else.
  CHECK(run({"--config", file, "--inputs=console", "--check-config"}).out == "ok\n");
}

TEST_CASE("secrets are masked wherever they come from") {
  const scratch_folder folder;
  const std::string secret = folder.file("secret", "hunter2\n");
  const std::string toml =
      folder.file("bot.toml", "[net]\nserver = \"x\"\npassword = \"hunter2\"\n");
  const std::string by_file =
      folder.file("file.toml", "[net]\nserver = \"x\"\npassword-file = \"" + secret + "\"\n");
  const words net{"--inputs=net", "--net-server=x"};
  const auto with = [&net](const std::string& more) {
    words all = net;
    all.push_back(more);
    return all;
  };
  CHECK(shown("net.password", with("--net-password=hunter2")) == "\"***\" # --net-password");
  CHECK(shown("net.password", with("--net-password-file=" + secret)) ==
        "\"***\" # --net-password-file");
  CHECK(shown("net.password", net, {{"MYNAH_NET_PASSWORD_FILE", secret}}) ==
        "\"***\" # MYNAH_NET_PASSWORD_FILE");
  CHECK(shown("net.password", net, {{"NET_PASSWORD", "hunter2"}}) == "\"***\" # NET_PASSWORD");
  CHECK(shown("net.password", net, {{"NET_PASSWORD_FILE", secret}}) ==
        "\"***\" # NET_PASSWORD_FILE");
  CHECK(shown("net.password", {"--inputs=net", "--config=" + toml}) == "\"***\" # " + toml + ":3");
  CHECK(shown("net.password", {"--inputs=net", "--config=" + by_file}) ==
        "\"***\" # " + by_file + ":3");
  CHECK(shown("net.password", {"--inputs=net", "--config=" + toml}, {{"NET_PASSWORD", "x"}}) ==
        "\"***\" # NET_PASSWORD");
}

TEST_CASE("secrets are in no error and no log") {
  const scratch_folder folder;
  for (const words& flags : std::vector<words>{
           {"--inputs=net", "--net-server=locked", "--net-password=hunter2"},
           {"--inputs=net", "--net-server=locked",
            "--net-password-file=" + folder.file("secret", "hunter2")},
           {"--inputs=net", "--net-server=locked", "--net-password=hunter2", "--net-port=hunter2"},
           {"--inputs=net", "--net-server=x", "--net-password=hunter2", "--net-password",
            "hunter2"},
           {"--inputs=net", "--net-password", "hunter1", "hunter2"},
           {"--net-pasword=hunter2"},
           {"--net-password-file=" + folder.file("empty", ""), "--net-password=hunter2",
            "--inputs=net", "--net-server=x"},
           {"--config=" + folder.file("bad.toml", "[net]\npassword = hunter2\n")},
           {"--config=" + folder.file("list.toml", "[net]\npassword = [\"hunter2\"]\n")}}) {
    const finished ended = run(flags);
    INFO(flags.back() << ": " << ended.err);
    CHECK(ended.code == 2);
    CHECK(ended.err.find("hunter2") == std::string::npos);
  }
}

TEST_CASE("wrong flags") {
  CHECK(refusal({"--net-servr=x"}) == "unknown flag --net-servr; did you mean '--net-server'?");
  CHECK(refusal({"--promt=x"}).starts_with("unknown flag --promt"));
  CHECK(refusal({"--prefix"}) == "--prefix needs a value");
  CHECK(refusal({"ping"}) == "unexpected argument 'ping'; flags begin with --");
  CHECK(refusal({"-v"}) == "unknown flag -v (see --help)");
  CHECK(refusal({"--drain=soon"}) ==
        "--drain is 'soon'; expected a duration such as 250ms, 30s, 5m or 1h30m");
  CHECK(refusal({"--log-level=loud"}).starts_with("--log-level is 'loud'; expected one of trace"));
  CHECK(refusal({"--log-format=xml"}) == "--log-format is 'xml'; expected one of text, json");
  CHECK(refusal({"--net-libera-server=x"}) ==
        "unknown flag --net-libera-server; is 'net:libera' missing in --inputs?");
  CHECK(refusal({"--prefix=a", "--prefix=b"}) == "--prefix is given 2 times; it takes one value");
}

TEST_CASE("wrong inputs are named before their flags") {
  const std::string unknown = refusal({"--inputs=nett:a", "--nett-a-server=x"});
  CHECK(unknown.starts_with("--inputs: no input 'nett' is linked; linked: "));
  CHECK(unknown.find("console") != std::string::npos);
  CHECK(unknown.ends_with("did you mean 'net'?"));
  CHECK(refusal({}, {{"MYNAH_INPUTS", "nett"}}).find("MYNAH_INPUTS") != std::string::npos);
  const scratch_folder folder;
  const std::string file = folder.file("bot.toml", "inputs = [\"nett\"]\n");
  CHECK(refusal({"--config", file}).find(file + ":1") != std::string::npos);
  CHECK(refusal({"--inputs=net"}).starts_with("--net-server is missing: host of the server"));
  CHECK(refusal({"--inputs=console:x"}).find("console:x") != std::string::npos);
}

TEST_CASE("wrong files") {
  const scratch_folder folder;
  const auto with = [&folder](const std::string& content) {
    return refusal({"--config", folder.file("bot.toml", content)});
  };
  const std::string place = "--config: " + folder.path + "/bot.toml:";
  CHECK(with("prefx = \"?\"\n")
            .ends_with("bot.toml:1: unknown setting 'prefx'; did you mean 'prefix'?"));
  CHECK(with("\n[net]\nservr = \"?\"\n")
            .ends_with("bot.toml:3: unknown setting 'net.servr'; did you mean 'net.server'?"));
  CHECK(with("prefix = \"a\"\n[net\n").starts_with(place + "2: "));
  CHECK(with("drain = \"soon\"\n").find("bot.toml:1") != std::string::npos);
  CHECK(refusal({"--config=/nonexistent"}) ==
        "--config: cannot read '/nonexistent': No such file or directory");
  CHECK(refusal({"--config=/"}) == "--config: cannot read '/': Is a directory");
  CHECK(refusal({}, {{"MYNAH_CONFIG", "/nonexistent"}}) ==
        "MYNAH_CONFIG: cannot read '/nonexistent': No such file or directory");
  CHECK(refusal({"--config"}) == "--config needs a value");
}

TEST_CASE("misspelt variables are mentioned, foreign ones are not") {
  const finished ended = run({}, {{"MYNAH_NET_SERVR", "x"}, {"MYNAH_SERVICE_PORT_HTTP", "80"}});
  CHECK(ended.code == 0);
  CHECK(ended.err.find("MYNAH_NET_SERVR is no setting; did you mean MYNAH_NET_SERVER?") !=
        std::string::npos);
  CHECK(ended.err.find("MYNAH_SERVICE_PORT_HTTP") == std::string::npos);
}

TEST_CASE("--check-config says ok or what is wrong") {
  CHECK(run({"--check-config"}).out == "ok\n");
  CHECK(refusal({"--check-config", "--inputs=net"}).starts_with("--net-server is missing"));
}
