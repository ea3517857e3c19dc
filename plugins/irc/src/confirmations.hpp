// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include <mynah/error_code.hpp>

#include "message.hpp"

namespace mynah::irc {

/// What the server made of a message of ours.
class confirmation {
 public:
  explicit confirmation(std::uint64_t number) : number(number) {}

  std::uint64_t number;
  std::string id;                  ///< the network's (msgid), if it told one
  std::optional<failure> refused;  ///< errc::not_sent with the server's words
  bool as_batch = false;           ///< the batch is refused, not what it says
};

/// Whether this refuses a batch of ours (FAIL BATCH).
[[nodiscard]] bool refuses_batch(const message& got) noexcept;

/// Finds out what became of the messages we said: by the label that its answers carry
/// (labeled-response), or by their echo (echo-message), else in the order in which they were said.
/// Names of rooms are folded by the caller.
class confirmations {
 public:
  /// The label of a message.
  [[nodiscard]] static std::string label_of(std::uint64_t number);

  /// A message is about to be said; `labeled`: it carries its label. `text`: what comes back of it;
  /// none if it is a batch.
  void expect(std::uint64_t number, std::string room, std::string text, bool labeled);
  /// Nobody wants to know any more.
  void forget(std::uint64_t number);

  /// Something with a label, or in a batch that has one, came: true if it was for one of ours.
  bool labeled(const message& got);
  /// Our own message came back.
  void echoed(std::string_view room, std::string_view text, std::string_view id);
  /// An error without a label: about this room; or, with an empty name, about none in particular.
  void refused(std::string_view room, std::string_view words);
  /// A refusal of a batch, without a label: of the oldest that waits.
  void batch_refused(std::string_view words);

  [[nodiscard]] std::vector<confirmation> take() { return std::exchange(known_, {}); }

 private:
  // A server that opens more labeled batches than this is broken.
  static constexpr std::size_t most_batches = 64;

  class expected {
   public:
    std::string room;
    std::string text;
    bool labeled = false;
  };
  class labeled_batch {
   public:
    std::uint64_t number = 0;
    std::string id;
  };

  void settle(std::uint64_t number, std::string_view id, std::optional<failure> refusal,
              bool as_batch = false);
  [[nodiscard]] failure refusal(std::uint64_t number, std::string_view words) const;

  std::unordered_map<std::uint64_t, expected> expected_;
  // Those without a label, in order, by room.
  std::map<std::string, std::deque<std::uint64_t>, std::less<>> unlabeled_;
  std::map<std::string, labeled_batch, std::less<>> batches_;
  std::vector<confirmation> known_;
};

}  // namespace mynah::irc
