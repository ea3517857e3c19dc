// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace mynah {

/// The value of a declared parameter.
using argument_value =
    std::variant<std::string, std::int64_t, double, bool, std::chrono::milliseconds>;

namespace detail {
class argument_data;
}

/// What a command was given: the words of its line, the captures of its pattern, the values of its
/// declared parameters.
///
/// Views returned live as long as the arguments do (until the command has ended).
/// Thread safety: const members may be called from one thread at a time (words are split when
/// first asked for).
class arguments {
 public:
  explicit arguments(std::shared_ptr<detail::argument_data> data) noexcept;

  /// The whole line that matched, addressing removed.
  [[nodiscard]] std::string_view text() const noexcept;
  /// What follows the command word, blanks at both ends removed, otherwise as typed.
  [[nodiscard]] std::string_view rest() const noexcept;

  /// Words, quotes respected: `say "a b" c` has three. Word 0 is the command word.
  [[nodiscard]] std::size_t size() const;
  /// Word `index`, or an empty view past the end.
  [[nodiscard]] std::string_view operator[](std::size_t index) const;
  [[nodiscard]] const std::vector<std::string>& words() const;

  /// Capture group of the pattern (0 is the whole match); empty if there is none or it took no
  /// part.
  [[nodiscard]] std::string_view capture(std::size_t group) const noexcept;
  [[nodiscard]] std::string_view capture(std::string_view name) const;

  /// Whether the declared parameter has a value (given or default).
  [[nodiscard]] bool has(std::string_view name) const noexcept;

  /// The value of a declared parameter. Throws std::logic_error for a name that was not declared,
  /// has no value, or is of another type: programmer errors all.
  template <class T>
  [[nodiscard]] const T& get(std::string_view name) const {
    if (const T* typed = std::get_if<T>(&value(name))) return *typed;
    throw_wrong_type(name);
  }
  [[nodiscard]] const std::string& string(std::string_view name) const {
    return get<std::string>(name);
  }
  [[nodiscard]] std::int64_t integer(std::string_view name) const {
    return get<std::int64_t>(name);
  }
  [[nodiscard]] double floating(std::string_view name) const { return get<double>(name); }
  [[nodiscard]] bool boolean(std::string_view name) const { return get<bool>(name); }
  [[nodiscard]] std::chrono::milliseconds duration(std::string_view name) const {
    return get<std::chrono::milliseconds>(name);
  }

 private:
  [[nodiscard]] const argument_value& value(std::string_view name) const;
  [[noreturn]] static void throw_wrong_type(std::string_view name);

  std::shared_ptr<detail::argument_data> data_;
};

}  // namespace mynah
