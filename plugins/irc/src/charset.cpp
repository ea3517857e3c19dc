// SPDX-License-Identifier: Apache-2.0
#include "charset.hpp"

#include <iconv.h>

#include <algorithm>
#include <cerrno>
#include <utility>

#include "casemapping.hpp"
#include "utf8.hpp"

namespace mynah::irc {

namespace {

/// One direction of iconv.
class converter {
 public:
  converter(const char* to, const char* from) : handle_(::iconv_open(to, from)) {}
  converter(const converter&) = delete;
  converter& operator=(const converter&) = delete;
  ~converter() {
    if (valid()) ::iconv_close(handle_);
  }

  // NOLINTNEXTLINE(performance-no-int-to-ptr): that is how iconv says no
  [[nodiscard]] bool valid() const noexcept { return handle_ != reinterpret_cast<iconv_t>(-1); }

  void reset() noexcept { ::iconv(handle_, nullptr, nullptr, nullptr, nullptr); }

  /// Converts from the front of `text`, which it shortens; false where something cannot be.
  bool convert(std::string_view& text, std::string& into) {
    char buffer[256];
    while (!text.empty()) {
      // iconv does not write there; its type says so in some libraries only.
      char* in = const_cast<char*>(text.data());
      std::size_t in_left = text.size();
      char* out = buffer;
      std::size_t out_left = sizeof buffer;
      const std::size_t done = ::iconv(handle_, &in, &in_left, &out, &out_left);
      const int why = errno;
      into.append(buffer, sizeof buffer - out_left);
      text.remove_prefix(text.size() - in_left);
      if (done == static_cast<std::size_t>(-1) && why != E2BIG) return false;
    }
    return true;
  }

  /// Goes back to the state in which a text begins.
  void finish(std::string& into) {
    char buffer[32];
    char* out = buffer;
    std::size_t out_left = sizeof buffer;
    ::iconv(handle_, nullptr, nullptr, &out, &out_left);
    into.append(buffer, sizeof buffer - out_left);
  }

 private:
  iconv_t handle_;
};

bool is_ascii(std::string_view text) noexcept {
  return std::all_of(text.begin(), text.end(),
                     [](char c) { return static_cast<unsigned char>(c) < 0x80; });
}

bool is_name(std::string_view name) noexcept {
  // No `/`: behind it stand options of iconv.
  return !name.empty() && name.size() <= 40 && std::all_of(name.begin(), name.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
           c == '_' || c == '.' || c == ':' || c == '+';
  });
}

}  // namespace

class charset::conversion {
 public:
  explicit conversion(const std::string& name)
      : to(name.c_str(), "UTF-8"), from("UTF-8", name.c_str()) {}

  converter to;
  converter from;
  bool has_escapes = false;
};

std::optional<charset> charset::named(const std::string& name) {
  if (!is_name(name)) return std::nullopt;
  const std::string plain = folded(name, casemapping::ascii);
  if (plain == "utf-8" || plain == "utf8") return charset();
  auto with = std::make_shared<conversion>(name);
  if (!with->to.valid() || !with->from.valid()) return std::nullopt;
  charset made(with);
  std::string ascii;
  for (char c = 0x20; c < 0x7f; ++c) ascii += c;
  if (made.encode(ascii) != ascii) return std::nullopt;
  // Hiragana, Hangul, Han: one of them makes a set that has escapes show them.
  const std::string foreign = made.encode("\xE3\x81\x82\xEA\xB0\x80\xE4\xB8\xAD");
  with->has_escapes = std::any_of(foreign.begin(), foreign.end(),
                                  [](char c) { return static_cast<unsigned char>(c) < 0x20; });
  return made;
}

std::string charset::decode(std::string_view bytes) const {
  if (!conversion_) return decoded(bytes);
  const bool escaped = conversion_->has_escapes && is_ascii(bytes) &&
                       bytes.find_first_of("\x1b\x0e\x0f") != std::string_view::npos;
  if (mynah::is_utf8(bytes) && !escaped) return std::string(bytes);
  std::string out;
  std::string_view rest = bytes;
  conversion_->from.reset();
  if (!conversion_->from.convert(rest, out) || !mynah::is_utf8(out)) return decoded(bytes);
  return out;
}

std::string charset::encode(std::string_view text) const {
  if (!conversion_) return repaired_utf8(text);
  std::string out;
  const std::string valid = repaired_utf8(text);
  std::string_view rest = valid;
  conversion_->to.reset();
  while (!conversion_->to.convert(rest, out)) {
    std::string_view instead = "?";
    if (!conversion_->to.convert(instead, out)) out += '?';
    rest.remove_prefix(std::max<std::size_t>(utf8_length(rest), 1));
  }
  conversion_->to.finish(out);
  return out;
}

}  // namespace mynah::irc
