// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include <mynah/audit_entry.hpp>

namespace mynah::core {

/// Whether an entry is among what a query asks for, its place in the order aside. Words are
/// compared as a full-text index would: letters and digits, whatever their case; `web-1` is `web`
/// and then `1`.
///
/// Thread safety: const members from any thread.
class audit_match {
 public:
  /// The query must outlive it.
  explicit audit_match(const audit_query& query);

  [[nodiscard]] bool operator()(const audit_entry& entry) const;

 private:
  /// Tokens that follow each other.
  class phrase {
   public:
    [[nodiscard]] bool occurs(const std::vector<std::string>& in) const;

    std::vector<std::string> tokens;
    bool prefix = false;  ///< of the last token a beginning is enough

   private:
    [[nodiscard]] bool at(const std::vector<std::string>& in, std::size_t place) const;
  };

  [[nodiscard]] bool has_words(const audit_entry& entry) const;

  const audit_query& query_;
  std::string who_;
  std::string room_;
  std::vector<phrase> phrases_;
};

}  // namespace mynah::core
