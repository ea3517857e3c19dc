// SPDX-License-Identifier: Apache-2.0
#include "signature.hpp"

#include <algorithm>
#include <array>
#include <cstdint>

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>

namespace mynah::slack {

namespace {

constexpr std::string_view version = "v0";
constexpr std::size_t digest_bytes = 32;

}  // namespace

std::string_view describe(signature_check checked) noexcept {
  switch (checked) {
    case signature_check::good:
      return "the signature is good";
    case signature_check::missing:
      return "the request is not signed";
    case signature_check::bad_timestamp:
      return "the timestamp is no number";
    case signature_check::too_old:
      return "the timestamp is too old";
    case signature_check::too_new:
      return "the timestamp is in the future";
    case signature_check::wrong_version:
      return "the signature is not of version v0";
    case signature_check::mismatch:
      return "the signature does not fit the body and the signing secret";
  }
  return "";
}

std::string signature_of(std::string_view secret, std::string_view timestamp_field,
                         std::string_view body) {
  std::string base;
  base.reserve(version.size() + timestamp_field.size() + body.size() + 2);
  base.append(version).append(":").append(timestamp_field).append(":").append(body);
  std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
  unsigned size = 0;
  if (HMAC(EVP_sha256(), secret.data(), static_cast<int>(secret.size()),
           reinterpret_cast<const unsigned char*>(base.data()), base.size(), digest.data(),
           &size) == nullptr ||
      size != digest_bytes) {
    return {};
  }
  constexpr std::string_view digits = "0123456789abcdef";
  std::string out(version);
  out += '=';
  for (std::size_t i = 0; i < digest_bytes; ++i) {
    out += digits[digest[i] >> 4U];
    out += digits[digest[i] & 15U];
  }
  return out;
}

signature_check verify(std::string_view secret, std::string_view timestamp_field,
                       std::string_view signature_field, std::string_view body,
                       std::chrono::system_clock::time_point now) {
  if (timestamp_field.empty() || signature_field.empty()) return signature_check::missing;
  // Seconds of twelve digits are beyond every clock.
  const bool is_number =
      timestamp_field.size() <= 12 && std::all_of(timestamp_field.begin(), timestamp_field.end(),
                                                  [](char c) { return c >= '0' && c <= '9'; });
  if (!is_number) return signature_check::bad_timestamp;
  std::int64_t said = 0;
  for (const char c : timestamp_field) said = said * 10 + (c - '0');
  const std::int64_t seconds =
      std::chrono::floor<std::chrono::seconds>(now.time_since_epoch()).count();
  if (said < seconds - signature_window.count()) return signature_check::too_old;
  if (said > seconds + signature_window.count()) return signature_check::too_new;
  if (!signature_field.starts_with("v0=") || signature_field.size() != 3 + 2 * digest_bytes) {
    return signature_check::wrong_version;
  }
  // Without a secret anybody could sign.
  if (secret.empty()) return signature_check::mismatch;
  const std::string right = signature_of(secret, timestamp_field, body);
  // Nothing was computed, so nothing may pass.
  if (right.size() != signature_field.size()) return signature_check::mismatch;
  return CRYPTO_memcmp(right.data(), signature_field.data(), right.size()) == 0
             ? signature_check::good
             : signature_check::mismatch;
}

}  // namespace mynah::slack
