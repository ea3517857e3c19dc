// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

namespace mynah {

/// How far the network vouches for an identity.
enum class assurance : unsigned char {
  unverified,  ///< a name anybody could take: an IRC nick!user@host, an occupant nick
  verified     ///< the network's own immutable id: services account, bare JID, Slack user id
};

/// Who really speaks. Rights are given to this, never to a nick or a display name.
///
/// Thread safety: a value.
class principal {
 public:
  principal() = default;
  principal(std::string input, std::string id, mynah::assurance assurance,
            std::string display = {});

  /// The text that grants name: `input/id`, with `unverified:` in front unless the network vouches
  /// for it. A grant without that word can therefore never match an unverified speaker.
  [[nodiscard]] std::string key() const;

  [[nodiscard]] bool verified() const noexcept { return assurance == mynah::assurance::verified; }

  /// The texts that grants name for the groups: `input/group`. None unless the network vouches.
  [[nodiscard]] std::vector<std::string> group_keys() const;

  /// The same identity; what it is shown as does not matter.
  friend bool operator==(const principal& a, const principal& b) noexcept {
    return a.id == b.id && a.input == b.input && a.assurance == b.assurance;
  }

  std::string input;    ///< instance name of the input that vouches
  std::string id;       ///< the network's id
  std::string display;  ///< a name to show to people; not compared by grants
  /// What the network says they belong to, by its immutable ids (Slack `usergroup/S0123`, `guest`).
  /// Grants may name these like people; an id of a person never looks like one.
  std::vector<std::string> groups;
  mynah::assurance assurance = assurance::unverified;
};

}  // namespace mynah
