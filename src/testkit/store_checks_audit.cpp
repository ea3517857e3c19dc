// SPDX-License-Identifier: Apache-2.0
// Checks of the audit.
#include "testkit/store_checks.hpp"

namespace mynah::testkit {

namespace {

using namespace std::chrono_literals;
using namespace std::string_literals;

audit_entry entry_of(const std::string& raw) {
  audit_entry entry;
  entry.raw = raw;
  return entry;
}

std::int64_t append(checked_store& t, audit_entry entry) {
  std::int64_t id = 0;
  entry.time = entry.time == transaction::wall_time() ? t.clock().wall() : entry.time;
  t.write([&](transaction& tx) { id = tx.append_audit(entry); });
  return id;
}

audit_page find(checked_store& t, const audit_query& query) {
  audit_page page;
  t.read([&](transaction& tx) { page = tx.find_audit(query); });
  return page;
}

/// Raw texts of what is found, newest first.
std::string found(checked_store& t, const audit_query& query) {
  std::string result;
  for (const audit_entry& entry : find(t, query).entries) {
    if (!result.empty()) result += "|";
    result += entry.raw;
  }
  return result;
}

std::string with_words(checked_store& t, const std::string& words) {
  audit_query query;
  query.words = words;
  return found(t, query);
}

audit_entry full(const std::string& suffix, transaction::wall_time time) {
  audit_entry entry;
  entry.time = time;
  entry.job = ~std::uint64_t(0);
  entry.event = "event" + suffix;
  entry.who = "irc/alice" + suffix;
  entry.display = "Alice" + suffix;
  entry.where = "irc/#ops/alice" + suffix;
  entry.room = "irc/#ops" + suffix;
  entry.raw = "!deploy web" + suffix;
  entry.line = "deploy web" + suffix;
  entry.arguments = "target=web" + suffix;
  entry.command = "deploy" + suffix;
  entry.decision = "allowed: grant" + suffix;
  entry.outcome = "ok" + suffix;
  entry.reason = "none" + suffix;
  entry.duration = 123'456'789ns;
  return entry;
}

void round_trip(checked_store& t) {
  const std::vector<std::string> suffixes = {"",       "\0x"s,  "\xff\xc3",
                                             "\n\r\t", "'\"\\", std::string(1U << 20U, 'y')};
  std::int64_t last = 0;
  for (const std::string& suffix : suffixes) {
    audit_entry entry = full(suffix, t.clock().wall());
    entry.id = 77;
    const std::int64_t id = append(t, entry);
    expect(id > last, "ids grow");
    last = id;
    entry.id = id;
    audit_query query;
    query.limit = 1;
    const audit_page page = find(t, query);
    expect(page.entries.size() == 1 && page.entries[0] == entry,
           "an entry is kept as it was added");
  }
  expect(!with_words(t, "deploy").empty(), "odd texts do not spoil the search");
}

void pages(checked_store& t) {
  for (int i = 1; i <= 7; ++i) append(t, entry_of(std::to_string(i)));
  audit_query query;
  query.limit = 3;
  audit_page page = find(t, query);
  expect(found(t, query) == "7|6|5" && page.more, "the newest first");
  query.before = page.entries.back().id;
  page = find(t, query);
  expect(found(t, query) == "4|3|2" && page.more, "then those before the last");
  query.before = page.entries.back().id;
  expect(found(t, query) == "1" && !find(t, query).more, "down to the first");

  query = {};
  query.oldest_first = true;
  query.limit = 4;
  page = find(t, query);
  expect(found(t, query) == "1|2|3|4" && page.more, "the oldest first, if asked for");
  query.before = page.entries.back().id;
  expect(found(t, query) == "5|6|7" && !find(t, query).more, "then those after the last");

  query = {};
  query.limit = 7;
  expect(!find(t, query).more, "no more, when the limit is what there is");
  query.limit = 0;
  expect(find(t, query).entries.empty() && find(t, query).more, "a limit of nothing");
}

void pages_of_words(checked_store& t) {
  for (int i = 1; i <= 9; ++i) {
    append(t, entry_of(std::to_string(i) + (i % 2 == 1 ? " odd" : " even")));
  }
  audit_query query;
  query.words = "odd";
  query.limit = 2;
  expect(found(t, query) == "9 odd|7 odd" && find(t, query).more, "words: the newest first");
  query.before = find(t, query).entries.back().id;
  expect(found(t, query) == "5 odd|3 odd" && find(t, query).more, "words: the next page");
  query.before = find(t, query).entries.back().id;
  expect(found(t, query) == "1 odd" && !find(t, query).more, "words: the last page");
  query.before = 0;
  query.oldest_first = true;
  expect(found(t, query) == "1 odd|3 odd" && find(t, query).more, "words: the oldest first");
}

void filters(checked_store& t) {
  const auto start = t.clock().wall();
  audit_entry one = full("", start);
  one.raw = "1";
  append(t, one);
  audit_entry two = full("", start + 10s);
  two.raw = "2";
  two.who = "irc/bob_the_builder";
  two.display = "B%b";
  two.room = "xmpp:work/Dev";
  two.command = "deploy-all";
  two.outcome = "failed";
  append(t, two);
  const auto with = [&](auto change) {
    audit_query query;
    change(query);
    return found(t, query);
  };
  expect(with([](audit_query&) {}) == "2|1", "an empty query finds all");
  expect(with([](audit_query& q) { q.who = "ALICE"; }) == "1", "a part of the key, in any case");
  expect(with([](audit_query& q) { q.who = "b%B"; }) == "2", "a part of the name shown");
  expect(with([](audit_query& q) { q.who = "irc/"; }) == "2|1", "a part of both");
  expect(with([](audit_query& q) { q.who = "%"; }) == "2", "no wildcard: %");
  expect(with([](audit_query& q) { q.who = "_"; }) == "2", "no wildcard: _");
  expect(with([](audit_query& q) { q.who = "*"; }).empty(), "no wildcard: *");
  expect(with([](audit_query& q) { q.command = "deploy"; }) == "1", "the exact command");
  expect(with([](audit_query& q) { q.command = "Deploy"; }).empty(), "the exact command, in case");
  expect(with([](audit_query& q) { q.room = "dev"; }) == "2", "a part of the room, in any case");
  expect(with([](audit_query& q) { q.outcome = "failed"; }) == "2", "the exact outcome");
  expect(with([](audit_query& q) { q.outcome = "fail"; }).empty(), "the exact outcome, not a part");
  expect(with([&](audit_query& q) { q.since = start + 10s; }) == "2",
         "since: that moment or later");
  expect(with([&](audit_query& q) { q.until = start + 10s; }) == "1", "until: before that moment");
  expect(with([&](audit_query& q) {
           q.since = start;
           q.until = start + 11s;
           q.who = "b";
           q.words = "2";
           q.command = "deploy-all";
         }) == "2",
         "all together");
  expect(with([&](audit_query& q) {
           q.who = "alice";
           q.outcome = "failed";
         }).empty(),
         "all must hold");
}

void words(checked_store& t) {
  audit_entry one = entry_of("!Deploy WEB-1 please");
  one.line = "roll out";
  one.arguments = "target=frontend";
  one.command = "deploy";
  one.reason = "timed out";
  one.who = "irc/carol";
  append(t, one);
  append(t, entry_of("deployment of 1 web"));
  const std::string first = one.raw;
  expect(with_words(t, "deploy") == first, "whole words, in any case");
  expect(with_words(t, "deploy*") == "deployment of 1 web|" + first, "beginnings");
  expect(with_words(t, "please deploy") == first, "any order");
  expect(with_words(t, "please timed frontend ROLL") == first, "raw, line, arguments, reason");
  expect(with_words(t, "deploy absent").empty(), "all must occur");
  expect(with_words(t, "web-1") == first, "with punctuation: parts that follow each other");
  expect(with_words(t, "web-1*") == first, "and a beginning at their end");
  expect(with_words(t, "target=front*") == first, "and so");
  expect(with_words(t, "carol").empty(), "who is no such text");
  expect(with_words(t, "  \t\n") == "deployment of 1 web|" + first, "no words restrict nothing");
}

void no_syntax(checked_store& t) {
  append(t, entry_of("alpha beta"));
  append(t, entry_of("gamma"));
  const std::vector<std::string> none = {
      "alpha OR gamma",   "alpha AND beta",      "NOT gamma",       "alpha NOT gamma",
      "NEAR(alpha beta)", "raw:alpha",           "\"alpha gamma\"", "alpha+gamma",
      "beta-alpha",       "NEAR(alpha beta, 5)", "alpha OR",        "OR",
      "AND NOT"};
  for (const std::string& each : none) {
    expect(with_words(t, each).empty(), "these are words, and do not occur: " + each);
  }
  const std::vector<std::string> alpha = {
      "alpha",  "\"alpha",   "alpha\"", "\"alpha\"", "(alpha",    "alpha)",
      "-alpha", "^alpha",    "{alpha}", "alpha -",   "alpha \"",  "' alpha",
      "alpha;", "alpha \0"s, "+ alpha", "*alpha",    "\"\"alpha", "alp*"};
  for (const std::string& each : alpha) {
    expect(with_words(t, each) == "alpha beta", "punctuation is not looked for: " + each);
  }
  for (const char* each : {"*", "\"", "-", "\"\"", "()", "'", "--", "* *", "\"*\"", "\\"}) {
    expect(with_words(t, each) == "gamma|alpha beta", "punctuation restricts nothing: "s + each);
  }
  // What these find is each store's affair, but they break nothing.
  for (const std::string& each :
       {"\xff"s, "\xc3*"s, "alpha\0beta"s, "\xe2\x80\x94"s, "\xe2\x80\x94 alpha"s, "\0"s,
        std::string(100'000, '"'), std::string(100'000, 'x'), "\xf0\x9f\x98\x80*"s}) {
    static_cast<void>(with_words(t, each));
  }
  std::string many;
  for (int i = 0; i < 1'000; ++i) many += "alpha ";
  expect(with_words(t, many) == "alpha beta", "many words");
  audit_query odd;
  odd.who = odd.room = odd.command = odd.outcome = "'\0\xff"s;
  expect(found(t, odd).empty(), "odd texts in every field");
}

}  // namespace

void add_audit_checks(std::vector<store_check>& to) {
  to.emplace_back("audit entries are kept as they are", round_trip);
  to.emplace_back("the audit is found in pages, in both directions", pages);
  to.emplace_back("words are found in pages, in both directions", pages_of_words);
  to.emplace_back("what is asked for of the audit must all hold", filters);
  to.emplace_back("words of the audit are found", words);
  to.emplace_back("words of the audit are never query syntax", no_syntax);
}

}  // namespace mynah::testkit
