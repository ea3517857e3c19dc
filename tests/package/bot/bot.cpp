// SPDX-License-Identifier: Apache-2.0
#include <mynah/app.hpp>
#include <mynah/mynah.hpp>

int main(int argc, char** argv) {
  mynah::app app("my-bot", "1.0");
  app.add(mynah::make_command(
      "greet", "^greet (\\w+)$", "greet <name>", "Greets somebody",
      [](const mynah::arguments& args) { return "good day, " + std::string(args.capture(1)); }));
  return app.run(argc, argv, mynah::linked_plugins());
}
