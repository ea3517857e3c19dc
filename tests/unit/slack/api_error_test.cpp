// SPDX-License-Identifier: Apache-2.0
#include "api_error.hpp"

#include "catch.hpp"
#include "json_fields.hpp"

using namespace mynah::slack;
using mynah::errc;
using std::chrono::seconds;

namespace {

api_outcome of(unsigned status, std::string_view body, std::string_view retry_after = {}) {
  return outcome_of("chat.postMessage", status, retry_after, body);
}

bool tells(const api_outcome& outcome, std::string_view words) {
  return outcome.why.message().find(words) != std::string::npos;
}

}  // namespace

TEST_CASE("an answer is good if it says so", "[slack][api]") {
  const api_outcome good = of(200, R"({"ok":true,"ts":"1.2"})");
  CHECK(good.ok());
  CHECK(text_in(good.answer, "ts") == "1.2");
  CHECK(good.warnings.empty());
  CHECK_FALSE(good.why.code());
  CHECK(of(200, R"({"ok":true,"warning":"missing_charset,no_op",)"
                R"("response_metadata":{"warnings":["no_op","x",5]}})")
            .warnings == std::vector<std::string>{"missing_charset", "no_op", "x"});
}

TEST_CASE("what is no answer of Slack may have happened", "[slack][api]") {
  for (const std::string_view body : {"", "<html>504</html>", "{\"ok\":tr", "[]", "null", "true",
                                      "{}", R"({"ok":"true"})", R"({"ok":1})", R"({"ok":null})"}) {
    CAPTURE(body);
    const api_outcome got = of(200, body);
    CHECK(got.verdict == api_verdict::temporary);
    CHECK(got.may_have_happened);
    CHECK(got.why.code() == errc::unconfirmed);
    CHECK(tells(got, "chat.postMessage"));
  }
}

TEST_CASE("rate limits say how long", "[slack][api]") {
  const std::string_view body = R"({"ok":false,"error":"ratelimited"})";
  struct row {
    unsigned status;
    std::string_view retry_after;
    seconds wait;
  };
  for (const row& each :
       {row{429, "30", seconds(30)}, row{429, " 7 ", seconds(7)}, row{429, "0", seconds(1)},
        row{429, "", seconds(5)}, row{429, "soon", seconds(5)}, row{429, "-3", seconds(5)},
        row{429, "1.5", seconds(5)}, row{429, "99999999999999999999", seconds(3600)},
        row{200, "", seconds(30)}, row{200, "3", seconds(3)}}) {
    CAPTURE(each.status, each.retry_after);
    const api_outcome got = of(each.status, body, each.retry_after);
    CHECK(got.verdict == api_verdict::rate_limited);
    CHECK(got.wait == each.wait);
    CHECK(got.why.code() == errc::throttled);
    CHECK(got.why.retry_after() == each.wait);
  }
  CHECK(of(429, "<html>").verdict == api_verdict::rate_limited);
  CHECK(of(200, R"({"ok":false,"error":"rate_limited"})").verdict == api_verdict::rate_limited);
}

TEST_CASE("trouble at Slack is tried again", "[slack][api]") {
  for (const unsigned status : {500U, 502U, 504U, 599U, 408U}) {
    for (const std::string_view body :
         {"", "<html>", R"({"ok":false,"error":"x"})", R"({"ok":true})",
          R"({"ok":false,"error":"invalid_auth"})"}) {
      CAPTURE(status, body);
      const api_outcome got = of(status, body);
      CHECK(got.verdict == api_verdict::temporary);
      CHECK(got.may_have_happened);
      CHECK(got.why.code() == errc::unconfirmed);
      CHECK(tells(got, std::to_string(status)));
    }
  }
  CHECK_FALSE(of(503, "").may_have_happened);
  CHECK(of(503, "", "12").wait == seconds(12));
  for (const std::string_view error : {"internal_error", "fatal_error", "request_timeout"}) {
    const api_outcome got = of(200, R"({"ok":false,"error":")" + std::string(error) + "\"}");
    CHECK(got.verdict == api_verdict::temporary);
    CHECK(got.may_have_happened);
  }
  for (const std::string_view error : {"service_unavailable", "team_added_to_org"}) {
    const api_outcome got = of(200, R"({"ok":false,"error":")" + std::string(error) + "\"}");
    CHECK(got.verdict == api_verdict::temporary);
    CHECK_FALSE(got.may_have_happened);
    CHECK(got.why.code() == errc::not_sent);
  }
}

