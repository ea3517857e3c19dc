// SPDX-License-Identifier: Apache-2.0
#include "requests.hpp"

#include <algorithm>
#include <optional>

#include "namespaces.hpp"
#include "stanza_error.hpp"

namespace mynah::xmpp {

element requests::make(std::string_view type, std::string_view to, element payload,
                       time_point until, then when_answered) {
  const std::string id = prefix_ + std::to_string(++count_);
  if (open_.size() >= most_open) {
    when_answered(failure(errc::overflow, "too many questions are open"));
  } else {
    open_request asked;
    asked.to = to;
    asked.until = until;
    asked.when_answered = std::move(when_answered);
    open_.emplace(id, std::move(asked));
  }
  return element("iq", ns::client)
      .set("type", type)
      .set("to", to)
      .set("id", id)
      .add(std::move(payload));
}

bool requests::receive(const element& got) {
  const std::string_view type = got.attr("type");
  if (got.name != "iq" || (type != "result" && type != "error")) return false;
  const auto found = open_.find(got.attr("id"));
  if (found == open_.end() || !is_from(got.attr("from"), found->second.to)) return true;
  const then answered = std::move(found->second.when_answered);
  open_.erase(found);
  if (type == "result") {
    answered(got);
    return true;
  }
  const std::optional<stanza_error> why = stanza_error::read(got);
  answered(failure(errc::not_sent, why ? why->condition : "refused", why ? why->text : ""));
  return true;
}

// The own account may answer by its bare address, the full one, or without any.
bool requests::is_from(std::string_view from, const std::string& asked) const {
  if (!own_) return false;
  const std::optional<jid> who = jid::parse(from);
  if (asked.empty()) {
    return from.empty() ||
           (who && (*who == *own_ || *who == own_->bare() || who->to_string() == own_->domain()));
  }
  if (from.empty()) return jid::parse(asked) == own_->bare();
  return who && who == jid::parse(asked);
}

void requests::lost() {
  // Whoever hears of it may ask again at once.
  std::map<std::string, open_request, std::less<>> ended;
  ended.swap(open_);
  for (auto& [id, each] : ended) each.when_answered(failure(errc::closed, "the session ended"));
}

requests::time_point requests::next_tick() const noexcept {
  time_point next = time_point::max();
  for (const auto& [id, each] : open_) next = std::min(next, each.until);
  return next;
}

void requests::tick(time_point now) {
  std::vector<then> late;
  for (auto each = open_.begin(); each != open_.end();) {
    if (each->second.until > now) {
      ++each;
      continue;
    }
    late.push_back(std::move(each->second.when_answered));
    each = open_.erase(each);
  }
  for (const then& each : late) each(failure(errc::timed_out, "no answer"));
}

}  // namespace mynah::xmpp
