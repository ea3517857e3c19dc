// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "element.hpp"

namespace mynah::xmpp {

/// Catching up from archives (XEP-0313) with what was said while we were away: asks each archive
/// for what came after the last message that was heard there, and keeps what is said meanwhile, so
/// that everything is heard in its order, and once. No I/O.
///
/// A place is a room by its bare address, or the own account by the empty name. It is known after
/// the first message there that has an id in the place's archive (XEP-0359): without, nobody could
/// tell what is new.
///
/// Archives count by their ids, and not by times as those of IRC: a live message has no time here.
class catch_up {
 public:
  using wall_time = std::chrono::system_clock::time_point;

  /// Places that are remembered; beyond them the one that was silent longest is forgotten.
  static constexpr std::size_t most_places = 4096;
  /// Messages that are news in one place after one absence; the rest stays in the archive.
  static constexpr std::size_t most_messages = 100;
  /// Messages that are asked for at once.
  static constexpr std::size_t page = 50;
  /// Times that one archive is asked after one absence.
  static constexpr std::size_t most_pages = 10;
  /// Messages that wait in one place; what comes then is heard out of its order.
  static constexpr std::size_t most_held = 1000;

  /// A message that came while its place was being caught up with.
  class held {
   public:
    held(element got, std::uint64_t number, bool repeated)
        : got(std::move(got)), number(number), repeated(repeated) {}

    element got;
    std::uint64_t number;
    bool repeated;
  };

  /// A message was heard that has this id in the archive of the place.
  void heard(const std::string& place, std::string_view id, wall_time now);

  /// We are there again: whether there is something to catch up from; then `query` is to be asked.
  /// `query_id`: nobody can guess it. What was said before `oldest` is not asked for.
  [[nodiscard]] bool begin(const std::string& place, std::string query_id, wall_time oldest = {});
  /// Whether this is the query that the place is being caught up with.
  [[nodiscard]] bool is_on(std::string_view place, std::string_view query_id) const;
  /// What the archive is asked for next.
  [[nodiscard]] element query(const std::string& place) const;

  /// Whether `<result/>` answers our question and is news; it is then taken as heard.
  [[nodiscard]] bool takes(const std::string& place, const element& result, wall_time now);
  /// What was taken last is our own word, which does not count as news.
  void was_own(const std::string& place);
  /// The answer to a query has come: the id of the last message in it if that is not what was taken
  /// last, and is now taken as heard. Of what was too much to be read (`stream_item::skipped`) no
  /// id is known: without this it would be asked for after each absence, and by each bot that is
  /// started. Empty if there is no such message. Before `goes_on`.
  [[nodiscard]] std::string passed(const std::string& place, const element& answer, wall_time now);
  /// The answer to a query has come: whether `query` has more to ask for.
  [[nodiscard]] bool goes_on(const std::string& place, const element& answer);
  /// The archive does not know the id any more: whether `query` now asks by time.
  [[nodiscard]] bool goes_on_by_time(const std::string& place);

  /// Keeps a message; false if it is to be heard now.
  [[nodiscard]] bool hold(const std::string& place, held&& one);
  /// That place is caught up with: gives what was kept, in order.
  [[nodiscard]] std::vector<held> end(const std::string& place);
  /// The session is over. What was kept comes again from the archive.
  void lost();

 private:
  class place_state {
   public:
    std::string last;      ///< id of what was heard last
    wall_time heard_at{};  ///< by our clock
    bool on = false;
    std::string query_id;
    std::string after;               ///< id to go on after
    std::optional<wall_time> since;  ///< instead of it
    wall_time oldest{};
    std::size_t news = 0;
    std::size_t pages = 0;
    std::vector<held> waiting;
  };

  [[nodiscard]] place_state* on_at(std::string_view place) noexcept;

  std::map<std::string, place_state, std::less<>> places_;
};

}  // namespace mynah::xmpp
