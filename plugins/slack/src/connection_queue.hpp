// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstddef>
#include <deque>
#include <functional>
#include <memory>
#include <set>
#include <string>
#include <unordered_map>
#include <utility>

#include <mynah/clock.hpp>
#include <mynah/event.hpp>
#include <mynah/log.hpp>
#include <mynah/task.hpp>

#include "net/task_group.hpp"

#include "arrival.hpp"
#include "people.hpp"
#include "poster.hpp"

namespace mynah::slack {

/// An event on its way to the bot.
class waiting_event {
 public:
  waiting_event(mynah::event event, arrival::answer_function answer, std::string user)
      : event(std::move(event)), answer(std::move(answer)), user(std::move(user)) {}

  mynah::event event;
  arrival::answer_function answer;
  std::string user;  ///< whose doing it was; empty: nobody's
  bool is_external = false;
  bool needs_room = false;  ///< it came from no conversation: the one with the user
};

/// Where events wait until Slack has told who spoke (users.info), and where to answer what came
/// from no conversation (conversations.open).
///
/// An event waits for its own speaker, and for what was said before it in the same room; for
/// nothing else. Several are asked for at a time, and nobody twice. Slack wants each event
/// acknowledged within 3 s, so none waits longer than `limit`, however many there are: then it goes
/// on with what is known, and `people` has the worst case for the rest.
///
/// Executor and thread safety: on the bot's strand. Object lifetime: `close` it before the group
/// ends.
class connection_queue : public std::enable_shared_from_this<connection_queue> {
 public:
  using receiver = std::function<void(waiting_event&&)>;

  /// `give` gets the events, those of a room in order, also from within `push`.
  connection_queue(std::shared_ptr<mynah::clock> clock, logger log, net::task_group& group,
                   std::shared_ptr<people> people, std::shared_ptr<poster> posts,
                   std::chrono::milliseconds limit, receiver give);

  void push(waiting_event&& one);
  /// How many wait.
  [[nodiscard]] std::size_t size() const noexcept { return size_; }
  /// Nothing is given any more.
  void close() noexcept { closed_ = true; }

 private:
  enum class question : unsigned char { who, where };

  /// Something that Slack is asked for, or will be.
  class lookup {
   public:
    lookup(question what, std::string user, mynah::clock::time_point deadline)
        : what(what), user(std::move(user)), deadline(deadline) {}

    question what;
    std::string user;
    mynah::clock::time_point deadline;
    bool is_done = false;
    std::string channel;          ///< the answer to `where`; empty: Slack did not tell
    std::set<std::string> rooms;  ///< in which events wait for it
  };

  class entry {
   public:
    entry(waiting_event&& what, mynah::clock::time_point deadline)
        : what(std::move(what)), deadline(deadline) {}

    waiting_event what;
    mynah::clock::time_point deadline;
    std::shared_ptr<lookup> who;
    std::shared_ptr<lookup> where;
    int times_asked = 0;
  };

  [[nodiscard]] bool is_unknown(const waiting_event& one) const;
  [[nodiscard]] std::shared_ptr<lookup> ask_for(question what, const entry& by,
                                                const std::string& room);
  [[nodiscard]] bool is_ready(entry& one, const std::string& room);
  void release(const std::string& room);
  void start_lookups();
  void settle(const std::shared_ptr<lookup>& done);
  static task<void> look_up(std::shared_ptr<connection_queue> self, std::shared_ptr<lookup> one);
  [[nodiscard]] static std::string key_of(question what, const std::string& user);

  std::shared_ptr<mynah::clock> clock_;
  logger log_;
  net::task_group& group_;
  std::shared_ptr<people> people_;
  std::shared_ptr<poster> posts_;
  std::chrono::milliseconds limit_;
  receiver give_;
  std::unordered_map<std::string, std::deque<entry>> rooms_;
  std::unordered_map<std::string, std::shared_ptr<lookup>> lookups_;  ///< all that are not done
  std::deque<std::shared_ptr<lookup>> pending_;  ///< those of them that have not begun
  std::size_t size_ = 0;
  std::size_t running_ = 0;
  bool starting_ = false;
  bool closed_ = false;
};

}  // namespace mynah::slack
