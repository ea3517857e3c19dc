// SPDX-License-Identifier: Apache-2.0
// Any file: entries, or an error that is one line.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include <mynah/error.hpp>

#include "app/config_file.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  try {
    const auto file = mynah::cli::parse_config(std::string(data, data + size), "bot.toml");
    for (const auto& entry : file.entries) {
      if (entry.line == 0) std::abort();
    }
  } catch (const mynah::settings_error& error) {
    const std::string_view text = error.what();
    if (!text.starts_with("bot.toml:") || text.find('\n') != std::string_view::npos) std::abort();
  }
  return 0;
}
