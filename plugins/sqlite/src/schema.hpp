// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "connection.hpp"

namespace mynah::sqlite {

/// Throws unless the file is empty, or a state of mynah that this version understands. False if it
/// is empty.
bool check_version(connection& in);

/// Makes the tables, or brings those of an older version to the current form, all or nothing.
void migrate(connection& in);

}  // namespace mynah::sqlite
