// SPDX-License-Identifier: Apache-2.0
// A hostile server against the whole protocol: whatever it sends, only clean lines go out.
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "plugins/irc/src/session.hpp"
#include "plugins/irc/src/utf8.hpp"
#include "tests/support/irc_lines.hpp"

namespace {

void require(bool holds) {
  if (!holds) std::abort();
}

void take_all(mynah::irc::session& talking) {
  const auto lines = talking.take_lines();
  // A server that is to be used with TLS gets nothing more without.
  require(lines.empty() || !talking.sts().port);
  for (const auto& line : lines) {
    require(line.text.size() <= mynah::irc::longest_line && line.text.ends_with("\r\n"));
    require(line.text.find_first_of(std::string_view("\r\n\0", 3)) == line.text.size() - 2);
  }
  for (const mynah::event& each : talking.take_events()) {
    require(mynah::is_utf8(each.text) && mynah::is_utf8(each.raw()));
    const auto answer =
        mynah_test::lines_of(talking, each.from.room, mynah::reply().untrusted(each.text));
    if (answer.has_error()) continue;
    for (const std::string& line : *answer) {
      require(line.size() + talking.prefix_length() <= mynah::irc::longest_line);
    }
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace std::chrono_literals;
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);

  // The first byte decides whether the input meets a session that is logged in, whether it is
  // within TLS, and how the bytes are cut.
  const unsigned mode = bytes.empty() ? 0U : data[0];

  mynah::irc::session_options options;
  options.secure = (mode & 2U) == 0;
  options.password = "password";
  options.sasl.user = "user";
  options.sasl.password = "pencil";
  options.sasl.mechanisms = {"SCRAM-SHA-256", "PLAIN"};
  options.sasl.required = false;
  // That of RFC 7677, so that the corpus can hold a whole login.
  options.sasl.nonce = "rOprNGfwEbeRWgbNEkqO";
  options.channels = {mynah::irc::channel_entry("#one"), mynah::irc::channel_entry("#two", "key")};
  options.alternative_nicks = {"parrot"};
  options.services.password = "pencil";
  options.services.regain = "GHOST";
  options.invites = mynah::irc::invite_policy::any;
  mynah::irc::session talking(options, mynah::logger());
  mynah::clock::time_point now(1h);
  talking.start(now);
  take_all(talking);

  if ((mode & 1U) != 0) {
    talking.receive(
        ":irc.test 001 mynah :hi\r\n:irc.test 376 mynah :end\r\n:mynah!u@h JOIN #one\r\n", now);
    take_all(talking);
  }
  const std::size_t step = 1 + (mode >> 1U);
  for (std::size_t at = 0; at < bytes.size(); at += step) {
    talking.receive(bytes.substr(at, step), now);
    // Time enough for what is tried again, also in short inputs.
    now += (mode & 2U) != 0 ? std::chrono::seconds(1min) : 1s;
    if (talking.next_tick() <= now) talking.tick(now);
    take_all(talking);
  }
  if (talking.sts().port) return 0;
  talking.quit("end");
  take_all(talking);
  return 0;
}
