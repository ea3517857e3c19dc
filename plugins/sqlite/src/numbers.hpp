// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

#include "connection.hpp"

namespace mynah::sqlite {

/// Numbers that grow and never come twice: ids and tokens of items from one row, ids of audit
/// entries from another.
///
/// What was written is an upper bound, renewed every thousand items, so that a number costs no
/// write. Audit entries leave by `trim` only, which notes the last id.
class numbers {
 public:
  /// Reads where the process before this one stopped.
  void load(connection& from);

  [[nodiscard]] std::int64_t next_item(connection& in);
  [[nodiscard]] std::int64_t next_audit() { return ++last_audit_; }
  /// Before audit entries are deleted.
  void keep_audit(connection& in) const;

  void began() { reserved_before_ = reserved_; }
  /// What was reserved in the transaction is not.
  void rolled_back() { reserved_ = reserved_before_; }

 private:
  std::int64_t last_item_ = 0;
  std::int64_t reserved_ = 0;
  std::int64_t reserved_before_ = 0;
  std::int64_t last_audit_ = 0;
};

}  // namespace mynah::sqlite
