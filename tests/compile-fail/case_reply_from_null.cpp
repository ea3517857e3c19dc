// SPDX-License-Identifier: Apache-2.0
// A null pointer is no text.
// expect: could not convert .nullptr|no viable conversion from returned value of type
#include <mynah/reply.hpp>

mynah::reply made() {
#ifdef MYNAH_CORRECT
  return "nothing";
#else
  return nullptr;
#endif
}
