// SPDX-License-Identifier: Apache-2.0
#include "text.hpp"

#include <random>

#include "catch.hpp"
#include "rounds.hpp"

using namespace mynah::slack;

namespace {

const std::string no_break_space = "\xC2\xA0";

std::string rest_after_mention(std::string_view raw) {
  const auto rest = starts_with_mention(raw, "U0BOT");
  return rest ? "<" + std::string(*rest) + ">" : "none";
}

}  // namespace

TEST_CASE("control sequences become what was typed", "[slack][text]") {
  struct row {
    std::string_view raw;
    std::string_view typed;
  };
  for (const row& each : {
           row{"deploy api", "deploy api"},
           row{"", ""},
           row{"deploy <http://example.com|example.com> now", "deploy example.com now"},
           row{"<https://e.com/a?b=1&amp;c=2>", "https://e.com/a?b=1&c=2"},
           row{"<https://e.com/a|a &amp; b>", "a & b"},
           row{"<https://e.com/|>", "https://e.com/"},
           row{"mail <mailto:a@b.c|a@b.c>", "mail a@b.c"},
           row{"<mailto:a@b.c>", "a@b.c"},
           row{"<tel:+49123|+49 123>", "+49 123"},
           row{"<#C1|general>", "#general"},
           row{"<#C1|>", "#C1"},
           row{"<#C1>", "#C1"},
           row{"<@U1>", "@U1"},
           row{"<@W1|ann>", "@ann"},
           row{"<@U1|@ann>", "@ann"},
           row{"<@U1|>", "@U1"},
           row{"<!here>", "@here"},
           row{"<!here|here>", "@here"},
           row{"<!channel|@channel>", "@channel"},
           row{"<!everyone>", "@everyone"},
           row{"<!subteam^S1|@ops>", "@ops"},
           row{"<!subteam^S1>", "@S1"},
           row{"<!date^1392734382^{date} at {time}|Feb 18 &lt;2014&gt;>", "Feb 18 <2014>"},
           row{"<!date^1392734382^{date}^https://e.com/|today>", "today"},
           row{"a<@U1>b<#C1|c>d", "a@U1b#cd"},
       }) {
    CAPTURE(each.raw);
    CHECK(typed_text(each.raw) == each.typed);
  }
}

TEST_CASE("entities are read once, after the control sequences", "[slack][text]") {
  CHECK(typed_text("a &lt;b&gt; &amp;&amp; c") == "a <b> && c");
  CHECK(typed_text("&amp;lt;") == "&lt;");
  CHECK(typed_text("&amp;amp;") == "&amp;");
  CHECK(typed_text("&lt;@U1&gt;") == "<@U1>");
  CHECK(typed_text("&lt;!channel&gt;") == "<!channel>");
  CHECK(typed_text("&quot;&#39;&nbsp;&") == "&quot;&#39;&nbsp;&");
  CHECK(typed_text("&ampx &l &") == "&ampx &l &");
  CHECK(unescaped("&amp;lt; &gt;") == "&lt; >");
}

TEST_CASE("what is no control sequence stays", "[slack][text]") {
  for (const std::string_view raw :
       {"<", ">", "<>", "a < b", "<@>", "<@U1", "<#>", "<#|x>", "<!>", "<!date^1>", "<!date^1|>",
        "<!foo bar>", "<@U 1>", "<|x>", "<x|y>", "<x y:z>", "<:x>", "<@U1<", "<b>text</b>"}) {
    CAPTURE(raw);
    CHECK(typed_text(raw) == raw);
  }
  // The next one is found all the same.
  CHECK(typed_text("<<@U1>") == "<@U1");
  CHECK(typed_text("<@U1<@U2>") == "<@U1@U2");
}

TEST_CASE("mentions are found", "[slack][text]") {
  using ids = std::vector<std::string>;
  CHECK(mentioned_users("") == ids{});
  CHECK(mentioned_users("no <#C1> <!here> &lt;@U9&gt; <@> <@U8") == ids{});
  CHECK(mentioned_users("<@U1> and <@W2|bob>, <@U1>") == ids{"U1", "W2", "U1"});
}

TEST_CASE("a message may begin with a mention", "[slack][text]") {
  CHECK(rest_after_mention("<@U0BOT> deploy") == "<deploy>");
  CHECK(rest_after_mention("<@U0BOT|mynah>: deploy") == "<deploy>");
  CHECK(rest_after_mention(" <@U0BOT> , deploy api") == "<deploy api>");
  CHECK(rest_after_mention("<@U0BOT>" + no_break_space + "deploy") == "<deploy>");
  CHECK(rest_after_mention(no_break_space + "<@U0BOT>:" + no_break_space + " x") == "<x>");
  CHECK(rest_after_mention("<@U0BOT>deploy") == "<deploy>");
  CHECK(rest_after_mention("<@U0BOT>\ndeploy") == "<deploy>");
  CHECK(rest_after_mention("<@U0BOT>") == "<>");
  CHECK(rest_after_mention("<@U0BOT>::") == "<:>");
  CHECK(rest_after_mention("<@U0BOT> <@U1> &amp;") == "<<@U1> &amp;>");
  CHECK(rest_after_mention("hey <@U0BOT> deploy") == "none");
  CHECK(rest_after_mention("<@U0BO> deploy") == "none");
  CHECK(rest_after_mention("<@U0BOTX> deploy") == "none");
  CHECK(rest_after_mention("@U0BOT deploy") == "none");
  CHECK(rest_after_mention("&lt;@U0BOT&gt; deploy") == "none");
  CHECK(rest_after_mention("<@U0BOT deploy") == "none");
  CHECK(rest_after_mention("") == "none");
  CHECK_FALSE(starts_with_mention("<@> x", "").has_value());
}

TEST_CASE("text is escaped and read back", "[slack][text]") {
  CHECK(escaped("a & b < c > \"d\"") == "a &amp; b &lt; c &gt; \"d\"");
  CHECK(escaped("&lt;") == "&amp;lt;");
  std::mt19937 random(7);
  const std::string_view pieces[] = {"<",        ">", "&",   "amp;", "lt;", "@U1",
                                     "!here",    "|", "#C1", " ",    "a",   "https://x.test",
                                     "\xC3\xA4", "^", ":"};
  for (std::size_t round = 0; round < mynah_test::rounds(3000); ++round) {
    std::string text;
    for (auto i = random() % 12; i > 0; --i) text += pieces[random() % std::size(pieces)];
    CAPTURE(text);
    const std::string sent = escaped(text);
    REQUIRE(sent.find_first_of("<>") == std::string::npos);
    REQUIRE(typed_text(sent) == text);
    REQUIRE(unescaped(sent) == text);
    REQUIRE(mentioned_users(sent).empty());
    REQUIRE_FALSE(starts_with_mention(sent, "U1").has_value());
  }
}

TEST_CASE("long texts take no longer than their length", "[slack][text]") {
  // Each would take minutes if every sign looked to the end.
  for (const std::string_view piece : {"<", "<@", "<@U1", "&", "<a:", "<!date^", "<x|"}) {
    std::string raw;
    while (raw.size() < mynah_test::rounds(2'000'000)) raw += piece;
    CHECK(typed_text(raw) == raw);
    CHECK(mentioned_users(raw).empty());
  }
}
