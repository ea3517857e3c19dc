// SPDX-License-Identifier: Apache-2.0
#include <mynah/event.hpp>

namespace mynah {

event::event(event_type type, address from, mynah::principal principal, std::string text)
    : type(type), from(std::move(from)), principal(std::move(principal)), text(std::move(text)) {}

std::string_view event::tag(std::string_view key) const noexcept {
  for (const auto& [name, value] : meta) {
    if (name == key) return value;
  }
  return {};
}

}  // namespace mynah
