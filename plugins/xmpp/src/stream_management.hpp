// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "element.hpp"
#include "stanza_error.hpp"

namespace mynah::xmpp {

/// A stanza that was sent and not yet acknowledged.
class kept_stanza {
 public:
  kept_stanza(std::string xml, std::uint64_t id) : xml(std::move(xml)), id(id) {}

  friend bool operator==(const kept_stanza&, const kept_stanza&) = default;

  std::string xml;
  std::uint64_t id;  ///< what the sender calls it
};

/// A stanza that came in.
class counted_stanza {
 public:
  counted_stanza(std::uint64_t number, bool repeated) noexcept
      : number(number), repeated(repeated) {}

  friend bool operator==(const counted_stanza&, const counted_stanza&) = default;

  std::uint64_t number;  ///< for `stream_management::handled`
  bool repeated;         ///< it came before the stream was resumed: it must not be run again
};

/// What an acknowledgement does.
class acknowledgement {
 public:
  std::vector<std::uint64_t> freed;   ///< ids of stanzas that arrived, in the order they were sent
  std::optional<stream_error> error;  ///< close the stream with this: more was told than was sent
};

/// The counters of stream management (XEP-0198), without any I/O. Only message, presence and iq
/// count: nothing else may be told to it.
///
/// A stanza that came in is acknowledged when `handled` was called for it and for all before it; so
/// commands may end in any order. After a cut the peer sends again what was not acknowledged, which
/// may have been seen before: `received` tells.
///
/// Counters wrap at 2^32 on the wire, and nowhere else. Thread safety: none.
class stream_management {
 public:
  /// Of stanzas that wait for their acknowledgement, how many and how many bytes of them are
  /// enough (`is_full`). Counters begin at `origin`: zero but where a test wants to see them wrap.
  explicit stream_management(std::size_t most_kept = 5000,
                             std::size_t most_bytes = 16 * std::size_t{1024} * 1024,
                             std::uint32_t origin = 0);

  /// `<enable resume='true'/>`, and it was sent: what is sent from now on counts. What was kept of
  /// a former session is forgotten.
  [[nodiscard]] element enable();
  /// `<enabled/>` has come: what comes in from now on counts.
  void enabled(const element& answer);
  /// There is no stream management on this stream, or the session has ended: gives what was not
  /// acknowledged.
  std::vector<kept_stanza> stop();

  /// Whether what is sent counts.
  [[nodiscard]] bool is_on() const noexcept { return sending_; }

  /// A stanza was sent, and is kept.
  void sent(std::string xml, std::uint64_t id);
  /// Whether it is better to wait for an acknowledgement before more is sent.
  [[nodiscard]] bool is_full() const noexcept {
    return kept_.size() >= most_kept_ || kept_bytes_ >= most_bytes_;
  }
  [[nodiscard]] const std::deque<kept_stanza>& kept() const noexcept { return kept_; }
  /// `<a h=''/>` has come.
  [[nodiscard]] acknowledgement acknowledged(std::uint32_t h);

  /// A stanza came in. Before `enabled` its number is zero, which `handled` ignores.
  counted_stanza received();
  /// A stanza need not come again. Numbers of former sessions are ignored.
  void handled(std::uint64_t number);
  /// What `<a h=''/>` has to say.
  [[nodiscard]] std::uint32_t h() const noexcept;
  /// Stanzas that came in and are not handled.
  [[nodiscard]] std::size_t unhandled() const noexcept { return unhandled_; }

  /// Whether there is a session that `resume` can ask for.
  [[nodiscard]] bool is_resumable() const noexcept { return !id_.empty(); }
  /// How long the server keeps the session after a cut, in seconds; 0: it did not say.
  [[nodiscard]] std::uint32_t most_seconds() const noexcept { return most_seconds_; }
  /// Where to connect for it: `host:port`, or empty if the server did not say.
  [[nodiscard]] const std::string& location() const noexcept { return location_; }
  /// `<resume previd='' h=''/>`, for a new stream.
  [[nodiscard]] element resume();
  /// `<resumed h=''/>` has come: as `acknowledged`; then all of `kept` must be sent again, in
  /// order, without telling `sent`.
  [[nodiscard]] acknowledgement resumed(std::uint32_t h);

 private:
  std::size_t most_kept_;
  std::size_t most_bytes_;
  std::uint32_t origin_;

  bool sending_ = false;
  std::deque<kept_stanza> kept_;
  std::size_t kept_bytes_ = 0;
  std::uint32_t acknowledged_ = 0;  // as the peer counts

  bool receiving_ = false;
  std::uint64_t first_ = 1;   // number of the first stanza of this session
  std::uint64_t next_ = 1;    // number of the next that comes
  std::uint64_t seen_ = 0;    // the highest number given
  std::deque<bool> handled_;  // of those from `prefix_` on
  std::uint64_t prefix_ = 1;  // all numbers below are handled
  std::size_t unhandled_ = 0;
  std::uint64_t resume_at_ = 1;  // the number of what the peer sends first after `<resume/>`

  std::string id_;
  std::string location_;
  std::uint32_t most_seconds_ = 0;
};

/// The counter `h` of `<a/>`, `<resumed/>` or `<failed/>`; nothing unless it is a number.
[[nodiscard]] std::optional<std::uint32_t> read_h(const element& from) noexcept;

}  // namespace mynah::xmpp
