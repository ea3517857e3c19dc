// SPDX-License-Identifier: Apache-2.0
#include <mynah/arguments.hpp>

#include <stdexcept>

#include "core/argument_data.hpp"
#include "core/values.hpp"

namespace mynah {

arguments::arguments(std::shared_ptr<detail::argument_data> data) noexcept
    : data_(std::move(data)) {}

std::string_view arguments::text() const noexcept {
  return data_->line;
}

std::string_view arguments::rest() const noexcept {
  const std::string_view line = core::trimmed(data_->line);
  const std::size_t blank = line.find_first_of(" \t\n\r\v\f");
  return blank == std::string_view::npos ? std::string_view() : core::trimmed(line.substr(blank));
}

const std::vector<std::string>& arguments::words() const {
  if (!data_->texts) {
    std::vector<std::string> texts;
    for (const core::word& each : data_->words()) texts.push_back(each.text);
    data_->texts = std::move(texts);
  }
  return *data_->texts;
}

std::size_t arguments::size() const {
  return words().size();
}

std::string_view arguments::operator[](std::size_t index) const {
  const std::vector<std::string>& all = words();
  return index < all.size() ? std::string_view(all[index]) : std::string_view();
}

std::string_view arguments::capture(std::size_t group) const noexcept {
  if (group >= data_->captures.size()) return {};
  const core::capture_span& span = data_->captures[group];
  return std::string_view(data_->line).substr(span.begin, span.size);
}

std::string_view arguments::capture(std::string_view name) const {
  if (data_->capture_names != nullptr) {
    const auto found = data_->capture_names->find(std::string(name));
    if (found != data_->capture_names->end()) {
      return capture(static_cast<std::size_t>(found->second));
    }
  }
  throw std::logic_error("the pattern has no capture named '" + std::string(name) + "'");
}

bool arguments::has(std::string_view name) const noexcept {
  for (const auto& each : data_->values) {
    if (each.first == name) return true;
  }
  return false;
}

const argument_value& arguments::value(std::string_view name) const {
  for (const auto& each : data_->values) {
    if (each.first == name) return each.second;
  }
  throw std::logic_error("parameter '" + std::string(name) +
                         "' is not declared or has no value; ask has() for optional ones");
}

void arguments::throw_wrong_type(std::string_view name) {
  throw std::logic_error("parameter '" + std::string(name) + "' was declared as another type");
}

}  // namespace mynah
