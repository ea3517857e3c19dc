// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>

#include <mynah/store.hpp>

namespace mynah::sqlite {

[[nodiscard]] std::unique_ptr<store> make_store(const store_environment& given);

}  // namespace mynah::sqlite
