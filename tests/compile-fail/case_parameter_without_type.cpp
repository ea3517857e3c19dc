// SPDX-License-Identifier: Apache-2.0
// A parameter always says its type, so that usage and error texts can.
// expect: is private within|private constructor
#include <mynah/parameter.hpp>

mynah::parameter made() {
#ifdef MYNAH_CORRECT
  return mynah::parameter::string("service");
#else
  return mynah::parameter("service", "", mynah::parameter_type::string);
#endif
}
