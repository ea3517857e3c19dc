// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

#include <boost/asio/ssl/context.hpp>

#include <mynah/error_code.hpp>

namespace mynah::net {

/// Gives a context a certificate with its chain, and its key; files are PEM, `key_file` may be
/// empty if the key is in the same. `whose` is for messages: "client", "server".
///
/// Errors: a file cannot be read or does not hold what it should; key and certificate do not belong
/// together; the key needs a passphrase. The message names the file, never its content.
[[nodiscard]] result<void> load_certificate(boost::asio::ssl::context& into,
                                            const std::string& certificate_file,
                                            const std::string& key_file, std::string_view whose);

}  // namespace mynah::net
