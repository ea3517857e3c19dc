// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include <mynah/event.hpp>

namespace mynah::core {

/// Turns what keyboards and chat clients make of a command line back into what was typed:
/// typographic quotes to `"` and `'`, long dashes before a flag to `--`, no-break and other wide
/// blanks to blanks, zero-width characters to nothing, auto-linked hosts `<http://web-1|web-1>` to
/// the shown text; bytes that are no UTF-8 become U+FFFD. The text as it came stays in `raw()`.
///
/// Plain ASCII without links is left alone at the cost of one scan; so is the line of an action,
/// which nobody typed: a quote in the value of a form would end that value.
void normalise(event& seen);

/// The same for a text; true if it differs.
bool normalise(std::string& text);

}  // namespace mynah::core
