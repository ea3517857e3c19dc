// SPDX-License-Identifier: Apache-2.0
#include "shared_app.hpp"

#include <string>
#include <string_view>
#include <utility>

#include <boost/asio/io_context.hpp>

#include "catch.hpp"

using namespace mynah::slack;
using handing = shared_app::handing;

namespace {

arrival event_number(int number) {
  nlohmann::json payload = nlohmann::json::object();
  payload["number"] = number;
  return arrival(envelope_type::events_api, std::move(payload), {});
}

/// What one input was given.
class inbox {
 public:
  shared_app::receiver receiver() {
    return [this](arrival&& got) { heard += std::to_string(got.payload.value("number", 0)) + ";"; };
  }

  std::string heard;
};

}  // namespace

TEST_CASE("the inputs of one app give each other what is for the other's workspace",
          "[slack][shared]") {
  boost::asio::io_context io;
  shared_app one("app", io.get_executor());
  shared_app two("app", io.get_executor());
  inbox of_one;
  inbox of_two;
  const auto pass = [&one](std::string_view team, int number) {
    arrival given = event_number(number);
    const handing how = one.pass_on(team, given);
    // Who still has it can go on with it.
    CHECK((how == handing::taken || given.payload.value("number", 0) == number));
    return how;
  };

  auto serving_one = one.serve("T1", of_one.receiver());
  // Whose workspace it is for is not known yet.
  CHECK(pass("T2", 1) == handing::later);
  auto serving_two = two.serve("T2", of_two.receiver());
  CHECK(pass("T2", 2) == handing::taken);
  CHECK(pass("T3", 3) == handing::nobody);

  SECTION("one that is not connected is waited for") {
    serving_two.reset();
    CHECK(pass("T2", 4) == handing::later);
    CHECK(pass("T3", 5) == handing::nobody);
    serving_two = two.serve("T2", of_two.receiver());
    CHECK(pass("T2", 6) == handing::taken);
    CHECK(of_two.heard == "2;6;");
  }
  SECTION("the old connection goes after the new one has come") {
    inbox anew;
    auto serving_anew = two.serve("T2", anew.receiver());
    serving_two.reset();
    CHECK(pass("T2", 4) == handing::taken);
    CHECK(of_two.heard == "2;");
    CHECK(anew.heard == "4;");
  }
  SECTION("another app, and another bot, have their own") {
    boost::asio::io_context elsewhere;
    shared_app other_app("other", io.get_executor());
    shared_app other_bot("app", elsewhere.get_executor());
    inbox others;
    const auto serving_app = other_app.serve("T3", others.receiver());
    const auto serving_bot = other_bot.serve("T3", others.receiver());
    CHECK(pass("T3", 4) == handing::nobody);
    CHECK(others.heard.empty());
  }
  CHECK(of_one.heard.empty());
}

TEST_CASE("an input that is gone is not waited for", "[slack][shared]") {
  boost::asio::io_context io;
  shared_app one("app", io.get_executor());
  inbox heard;
  const auto serving = one.serve("T1", heard.receiver());
  {
    shared_app two("app", io.get_executor());
    const auto serving_two = two.serve("T2", heard.receiver());
  }
  arrival given = event_number(1);
  CHECK(one.pass_on("T2", given) == handing::nobody);
}
