// SPDX-License-Identifier: Apache-2.0
#include <mynah/duration.hpp>

#include "core/parse_arguments.hpp"

#include <algorithm>
#include <set>

#include "core/nearest.hpp"
#include "core/values.hpp"

namespace mynah::core {

namespace {

// Values come from users: long ones are shortened before they are shown again.
std::string in_quotes(std::string_view value) {
  constexpr std::size_t longest = 60;
  std::string text = sanitised(value.substr(0, longest));
  if (value.size() > longest) text += "...";
  return "'" + text + "'";
}

class parser {
 public:
  parser(const command_spec& spec, detail::argument_data& data) : spec_(spec), data_(data) {
    for (const parameter& declared : spec.parameters) {
      if (!declared.is_flag) positional_.push_back(&declared);
    }
  }

  std::optional<std::string> run() {
    const std::vector<word>& words = data_.words();
    bool flags_ended = false;
    for (std::size_t i = name_words(); i < words.size(); ++i) {
      const word& each = words[i];
      std::optional<std::string> wrong;
      if (!flags_ended && !each.quoted && each.text == "--") {
        flags_ended = true;
      } else if (!flags_ended && !each.quoted && each.text.size() > 2 &&
                 each.text.starts_with("--") && !(rest_is_next() && !names_flag(each.text))) {
        wrong = take_flag(words, i);
      } else if (take_rest(each, flags_ended)) {
        break;
      } else {
        wrong = take_word(each, flags_ended);
      }
      if (wrong) return wrong;
    }
    return complete();
  }

 private:
  // The name may be of several words ("db backup"); a pattern's first word always counts as it.
  [[nodiscard]] std::size_t name_words() const {
    if (!spec_.pattern.empty()) return 1;
    return 1 + static_cast<std::size_t>(std::count(spec_.name.begin(), spec_.name.end(), ' '));
  }

  [[nodiscard]] const parameter* find(std::string_view name) const {
    for (const parameter& declared : spec_.parameters) {
      if (declared.name == name) return &declared;
    }
    return nullptr;
  }

  std::optional<std::string> set(const parameter& declared, const std::string& text) {
    for (const auto& each : data_.values) {
      if (each.first == declared.name) return declared.name + " is given twice";
    }
    std::optional<argument_value> value = parse_value(declared, text);
    if (!value)
      return declared.name + " is " + in_quotes(text) + "; expected " + declared.expected();
    data_.values.emplace_back(declared.name, std::move(*value));
    return std::nullopt;
  }

  std::optional<std::string> take_flag(const std::vector<word>& words, std::size_t& i) {
    const std::string_view text = std::string_view(words[i].text).substr(2);
    const std::size_t equals = text.find('=');
    const std::string_view name = text.substr(0, equals);
    const parameter* declared = find(name);
    if (declared == nullptr && equals == std::string_view::npos && name.starts_with("no-")) {
      const parameter* negated = find(name.substr(3));
      if (negated != nullptr && negated->type == parameter_type::boolean) {
        return set(*negated, "no");
      }
    }
    if (declared == nullptr) return unknown_flag(name);
    if (equals != std::string_view::npos) {
      return set(*declared, std::string(text.substr(equals + 1)));
    }
    if (declared->type == parameter_type::boolean) {
      // A word that says yes or no is the flag's; 1 and 0 may be somebody else's number.
      const bool next_is_value = i + 1 < words.size() && !words[i + 1].quoted &&
                                 words[i + 1].text.size() > 1 &&
                                 parse_boolean(words[i + 1].text).has_value();
      return set(*declared, next_is_value ? words[++i].text : "yes");
    }
    if (i + 1 == words.size()) {
      return "--" + declared->name + " needs a value: " + declared->expected();
    }
    ++i;
    return set(*declared, words[i].text);
  }

  [[nodiscard]] std::string unknown_flag(std::string_view name) const {
    std::vector<std::string> names;
    for (const parameter& declared : spec_.parameters) names.push_back("--" + declared.name);
    std::string text = "unknown flag " + in_quotes("--" + std::string(name));
    const std::vector<std::string> near = nearest("--" + std::string(name), names, 1);
    if (!near.empty()) text += "; did you mean " + near.front() + "?";
    return text;
  }

  // Free text comes next: what only looks like a flag belongs to it.
  [[nodiscard]] bool rest_is_next() const {
    const parameter* next = next_positional();
    return next != nullptr && next->takes_rest;
  }

  [[nodiscard]] bool names_flag(std::string_view text) const {
    std::string_view name = text.substr(
        2, text.find('=') == std::string_view::npos ? std::string_view::npos : text.find('=') - 2);
    const parameter* declared = find(name);
    if (declared == nullptr && name.starts_with("no-")) declared = find(name.substr(3));
    return declared != nullptr && !declared->takes_rest;
  }

