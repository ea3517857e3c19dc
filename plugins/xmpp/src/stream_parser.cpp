// SPDX-License-Identifier: Apache-2.0
#include "stream_parser.hpp"

#include <algorithm>
#include <cctype>
#include <cstdint>
#include <cstring>
#include <exception>
#include <new>
#include <utility>
#include <vector>

#include <expat.h>

#include "namespaces.hpp"

namespace mynah::xmpp {

namespace {

// Between namespace and name. It cannot be in a name, and expat refuses it in a namespace.
constexpr char separator = '\n';

// Bytes after which expat starts over. A thousandth of what a busy bot does, and bounds what names
// that nobody ever used before can make it keep.
constexpr std::uint64_t renewal_bytes = 1024 * std::uint64_t{1024};

// Fed to expat in one go, as its lengths are `int`.
constexpr std::size_t longest_piece = 1024 * std::size_t{1024};

// Of a tag whose end has not come. Expat reads such a tag from its start with each piece, so what
// comes of a longer one is kept until it may be its end.
constexpr std::size_t long_tag = 16 * std::size_t{1024};

// Of an attribute that says whose a stanza is, where the others are too many. Longer than an
// address can be.
constexpr std::size_t longest_value = 4096;

constexpr std::string_view xml_namespace = "http://www.w3.org/XML/1998/namespace";

// Whether expat waits for more when a token could go on: versions with the answer to CVE-2023-52425
// do, and hold back a stanza whose end comes in a piece of its own. Older ones lack the function.
template <class Parser>
void do_not_wait(Parser parser) {
  if constexpr (requires { XML_SetReparseDeferralEnabled(parser, XML_FALSE); }) {
    XML_SetReparseDeferralEnabled(parser, XML_FALSE);
  }
}

class freed_parser {
 public:
  void operator()(XML_Parser parser) const noexcept { XML_ParserFree(parser); }
};
using owned_parser = std::unique_ptr<XML_ParserStruct, freed_parser>;

/// A name as expat gives it.
class qualified_name {
 public:
  explicit qualified_name(const char* text) noexcept {
    const char* const between = std::strchr(text, separator);
    if (between != nullptr) {
      ns = std::string_view(text, static_cast<std::size_t>(between - text));
      local = between + 1;
    } else {
      local = text;
    }
  }

  std::string_view ns;
  std::string_view local;
};

bool is_utf8_name(std::string_view encoding) {
  const std::string_view wanted = "UTF-8";
  return std::equal(
      encoding.begin(), encoding.end(), wanted.begin(), wanted.end(),
      [](char a, char b) { return std::toupper(static_cast<unsigned char>(a)) == b; });
}

const char* condition_of(XML_Error error) noexcept {
  switch (error) {
    case XML_ERROR_UNBOUND_PREFIX:
    case XML_ERROR_UNDECLARING_PREFIX:
    case XML_ERROR_RESERVED_PREFIX_XML:
    case XML_ERROR_RESERVED_PREFIX_XMLNS:
    case XML_ERROR_RESERVED_NAMESPACE_URI:
      return "bad-namespace-prefix";
    case XML_ERROR_UNDEFINED_ENTITY:
      return "restricted-xml";
    case XML_ERROR_UNKNOWN_ENCODING:
    case XML_ERROR_INCORRECT_ENCODING:
      return "unsupported-encoding";
    case XML_ERROR_AMPLIFICATION_LIMIT_BREACH:
      return "policy-violation";
    default:
      return "not-well-formed";
  }
}

}  // namespace

// A class of its own, whose address expat may keep.
class stream_parser::state {
 public:
  explicit state(const stream_limits& limits) : limits_(limits) { reset(); }
  state(const state&) = delete;
  state& operator=(const state&) = delete;

  void feed(std::string_view bytes) {
    if (over_ || bytes.empty() || !has_utf8_start(bytes) || holds_back(bytes)) return;
    std::string all;
    if (!held_.empty()) {
      all = std::exchange(held_, {});
      all += bytes;
      bytes = all;
    }
    while (!bytes.empty() && !over_) {
      const std::string_view piece = bytes.substr(0, longest_piece);
      bytes.remove_prefix(parse(piece));
    }
  }

  std::optional<stream_item> next() {
    if (taken_ == items_.size()) return std::nullopt;
    std::optional<stream_item> item(std::move(items_[taken_++]));
    if (taken_ == items_.size()) {
      items_.clear();
      taken_ = 0;
    }
    return item;
  }

  void reset() {
    items_.clear();
    taken_ = 0;
    over_ = false;
    header_.clear();
    has_header_ = false;
    stanza_ = element();
    skipping_ = false;
    names_ = 0;
    held_.clear();
    renew();
  }

