// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <mynah/flag.hpp>

namespace mynah {

/// Values as somebody gave them, by full name: `prefix`, `irc.server`, `irc.libera.server`. Not yet
/// checked. Where each came from is remembered for messages.
class setting_values {
 public:
  class entry {
   public:
    entry() = default;
    entry(std::vector<std::string> values, std::string source)
        : values(std::move(values)), source(std::move(source)) {}
    std::vector<std::string> values;
    std::string source;  ///< "--irc-server", "MYNAH_IRC_SERVER", "bot.toml:12", "the program"
  };

  /// Replaces what was there.
  void set(std::string name, std::string value, std::string source = "the program");
  void set(std::string name, std::vector<std::string> values, std::string source = "the program");
  /// Adds one more value of a list.
  void add(const std::string& name, std::string value, std::string source = "the program");

  [[nodiscard]] const entry* find(const std::string& name) const;
  [[nodiscard]] const std::map<std::string, entry>& all() const noexcept { return entries_; }

 private:
  std::map<std::string, entry> entries_;
};

/// The checked values of one plugin's flags (for an input: of one instance). Every declared flag is
/// there, with its default if nobody gave it.
///
/// Thread safety: const members from any thread.
/// Errors: asking for a flag that was not declared, or as another type, throws std::logic_error.
class settings {
 public:
  class value {
   public:
    value() = default;
    value(std::string text, std::string source, flag_type type, bool given)
        : text(std::move(text)), source(std::move(source)), type(type), given(given) {}
    std::string text;
    std::vector<std::string> parts;
    std::string source;
    flag_type type = flag_type::text;
    bool given = false;
    bool secret = false;
    std::int64_t number = 0;
    std::chrono::milliseconds time{0};
  };

  settings() = default;
  settings(std::string owner, std::map<std::string, value, std::less<>> values)
      : owner_(std::move(owner)), values_(std::move(values)) {}

  /// The plugin or the input instance they belong to.
  [[nodiscard]] const std::string& owner() const noexcept { return owner_; }

  /// Whether somebody gave a value (a default does not count).
  [[nodiscard]] bool given(std::string_view name) const { return at(name).given; }
  [[nodiscard]] const std::string& text(std::string_view name) const;
  [[nodiscard]] std::int64_t integer(std::string_view name) const;
  [[nodiscard]] bool boolean(std::string_view name) const;
  [[nodiscard]] std::chrono::milliseconds duration(std::string_view name) const;
  [[nodiscard]] const std::vector<std::string>& list(std::string_view name) const;
  /// Where the value came from, for messages: "--irc-server", "bot.toml:12", "default".
  [[nodiscard]] const std::string& source(std::string_view name) const { return at(name).source; }

  [[nodiscard]] const std::map<std::string, value, std::less<>>& all() const noexcept {
    return values_;
  }

  /// The setting as errors name it: "--irc-libera-server", with where the value came from if not
  /// from there.
  [[nodiscard]] std::string named(std::string_view name) const;
  /// Throws `settings_error`: "--irc-tls is '`value`'; expected `expected`".
  [[noreturn]] void refuse(std::string_view name, std::string_view value,
                           std::string_view expected) const;
  /// The same for secrets, which errors never show.
  [[noreturn]] void refuse_secret(std::string_view name, std::string_view expected) const;

 private:
  [[nodiscard]] const value& at(std::string_view name) const;
  [[nodiscard]] const value& at(std::string_view name, flag_type type) const;

  std::string owner_;
  std::map<std::string, value, std::less<>> values_;
};

}  // namespace mynah
