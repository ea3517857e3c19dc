// SPDX-License-Identifier: Apache-2.0
#include <mynah/store.hpp>
#include <mynah/testkit/virtual_clock.hpp>

#include "check_each.hpp"

namespace {

using namespace mynah;

class memory_under_test final : public testkit::store_under_test {
 public:
  std::unique_ptr<store> make(std::shared_ptr<mynah::clock> clock) override {
    return make_memory_store(std::move(clock));
  }
  std::unique_ptr<store> reopen(std::shared_ptr<mynah::clock>) override { return nullptr; }
};

}  // namespace

TEST_CASE("the store in memory keeps every promise", "[store]") {
  memory_under_test tested;
  mynah_test::check_each_promise(tested);
}

TEST_CASE("the store in memory keeps the newest 10,000 audit entries", "[store]") {
  const auto tested = make_memory_store(std::make_shared<testkit::virtual_clock>());
  tested->open();
  const auto oldest = [&] {
    std::int64_t id = 0;
    tested->read([&](transaction& tx) {
      audit_query query;
      query.oldest_first = true;
      query.limit = 1;
      id = tx.find_audit(query).entries.at(0).id;
    });
    return id;
  };
  tested->write([](transaction& tx) {
    for (int i = 0; i < 10'000; ++i) tx.append_audit(audit_entry());
  });
  CHECK(oldest() == 1);
  tested->write([](transaction& tx) { tx.append_audit(audit_entry()); });
  CHECK(oldest() == 2);
  CHECK_THROWS(tested->write([](transaction& tx) {
    tx.append_audit(audit_entry());
    throw std::runtime_error("undone");
  }));
  CHECK(oldest() == 2);
}

TEST_CASE("a promise that does not exist cannot be checked", "[store]") {
  memory_under_test tested;
  CHECK_THROWS_WITH(testkit::check_store(tested, "flies"), "there is no promise \"flies\"");
}

TEST_CASE("problems that pass by themselves are told from those that do not", "[store]") {
  for (const auto problem :
       {store_problem::read_only, store_problem::corrupt, store_problem::newer}) {
    CHECK(is_permanent(problem));
  }
  for (const auto problem :
       {store_problem::full, store_problem::busy, store_problem::in_use, store_problem::failed}) {
    CHECK_FALSE(is_permanent(problem));
  }
}