 private:
  // A new parser of expat at the start of a document.
  void renew() {
    parser_.reset(XML_ParserCreateNS("UTF-8", separator));
    if (!parser_) throw std::bad_alloc();
    XML_Parser parser = parser_.get();
    do_not_wait(parser);
    XML_SetUserData(parser, this);
    XML_SetElementHandler(parser, &on_start, &on_end);
    XML_SetCharacterDataHandler(parser, &on_text);
    XML_SetCdataSectionHandler(parser, &on_cdata, &on_cdata);
    XML_SetXmlDeclHandler(parser, &on_declaration);
    XML_SetStartDoctypeDeclHandler(parser, &on_doctype);
    XML_SetEntityDeclHandler(parser, &on_entity);
    XML_SetCommentHandler(parser, &on_comment);
    XML_SetProcessingInstructionHandler(parser, &on_instruction);
    open_.clear();
    in_stream_ = false;
    renewal_due_ = false;
    fed_ = 0;
    border_ = 0;
    token_ = 0;
  }

  // Expat would read UTF-16 on sight of its mark, or of a zero among the first two bytes.
  bool has_utf8_start(std::string_view bytes) {
    if (fed_ > 1) return true;
    const std::string start = header_ + std::string(bytes.substr(0, 2));
    if (std::string_view("\0\xFE\xFF", 3).find(start[0]) != std::string_view::npos ||
        (start.size() > 1 && start[1] == '\0' && may_begin(start[0]))) {
      fail("unsupported-encoding", "not UTF-8");
      return false;
    }
    if (may_begin(start[0])) return true;
    fail("not-well-formed", "not XML");
    return false;
  }

  // A tag, white space, or the mark of UTF-8.
  static bool may_begin(char first) noexcept {
    return std::string_view("< \t\r\n\xEF").find(first) != std::string_view::npos;
  }

  // Whether a long tag goes on, and nothing in it can be its end. It is looked at all the same when
  // it has doubled, so that it is read a few times and not once for each piece.
  bool holds_back(std::string_view bytes) {
    const std::uint64_t pending = fed_ - token_;
    if (!in_stream_ || pending < long_tag) return false;
    const std::uint64_t held = held_.size() + bytes.size();
    if (held >= pending || pending + held > limits_.tag_bytes) return false;
    if (bytes.find('>') != std::string_view::npos) return false;
    held_ += bytes;
    return true;
  }

  // Gives how many bytes were taken.
  std::size_t parse(std::string_view piece) {
    if (!has_header_) header_ += piece;
    piece_start_ = fed_;
    fed_ += piece.size();
    const XML_Status status =
        XML_Parse(parser_.get(), piece.data(), static_cast<int>(piece.size()), XML_FALSE);
    if (thrown_) std::rethrow_exception(std::exchange(thrown_, nullptr));
    if (over_) return piece.size();
    if (renewal_due_) {
      const std::uint64_t taken = border_ - piece_start_;
      restart();
      return static_cast<std::size_t>(taken);
    }
    if (status != XML_STATUS_OK) {
      const XML_Error error = XML_GetErrorCode(parser_.get());
      if (error == XML_ERROR_NO_MEMORY) {
        over_ = true;
        throw std::bad_alloc();
      }
      fail(condition_of(error), XML_ErrorString(error));
      return piece.size();
    }
    // What expat keeps because no token is complete counts, too.
    if (!in_stream_) {
      check_header(fed_);
    } else if (fed_ - token_ > limits_.tag_bytes) {
      fail("policy-violation", "a tag is too large");
    }
    return piece.size();
  }

  // The same stream in a new parser, which is given the root once more.
  void restart() {
    renew();
    replaying_ = true;
    XML_Parse(parser_.get(), header_.data(), static_cast<int>(header_.size()), XML_FALSE);
    replaying_ = false;
    if (thrown_) std::rethrow_exception(std::exchange(thrown_, nullptr));
    fed_ = header_.size();
    border_ = fed_;
    token_ = fed_;
  }

  void fail(const char* condition, const char* text) {
    over_ = true;
    stream_item& made = items_.emplace_back(stream_item::kind::fault);
    made.condition = condition;
    made.text = text;
    XML_StopParser(parser_.get(), XML_FALSE);
  }

  bool check_header(std::uint64_t position) {
    if (position <= limits_.header_bytes) return true;
    fail("policy-violation", "the stream header is too long");
    return false;
  }

  // Within a stanza, after a token that ends at `position`.
  bool check_stanza(std::uint64_t position) {
    token_ = position;
    const std::uint64_t size = position - border_;
    if (size > limits_.skipped_bytes) {
      fail("policy-violation", "a stanza is too large");
      return false;
    }
    if (size > limits_.stanza_bytes) skip();
    return true;
  }

