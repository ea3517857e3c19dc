// SPDX-License-Identifier: Apache-2.0
#include "background_check.hpp"

#include <sqlite3.h>

#include <mynah/store.hpp>

#include "database.hpp"
#include "signals.hpp"

namespace mynah::sqlite {

namespace {

void check(const std::string& file, const logger& log, const std::stop_token& stop) {
  try {
    const auto in = open_for_reading(file);
    sqlite3_progress_handler(
        in->handle(), 10'000,
        [](void* asked) {
          return static_cast<const std::stop_token*>(asked)->stop_requested() ? 1 : 0;
        },
        const_cast<std::stop_token*>(&stop));
    for (const char* table : {"event", "audit", "audit_words_data", "audit_words_idx"})
      check_table(*in, table);
  } catch (const store_error& error) {
    if (!stop.stop_requested()) log.error("state is damaged", {{"problem", error.what()}});
  } catch (const std::exception& error) {
    log.warning("cannot check the state", {{"problem", error.what()}});
  }
}

}  // namespace

background_check::background_check(std::string file, logger log) {
  const signals_blocked blocked;
  thread_ = std::jthread([file = std::move(file), log = std::move(log)](
                             const std::stop_token& stop) { check(file, log, stop); });
}

background_check::~background_check() = default;

}  // namespace mynah::sqlite
