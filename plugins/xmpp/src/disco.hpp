// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <compare>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "data_form.hpp"
#include "element.hpp"

namespace mynah::xmpp {

/// What somebody is: `client/bot`, `conference/text`, `store/file` ...
class disco_identity {
 public:
  disco_identity(std::string category, std::string type, std::string name = {},
                 std::string lang = {});

  friend bool operator==(const disco_identity&, const disco_identity&) = default;
  /// By category, type, language and name, as XEP-0115 sorts them.
  friend std::strong_ordering operator<=>(const disco_identity&, const disco_identity&) = default;

  std::string category;
  std::string type;
  std::string lang;
  std::string name;
};

/// What somebody is and can do (XEP-0030, disco#info; forms: XEP-0128).
///
/// Thread safety: a value.
class disco_info {
 public:
  disco_info() = default;

  /// Reads `<query xmlns='http://jabber.org/protocol/disco#info'/>`; nothing if it is another
  /// element.
  [[nodiscard]] static std::optional<disco_info> read(const element& query);

  [[nodiscard]] element to_element() const;

  disco_info& add(disco_identity one);
  disco_info& add(std::string feature);
  disco_info& add(data_form one);

  /// Whether this feature is among them.
  [[nodiscard]] bool has(std::string_view feature) const noexcept;
  /// Whether there is an identity of this category and type.
  [[nodiscard]] bool is(std::string_view category, std::string_view type) const noexcept;
  /// The form whose FORM_TYPE is this, or null.
  [[nodiscard]] const data_form* form(std::string_view form_type) const noexcept;

  [[nodiscard]] const std::vector<disco_identity>& identities() const noexcept {
    return identities_;
  }
  /// Sorted by bytes. One that was read twice is there twice.
  [[nodiscard]] const std::vector<std::string>& features() const noexcept { return features_; }
  [[nodiscard]] const std::vector<data_form>& forms() const noexcept { return forms_; }

  friend bool operator==(const disco_info&, const disco_info&) = default;

  std::string node;

 private:
  std::vector<disco_identity> identities_;
  std::vector<std::string> features_;
  std::vector<data_form> forms_;
};

/// The verification string of entity capabilities with SHA-1 (XEP-0115, section 5.1), in base64.
/// Empty if the answer is ill-formed (section 5.4: an identity, feature or FORM_TYPE twice, or a
/// FORM_TYPE of several values): nothing can be said about such.
[[nodiscard]] std::string caps_hash(const disco_info& info);

}  // namespace mynah::xmpp
