// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <openssl/types.h>

namespace mynah::net {

/// Makes the handshake accept a certificate also if it names the expected host as XMPP does: as
/// SRVName (`_xmpp-client.` and the host, RFC 4985) or as XmppAddr (RFC 6120, section 13.7.1.4).
/// Everything else about it is verified as ever, and the expected host must have been set.
///
/// Not accepted are such names where an authority of the chain is limited to some names: its limits
/// are on names of other kinds, and would be got round. A name that stands in the subject only is
/// no longer accepted, either (RFC 6125, section 6.4.4).
void accept_xmpp_names(SSL* session);

}  // namespace mynah::net
