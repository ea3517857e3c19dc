// SPDX-License-Identifier: Apache-2.0
#include "services.hpp"

#include <charconv>
#include <string_view>

#include "namespaces.hpp"

namespace mynah::xmpp {

void services::add(const std::string& address, const disco_info& info) {
  if (rooms.empty() && info.is("conference", "text") && info.has(ns::muc)) rooms = address;
  if (!upload.empty() || !info.has(ns::upload)) return;
  upload = address;
  const data_form* const form = info.form(ns::upload);
  if (form == nullptr) return;
  const std::string_view told = form->value("max-file-size");
  std::uint64_t size = 0;
  const auto [end, error] = std::from_chars(told.data(), told.data() + told.size(), size);
  if (!told.empty() && error == std::errc() && end == told.data() + told.size()) {
    largest_file = size;
  }
}

}  // namespace mynah::xmpp
