// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <vector>

#include <sys/types.h>

namespace mynah_bench {

/// CPU that a process has used so far, all its threads, user and system.
[[nodiscard]] double cpu_seconds(pid_t pid);

/// Its memory that is really there.
[[nodiscard]] double resident_megabytes(pid_t pid);

[[nodiscard]] double median(std::vector<double> values);

/// A line of the table: what, how much, and what it should be.
void row(const char* what, double value, const char* unit, const char* budget = "",
         bool over = false);

}  // namespace mynah_bench