  // Only the outside of this stanza is kept.
  void skip() {
    if (skipping_) return;
    skipping_ = true;
    stanza_.children = {};
    stanza_.text = {};
    std::fill(open_.begin(), open_.end(), nullptr);
  }

  bool check_tag() {
    if (static_cast<std::size_t>(XML_GetCurrentByteCount(parser_.get())) <= limits_.tag_bytes) {
      return true;
    }
    fail("policy-violation", "a tag is too large");
    return false;
  }

  // Where in the document the current token ends.
  [[nodiscard]] std::uint64_t position() const noexcept {
    return static_cast<std::uint64_t>(XML_GetCurrentByteIndex(parser_.get())) +
           static_cast<std::uint64_t>(XML_GetCurrentByteCount(parser_.get()));
  }

  void start(const char* name, const char** attributes) {
    if (over_) return;
    const qualified_name is(name);
    if (!in_stream_) {
      if (check_header(position())) start_stream(is, attributes);
      return;
    }
    if (!check_tag() || !check_stanza(position())) return;
    if (open_.size() == limits_.skipped_depth) {
      fail("policy-violation", "elements are nested too deeply");
      return;
    }
    // All that is in one namespace has a copy of its name.
    names_ += is.ns.size();
    const std::size_t count = count_of(attributes);
    if (open_.size() >= limits_.depth || count > limits_.attributes ||
        names_ > limits_.skipped_bytes) {
      skip();
    }
    if (skipping_) {
      if (open_.empty()) fill_outside(is, attributes);
      open_.push_back(nullptr);
      return;
    }
    element* made = &stanza_;
    if (!open_.empty()) {
      // Stays where it is while it is open: only the innermost one gets children.
      std::vector<element>& siblings = open_.back()->children;
      if (siblings.empty()) siblings.reserve(4);
      made = &siblings.emplace_back();
    }
    fill(*made, is, attributes, count);
    open_.push_back(made);
  }

  void start_stream(const qualified_name& is, const char** attributes) {
    in_stream_ = true;
    border_ = position();
    token_ = border_;
    if (replaying_) return;
    if (is.ns != ns::stream) {
      fail("invalid-namespace", "the root is not in the namespace of streams");
      return;
    }
    if (is.local != "stream") {
      fail("bad-format", "the root is no stream");
      return;
    }
    const std::size_t count = count_of(attributes);
    if (count > limits_.attributes) {
      fail("policy-violation", "the stream header has too many attributes");
      return;
    }
    element root;
    fill(root, is, attributes, count);
    items_.emplace_back(stream_item::kind::header, std::move(root));
    has_header_ = true;
    header_.resize(static_cast<std::size_t>(border_));
  }

  static std::size_t count_of(const char** attributes) noexcept {
    std::size_t count = 0;
    while (attributes[2 * count] != nullptr) ++count;
    return count;
  }

  // Of a stanza whose very tag is too much: what it is, and whose.
  void fill_outside(const qualified_name& is, const char** attributes) {
    made_of(stanza_, is);
    for (; *attributes != nullptr; attributes += 2) {
      const std::string_view key = attributes[0];
      if (key != "from" && key != "to" && key != "id" && key != "type") continue;
      const std::string_view value = attributes[1];
      if (value.size() <= longest_value) stanza_.attributes.emplace_back(key, value);
    }
  }

  static void made_of(element& made, const qualified_name& is) {
    made.name = is.local;
    made.ns = is.ns;
  }

  static void fill(element& made, const qualified_name& is, const char** attributes,
                   std::size_t count) {
    made_of(made, is);
    made.attributes.reserve(count);
    for (; *attributes != nullptr; attributes += 2) {
      const qualified_name key(attributes[0]);
      if (key.ns.empty()) {
        made.attributes.emplace_back(key.local, attributes[1]);
      } else if (key.ns == xml_namespace) {
        made.attributes.emplace_back("xml:" + std::string(key.local), attributes[1]);
      }
    }
  }

  void end() {
    if (over_) return;
    if (open_.empty()) {
      over_ = true;
      items_.emplace_back(stream_item::kind::end);
      XML_StopParser(parser_.get(), XML_FALSE);
      return;
    }
    const std::uint64_t here = position();
    if (!check_tag() || !check_stanza(here)) return;
    open_.pop_back();
    if (!open_.empty()) return;
    items_.emplace_back(stream_item::kind::stanza, std::move(stanza_));
    items_.back().skipped = std::exchange(skipping_, false);
    stanza_ = element();
    names_ = 0;
    border_ = here;
    if (here < renewal_bytes || here < piece_start_) return;
    renewal_due_ = true;
    XML_StopParser(parser_.get(), XML_FALSE);
  }

