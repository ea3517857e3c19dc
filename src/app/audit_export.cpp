// SPDX-License-Identifier: Apache-2.0
#include "app/audit_export.hpp"

#include <algorithm>
#include <array>
#include <ctime>
#include <utility>

#include <CLI/CLI.hpp>
#include <nlohmann/json.hpp>

#include <fmt/format.h>

#include <mynah/error.hpp>
#include <mynah/moment.hpp>

namespace mynah::cli {

namespace {

using time_point = std::chrono::system_clock::time_point;

constexpr std::size_t page_size = 1000;

// `2026-01-31T12:00:00.123456Z`
std::string iso(time_point moment) {
  const auto since = moment.time_since_epoch();
  const auto seconds = std::chrono::floor<std::chrono::seconds>(since);
  const auto rest = std::chrono::duration_cast<std::chrono::microseconds>(since - seconds);
  const std::time_t time = seconds.count();
  std::tm parts{};
  ::gmtime_r(&time, &parts);
  return fmt::format("{:04}-{:02}-{:02}T{:02}:{:02}:{:02}.{:06}Z", parts.tm_year + 1900,
                     parts.tm_mon + 1, parts.tm_mday, parts.tm_hour, parts.tm_min, parts.tm_sec,
                     rest.count());
}

time_point moment_of(const std::string& flag, const std::string& text, time_point now) {
  if (const auto moment = parse_moment(text, now)) return *moment;
  throw settings_error(
      "audit export: " + flag + " is '" + text +
      "'; expected a time ago such as 2h, or a moment in UTC such as 2026-01-31 or "
      "2026-01-31T12:00");
}

using column = std::pair<const char*, std::string (*)(const audit_entry&)>;

const std::array<column, 16>& columns() {
  static const std::array<column, 16> all = {{
      {"id", [](const audit_entry& e) { return std::to_string(e.id); }},
      {"time", [](const audit_entry& e) { return iso(e.time); }},
      {"who", [](const audit_entry& e) { return e.who; }},
      {"display", [](const audit_entry& e) { return e.display; }},
      {"where", [](const audit_entry& e) { return e.where; }},
      {"room", [](const audit_entry& e) { return e.room; }},
      {"raw", [](const audit_entry& e) { return e.raw; }},
      {"line", [](const audit_entry& e) { return e.line; }},
      {"arguments", [](const audit_entry& e) { return e.arguments; }},
      {"command", [](const audit_entry& e) { return e.command; }},
      {"decision", [](const audit_entry& e) { return e.decision; }},
      {"outcome", [](const audit_entry& e) { return e.outcome; }},
      {"reason", [](const audit_entry& e) { return e.reason; }},
      {"duration_us",
       [](const audit_entry& e) {
         return std::to_string(
             std::chrono::duration_cast<std::chrono::microseconds>(e.duration).count());
       }},
      {"job", [](const audit_entry& e) { return std::to_string(e.job); }},
      {"event", [](const audit_entry& e) { return e.event; }},
  }};
  return all;
}

bool is_number(std::string_view name) {
  return name == "id" || name == "duration_us" || name == "job";
}

std::string json_line(const audit_entry& entry) {
  nlohmann::ordered_json object = nlohmann::ordered_json::object();
  for (const auto& [name, text_of] : columns()) {
    const std::string text = text_of(entry);
    if (is_number(name)) {
      object[name] = std::stoll(text);
    } else {
      object[name] = text;
    }
  }
  return object.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace) + "\n";
}

// RFC 4180. A text that a spreadsheet would take for a formula gets an apostrophe in front.
std::string csv_field(const std::string& text) {
  const bool formula =
      !text.empty() && std::string_view("=+-@\t\r").find(text.front()) != std::string_view::npos;
  std::string shown = formula ? "'" + text : text;
  if (shown.find_first_of(",\"\r\n") == std::string::npos) return shown;
  std::string quoted = "\"";
  for (const char c : shown) {
    if (c == '"') quoted += '"';
    quoted += c;
  }
  return quoted + "\"";
}

template <class TextOf>
std::string csv_line(TextOf text_of) {
  std::string line;
  for (const column& each : columns()) {
    if (!line.empty()) line += ',';
    line += csv_field(text_of(each));
  }
  return line + "\r\n";
}

}  // namespace

std::optional<audit_export> take_audit_export(std::vector<std::string>& arguments, time_point now) {
  if (arguments.empty() || arguments.front() != "audit") return std::nullopt;
  if (arguments.size() < 2 || arguments[1] != "export") {
    throw settings_error("after 'audit' comes 'export': it writes the audit to standard output");
  }
  audit_export wanted;
  std::string format = "json";
  std::string since;
  std::string until;
  CLI::App parser;
  parser.set_help_flag();
  parser.allow_extras();
  parser.add_option("--format", format)->check(CLI::IsMember({"json", "csv"}));
  parser.add_option("--since", since);
  parser.add_option("--until", until);
  parser.add_option("--user", wanted.query.who);
  parser.add_option("--command", wanted.query.command);
  parser.add_option("--room", wanted.query.room);
  parser.add_option("--outcome", wanted.query.outcome);
  parser.add_option("--words", wanted.query.words);
  std::vector<std::string> rest(arguments.begin() + 2, arguments.end());
  std::reverse(rest.begin(), rest.end());  // as CLI11 takes a vector
  try {
    parser.parse(rest);
  } catch (const CLI::ParseError& problem) {
    throw settings_error(std::string("audit export: ") + problem.what());
  }
  arguments = parser.remaining();
  wanted.csv = format == "csv";
  if (!since.empty()) wanted.query.since = moment_of("--since", since, now);
  if (!until.empty()) wanted.query.until = moment_of("--until", until, now);
  wanted.query.oldest_first = true;
  wanted.query.limit = page_size;
  return wanted;
}

void write_audit(store& from, const audit_export& what,
                 const std::function<bool(std::string_view line)>& write) {
  if (what.csv && !write(csv_line([](const column& each) { return std::string(each.first); }))) {
    return;
  }
  audit_query query = what.query;
  audit_page page;
  do {
    from.read([&](transaction& tx) { page = tx.find_audit(query); });
    for (const audit_entry& entry : page.entries) {
      const std::string line =
          what.csv ? csv_line([&entry](const column& each) { return each.second(entry); })
                   : json_line(entry);
      if (!write(line)) return;
      query.before = entry.id;
    }
  } while (page.more);
}

}  // namespace mynah::cli