  // The last positional may take the rest of the line exactly as it was typed.
  bool take_rest(const word& first, bool flags_ended) {
    const parameter* next = next_positional();
    if (next == nullptr || !next->takes_rest) return false;
    if (!flags_ended) {
      const parameter* named = named_value(first);
      if (named != nullptr && named != next) return false;
    }
    data_.values.emplace_back(
        next->name, std::string(trimmed(std::string_view(data_.line).substr(first.begin))));
    return true;
  }

  // `k=v` counts only for a declared k: a URL with `=` in it stays one value.
  [[nodiscard]] const parameter* named_value(const word& each) const {
    if (each.quoted) return nullptr;
    const std::size_t equals = each.text.find('=');
    if (equals == std::string::npos || equals == 0) return nullptr;
    return find(std::string_view(each.text).substr(0, equals));
  }

  std::optional<std::string> take_word(const word& each, bool flags_ended) {
    if (!flags_ended) {
      if (const parameter* named = named_value(each)) {
        return set(*named, each.text.substr(each.text.find('=') + 1));
      }
    }
    const parameter* next = next_positional();
    if (next == nullptr) return "unexpected " + in_quotes(each.text);
    return set(*next, each.text);
  }

  [[nodiscard]] const parameter* next_positional() const {
    for (const parameter* declared : positional_) {
      const bool taken =
          std::any_of(data_.values.begin(), data_.values.end(),
                      [&](const auto& each) { return each.first == declared->name; });
      if (!taken) return declared;
    }
    return nullptr;
  }

  std::optional<std::string> complete() {
    for (const parameter& declared : spec_.parameters) {
      const bool taken = std::any_of(data_.values.begin(), data_.values.end(),
                                     [&](const auto& each) { return each.first == declared.name; });
      if (taken) continue;
      if (declared.default_value) {
        data_.values.emplace_back(declared.name, *parse_value(declared, *declared.default_value));
      } else if (declared.is_required) {
        std::string text = (declared.is_flag ? "--" : "") + declared.name + " is missing";
        if (declared.type != parameter_type::string) text += "; expected " + declared.expected();
        if (!declared.help.empty()) text += " (" + declared.help + ")";
        return text;
      } else if (declared.is_flag && declared.type == parameter_type::boolean) {
        data_.values.emplace_back(declared.name, false);  // a switch nobody set is off
      }
    }
    return std::nullopt;
  }

  const command_spec& spec_;
  detail::argument_data& data_;
  std::vector<const parameter*> positional_;
};

}  // namespace

std::optional<argument_value> parse_value(const parameter& declared, const std::string& text) {
  switch (declared.type) {
    case parameter_type::string:
      return argument_value(text);
    case parameter_type::integer:
      if (const auto number = parse_integer(text)) return argument_value(*number);
      return std::nullopt;
    case parameter_type::floating:
      if (const auto number = parse_floating(text)) return argument_value(*number);
      return std::nullopt;
    case parameter_type::boolean:
      if (const auto yes = parse_boolean(text)) return argument_value(*yes);
      return std::nullopt;
    case parameter_type::duration:
      if (const auto time = parse_duration(text)) return argument_value(*time);
      return std::nullopt;
    case parameter_type::choice:
      if (std::find(declared.choices.begin(), declared.choices.end(), text) ==
          declared.choices.end()) {
        return std::nullopt;
      }
      return argument_value(text);
  }
  return std::nullopt;
}

std::optional<std::string> parse_arguments(const command_spec& spec, detail::argument_data& data) {
  if (spec.parameters.empty()) return std::nullopt;
  return parser(spec, data).run();
}

std::optional<std::string> declaration_error(const command_spec& spec) {
  std::set<std::string> names;
  bool optional_seen = false;
  bool rest_seen = false;
  for (const parameter& declared : spec.parameters) {
    const std::string what = "parameter '" + declared.name + "'";
    const bool good_name = !declared.name.empty() && !declared.name.starts_with('-') &&
                           declared.name.find_first_of(" \t\n=\"'") == std::string::npos;
    if (!good_name) return what + ": a name is letters without blanks, quotes or '='";
    if (declared.is_flag && declared.name == "help") {
      return what + ": `--help` is the request for help";
    }
    if (!names.insert(declared.name).second) return what + " is declared twice";
    if (declared.type == parameter_type::choice && declared.choices.empty()) {
      return what + " has no choices";
    }
    if (declared.default_value && !parse_value(declared, *declared.default_value)) {
      return what + ": the default '" + *declared.default_value + "' is not " + declared.expected();
    }
    if (declared.takes_rest && (declared.is_flag || declared.type != parameter_type::string)) {
      return what + ": only a positional string can take the rest of the line";
    }
    if (declared.is_flag) continue;
    if (rest_seen) return what + " stands after one that takes the rest of the line";
    if (declared.is_required && optional_seen) {
      return what + " is required but stands after an optional one";
    }
    if (!declared.is_required) optional_seen = true;
    if (declared.takes_rest) rest_seen = true;
  }
  return std::nullopt;
}

}  // namespace mynah::core