TEST_CASE("a dead token is told as such", "[slack][api]") {
  for (const std::string_view error :
       {"invalid_auth", "not_authed", "account_inactive", "token_revoked", "token_expired",
        "user_removed_from_team", "team_disabled", "org_login_required",
        "not_allowed_token_type"}) {
    CAPTURE(error);
    const api_outcome got = of(200, R"({"ok":false,"error":")" + std::string(error) + "\"}");
    CHECK(got.verdict == api_verdict::dead_token);
    CHECK(got.error == error);
    CHECK(got.why.code() == errc::authentication_failed);
    CHECK(mynah::is_permanent(got.why.code()));
    CHECK(tells(got, error));
    CHECK(tells(got, ";"));  // what to do
  }
  CHECK(of(401, R"({"ok":false,"error":"invalid_auth"})").verdict == api_verdict::dead_token);
}

TEST_CASE("which token is dead is told", "[slack][api]") {
  const std::string_view body = R"({"ok":false,"error":"invalid_auth"})";
  CHECK(tells(outcome_of("chat.postMessage", 200, "", body), "xoxb-"));
  const api_outcome app = outcome_of("apps.connections.open", 200, "", body);
  CHECK(tells(app, "xapp-"));
  CHECK_FALSE(tells(app, "xoxb-"));
}

TEST_CASE("a missing scope is named", "[slack][api]") {
  const api_outcome got = of(
      200, R"({"ok":false,"error":"missing_scope","needed":"chat:write","provided":"commands"})");
  CHECK(got.verdict == api_verdict::not_permitted);
  CHECK(got.needed == "chat:write");
  CHECK(got.why.code() == errc::not_sent);
  CHECK(tells(got, "chat.postMessage: missing_scope; add the scope chat:write to the app"));
  CHECK(tells(of(200, R"({"ok":false,"error":"missing_scope"})"), "install it again"));
}

TEST_CASE("other errors concern this call", "[slack][api]") {
  for (const std::string_view error : {"channel_not_found", "msg_too_long", "invalid_blocks",
                                       "restricted_action_read_only_channel", "never_heard_of"}) {
    CAPTURE(error);
    const api_outcome got = of(200, R"({"ok":false,"error":")" + std::string(error) + "\"}");
    CHECK(got.verdict == api_verdict::wrong_call);
    CHECK(got.error == error);
    CHECK(got.why.code() == errc::not_sent);
    CHECK(tells(got, error));
  }
  const api_outcome said = of(
      200,
      R"({"ok":false,"error":"invalid_arguments","response_metadata":{"messages":["[ERROR] x"]}})");
  CHECK(said.why.remote() == "invalid_arguments; [ERROR] x");
}

TEST_CASE("what Slack says is not told as ours", "[slack][api]") {
  for (const std::string_view body :
       {R"({"ok":false})", R"({"ok":false,"error":5})", R"({"ok":false,"error":""})",
        R"({"ok":false,"error":"<!channel> \u001b[31m"})"}) {
    CAPTURE(body);
    const api_outcome got = of(200, body);
    CHECK(got.verdict == api_verdict::wrong_call);
    CHECK(got.error.empty());
    CHECK(got.why.message() == "chat.postMessage: an error without a name");
  }
  const std::string long_error(5000, 'x');
  const api_outcome got = of(200, R"({"ok":false,"error":")" + long_error + "\"}");
  CHECK(got.error.empty());
  CHECK(got.why.remote().size() < 600);
}

TEST_CASE("proxies are no Slack", "[slack][api]") {
  for (const unsigned status : {301U, 302U, 403U, 404U, 407U}) {
    const api_outcome got = of(status, "<html>");
    CAPTURE(status);
    CHECK(got.verdict == api_verdict::temporary);
    CHECK_FALSE(got.may_have_happened);
    CHECK(tells(got, "proxy"));
  }
  CHECK(of(302, R"({"ok":true})").verdict == api_verdict::temporary);
  CHECK(of(413, "").verdict == api_verdict::wrong_call);
}
