// SPDX-License-Identifier: Apache-2.0
#include "jid.hpp"

#include <algorithm>
#include <array>
#include <cstdlib>
#include <memory>
#include <utility>

#include <arpa/inet.h>
#include <idna.h>
#include <stringprep.h>

#include <mynah/utf8.hpp>

namespace mynah::xmpp {

namespace {

constexpr std::size_t longest_part = 1023;

using c_string = std::unique_ptr<char, void (*)(void*)>;

bool is_ascii(std::string_view text) noexcept {
  return std::none_of(text.begin(), text.end(),
                      [](char c) { return static_cast<unsigned char>(c) >= 0x80; });
}

bool is_control(char c) noexcept {
  return static_cast<unsigned char>(c) < 0x20 || c == 0x7F;
}

std::string lower_case(std::string_view text) {
  std::string out(text);
  for (char& c : out) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  return out;
}

// Characters that Unicode 3.2 did not know pass: people have them in their nicks.
std::optional<std::string> prepared(std::string_view text, const char* profile) {
  const std::string input(text);
  char* made = nullptr;
  const int outcome =
      stringprep_profile(input.c_str(), &made, profile, static_cast<Stringprep_profile_flags>(0));
  const c_string owned(made, &std::free);
  if (outcome != STRINGPREP_OK || !owned) return std::nullopt;
  return std::string(owned.get());
}

bool has_allowed_length(std::string_view part) noexcept {
  return !part.empty() && part.size() <= longest_part;
}

std::optional<std::string> prepared_local(std::string_view text) {
  if (!has_allowed_length(text)) return std::nullopt;
  std::optional<std::string> made;
  if (is_ascii(text)) {
    made = lower_case(text);
  } else {
    made = prepared(text, "Nodeprep");
  }
  if (!made || !has_allowed_length(*made)) return std::nullopt;
  const bool forbidden = std::any_of(made->begin(), made->end(), [](char c) {
    return is_control(c) || std::string_view(" \"&'/:<>@").find(c) != std::string_view::npos;
  });
  if (forbidden) return std::nullopt;
  return made;
}

std::optional<std::string> prepared_resource(std::string_view text) {
  if (!has_allowed_length(text)) return std::nullopt;
  std::optional<std::string> made;
  if (is_ascii(text)) {
    made = std::string(text);
  } else {
    made = prepared(text, "Resourceprep");
  }
  if (!made || !has_allowed_length(*made)) return std::nullopt;
  if (std::any_of(made->begin(), made->end(), is_control)) return std::nullopt;
  return made;
}

std::optional<std::string> prepared_ipv6(std::string_view text) {
  in6_addr address{};
  std::array<char, INET6_ADDRSTRLEN> shown{};
  if (::inet_pton(AF_INET6, std::string(text).c_str(), &address) != 1) return std::nullopt;
  if (::inet_ntop(AF_INET6, &address, shown.data(), shown.size()) == nullptr) return std::nullopt;
  return "[" + std::string(shown.data()) + "]";
}

// No forbidden character may have come out of the normalisation, either: U+FF20 becomes `@`.
bool is_domain(std::string_view text) noexcept {
  if (!has_allowed_length(text) || text.front() == '.' || text.back() == '.') return false;
  if (text.find("..") != std::string_view::npos) return false;
  // U+3002, which some read as a dot.
  if (text.find("\xE3\x80\x82") != std::string_view::npos) return false;
  return std::all_of(text.begin(), text.end(), [](char c) {
    return static_cast<unsigned char>(c) >= 0x80 || (c >= 'a' && c <= 'z') ||
           (c >= '0' && c <= '9') || c == '-' || c == '_' || c == '.';
  });
}

// Each label for itself (RFC 3490, section 4): the directions of writing may differ between them.
bool append_mapped_labels(std::string_view domain, std::string& to) {
  for (;;) {
    const std::size_t dot = domain.find('.');
    const auto mapped = prepared(domain.substr(0, dot), "Nameprep");
    if (!mapped) return false;
    to += *mapped;
    if (dot == std::string_view::npos) return true;
    to += '.';
    domain.remove_prefix(dot + 1);
  }
}

std::optional<std::string> prepared_domain(std::string_view text) {
  if (text.ends_with('.')) text.remove_suffix(1);
  if (!has_allowed_length(text)) return std::nullopt;
  if (text.front() == '[') {
    if (!text.ends_with(']')) return std::nullopt;
    return prepared_ipv6(text.substr(1, text.size() - 2));
  }
  std::string made;
  if (is_ascii(text)) {
    made = lower_case(text);
  } else if (!append_mapped_labels(text, made)) {
    return std::nullopt;
  }
  if (made.find("xn--") != std::string::npos) {
    char* shown = nullptr;
    const int outcome = idna_to_unicode_8z8z(made.c_str(), &shown, IDNA_ALLOW_UNASSIGNED);
    const c_string owned(shown, &std::free);
    if (outcome != IDNA_SUCCESS || !owned) return std::nullopt;
    made = owned.get();
  }
  if (!is_domain(made)) return std::nullopt;
  return made;
}

}  // namespace

jid::jid(std::string text, std::size_t local_length, std::size_t bare_length)
    : text_(std::move(text)), local_length_(local_length), bare_length_(bare_length) {}

std::optional<jid> jid::parse(std::string_view text) {
  // What comes behind a zero would not be seen.
  if (text.find('\0') != std::string_view::npos || !is_utf8(text)) return std::nullopt;
  // The resource may hold both signs, so that the slash is looked for first.
  const std::size_t slash = text.find('/');
  std::string_view domain = text.substr(0, slash);
  std::string whole;
  const std::size_t at = domain.find('@');
  if (at != std::string_view::npos) {
    auto local = prepared_local(domain.substr(0, at));
    if (!local) return std::nullopt;
    whole = std::move(*local);
    domain.remove_prefix(at + 1);
  }
  const std::size_t local_length = whole.size();
  const auto host = prepared_domain(domain);
  if (!host) return std::nullopt;
  if (local_length > 0) whole += '@';
  whole += *host;
  const std::size_t bare_length = whole.size();
  if (slash != std::string_view::npos) {
    const auto resource = prepared_resource(text.substr(slash + 1));
    if (!resource) return std::nullopt;
    whole += '/';
    whole += *resource;
  }
  return jid(std::move(whole), local_length, bare_length);
}

std::optional<std::string> jid::ascii_domain() const {
  std::string made(domain());
  if (is_ascii(made)) return made;
  char* encoded = nullptr;
  const int outcome = idna_to_ascii_8z(made.c_str(), &encoded, IDNA_ALLOW_UNASSIGNED);
  const c_string owned(encoded, &std::free);
  if (outcome != IDNA_SUCCESS || !owned) return std::nullopt;
  made = owned.get();
  return made;
}

std::string_view jid::local() const noexcept {
  return std::string_view(text_).substr(0, local_length_);
}

std::string_view jid::domain() const noexcept {
  const std::size_t start = local_length_ == 0 ? 0 : local_length_ + 1;
  return std::string_view(text_).substr(start, bare_length_ - start);
}

std::string_view jid::resource() const noexcept {
  return is_bare() ? std::string_view() : std::string_view(text_).substr(bare_length_ + 1);
}

std::string_view jid::bare_text() const noexcept {
  return std::string_view(text_).substr(0, bare_length_);
}

jid jid::bare() const {
  return {std::string(bare_text()), local_length_, bare_length_};
}

std::optional<jid> jid::with_resource(std::string_view resource) const {
  if (resource.empty()) return bare();
  if (resource.find('\0') != std::string_view::npos || !is_utf8(resource)) return std::nullopt;
  const auto made = prepared_resource(resource);
  if (!made) return std::nullopt;
  return jid(std::string(bare_text()) + '/' + *made, local_length_, bare_length_);
}

}  // namespace mynah::xmpp
