// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "element.hpp"

namespace mynah::xmpp {

/// One of the values that a list offers.
class form_option {
 public:
  explicit form_option(std::string value, std::string label = {});

  friend bool operator==(const form_option&, const form_option&) = default;

  std::string value;  ///< what is sent
  std::string label;  ///< what people see; empty: the value
};

/// A field of a form.
class form_field {
 public:
  form_field() = default;
  form_field(std::string var, std::string type, std::string value = {});

  /// The first value, or an empty view.
  [[nodiscard]] std::string_view value() const noexcept;
  /// All values, a line each: what `text-multi` means by them.
  [[nodiscard]] std::string lines() const;
  /// Of type `boolean`: `1` and `true` are true.
  [[nodiscard]] bool is_true() const noexcept;

  friend bool operator==(const form_field&, const form_field&) = default;

  std::string var;
  /// `boolean`, `fixed`, `hidden`, `jid-multi`, `jid-single`, `list-multi`, `list-single`,
  /// `text-multi`, `text-private`, `text-single`; empty where it was left out, as submitted forms
  /// do.
  std::string type;
  std::string label;
  std::string description;
  bool required = false;
  std::vector<std::string> values;
  std::vector<form_option> options;
};

/// What a form is for.
enum class form_type : unsigned char { form, submit, cancel, result };

/// A data form (XEP-0004), without the tables of search results.
///
/// Thread safety: a value.
class data_form {
 public:
  explicit data_form(form_type type) : type(type) {}

  /// Reads `<x xmlns='jabber:x:data'/>`. Nothing if it is another element, or of no known type.
  [[nodiscard]] static std::optional<data_form> read(const element& x);
  /// Reads the first form among the children of `parent`.
  [[nodiscard]] static std::optional<data_form> find(const element& parent);

  [[nodiscard]] element to_element() const;

  data_form& add(form_field one) &;
  data_form&& add(form_field one) &&;

  /// The first field of this name, or null.
  [[nodiscard]] const form_field* field(std::string_view var) const noexcept;
  /// The first value of that field, or an empty view.
  [[nodiscard]] std::string_view value(std::string_view var) const noexcept;

  /// How many values there are under this name, in all fields that have it.
  [[nodiscard]] std::size_t count_values(std::string_view var) const noexcept;

  friend bool operator==(const data_form&, const data_form&) = default;

  form_type type;
  std::string title;
  std::string instructions;  ///< lines
  std::vector<form_field> fields;
};

}  // namespace mynah::xmpp
