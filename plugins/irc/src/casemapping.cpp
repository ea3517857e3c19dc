// SPDX-License-Identifier: Apache-2.0
#include "casemapping.hpp"

namespace mynah::irc {

namespace {

char folded(char c, casemapping mapping) noexcept {
  if (c >= 'A' && c <= 'Z') return static_cast<char>(c - 'A' + 'a');
  if (mapping == casemapping::ascii) return c;
  switch (c) {
    case '[':
      return '{';
    case ']':
      return '}';
    case '\\':
      return '|';
    case '~':
      return mapping == casemapping::rfc1459 ? '^' : c;
    default:
      return c;
  }
}

}  // namespace

casemapping casemapping_named(std::string_view name) noexcept {
  if (name == "rfc1459") return casemapping::rfc1459;
  if (name == "rfc1459-strict" || name == "strict-rfc1459") return casemapping::rfc1459_strict;
  return casemapping::ascii;
}

std::string folded(std::string_view name, casemapping mapping) {
  std::string out(name);
  for (char& c : out) c = folded(c, mapping);
  return out;
}

bool same_name(std::string_view one, std::string_view other, casemapping mapping) {
  if (one.size() != other.size()) return false;
  for (std::size_t i = 0; i < one.size(); ++i) {
    if (folded(one[i], mapping) != folded(other[i], mapping)) return false;
  }
  return true;
}

}  // namespace mynah::irc
