// SPDX-License-Identifier: Apache-2.0
#pragma once

/// The version of the headers, as three numbers and as text. The build reads it from here, so the
/// package version can never differ from what a program was compiled with.
#define MYNAH_VERSION_MAJOR 0
#define MYNAH_VERSION_MINOR 1
#define MYNAH_VERSION_PATCH 0
#define MYNAH_VERSION "0.1.0"

namespace mynah {

/// The version of the linked library, e.g. "0.1.0".
const char* version() noexcept;

}  // namespace mynah
