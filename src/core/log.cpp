// SPDX-License-Identifier: Apache-2.0
#include <mynah/log.hpp>

#include <cstdio>
#include <deque>

namespace mynah {

std::string_view to_string(log_level level) noexcept {
  switch (level) {
    case log_level::trace:
      return "trace";
    case log_level::debug:
      return "debug";
    case log_level::info:
      return "info";
    case log_level::warning:
      return "warning";
    case log_level::error:
      return "error";
    case log_level::off:
      return "off";
  }
  return "off";
}

log_sink stderr_sink() {
  return [](const log_record& record) {
    std::string line;
    line += to_string(record.level);
    line += ' ';
    line += record.component;
    line += ": ";
    line += record.message;
    for (const auto& [key, value] : record.fields) {
      line += ' ';
      line += key;
      line += '=';
      line += value;
    }
    for (char& c : line) {
      if (static_cast<unsigned char>(c) < 0x20) c = ' ';  // what users typed forges no line
    }
    line += '\n';
    // One write: lines of several threads do not mix.
    std::fwrite(line.data(), 1, line.size(), stderr);
  };
}

log_sink null_sink() {
  return [](const log_record&) {};
}

logger::logger() = default;

logger::logger(log_sink sink, log_level threshold, std::string component)
    : sink_(sink ? std::make_shared<const log_sink>(std::move(sink)) : nullptr),
      threshold_(sink_ ? threshold : log_level::off),
      component_(std::move(component)) {}

logger logger::named(std::string component) const {
  logger other = *this;
  other.component_ = secrets_.empty() ? std::move(component) : secrets_.redact(component);
  return other;
}

logger logger::masking(const redactor& secrets) const {
  logger other = *this;
  other.secrets_ = secrets_.with(secrets);
  other.component_ = other.secrets_.redact(component_);
  return other;
}

void logger::log(log_level level, std::string_view message,
                 std::initializer_list<log_field> fields) const noexcept {
  if (!enabled(level) || !sink_ || level == log_level::off) return;
  try {
    std::vector<log_field> shown(fields);
    std::deque<std::string> kept;  // views into it stay valid while it grows
    const auto redact = [&](std::string_view& text) {
      if (secrets_.suspects(text)) text = kept.emplace_back(secrets_.redact(text));
    };
    if (!secrets_.empty()) {
      redact(message);
      for (auto& [key, value] : shown) {
        redact(key);
        redact(value);
      }
    }
    (*sink_)(log_record(level, component_, message, shown));
  } catch (...) {  // NOLINT(bugprone-empty-catch): a log line is never worth the bot
  }
}

void logger::debug(std::string_view message,
                   std::initializer_list<log_field> fields) const noexcept {
  log(log_level::debug, message, fields);
}
void logger::info(std::string_view message,
                  std::initializer_list<log_field> fields) const noexcept {
  log(log_level::info, message, fields);
}
void logger::warning(std::string_view message,
                     std::initializer_list<log_field> fields) const noexcept {
  log(log_level::warning, message, fields);
}
void logger::error(std::string_view message,
                   std::initializer_list<log_field> fields) const noexcept {
  log(log_level::error, message, fields);
}

}  // namespace mynah
