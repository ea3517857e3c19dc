// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <string>

#include "connection.hpp"

namespace mynah::sqlite {

/// Opens the file for the one process that writes it: made if it is missing, checked, brought to
/// the current form. Claims that an earlier process left have ended.
[[nodiscard]] std::unique_ptr<connection> open_for_writing(const std::string& file);

/// Opens the file beside whoever writes it, and checks that it can be understood.
[[nodiscard]] std::unique_ptr<connection> open_for_reading(const std::string& file);

/// Whether all of it is checked in `open_for_writing`; in a large file the events and the audit,
/// which can be millions of rows, are not.
[[nodiscard]] bool is_small(connection& in);

/// Throws if the table or one of its indexes is damaged.
void check_table(connection& in, const char* table);

}  // namespace mynah::sqlite
