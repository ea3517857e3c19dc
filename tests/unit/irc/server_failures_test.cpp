// SPDX-License-Identifier: Apache-2.0
#include "server_failures.hpp"

#include "catch.hpp"

using mynah::errc;
using mynah::failure;
using mynah::irc::server_failures;

namespace {

// Tries servers that fail so; what came of it, and how many were tried.
std::string outcome(const std::vector<errc>& codes) {
  server_failures failures;
  std::size_t tried = 0;
  for (const errc code : codes) {
    ++tried;
    if (!failures.goes_on_after(failure(code, std::to_string(tried)))) break;
  }
  return failures.outcome().code().message() + " of " + failures.outcome().message() + ", tried " +
         std::to_string(tried);
}

std::string name(errc code) {
  return make_error_code(code).message();
}

}  // namespace

TEST_CASE("what one server says for all of them ends the attempt", "[irc]") {
  CHECK(outcome({errc::authentication_failed, errc::closed}) ==
        name(errc::authentication_failed) + " of 1, tried 1");
  CHECK(outcome({errc::timed_out, errc::banned, errc::closed}) ==
        name(errc::banned) + " of 2, tried 2");
}

TEST_CASE("after anything else the next server is tried", "[irc]") {
  CHECK(outcome({errc::closed, errc::timed_out}) == name(errc::timed_out) + " of 2, tried 2");
  // A server that asks to wait is not asked again at once, whatever the others say.
  CHECK(outcome({errc::throttled, errc::closed}) == name(errc::throttled) + " of 1, tried 2");
  CHECK(outcome({errc::closed, errc::throttled}) == name(errc::throttled) + " of 2, tried 2");
}

TEST_CASE("refused certificates are final if there is nothing else", "[irc]") {
  CHECK(outcome({errc::certificate_rejected}) ==
        name(errc::certificate_rejected) + " of 1, tried 1");
  CHECK(outcome({errc::certificate_rejected, errc::certificate_rejected}) ==
        name(errc::certificate_rejected) + " of 2, tried 2");
  CHECK(outcome({errc::certificate_rejected, errc::closed}) ==
        name(errc::closed) + " of 2, tried 2");
  CHECK(outcome({errc::closed, errc::certificate_rejected}) ==
        name(errc::closed) + " of 1, tried 2");
}
