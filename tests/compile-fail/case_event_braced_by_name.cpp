// SPDX-License-Identifier: Apache-2.0
// Only an aggregate could be made like this, and g++ 12 destroys those twice in co_await.
// expect: no matching (function|constructor)|non-aggregate type
#include <mynah/event.hpp>

mynah::event made() {
#ifdef MYNAH_CORRECT
  mynah::event made;
  made.text = "ping";
  return made;
#else
  return mynah::event{.text = "ping"};
#endif
}
