// SPDX-License-Identifier: Apache-2.0
#include "upload_slot.hpp"

#include <algorithm>
#include <array>

#include "namespaces.hpp"
#include "net/http_client.hpp"

namespace mynah::xmpp {

namespace {

constexpr std::array<std::string_view, 3> allowed_fields = {"Authorization", "Cookie", "Expires"};
constexpr std::size_t most_fields = 8;

char lower(char c) noexcept {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

// The name as we write it, if the slot may name it.
std::string_view allowed(std::string_view name) noexcept {
  for (const std::string_view each : allowed_fields) {
    if (std::equal(name.begin(), name.end(), each.begin(), each.end(),
                   [](char a, char b) { return lower(a) == lower(b); })) {
      return each;
    }
  }
  return {};
}

bool is_control(char c) noexcept {
  return static_cast<unsigned char>(c) < 0x20 || c == 0x7f;
}

}  // namespace

std::optional<upload_slot> upload_slot::read(const element& iq) {
  const element* const slot = iq.child("slot", ns::upload);
  if (slot == nullptr) return std::nullopt;
  const element* const put = slot->child("put", ns::upload);
  const element* const get = slot->child("get", ns::upload);
  if (put == nullptr || get == nullptr) return std::nullopt;
  upload_slot made;
  made.put = put->attr("url");
  made.get = get->attr("url");
  if (!net::parse_https_url(made.put) || !net::parse_https_url(made.get)) return std::nullopt;
  for (const element& each : put->children) {
    if (!each.is("header", ns::upload) || made.fields.size() >= most_fields) continue;
    const std::string_view name = allowed(each.attr("name"));
    if (name.empty()) continue;
    std::string value = each.text;
    std::erase_if(value, is_control);
    made.fields.emplace_back(std::string(name), std::move(value));
  }
  return made;
}

element slot_request(std::string_view name, std::size_t size, std::string_view type) {
  const std::size_t folder = name.find_last_of("/\\");
  std::string shown(folder == std::string_view::npos ? name : name.substr(folder + 1));
  std::erase_if(shown, is_control);
  if (shown.empty() || shown == "." || shown == "..") shown = "file";
  return element("request", ns::upload)
      .set("filename", shown)
      .set("size", std::to_string(size))
      .set("content-type", type);
}

}  // namespace mynah::xmpp
