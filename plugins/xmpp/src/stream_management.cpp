// SPDX-License-Identifier: Apache-2.0
#include "stream_management.hpp"

#include <charconv>
#include <iterator>
#include <utility>

#include "namespaces.hpp"

namespace mynah::xmpp {

namespace {

std::optional<std::uint32_t> read_number(std::string_view text) noexcept {
  std::uint32_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return value;
}

}  // namespace

stream_management::stream_management(std::size_t most_kept, std::size_t most_bytes,
                                     std::uint32_t origin)
    : most_kept_(most_kept), most_bytes_(most_bytes), origin_(origin), acknowledged_(origin) {}

element stream_management::enable() {
  stop();
  sending_ = true;
  return element("enable", ns::sm).set("resume", "true");
}

void stream_management::enabled(const element& answer) {
  receiving_ = true;
  const std::string_view resume = answer.attr("resume");
  if (resume != "true" && resume != "1") return;
  id_ = answer.attr("id");
  location_ = answer.attr("location");
  most_seconds_ = read_number(answer.attr("max")).value_or(0);
}

std::vector<kept_stanza> stream_management::stop() {
  std::vector<kept_stanza> rest(std::make_move_iterator(kept_.begin()),
                                std::make_move_iterator(kept_.end()));
  sending_ = false;
  kept_.clear();
  kept_bytes_ = 0;
  acknowledged_ = origin_;
  receiving_ = false;
  // Numbers go on, so that one of the former session cannot be taken for one of the next.
  first_ = prefix_ = next_ = seen_ + 1;
  handled_.clear();
  unhandled_ = 0;
  id_.clear();
  location_.clear();
  most_seconds_ = 0;
  return rest;
}

void stream_management::sent(std::string xml, std::uint64_t id) {
  if (!sending_) return;
  kept_bytes_ += xml.size();
  kept_.emplace_back(std::move(xml), id);
}

acknowledgement stream_management::acknowledged(std::uint32_t h) {
  acknowledgement made;
  const std::uint32_t count = h - acknowledged_;
  if (count > kept_.size()) {
    const auto all = static_cast<std::uint32_t>(acknowledged_ + kept_.size());
    made.error.emplace("undefined-condition");
    made.error->application = element("handled-count-too-high", ns::sm)
                                  .set("h", std::to_string(h))
                                  .set("send-count", std::to_string(all));
    return made;
  }
  made.freed.reserve(count);
  for (std::uint32_t i = 0; i < count; ++i) {
    made.freed.push_back(kept_.front().id);
    kept_bytes_ -= kept_.front().xml.size();
    kept_.pop_front();
  }
  acknowledged_ = h;
  return made;
}

counted_stanza stream_management::received() {
  if (!receiving_) return {0, false};
  const std::uint64_t number = next_++;
  if (number <= seen_) return {number, true};
  seen_ = number;
  handled_.push_back(false);
  ++unhandled_;
  return {number, false};
}

void stream_management::handled(std::uint64_t number) {
  if (number < prefix_ || number > seen_) return;
  const std::uint64_t index = number - prefix_;
  if (handled_[index]) return;
  handled_[index] = true;
  --unhandled_;
  while (!handled_.empty() && handled_.front()) {
    handled_.pop_front();
    ++prefix_;
  }
}

std::uint32_t stream_management::h() const noexcept {
  return origin_ + static_cast<std::uint32_t>(prefix_ - first_);
}

element stream_management::resume() {
  // More may be handled before the answer comes: the peer repeats from here all the same.
  resume_at_ = prefix_;
  return element("resume", ns::sm).set("previd", id_).set("h", std::to_string(h()));
}

acknowledgement stream_management::resumed(std::uint32_t h) {
  next_ = resume_at_;
  return acknowledged(h);
}

std::optional<std::uint32_t> read_h(const element& from) noexcept {
  return read_number(from.attr("h"));
}

}  // namespace mynah::xmpp
