// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "jid.hpp"
#include "login_token.hpp"

namespace mynah::xmpp {

/// Who logs in, and how.
class negotiation_options {
 public:
  explicit negotiation_options(jid account) : account(std::move(account)) {}

  jid account;           ///< with the resource that is wished; without, the server chooses
  std::string password;  ///< of the account, or of the component
  /// SASL mechanisms that may be used, the best first; "-PLUS" forms are tried before each where
  /// channel binding is possible.
  std::vector<std::string> mechanisms;
  bool channel_binding = true;         ///< use it where both can
  bool component = false;              ///< a server's component (XEP-0114); `account` is its domain
  bool plain_stream = false;           ///< go on where the server does not offer TLS
  bool plain_without_tls = false;      ///< PLAIN there, too
  bool sasl2 = true;                   ///< use XEP-0388 where it is offered
  bool manage_stream = true;           ///< XEP-0198 will be used
  std::string software;                ///< of this program, for the server
  std::shared_ptr<login_token> token;  ///< for XEP-0484; null: do without
  std::string nonce;                   ///< of SCRAM; empty: a random one
};

/// What the transport below knows of the TLS session: bytes for channel binding of that type (RFC
/// 5929, RFC 9266), if it has them.
using channel_binding_source = std::function<std::optional<std::string>(std::string_view type)>;

}  // namespace mynah::xmpp