  void text(std::string_view words) {
    if (over_ || !in_stream_) return;
    if (!open_.empty()) {
      if (check_stanza(position()) && !skipping_) open_.back()->text += words;
      return;
    }
    if (words.find_first_not_of(" \t\r\n") != std::string_view::npos) {
      fail("bad-format", "text between stanzas");
      return;
    }
    border_ = position();
    token_ = border_;
  }

  void declaration(const char* encoding) {
    if (encoding != nullptr && !is_utf8_name(encoding)) {
      fail("unsupported-encoding", "another encoding than UTF-8 is declared");
    }
  }

  void refuse(const char* what) {
    if (!over_) fail("restricted-xml", what);
  }

  // No exception may pass through expat, which is C.
  template <class Work>
  static void guarded(void* self, Work work) noexcept {
    state& mine = *static_cast<state*>(self);
    try {
      work(mine);
    } catch (...) {
      mine.thrown_ = std::current_exception();
      mine.over_ = true;
      XML_StopParser(mine.parser_.get(), XML_FALSE);
    }
  }

  static void XMLCALL on_start(void* self, const char* name, const char** attributes) {
    guarded(self, [&](state& mine) { mine.start(name, attributes); });
  }
  static void XMLCALL on_end(void* self, const char* /*name*/) {
    guarded(self, [](state& mine) { mine.end(); });
  }
  static void XMLCALL on_text(void* self, const char* words, int length) {
    guarded(self, [&](state& mine) {
      mine.text(std::string_view(words, static_cast<std::size_t>(length)));
    });
  }
  // Without words it is not text, but it is read.
  static void XMLCALL on_cdata(void* self) {
    guarded(self, [](state& mine) { mine.text({}); });
  }
  static void XMLCALL on_declaration(void* self, const char* /*version*/, const char* encoding,
                                     int /*standalone*/) {
    guarded(self, [&](state& mine) { mine.declaration(encoding); });
  }
  static void XMLCALL on_doctype(void* self, const char* /*name*/, const char* /*system_id*/,
                                 const char* /*public_id*/, int /*has_internal_subset*/) {
    guarded(self, [](state& mine) { mine.refuse("a document type"); });
  }
  static void XMLCALL on_entity(void* self, const char* /*name*/, int /*is_parameter_entity*/,
                                const char* /*value*/, int /*value_length*/, const char* /*base*/,
                                const char* /*system_id*/, const char* /*public_id*/,
                                const char* /*notation*/) {
    guarded(self, [](state& mine) { mine.refuse("the declaration of an entity"); });
  }
  static void XMLCALL on_comment(void* self, const char* /*words*/) {
    guarded(self, [](state& mine) { mine.refuse("a comment"); });
  }
  static void XMLCALL on_instruction(void* self, const char* /*target*/, const char* /*data*/) {
    guarded(self, [](state& mine) { mine.refuse("a processing instruction"); });
  }

  stream_limits limits_;
  owned_parser parser_;
  std::vector<stream_item> items_;
  std::size_t taken_ = 0;
  element stanza_;              // the one that is being read
  std::vector<element*> open_;  // it and those in it whose end has not come
  bool skipping_ = false;       // it is too much: nothing in it is kept, and all of `open_` is null
  std::size_t names_ = 0;       // bytes of the namespaces of it and all in it
  std::string held_;            // of a long tag, and not given to expat yet
  std::string header_;          // all up to the end of the root's start, as it came
  bool has_header_ = false;
  bool in_stream_ = false;  // expat saw the root
  bool replaying_ = false;
  bool renewal_due_ = false;
  bool over_ = false;
  std::uint64_t fed_ = 0;          // bytes given to this parser of expat
  std::uint64_t piece_start_ = 0;  // where what is being fed begins
  std::uint64_t border_ = 0;       // where the last stanza, or white space behind it, ended
  std::uint64_t token_ = 0;        // where the last complete token ended
  std::exception_ptr thrown_;
};

stream_parser::stream_parser(const stream_limits& limits)
    : state_(std::make_unique<state>(limits)) {}
stream_parser::stream_parser(stream_parser&&) noexcept = default;
stream_parser& stream_parser::operator=(stream_parser&&) noexcept = default;
stream_parser::~stream_parser() = default;

void stream_parser::feed(std::string_view bytes) {
  state_->feed(bytes);
}

std::optional<stream_item> stream_parser::next() {
  return state_->next();
}

void stream_parser::reset() {
  state_->reset();
}

}  // namespace mynah::xmpp
