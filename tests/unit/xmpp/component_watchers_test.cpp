// SPDX-License-Identifier: Apache-2.0
#include "component_watchers.hpp"

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "catch.hpp"
#include "kept_things.hpp"
#include "kept_watchers.hpp"

using namespace mynah::xmpp;
using namespace std::chrono_literals;

namespace {

using watchers = std::vector<watcher>;

const auto noon = watcher::wall_time(24h * 365 * 30 + 12h);

jid at(const std::string& text) {
  return jid::parse(text).value();
}

jid person(std::size_t number) {
  return at("p" + std::to_string(number) + "@home.test");
}

/// What it keeps from one start to the next.
class watcher_store : public mynah_test::kept_things<kept_watchers, watcher> {
 public:
  watcher_store() : mynah_test::kept_things<kept_watchers, watcher>("bots.test") {}
};

}  // namespace

TEST_CASE("who asked sees that address, and no other", "[xmpp][component]") {
  component_watchers known;
  known.watch(at("Ada@home.test/desk"), at("build@bots.test/x"), noon);
  CHECK(known.sees(at("ada@home.test/phone"), at("build@bots.test")));
  CHECK_FALSE(known.sees(at("ada@home.test"), at("test@bots.test")));
  CHECK_FALSE(known.sees(at("bob@home.test"), at("build@bots.test")));
  CHECK(known.take_changed() == watchers{{"ada@home.test", "build@bots.test", noon}});
  CHECK_FALSE(known.changed());
  known.unwatch(at("bob@home.test"), at("build@bots.test"));
  known.unwatch(at("ada@home.test"), at("test@bots.test"));
  CHECK_FALSE(known.changed());
  known.unwatch(at("ada@home.test"), at("build@bots.test"));
  CHECK(known.take_changed() == watchers{{"ada@home.test", "build@bots.test", std::nullopt}});
  CHECK(known.all().empty());
}

TEST_CASE("who asks again is kept again once a day", "[xmpp][component]") {
  component_watchers known;
  known.watch(person(1), at("bots.test"), noon);
  (void)known.take_changed();
  known.watch(person(1), at("bots.test"), noon + 23h);
  CHECK_FALSE(known.changed());
  known.watch(person(1), at("bots.test"), noon + 24h);
  CHECK(known.take_changed() == watchers{{"p1@home.test", "bots.test", noon + 24h}});
}

TEST_CASE("of too many watchers the oldest is forgotten", "[xmpp][component]") {
  component_watchers known;
  const jid own = at("bots.test");
  for (std::size_t i = 0; i < component_watchers::most; ++i) {
    known.watch(person(i), own, noon + std::chrono::seconds(i));
  }
  // The first has asked again.
  known.watch(person(0), own, noon + 48h);
  (void)known.take_changed();
  known.watch(at("new@home.test"), own, noon + 48h);
  CHECK(known.all().size() == component_watchers::most);
  CHECK(known.sees(person(0), own));
  CHECK_FALSE(known.sees(person(1), own));
  CHECK(known.sees(person(2), own));
  CHECK(known.take_changed() == watchers{{"new@home.test", "bots.test", noon + 48h},
                                         {"p1@home.test", "bots.test", std::nullopt}});
}

TEST_CASE("nobody sees more of a component's addresses than is good", "[xmpp][component]") {
  component_watchers known;
  for (std::size_t i = 0; i <= component_watchers::most_each; ++i) {
    known.watch(person(1), at("a" + std::to_string(i) + "@bots.test"),
                noon + std::chrono::seconds(i));
  }
  CHECK(known.all().at("p1@home.test").size() == component_watchers::most_each);
  CHECK_FALSE(known.sees(person(1), at("a0@bots.test")));
}

TEST_CASE("watchers of an earlier start are no news", "[xmpp][component]") {
  component_watchers known;
  known.remember({{"ada@home.test", "bots.test", noon}, {"gone@home.test", "bots.test", {}}});
  CHECK_FALSE(known.changed());
  CHECK(known.sees(at("ada@home.test"), at("bots.test")));
  CHECK(known.all().size() == 1);
}

TEST_CASE("watchers are kept for each input and component", "[xmpp][component]") {
  watcher_store things;
  CHECK(things.load().empty());
  things.open().keep({{"ada@home.test", "build@bots.test", noon},
                      {"bob@home.test", "bots.test", noon},
                      {"cat@home.test", "bots.test", noon}});
  things.open().keep(
      {{"bob@home.test", "bots.test", std::nullopt}, {"cat@home.test", "bots.test", noon + 24h}});
  things.open("xmpp:other").keep({{"ada@home.test", "bots.test", noon}});
  things.open("xmpp", "bots.test.evil").keep({{"ada@home.test", "bots.test.evil", noon}});
  CHECK(things.load() == watchers{{"cat@home.test", "bots.test", noon + 24h},
                                  {"ada@home.test", "build@bots.test", noon}});
  CHECK(things.load("xmpp:other") == watchers{{"ada@home.test", "bots.test", noon}});
}

TEST_CASE("watchers that cannot be read are forgotten", "[xmpp][component]") {
  watcher_store things;
  things.open().keep({{"ada@home.test", "bots.test", noon}});
  things.store->write([&](mynah::transaction& tx) {
    for (const std::string name : {"", "bots.test", "bots.test ", " ada@home.test",
                                   "bots.test ada@home.test/desk", "bots.test/x bob@home.test"}) {
      tx.put("xmpp.watchers", "xmpp bots.test " + name, "12");
    }
    for (const std::string text : {"", "x", "12 ", "-", "99999999999999999999"}) {
      tx.put("xmpp.watchers", "xmpp bots.test bots.test bad" + text + "@home.test", text);
    }
  });
  CHECK(things.load() == watchers{{"ada@home.test", "bots.test", noon}});
  std::size_t left = 0;
  things.store->read([&](mynah::transaction& tx) {
    tx.scan("xmpp.watchers", "", [&](std::string_view, std::string_view) {
      ++left;
      return true;
    });
  });
  CHECK(left == 1);
}

TEST_CASE("without a store no watcher is kept", "[xmpp][component]") {
  watcher_store things;
  things.store = nullptr;
  things.open().keep({{"ada@home.test", "bots.test", noon}});
  CHECK(things.load().empty());
}
