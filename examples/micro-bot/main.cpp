// SPDX-License-Identifier: Apache-2.0
//
// The bot with everything: all inputs and all commands that were linked (see CMakeLists.txt).
#include <spdlog/sinks/stdout_sinks.h>
#include <spdlog/spdlog.h>
#include <mynah/app.hpp>
#include <mynah/version.hpp>

namespace {

spdlog::level::level_enum level_of(mynah::log_level level) {
  switch (level) {
    case mynah::log_level::trace:
      return spdlog::level::trace;
    case mynah::log_level::debug:
      return spdlog::level::debug;
    case mynah::log_level::info:
      return spdlog::level::info;
    case mynah::log_level::warning:
      return spdlog::level::warn;
    case mynah::log_level::error:
      return spdlog::level::err;
    case mynah::log_level::off:
      break;
  }
  return spdlog::level::off;
}

// mynah decides what is logged and how a line looks, spdlog where it goes: put another of its sinks
// here for a rotating file or the system's log.
mynah::log_sink through_spdlog(mynah::log_format format) {
  const auto logger = spdlog::stderr_logger_mt("micro-bot");
  logger->set_pattern("%v");
  logger->set_level(spdlog::level::trace);
  logger->flush_on(spdlog::level::warn);
  return [logger, format](const mynah::log_record& record) {
    logger->log(level_of(record.level), mynah::log_line(record, format));
  };
}

}  // namespace

int main(int argc, char** argv) {
  mynah::app app("micro-bot", MYNAH_VERSION);
  app.log_through(&through_spdlog);
  app.on_exit([] { spdlog::shutdown(); });
  return app.run(argc, argv, mynah::linked_plugins());
}
