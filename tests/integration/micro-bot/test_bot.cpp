// SPDX-License-Identifier: Apache-2.0
#include <chrono>
#include <memory>
#include <stdexcept>
#include <string>
#include <thread>

#include <mynah/app.hpp>
#include <mynah/mynah.hpp>

namespace {

// An input that never connects; how it fails is a setting.
class net_input final : public mynah::input {
 public:
  explicit net_input(const mynah::input_environment& environment) : environment_(environment) {}

  void init(const mynah::settings& values) override {
    server_ = values.text("server");
    password_ = values.text("password");
  }

  mynah::task<mynah::result<void>> start() override {
    environment_.log.info("logging in", {{"server", server_}, {"password", password_}});
    if (server_ == "locked") {
      co_return mynah::failure(mynah::errc::authentication_failed,
                               "logging in to " + server_ + " with " + password_);
    }
    co_return mynah::failure(mynah::errc::timed_out, "connecting to " + server_);
  }

  mynah::task<mynah::result<std::unique_ptr<mynah::conn>>> stream() override {
    co_return mynah::failure(mynah::errc::closed);
  }

  mynah::task<void> stop() override { co_return; }

 private:
  mynah::input_environment environment_;
  std::string server_;
  std::string password_;
};

mynah::task<mynah::reply> wait(mynah::async_context& ctx) {
  const int time = std::stoi(std::string(ctx.args()[1]));
  ctx.reply("waiting");
  co_await ctx.sleep(std::chrono::milliseconds(time));
  co_return mynah::reply("waited");
}

}  // namespace

int main(int argc, char** argv) {
  using mynah::flag;
  using mynah::flag_type;
  mynah::app app("test-bot", "1.2");
  app.add(mynah::input_type(
      "net", "a network that is not there",
      {flag("server", "host of the server").required(),
       flag("password", "of the server").secret().env("NET_PASSWORD"),
       flag("tls", "whether to use TLS", flag_type::boolean).fallback("yes"),
       flag("rooms", "to join", flag_type::list),
       flag("port", "of the server", flag_type::integer).fallback("6667").range(1, 65535)},
      [](const mynah::input_environment& environment) {
        return std::make_unique<net_input>(environment);
      }));
  app.add(mynah::make_command("ping", "^ping$", "ping", "Answers pong",
                              [](const mynah::arguments&) { return "pong"; }));
  app.add(mynah::make_command("wait", "^wait ", "wait <ms>", "Takes its time", &wait));
  app.add(mynah::make_command("stuck", "^stuck$", "stuck", "Ignores being cancelled",
                              [](mynah::context& ctx) {
                                ctx.reply("stuck");
                                std::this_thread::sleep_for(std::chrono::seconds(60));
                              }));
  app.add(mynah::make_command(
      "fail", "^fail$", "fail", "Throws",
      [](const mynah::arguments&) -> mynah::reply { throw std::runtime_error("an inner text"); }));
  app.add(mynah::make_command(
      mynah::command_spec("deploy", "Changes something")
          .changes()
          .parameter(mynah::parameter::string("service")),
      [](const mynah::arguments& args) { return "deployed " + args.string("service"); }));
  return app.run(argc, argv, mynah::linked_plugins());
}
