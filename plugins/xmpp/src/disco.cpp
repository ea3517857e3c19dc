// SPDX-License-Identifier: Apache-2.0
#include "disco.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include <openssl/evp.h>

#include "namespaces.hpp"
#include "sasl/base64.hpp"

namespace mynah::xmpp {

namespace {

constexpr std::string_view form_type_var = "FORM_TYPE";

void append(std::string& out, std::string_view part) {
  out += part;
  out += '<';
}

template <class Value>
bool has_twice(const std::vector<Value>& sorted) {
  return std::adjacent_find(sorted.begin(), sorted.end()) != sorted.end();
}

// A form that says what it is counts; what is not hidden says nothing (section 5.4, step 3.6).
bool counts(const data_form& form) noexcept {
  const form_field* const type = form.field(form_type_var);
  return type != nullptr && type->type == "hidden" && !type->values.empty();
}

bool is_ill_formed(const form_field& form_type) {
  return std::any_of(form_type.values.begin(), form_type.values.end(),
                     [&](const std::string& each) { return each != form_type.values.front(); });
}

void append(std::string& out, const data_form& form) {
  append(out, form.value(form_type_var));
  std::vector<const form_field*> fields;
  for (const form_field& each : form.fields) {
    if (each.var != form_type_var && !each.var.empty()) fields.push_back(&each);
  }
  std::stable_sort(fields.begin(), fields.end(),
                   [](const form_field* a, const form_field* b) { return a->var < b->var; });
  for (const form_field* const each : fields) {
    append(out, each->var);
    std::vector<std::string> values = each->values;
    std::sort(values.begin(), values.end());
    for (const std::string& value : values) append(out, value);
  }
}

std::string sha1(std::string_view bytes) {
  std::array<unsigned char, EVP_MAX_MD_SIZE> made{};
  unsigned length = 0;
  if (EVP_Digest(bytes.data(), bytes.size(), made.data(), &length, EVP_sha1(), nullptr) != 1) {
    return {};
  }
  return {made.begin(), made.begin() + length};
}

}  // namespace

disco_identity::disco_identity(std::string category, std::string type, std::string name,
                               std::string lang)
    : category(std::move(category)),
      type(std::move(type)),
      lang(std::move(lang)),
      name(std::move(name)) {}

std::optional<disco_info> disco_info::read(const element& query) {
  if (!query.is("query", ns::disco_info)) return std::nullopt;
  disco_info made;
  made.node = query.attr("node");
  for (const element& each : query.children) {
    if (each.is("identity", ns::disco_info)) {
      made.identities_.emplace_back(std::string(each.attr("category")),
                                    std::string(each.attr("type")), std::string(each.attr("name")),
                                    std::string(each.attr("xml:lang")));
    } else if (each.is("feature", ns::disco_info)) {
      made.features_.emplace_back(each.attr("var"));
    } else if (auto form = data_form::read(each)) {
      made.forms_.push_back(std::move(*form));
    }
  }
  std::sort(made.features_.begin(), made.features_.end());
  return made;
}

element disco_info::to_element() const {
  element made("query", ns::disco_info);
  made.set("node", node);
  for (const disco_identity& each : identities_) {
    made.add(element("identity", ns::disco_info)
                 .set("category", each.category)
                 .set("type", each.type)
                 .set("name", each.name)
                 .set("xml:lang", each.lang));
  }
  for (const std::string& each : features_) {
    made.add(element("feature", ns::disco_info).set("var", each));
  }
  for (const data_form& each : forms_) made.add(each.to_element());
  return made;
}

disco_info& disco_info::add(disco_identity one) {
  identities_.push_back(std::move(one));
  return *this;
}

disco_info& disco_info::add(std::string feature) {
  const auto place = std::lower_bound(features_.begin(), features_.end(), feature);
  if (place == features_.end() || *place != feature) features_.insert(place, std::move(feature));
  return *this;
}

disco_info& disco_info::add(data_form one) {
  forms_.push_back(std::move(one));
  return *this;
}

bool disco_info::has(std::string_view feature) const noexcept {
  return std::binary_search(features_.begin(), features_.end(), feature);
}

bool disco_info::is(std::string_view category, std::string_view type) const noexcept {
  return std::any_of(identities_.begin(), identities_.end(), [&](const disco_identity& each) {
    return each.category == category && each.type == type;
  });
}

const data_form* disco_info::form(std::string_view form_type) const noexcept {
  for (const data_form& each : forms_) {
    if (each.value(form_type_var) == form_type) return &each;
  }
  return nullptr;
}

std::string caps_hash(const disco_info& info) {
  std::vector<disco_identity> identities = info.identities();
  std::sort(identities.begin(), identities.end());
  std::vector<const data_form*> forms;
  for (const data_form& each : info.forms()) {
    if (!counts(each)) continue;
    if (is_ill_formed(*each.field(form_type_var))) return {};
    forms.push_back(&each);
  }
  const auto type_of = [](const data_form* form) { return form->value(form_type_var); };
  std::sort(forms.begin(), forms.end(),
            [&](const data_form* a, const data_form* b) { return type_of(a) < type_of(b); });
  const bool has_form_twice =
      std::adjacent_find(forms.begin(), forms.end(), [&](const data_form* a, const data_form* b) {
        return type_of(a) == type_of(b);
      }) != forms.end();
  if (has_twice(identities) || has_twice(info.features()) || has_form_twice) return {};

  std::string text;
  for (const disco_identity& each : identities) {
    append(text, each.category + "/" + each.type + "/" + each.lang + "/" + each.name);
  }
  for (const std::string& each : info.features()) append(text, each);
  for (const data_form* const each : forms) append(text, *each);
  return sasl::base64_encoded(sha1(text));
}

}  // namespace mynah::xmpp
