// SPDX-License-Identifier: Apache-2.0
// What may have been delivered when a connection broke.
#include "core/outbox.hpp"

#include <deque>

#include <boost/asio/io_context.hpp>

#include "catch.hpp"
#include "manual_clock.hpp"

using mynah::address;
using mynah::errc;
using mynah::failure;
using mynah::outgoing;
using mynah::receipt;
using mynah::result;
using mynah::task;
using mynah::core::outbox;
using mynah_test::manual_clock;

namespace {

/// A connection on which each message fares as the test says.
class fated_conn final : public mynah::conn {
 public:
  task<result<mynah::event>> recv() override { co_return failure(errc::closed); }
  task<result<receipt>> send(const outgoing& message) override {
    said += message.body.plain() + (message.again ? " again;" : ";");
    if (fates.empty()) co_return receipt();
    const errc fate = fates.front();
    fates.pop_front();
    co_return failure(fate);
  }
  task<void> close() override { co_return; }

  std::deque<errc> fates;
  std::string said;
};

outgoing saying(const std::string& text) {
  return outgoing(address("irc", "#c"), mynah::reply(text));
}

}  // namespace

TEST_CASE("what may have been sent when a connection broke is not sent again") {
  const errc how = GENERATE(errc::closed, errc::unconfirmed);
  boost::asio::io_context io;
  const auto box = std::make_shared<outbox>(io.get_executor(), std::make_shared<manual_clock>(),
                                            mynah::logger(), nullptr);
  fated_conn first;
  first.fates = {how};
  box->attach(first);
  box->push(saying("one"));
  box->push(saying("two"));
  io.run();
  io.restart();
  // The connection is gone either way: nothing more goes there.
  CHECK(first.said == "one;");
  CHECK(box->waiting() == (how == errc::closed ? 2U : 1U));
  fated_conn second;
  box->attach(second);
  io.run();
  CHECK(second.said == (how == errc::closed ? "one again;two;" : "two;"));
  CHECK(box->waiting() == 0);
}
