// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include <boost/unordered/unordered_flat_map.hpp>

#include "jid.hpp"

namespace mynah::xmpp {

/// From which of their devices people talk to us, so that an answer goes to the one that asked. No
/// I/O.
///
/// Thread safety: none; on the bot's strand.
class session_talks {
 public:
  /// People, and messages, that are remembered; beyond them some are forgotten, and answers go to
  /// the device that was heard last, or to the account.
  static constexpr std::size_t most = 5'000;
  /// Devices of one of them.
  static constexpr std::size_t most_devices = 20;

  /// Somebody has said something; `id`: of its event, or empty. Nothing for a bare address.
  void heard(const jid& from, std::string_view id);

  /// That device has gone.
  void gone(const jid& device);

  /// A message to somebody came back: nobody knows which devices are left.
  void forget(std::string_view bare);

  /// Where a message to a bare address goes: the device that said what it answers (`answers`, the
  /// id of an event), else the one that was heard last, else the address.
  [[nodiscard]] std::string receiver(const std::string& bare, std::string_view answers) const;

 private:
  class device {
   public:
    explicit device(std::string full) : full(std::move(full)) {}

    std::string full;
    bool is_gone = false;
  };
  class person {
   public:
    std::vector<std::shared_ptr<device>> devices;  // the one heard last is the last
    bool is_last_gone = false;                     // the one that was heard last
  };

  class text_hash {
   public:
    using is_transparent = void;
    std::size_t operator()(std::string_view text) const noexcept {
      return std::hash<std::string_view>()(text);
    }
  };

  person& find(std::string_view bare);

  std::unordered_map<std::string, person, text_hash, std::equal_to<>> people_;  // by bare address
  // Who said what, by a hash of the event's id: whoever is found wrongly is not who is answered.
  boost::unordered_flat_map<std::uint64_t, std::shared_ptr<device>> askers_;
  std::vector<std::uint64_t>
      order_;  // their keys, a ring; the oldest is at `next_` once it is full
  std::size_t next_ = 0;
};

}  // namespace mynah::xmpp
