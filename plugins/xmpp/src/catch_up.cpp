// SPDX-License-Identifier: Apache-2.0
#include "catch_up.hpp"

#include <algorithm>

#include "data_form.hpp"
#include "delay.hpp"
#include "namespaces.hpp"

namespace mynah::xmpp {

namespace {

// For clocks that differ: what is told twice is known by its id.
constexpr std::chrono::minutes slack{5};

}  // namespace

void catch_up::heard(const std::string& place, std::string_view id, wall_time now) {
  if (id.empty()) return;
  if (places_.size() >= most_places && !places_.contains(place)) {
    const auto silent =
        std::min_element(places_.begin(), places_.end(), [](const auto& a, const auto& b) {
          return std::pair(a.second.on, a.second.heard_at) <
                 std::pair(b.second.on, b.second.heard_at);
        });
    if (silent->second.on) return;
    places_.erase(silent);
  }
  place_state& there = places_[place];
  there.last = id;
  there.heard_at = now;
}

// Null unless it is being caught up with.
catch_up::place_state* catch_up::on_at(std::string_view place) noexcept {
  const auto known = places_.find(place);
  return known == places_.end() || !known->second.on ? nullptr : &known->second;
}

bool catch_up::begin(const std::string& place, std::string query_id, wall_time oldest) {
  const auto known = places_.find(place);
  if (known == places_.end()) return false;
  place_state& there = known->second;
  there.on = true;
  there.query_id = std::move(query_id);
  there.after = there.last;
  there.since.reset();
  there.oldest = oldest - slack;
  there.news = 0;
  there.pages = 0;
  // After a long absence the archive's first hundred would be too old to be of use.
  if (there.heard_at < there.oldest) {
    there.after.clear();
    there.since = there.oldest;
  }
  return true;
}

bool catch_up::is_on(std::string_view place, std::string_view query_id) const {
  const auto known = places_.find(place);
  return known != places_.end() && known->second.on && known->second.query_id == query_id;
}

element catch_up::query(const std::string& place) const {
  const place_state& there = places_.at(place);
  data_form wanted(form_type::submit);
  wanted.add(form_field("FORM_TYPE", "hidden", std::string(ns::mam)));
  if (there.since) {
    wanted.add(form_field("start", "text-single", format_date_time(*there.since)));
  }
  element part("set", ns::rsm);
  part.add(element("max", ns::rsm, std::to_string(std::min(page, most_messages - there.news))));
  if (!there.after.empty()) part.add(element("after", ns::rsm, there.after));
  return element("query", ns::mam)
      .set("queryid", there.query_id)
      .add(wanted.to_element())
      .add(std::move(part));
}

bool catch_up::takes(const std::string& place, const element& result, wall_time now) {
  place_state* const there = on_at(place);
  const std::string_view id = result.attr("id");
  if (there == nullptr || id.empty() || result.attr("queryid") != there->query_id) return false;
  if (there->news >= most_messages) return false;
  ++there->news;
  there->last = id;
  there->heard_at = now;
  return true;
}

void catch_up::was_own(const std::string& place) {
  place_state* const there = on_at(place);
  if (there != nullptr && there->news > 0) --there->news;
}

std::string catch_up::passed(const std::string& place, const element& answer, wall_time now) {
  place_state* const there = on_at(place);
  const element* const fin = answer.child("fin", ns::mam);
  const element* const part = fin == nullptr ? nullptr : fin->child("set", ns::rsm);
  // Behind as many as are wanted the rest stays in the archive.
  if (there == nullptr || part == nullptr || there->news >= most_messages) return {};
  std::string last(part->child_text("last", ns::rsm));
  if (last.empty() || last == there->last) return {};
  there->last = last;
  there->heard_at = now;
  return last;
}

bool catch_up::goes_on(const std::string& place, const element& answer) {
  place_state* const there = on_at(place);
  const element* const fin = answer.child("fin", ns::mam);
  if (there == nullptr || fin == nullptr) return false;
  const std::string_view complete = fin->attr("complete");
  if (complete == "true" || complete == "1" || there->news >= most_messages) return false;
  if (++there->pages >= most_pages) return false;
  const element* const part = fin->child("set", ns::rsm);
  if (part == nullptr) return false;
  const std::string_view last = part->child_text("last", ns::rsm);
  // An archive that stands still would be asked for ever.
  if (last.empty() || last == there->after) return false;
  there->after = last;
  return true;
}

bool catch_up::goes_on_by_time(const std::string& place) {
  place_state* const there = on_at(place);
  if (there == nullptr || there->since) return false;
  there->after.clear();
  there->since = std::max(there->heard_at - slack, there->oldest);
  return true;
}

bool catch_up::hold(const std::string& place, held&& one) {
  place_state* const there = on_at(place);
  if (there == nullptr || there->waiting.size() >= most_held) return false;
  there->waiting.push_back(std::move(one));
  return true;
}

std::vector<catch_up::held> catch_up::end(const std::string& place) {
  place_state* const there = on_at(place);
  if (there == nullptr) return {};
  there->on = false;
  return std::exchange(there->waiting, {});
}

void catch_up::lost() {
  for (auto& [name, each] : places_) {
    each.on = false;
    each.waiting.clear();
  }
}

}  // namespace mynah::xmpp
