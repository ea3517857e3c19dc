// SPDX-License-Identifier: Apache-2.0
#include "net/thrown_text.hpp"

namespace mynah::net {

std::string thrown_text(const std::exception_ptr& thrown) {
  try {
    std::rethrow_exception(thrown);
  } catch (const std::exception& error) {
    return error.what();
  } catch (...) {
    return "something that is no std::exception was thrown";
  }
}

}  // namespace mynah::net
