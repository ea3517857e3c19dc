// SPDX-License-Identifier: Apache-2.0
#include "json_text.hpp"

#include <cstdint>
#include <limits>
#include <utility>
#include <vector>

#include <boost/json/basic_parser_impl.hpp>
#include <boost/system/error_code.hpp>

namespace mynah::slack {

namespace {

using nlohmann::json;

/// What Boost.JSON's parser reads becomes nlohmann's tree. Reading every event and every answer is
/// a fourth of a bot's work when nlohmann's own parser does it, which needs three times as long.
class tree_builder {
 public:
  // As Boost.JSON names and calls them.
  using code = boost::system::error_code;
  using text = boost::json::string_view;
  static constexpr std::size_t max_object_size = std::numeric_limits<std::size_t>::max();
  static constexpr std::size_t max_array_size = max_object_size;
  static constexpr std::size_t max_key_size = max_object_size;
  static constexpr std::size_t max_string_size = max_object_size;

  bool on_document_begin(code&) { return true; }
  bool on_document_end(code&) { return true; }
  bool on_object_begin(code&) { return open(json::object()); }
  bool on_object_end(std::size_t, code&) { return close(); }
  bool on_array_begin(code&) { return open(json::array()); }
  bool on_array_end(std::size_t, code&) { return close(); }
  bool on_key_part(text part, std::size_t, code&) { return keep(part); }
  bool on_key(text rest, std::size_t, code&) {
    auto& into = *open_.back()->get_ptr<json::object_t*>();
    field_ = &into.try_emplace(whole(rest)).first->second;
    return true;
  }
  bool on_string_part(text part, std::size_t, code&) { return keep(part); }
  bool on_string(text rest, std::size_t, code&) { return put(whole(rest)); }
  bool on_number_part(text, code&) { return true; }
  bool on_int64(std::int64_t value, text, code&) {
    // As nlohmann's parser has them.
    return value < 0 ? put(value) : put(static_cast<std::uint64_t>(value));
  }
  bool on_uint64(std::uint64_t value, text, code&) { return put(value); }
  bool on_double(double value, text, code&) { return put(value); }
  bool on_bool(bool value, code&) { return put(value); }
  bool on_null(code&) { return put(nullptr); }
  bool on_comment_part(text, code&) { return true; }
  bool on_comment(text, code&) { return true; }

  [[nodiscard]] json take() noexcept { return std::move(root_); }

 private:
  bool keep(text part) {
    begun_.append(part.data(), part.size());
    return true;
  }
  std::string whole(text rest) {
    keep(rest);
    return std::exchange(begun_, {});
  }

  json& place(json value) {
    if (open_.empty()) return root_ = std::move(value);
    if (auto* const list = open_.back()->get_ptr<json::array_t*>()) {
      return list->emplace_back(std::move(value));
    }
    return *field_ = std::move(value);
  }
  template <class Value>
  bool put(Value&& value) {
    place(json(std::forward<Value>(value)));
    return true;
  }
  bool open(json empty) {
    open_.push_back(&place(std::move(empty)));
    return true;
  }
  bool close() {
    open_.pop_back();
    return true;
  }

  json root_;
  std::vector<json*> open_;  // nothing is added beside what is open, so they stay where they are
  json* field_ = nullptr;    // the one whose name was read last
  std::string begun_;        // of a string that comes in parts
};

}  // namespace

std::optional<json> parse_json(std::string_view text) {
  boost::json::parse_options options;
  options.max_depth = most_nested;
  boost::json::basic_parser<tree_builder> parser(options);
  boost::system::error_code error;
  const std::size_t used = parser.write_some(false, text.data(), text.size(), error);
  if (error || used != text.size()) return std::nullopt;
  return parser.handler().take();
}

std::string dump_json(const json& value) {
  return value.dump(-1, ' ', false, json::error_handler_t::replace);
}

}  // namespace mynah::slack
