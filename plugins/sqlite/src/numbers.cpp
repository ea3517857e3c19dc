// SPDX-License-Identifier: Apache-2.0
#include "numbers.hpp"

#include <algorithm>

#include "statement.hpp"

namespace mynah::sqlite {

namespace {

constexpr std::int64_t step = 1'000;

}  // namespace

void numbers::load(connection& from) {
  reserved_ = from.number("SELECT value FROM number WHERE name = 'item'");
  last_item_ = std::max(reserved_, from.number("SELECT max(id) FROM item"));
  last_audit_ = std::max(from.number("SELECT value FROM number WHERE name = 'audit'"),
                         from.number("SELECT max(id) FROM audit"));
}

std::int64_t numbers::next_item(connection& in) {
  if (last_item_ >= reserved_) {
    const std::int64_t wanted = last_item_ + step;
    statement(in, sql::set_number).with(std::string_view("item")).with(wanted).run();
    reserved_ = wanted;
  }
  return ++last_item_;
}

void numbers::keep_audit(connection& in) const {
  statement(in, sql::set_number).with(std::string_view("audit")).with(last_audit_).run();
}

}  // namespace mynah::sqlite
