// SPDX-License-Identifier: Apache-2.0
#include <mynah/log.hpp>

#include <cstdio>

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

std::string masked(std::string_view text, const std::vector<std::string>& secrets) {
  std::string out(text);
  for (const std::string& secret : secrets) {
    if (secret.empty()) continue;
    for (std::size_t at = out.find(secret); at != std::string::npos;
         at = out.find(secret, at + 3)) {
      out.replace(at, secret.size(), "***");
    }
  }
  return out;
}

logger::logger() = default;

logger::logger(log_sink sink, log_level threshold, std::string component)
    : sink_(sink ? std::make_shared<const log_sink>(std::move(sink)) : nullptr),
      threshold_(sink_ ? threshold : log_level::off),
      component_(std::move(component)) {}

logger logger::named(std::string component) const {
  logger other = *this;
  other.component_ = std::move(component);
  return other;
}

logger logger::masking(std::vector<std::string> secrets) const {
  logger other = *this;
  if (secrets_ != nullptr) secrets.insert(secrets.end(), secrets_->begin(), secrets_->end());
  other.secrets_ = std::make_shared<const std::vector<std::string>>(std::move(secrets));
  return other;
}

void logger::log(log_level level, std::string_view message,
                 std::initializer_list<log_field> fields) const noexcept {
  if (!enabled(level) || !sink_ || level == log_level::off) return;
  try {
    std::vector<log_field> shown(fields);
    if (secrets_ == nullptr || secrets_->empty()) {
      (*sink_)(log_record(level, component_, message, shown));
      return;
    }
    const std::string safe_message = masked(message, *secrets_);
    std::vector<std::string> safe_values;
    safe_values.reserve(shown.size());
    for (log_field& field : shown) {
      safe_values.push_back(masked(field.second, *secrets_));
      field.second = safe_values.back();
    }
    (*sink_)(log_record(level, component_, safe_message, shown));
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
