// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

#include <mynah/store.hpp>

struct sqlite3;

namespace mynah::sqlite {

/// What a human can do about a problem, as the end of a message.
[[nodiscard]] std::string_view advice(store_problem problem) noexcept;

/// `<file>: <what happened>; <advice>`.
[[nodiscard]] store_error make_error(store_problem problem, const std::string& file,
                                     const std::string& what);
/// From what SQLite said last on this connection, which may be null.
[[nodiscard]] store_error make_error(sqlite3* connection, int code, const std::string& file);
/// From `errno` after a call of the system that was to `purpose`.
[[nodiscard]] store_error make_error(int system_error, const std::string& file,
                                     const std::string& purpose);

}  // namespace mynah::sqlite
