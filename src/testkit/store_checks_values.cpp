// SPDX-License-Identifier: Apache-2.0
// Checks of values and events.
#include "testkit/store_checks.hpp"

namespace mynah::testkit {

namespace {

using namespace std::string_literals;

std::vector<std::string> keys(transaction& tx, const std::string& space, const std::string& prefix,
                              std::size_t most = 1'000) {
  std::vector<std::string> result;
  if (most == 0) return result;
  tx.scan(space, prefix, [&](std::string_view key, std::string_view) {
    result.emplace_back(key);
    return result.size() < most;
  });
  return result;
}

void bytes(checked_store& t) {
  const std::vector<std::string> odd = {"",
                                        "plain",
                                        "\0"s,
                                        "a\0b"s,
                                        "\xff\xfe",
                                        "\xc3",
                                        "'; DROP TABLE value; --",
                                        "%_?*",
                                        std::string(1U << 20U, '\x80')};
  for (const std::string& key : odd) {
    if (key.size() > 100) continue;
    for (const std::string& value : odd) {
      t.write([&](transaction& tx) { tx.put("space", key, value); });
      t.read([&](transaction& tx) {
        expect(tx.get("space", key) == value, "what was put is what `get` gives");
      });
    }
  }
  t.write([&](transaction& tx) { tx.put("odd\0\xff"s, "key", "value"); });
  t.read([&](transaction& tx) {
    expect(tx.get("odd\0\xff"s, "key") == "value", "any bytes can name a space");
    expect(!tx.get("odd", "key"), "a space ends where its name does");
  });
}

void put_and_erase(checked_store& t) {
  t.write([&](transaction& tx) {
    expect(!tx.get("a", "key"), "there is nothing at first");
    expect(!tx.erase("a", "key"), "`erase` of nothing is false");
    tx.put("a", "key", "1");
    tx.put("b", "key", "2");
    expect(tx.get("a", "key") == "1", "a transaction sees what it did");
    tx.put("a", "key", "3");
  });
  t.write([&](transaction& tx) {
    expect(tx.get("a", "key") == "3" && tx.get("b", "key") == "2", "spaces are apart");
    expect(tx.erase("a", "key"), "`erase` of something is true");
    expect(!tx.get("a", "key") && tx.get("b", "key"), "only what was erased is gone");
  });
}

void put_if(checked_store& t) {
  t.write([&](transaction& tx) {
    expect(!tx.put_if("s", "k", "x", "1"), "a value expected where there is none");
    expect(!tx.put_if("s", "k", "", "1"), "an empty value expected where there is none");
    expect(!tx.get("s", "k"), "nothing was put");
    expect(tx.put_if("s", "k", std::nullopt, ""), "none expected, and none there");
    expect(!tx.put_if("s", "k", std::nullopt, "2"), "none expected, but an empty one there");
    expect(tx.put_if("s", "k", "", "3"), "an empty one expected and there");
    expect(!tx.put_if("s", "k", "2", "4"), "another one expected");
    expect(tx.put_if("s", "k", "3", "3\0x"s), "the right one expected");
    expect(!tx.put_if("s", "k", "3", "5"), "a beginning expected");
    expect(tx.get("s", "k") == "3\0x"s, "the last that was right is there");
  });
}

void scan(checked_store& t) {
  const std::vector<std::string> sorted = {"",   "\0"s,   "A",         "a",     "a\0"s,
                                           "aa", "a\x7f", "a\xc3\xa9", "a\xff", "a\xff\xff",
                                           "b",  "\xff",  "\xff\xff"};
  t.write([&](transaction& tx) {
    for (auto it = sorted.rbegin(); it != sorted.rend(); ++it) tx.put("s", *it, "v" + *it);
    tx.put("r", "a", "");
    tx.put("t", "a", "");
  });
  t.read([&](transaction& tx) {
    expect(keys(tx, "s", "") == sorted, "all keys of the space, in the order of bytes");
    const std::vector<std::string> with_a(sorted.begin() + 3, sorted.begin() + 10);
    expect(keys(tx, "s", "a") == with_a, "those that begin with the prefix");
    expect(keys(tx, "s", "\xff") == std::vector<std::string>({"\xff", "\xff\xff"}),
           "a prefix of the highest byte");
    expect(keys(tx, "s", "a", 2) == std::vector<std::string>({"a", "a\0"s}),
           "no more after `visit` returned false");
    expect(keys(tx, "none", "").empty(), "nothing in a space that is not there");
    tx.scan("s", "", [&](std::string_view key, std::string_view value) {
      expect(value == "v" + std::string(key), "each key with its value");
      return true;
    });
  });
}

void scan_and_change(checked_store& t) {
  t.write([&](transaction& tx) {
    for (const char* key : {"a", "b", "c"}) tx.put("s", key, key);
    tx.scan("s", "", [&](std::string_view key, std::string_view) {
      const std::string shown(key);
      expect(tx.erase("s", shown), "what is shown is there");
      tx.scan("s", "c", [&](std::string_view inner, std::string_view value) {
        expect(inner == value, "a scan in a scan");
        return true;
      });
      return true;
    });
    expect(keys(tx, "s", "").empty(), "each was shown once");
  });
}

void events(checked_store& t) {
  t.write([&](transaction& tx) {
    expect(tx.append_event("irc", "1"), "it is new");
    expect(!tx.append_event("irc", "1"), "it is known in the same transaction");
    expect(tx.append_event("irc", "2") && tx.append_event("xmpp", "1"), "others are new");
    expect(tx.append_event("irc", "1\0"s) && tx.append_event("irc", ""), "others of odd ids, too");
    expect(tx.append_event("irc1", "") && tx.append_event("", "irc1"), "input and id are apart");
  });
  t.write([&](transaction& tx) {
    expect(!tx.append_event("irc", "1") && !tx.append_event("irc", ""), "it is known later");
  });
}

}  // namespace

void add_value_checks(std::vector<store_check>& to) {
  to.emplace_back("values are bytes, kept as they are", bytes);
  to.emplace_back("values are put, replaced and erased", put_and_erase);
  to.emplace_back("put_if puts only over what is expected", put_if);
  to.emplace_back("scan visits keys of a prefix in the order of bytes until told to stop", scan);
  to.emplace_back("what scan visits may be changed meanwhile", scan_and_change);
  to.emplace_back("an event is new once", events);
}

}  // namespace mynah::testkit
