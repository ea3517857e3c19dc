// SPDX-License-Identifier: Apache-2.0
#include "line_splitter.hpp"

#include <mynah/utf8.hpp>

namespace mynah::console {

std::string readable(std::string_view text) {
  std::string out = repaired_utf8(text);
  for (std::size_t at = out.find('\0'); at != std::string::npos; at = out.find('\0', at)) {
    out.replace(at, 1, "\xef\xbf\xbd");
  }
  return out;
}

input_line line_splitter::take() {
  const bool too_long = overflowed_;
  overflowed_ = false;
  std::string raw;
  raw.swap(pending_);
  if (too_long) return input_line(std::string(), true);
  if (raw.ends_with('\r')) raw.pop_back();
  return input_line(readable(raw));
}

std::vector<input_line> line_splitter::feed(std::string_view bytes) {
  std::vector<input_line> lines;
  while (!bytes.empty()) {
    const std::size_t end = bytes.find('\n');
    const std::string_view part = bytes.substr(0, end);
    // One more than the limit, for the CR of a line that just fits.
    if (overflowed_ || pending_.size() + part.size() > limit_ + 1) {
      overflowed_ = true;
      pending_.clear();
    } else {
      pending_ += part;
    }
    if (end == std::string_view::npos) break;
    if (pending_.size() > limit_ && !pending_.ends_with('\r')) overflowed_ = true;
    lines.push_back(take());
    bytes.remove_prefix(end + 1);
  }
  return lines;
}

std::vector<input_line> line_splitter::finish() {
  std::vector<input_line> lines;
  if (pending_.size() > limit_) overflowed_ = true;
  if (overflowed_ || !pending_.empty()) lines.push_back(take());
  return lines;
}

}  // namespace mynah::console
