// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <mynah/error_code.hpp>
#include <mynah/xmpp/network.hpp>

#include "data_form.hpp"

namespace mynah::xmpp {

/// A room's owner form (XEP-0045, section 10) filled in: what is set in `how` as it says there, all
/// else as the room has it.
///
/// Errors: errc::not_sent if the form has no field for something that is set.
[[nodiscard]] result<data_form> filled(const data_form& offered, const room_settings& how);

}  // namespace mynah::xmpp
