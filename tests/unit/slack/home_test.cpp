// SPDX-License-Identifier: Apache-2.0
#include "home.hpp"

#include <set>
#include <string>

#include "button_value.hpp"
#include "catch.hpp"
#include "characters.hpp"
#include "json_fields.hpp"
#include "json_text.hpp"

using mynah::command_ptr;
using mynah::command_spec;
using mynah::parameter;
using namespace mynah::slack;
using nlohmann::json;

namespace {

/// A bot with these commands, where everybody may run what is not called `secret`.
class commands_only final : public mynah::bot_view {
 public:
  void add(command_spec spec) {
    commands_.push_back(
        mynah::make_command(std::move(spec), [](const mynah::arguments&) { return "done"; }));
  }

  [[nodiscard]] const std::string& name() const noexcept override { return empty_; }
  [[nodiscard]] const std::string& program() const noexcept override { return empty_; }
  [[nodiscard]] const std::string& prefix() const noexcept override { return empty_; }
  [[nodiscard]] mynah::clock::time_point started() const noexcept override { return {}; }
  void visit_commands(const std::function<void(const mynah::command&)>& visit) const override {
    for (const command_ptr& each : commands_) visit(*each);
  }
  [[nodiscard]] const mynah::command* find_command(std::string_view) const override {
    return nullptr;
  }
  [[nodiscard]] bool may_run(const mynah::principal& who,
                             const mynah::command& what) const override {
    return what.spec().name != "secret" || who.id == "T1/ADMIN";
  }
  bool admit(const mynah::event& said, const mynah::command& what) override {
    return may_run(said.principal, what);
  }
  [[nodiscard]] std::vector<std::string> roles_of(const mynah::principal&) const override {
    return {};
  }
  [[nodiscard]] std::vector<std::string> suggestions(const mynah::principal&,
                                                     std::string_view) const override {
    return {};
  }
  [[nodiscard]] std::vector<mynah::job_info> jobs() const override { return {}; }
  mynah::cancel_outcome cancel(std::uint64_t, const mynah::principal&) override {
    return mynah::cancel_outcome::no_such_job;
  }
  [[nodiscard]] std::vector<mynah::input_info> inputs() const override { return {}; }
  [[nodiscard]] std::shared_ptr<mynah::network> network(std::string_view) const override {
    return nullptr;
  }
  [[nodiscard]] std::string setting(std::string_view, std::string_view) const override {
    return {};
  }
  [[nodiscard]] mynah::audit_page find_audit(const mynah::audit_query&) override { return {}; }
  [[nodiscard]] std::vector<mynah::kept_message_info> kept_messages() const override { return {}; }
  bool retry_message(std::int64_t) override { return false; }
  bool drop_message(std::int64_t) override { return false; }
  [[nodiscard]] std::vector<mynah::kept_command_info> kept_commands() const override { return {}; }
  bool retry_command(std::int64_t) override { return false; }
  bool drop_command(std::int64_t) override { return false; }

 private:
  std::string empty_;
  std::vector<command_ptr> commands_;
};

mynah::principal user(std::string id) {
  return mynah::principal("slack", std::move(id), mynah::assurance::verified);
}

}  // namespace

TEST_CASE("the App Home lists what the user may run", "[slack][home]") {
  commands_only bot;
  bot.add(command_spec("deploy", "Deploys <a service>").parameter(parameter::string("service")));
  bot.add(command_spec("ghost", "Not listed").hidden());
  bot.add(command_spec("match", "^mat(ch)?$", "match this", "By a pattern"));
  bot.add(command_spec("ping", "Answers"));
  bot.add(command_spec("secret", "For few"));

  const json view = home_view(bot, user("T1/U1"));
  CHECK(text_in(view, "type") == "home");
  const json& blocks = array_in(view, "blocks");
  REQUIRE(blocks.size() == 4);
  CHECK(text_in(blocks[0], "type") == "header");
  CHECK(text_in(blocks[1]["text"], "text") ==
        "`deploy &lt;service&gt;`\nDeploys &lt;a service&gt;");
  const auto value = [&](std::size_t i) {
    return button_value::parse(text_in(object_in(blocks[i], "accessory"), "value"));
  };
  CHECK(value(1) == button_value(button_kind::form, "deploy"));
  CHECK_FALSE(value(2).has_value());
  CHECK(value(3) == button_value(button_kind::command, "ping"));
  CHECK(text_in(blocks[1]["accessory"], "action_id") !=
        text_in(blocks[3]["accessory"], "action_id"));

  CHECK(array_in(home_view(bot, user("T1/ADMIN")), "blocks").size() == 5);
}

TEST_CASE("an App Home with nothing says so", "[slack][home]") {
  const commands_only bot;
  const json view = home_view(bot, user("T1/U1"));
  REQUIRE(array_in(view, "blocks").size() == 2);
  CHECK(text_in(view["blocks"][1]["text"], "text").find("Nothing") == 0);
}

TEST_CASE("an App Home has pages, each of them small enough", "[slack][home]") {
  for (const std::size_t length : {5U, 100'000U}) {
    commands_only bot;
    std::string words;
    while (words.size() < length) words += "\xF0\x9F\x91\x8D&";
    for (int i = 0; i < 300; ++i) bot.add(command_spec("c" + std::to_string(1000 + i), words));
    std::set<std::string> seen;
    std::set<std::string> ids;
    std::size_t page = 0;
    for (bool is_last = false; !is_last; ++page) {
      REQUIRE(page < 300);
      const json view = home_view(bot, user("T1/U1"), page);
      const json& blocks = array_in(view, "blocks");
      CHECK(blocks.size() <= 100);
      CHECK(dump_json(view).size() < 250'000);
      CHECK(text_in(blocks[0]["text"], "text").find("page " + std::to_string(page + 1) + " of ") !=
            std::string_view::npos);
      for (const json& each : blocks) {
        CHECK(count_characters(text_in(object_in(each, "text"), "text")) <= 3000);
        const json& button = object_in(each, "accessory");
        if (button.empty()) continue;
        seen.insert(button_value::parse(text_in(button, "value"))->text);
        ids.insert(std::string(text_in(button, "action_id")));
      }
      // The last block leads to the pages beside.
      std::set<std::string> leads_to;
      for (const json& each : array_in(blocks.back(), "elements")) {
        const auto value = button_value::parse(text_in(each, "value"));
        REQUIRE(value.has_value());
        CHECK(value->kind == button_kind::page);
        leads_to.insert(value->text);
      }
      CHECK(leads_to.contains(std::to_string(page - 1)) == (page > 0));
      is_last = !leads_to.contains(std::to_string(page + 1));
    }
    CHECK(page > 1);
    CHECK(seen.size() == 300);
    CHECK(ids.size() == 300);
    // Commands may have become fewer since the button was made.
    CHECK(home_view(bot, user("T1/U1"), 1000) == home_view(bot, user("T1/U1"), page - 1));
  }
}
