// SPDX-License-Identifier: Apache-2.0
#include <chrono>
#include <cstdint>
#include <ctime>
#include <iterator>
#include <string>
#include <string_view>

#include <fmt/format.h>

#include <mynah/app.hpp>
#include <mynah/utf8.hpp>

namespace mynah {

namespace {

std::string utc_now() {
  const auto now = std::chrono::system_clock::now();
  const std::time_t seconds = std::chrono::system_clock::to_time_t(now);
  const auto milliseconds =
      std::chrono::duration_cast<std::chrono::milliseconds>(now.time_since_epoch()).count() % 1000;
  std::tm parts{};
  ::gmtime_r(&seconds, &parts);
  return fmt::format("{:04}-{:02}-{:02}T{:02}:{:02}:{:02}.{:03}Z", parts.tm_year + 1900,
                     parts.tm_mon + 1, parts.tm_mday, parts.tm_hour, parts.tm_min, parts.tm_sec,
                     milliseconds);
}

// Calls `visit(character, valid)` for each character; a byte that belongs to none comes alone.
template <class Visitor>
void for_each_character(std::string_view text, Visitor visit) {
  while (!text.empty()) {
    const std::size_t length = utf8_length(text);
    visit(text.substr(0, length == 0 ? 1 : length), length != 0);
    text.remove_prefix(length == 0 ? 1 : length);
  }
}

// Inside a JSON string: RFC 8259 escapes, and nothing that is not UTF-8.
void append_json(std::string& out, std::string_view text) {
  out += '"';
  for_each_character(text, [&out](std::string_view character, bool valid) {
    const auto first = static_cast<unsigned char>(character.front());
    if (!valid) {
      out += "\\ufffd";
    } else if (first == '"' || first == '\\') {
      out += '\\';
      out += character;
    } else if (first == '\n') {
      out += "\\n";
    } else if (first == '\t') {
      out += "\\t";
    } else if (first < 0x20 || first == 0x7f) {
      fmt::format_to(std::back_inserter(out), "\\u{:04x}", first);
    } else {
      out += character;
    }
  });
  out += '"';
}

// For people and terminals: controls are shown, not obeyed. C1 controls too: some terminals obey
// their UTF-8 form.
void append_text(std::string& out, std::string_view text) {
  for_each_character(text, [&out](std::string_view character, bool valid) {
    const auto first = static_cast<unsigned char>(character.front());
    const bool c1 = valid && character.size() == 2 && first == 0xc2 &&
                    static_cast<unsigned char>(character[1]) < 0xa0;
    if (!valid || first < 0x20 || first == 0x7f || c1) {
      if (first == '\n') {
        out += "\\n";
      } else {
        for (const char byte : character) {
          fmt::format_to(std::back_inserter(out), "\\x{:02x}", static_cast<unsigned char>(byte));
        }
      }
    } else {
      out += character;
    }
  });
}

bool needs_quotes(std::string_view value) {
  return value.empty() || value.find_first_of(" \"=") != std::string_view::npos;
}

std::string json_line(const log_record& record) {
  std::string line = "{\"time\":\"" + utc_now() + "\",\"level\":\"";
  line += to_string(record.level);
  line += "\",\"component\":";
  append_json(line, record.component);
  line += ",\"message\":";
  append_json(line, record.message);
  for (const auto& [key, value] : record.fields) {
    line += ',';
    std::string name(key);
    // A key twice in one object means different things to different readers.
    if (name == "time" || name == "level" || name == "component" || name == "message") name += '_';
    append_json(line, name);
    line += ':';
    append_json(line, value);
  }
  line += '}';
  return line;
}

std::string text_line(const log_record& record) {
  std::string line = utc_now() + ' ';
  line += to_string(record.level);
  line += ' ';
  append_text(line, record.component);
  line += ": ";
  append_text(line, record.message);
  for (const auto& [key, value] : record.fields) {
    line += ' ';
    append_text(line, key);
    line += '=';
    if (needs_quotes(value)) {
      std::string quoted = "\"";
      for (const char c : value) {
        if (c == '"' || c == '\\') quoted += '\\';
        quoted += c;
      }
      append_text(line, quoted + '"');
    } else {
      append_text(line, value);
    }
  }
  return line;
}

}  // namespace

std::string log_line(const log_record& record, log_format format) {
  return format == log_format::json ? json_line(record) : text_line(record);
}

}  // namespace mynah
