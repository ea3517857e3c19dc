// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <initializer_list>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <mynah/redactor.hpp>

namespace mynah {

enum class log_level : unsigned char { trace, debug, info, warning, error, off };

/// "trace", "debug", "info", "warning", "error", "off".
[[nodiscard]] std::string_view to_string(log_level level) noexcept;

/// A key and its value, for logs that machines read.
using log_field = std::pair<std::string_view, std::string_view>;

/// One line of log. The views live only during the call of the sink.
class log_record {
 public:
  log_record(log_level level, std::string_view component, std::string_view message,
             const std::vector<log_field>& fields)
      : level(level), component(component), message(message), fields(fields) {}

  log_level level;
  std::string_view component;  ///< "bot", "irc:libera", "deploy" ...
  std::string_view message;
  const std::vector<log_field>& fields;
};

/// Where log lines go. Called from any thread, several at once; must not throw.
using log_sink = std::function<void(const log_record&)>;

/// Writes `level component: message key=value ...` lines to standard error.
[[nodiscard]] log_sink stderr_sink();
/// Drops everything.
[[nodiscard]] log_sink null_sink();

/// Hands lines of one component to the sink if their level is high enough. Values of configured
/// secrets are masked before the sink sees them.
///
/// Thread safety: const members from any thread; copies share the sink.
class logger {
 public:
  logger();
  logger(log_sink sink, log_level threshold, std::string component);

  /// The same sink for another component.
  [[nodiscard]] logger named(std::string component) const;
  /// The same sink, with these secrets, too, shown as `***` in all that is logged.
  [[nodiscard]] logger masking(const redactor& secrets) const;

  [[nodiscard]] bool enabled(log_level level) const noexcept { return level >= threshold_; }
  [[nodiscard]] const std::string& component() const noexcept { return component_; }

  void log(log_level level, std::string_view message,
           std::initializer_list<log_field> fields = {}) const noexcept;
  void debug(std::string_view message, std::initializer_list<log_field> fields = {}) const noexcept;
  void info(std::string_view message, std::initializer_list<log_field> fields = {}) const noexcept;
  void warning(std::string_view message,
               std::initializer_list<log_field> fields = {}) const noexcept;
  void error(std::string_view message, std::initializer_list<log_field> fields = {}) const noexcept;

 private:
  std::shared_ptr<const log_sink> sink_;
  redactor secrets_;
  log_level threshold_ = log_level::off;
  std::string component_;
};

}  // namespace mynah
