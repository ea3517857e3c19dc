// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>

namespace mynah::net {

/// What both ends of one TLS connection know and nobody between them can arrange, for a login that
/// is to hold for this connection only.
enum class channel_binding_kind : unsigned char {
  tls_exporter,          ///< RFC 9266: TLS 1.3, or TLS 1.2 with the extended master secret
  tls_server_end_point,  ///< RFC 5929, section 4: the server's certificate
  tls_unique,            ///< RFC 5929, section 3: the handshake; TLS 1.2
};

/// The registered name: "tls-exporter".
[[nodiscard]] std::string_view name_of(channel_binding_kind kind) noexcept;

}  // namespace mynah::net
