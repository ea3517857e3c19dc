// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <mynah/settings.hpp>

#include "net/tls.hpp"

namespace mynah::net {

/// What an input's settings `ca-file`, `client-cert` and `client-key` say of TLS, besides what is
/// in `options`; its `ca_file` is that of the settings.
///
/// Errors: settings_error, which names the setting that is wrong.
[[nodiscard]] tls_context tls_context_from(const settings& values, tls_options options);

}  // namespace mynah::net
