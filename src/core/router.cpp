// SPDX-License-Identifier: Apache-2.0
#include "core/router.hpp"

#include <re2/re2.h>
#include <re2/set.h>

#include <algorithm>
#include <array>
#include <unordered_map>

#include <mynah/error.hpp>

namespace mynah::core {

namespace {

// More patterns than this with one literal beginning go into the set: trying them one by one would
// make the cost grow with their number.
constexpr std::size_t bucket_limit = 8;
constexpr std::uint32_t none = 0xFFFFFFFF;

bool is_blank(char c) noexcept {
  return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

RE2::Options options() {
  RE2::Options chosen;
  chosen.set_log_errors(false);
  return chosen;
}

struct entry {
  std::unique_ptr<RE2> pattern;  // null: a name
  std::string literal;           // beginning of every match; for a name the name itself
  std::string owner;
  int priority = 0;
};

// A node of the radix tree. Children of a node stand side by side, sorted by their first byte.
struct node {
  std::uint32_t label = 0;  // offset into labels_
  std::uint32_t label_size = 0;
  std::uint32_t first_child = 0;
  std::uint32_t child_count = 0;
  std::uint32_t first_rank = 0;  // candidates that end here, in ranks_
  std::uint32_t rank_count = 0;
};

}  // namespace

class router::impl {
 public:
  std::size_t add(entry added, const std::string& key) {
    const auto [place, is_new] = keys_.try_emplace(key, entries_.size());
    if (!is_new) {
      throw registration_error(added.owner + ": its pattern '" + key + "' is the same as that of " +
                               entries_[place->second].owner);
    }
    entries_.push_back(std::move(added));
    return entries_.size() - 1;
  }

  void build() {
    order_.resize(entries_.size());
    for (std::size_t i = 0; i < order_.size(); ++i) order_[i] = static_cast<std::uint32_t>(i);
    std::stable_sort(order_.begin(), order_.end(), [this](std::uint32_t a, std::uint32_t b) {
      return entries_[a].priority < entries_[b].priority;
    });

    std::map<std::string_view, std::vector<std::uint32_t>> buckets;
    in_set_.clear();
    for (std::uint32_t rank = 0; rank < order_.size(); ++rank) {
      const entry& each = entries_[order_[rank]];
      if (each.literal.empty()) {
        in_set_.push_back(rank);
        continue;
      }
      std::vector<std::uint32_t>& bucket = buckets[each.literal];
      if (each.pattern == nullptr || bucket.size() < bucket_limit) {
        bucket.push_back(rank);
      } else {
        in_set_.push_back(rank);
      }
    }
    build_tree(buckets);
    build_set();
  }

  [[nodiscard]] std::optional<route> find(std::string_view line) const {
    std::array<std::uint32_t, 64> found{};
    std::size_t count = 0;
    std::vector<std::uint32_t> more;  // only when very many nested literals begin the line
    walk(line, [&](std::uint32_t rank) {
      if (count < found.size()) {
        found[count++] = rank;
      } else {
        more.push_back(rank);
      }
    });
    if (!more.empty()) more.insert(more.end(), found.begin(), found.end());
    std::uint32_t* first = more.empty() ? found.data() : more.data();
    std::uint32_t* last = first + (more.empty() ? count : more.size());
    std::sort(first, last);

    route best;
    std::uint32_t best_rank = none;
    for (std::uint32_t* rank = first; rank != last; ++rank) {
      if (match(*rank, line, best)) {
        best_rank = *rank;
        break;
      }
    }
    if (!in_set_.empty() && in_set_.front() < best_rank) {
      route other;
      if (find_in_set(line, best_rank, other)) return other;
    }
    if (best_rank == none) return std::nullopt;
    return best;
  }

  [[nodiscard]] std::size_t unindexed() const noexcept { return in_set_.size(); }

 private:
  bool match(std::uint32_t rank, std::string_view line, route& into) const {
    const std::uint32_t index = order_[rank];
    const entry& each = entries_[index];
    if (each.pattern == nullptr) {
      // The tree has compared the name already; what is left is the word boundary.
      const std::size_t size = each.literal.size();
      if (line.size() > size && !is_blank(line[size])) return false;
      into.captures.assign(1, capture_span{0, size});
      into.capture_names = nullptr;
      into.index = index;
      return true;
    }
    const RE2& pattern = *each.pattern;
    const int groups = 1 + pattern.NumberOfCapturingGroups();
    std::array<re2::StringPiece, 16> few;
    std::vector<re2::StringPiece> many;
    re2::StringPiece* pieces = few.data();
    if (static_cast<std::size_t>(groups) > few.size()) {
      many.resize(static_cast<std::size_t>(groups));
      pieces = many.data();
    }
    const re2::StringPiece text(line.data(), line.size());
    if (!pattern.Match(text, 0, line.size(), RE2::UNANCHORED, pieces, groups)) return false;
    into.captures.clear();
    into.captures.reserve(static_cast<std::size_t>(groups));
    for (int i = 0; i < groups; ++i) {
      capture_span span;
      if (pieces[i].data() != nullptr) {
        span.begin = static_cast<std::size_t>(pieces[i].data() - line.data());
        span.size = pieces[i].size();
      }
      into.captures.push_back(span);
    }
    into.capture_names = &pattern.NamedCapturingGroups();
    into.index = index;
    return true;
  }

  bool find_in_set(std::string_view line, std::uint32_t below, route& into) const {
    if (set_) {
      thread_local std::vector<int> hits;
      RE2::Set::ErrorInfo error{};
      const re2::StringPiece text(line.data(), line.size());
      if (set_->Match(text, &hits, &error)) {
        std::sort(hits.begin(), hits.end());
        for (const int hit : hits) {  // set indices grow with rank
          const std::uint32_t rank = in_set_[static_cast<std::size_t>(hit)];
          if (rank >= below) return false;
          if (match(rank, line, into)) return true;
        }
        return false;
      }
      if (error.kind == RE2::Set::kNoError) return false;
      // Out of memory on this line: the slow way gives the same answer.
    }
    for (const std::uint32_t rank : in_set_) {
      if (rank >= below) return false;
      if (match(rank, line, into)) return true;
    }
    return false;
  }

  template <class Visit>
  void walk(std::string_view line, Visit visit) const {
    if (nodes_.empty()) return;
    std::uint32_t at = 0;
    while (true) {
      const node& here = nodes_[at];
      for (std::uint32_t i = 0; i < here.rank_count; ++i) visit(ranks_[here.first_rank + i]);
      if (line.empty() || here.child_count == 0) return;
      const node* begin = nodes_.data() + here.first_child;
      const node* end = begin + here.child_count;
      const auto byte = [this](const node& each) {
        return static_cast<unsigned char>(labels_[each.label]);
      };
      const auto wanted = static_cast<unsigned char>(line.front());
      const node* next = std::lower_bound(
          begin, end, wanted, [&](const node& each, unsigned char c) { return byte(each) < c; });
      if (next == end || byte(*next) != wanted) return;
      if (!line.starts_with(std::string_view(labels_).substr(next->label, next->label_size))) {
        return;
      }
      line.remove_prefix(next->label_size);
      at = static_cast<std::uint32_t>(next - nodes_.data());
    }
  }

  using bucket_map = std::map<std::string_view, std::vector<std::uint32_t>>;

  void build_tree(const bucket_map& buckets) {
    nodes_.clear();
    ranks_.clear();
    labels_.clear();
    if (buckets.empty()) return;
    struct range {
      std::uint32_t node;
      bucket_map::const_iterator begin;
      bucket_map::const_iterator end;
      std::size_t depth;
    };
    nodes_.emplace_back();
    std::vector<range> pending = {{0, buckets.begin(), buckets.end(), 0}};
    // Breadth first, so that the children of one node stand side by side.
    for (std::size_t next = 0; next < pending.size(); ++next) {
      range here = pending[next];
      if (here.begin->first.size() == here.depth) {
        nodes_[here.node].first_rank = static_cast<std::uint32_t>(ranks_.size());
        nodes_[here.node].rank_count = static_cast<std::uint32_t>(here.begin->second.size());
        ranks_.insert(ranks_.end(), here.begin->second.begin(), here.begin->second.end());
        ++here.begin;
      }
      nodes_[here.node].first_child = static_cast<std::uint32_t>(nodes_.size());
      while (here.begin != here.end) {
        const std::string_view first = here.begin->first;
        auto end = here.begin;
        std::string_view last = first;
        while (end != here.end && end->first[here.depth] == first[here.depth]) {
          last = end->first;
          ++end;
        }
        // Sorted: what the first and the last share, all between share.
        std::size_t shared = here.depth;
        while (shared < first.size() && shared < last.size() && first[shared] == last[shared]) {
          ++shared;
        }
        node child;
        child.label = static_cast<std::uint32_t>(labels_.size());
        child.label_size = static_cast<std::uint32_t>(shared - here.depth);
        labels_ += first.substr(here.depth, shared - here.depth);
        pending.push_back({static_cast<std::uint32_t>(nodes_.size()), here.begin, end, shared});
        nodes_.push_back(child);
        ++nodes_[here.node].child_count;
        here.begin = end;
      }
    }
  }

  void build_set() {
    set_.reset();
    if (in_set_.empty()) return;
    RE2::Options chosen = options();
    // The default of 8 MiB is too little for thousands of patterns; this is a bound, not a cost.
    const std::size_t budget =
        std::min<std::size_t>((8U << 20) + in_set_.size() * (32U << 10), 512U << 20);
    chosen.set_max_mem(static_cast<std::int64_t>(budget));
    auto set = std::make_unique<RE2::Set>(chosen, RE2::UNANCHORED);
    for (const std::uint32_t rank : in_set_) {
      if (set->Add(entries_[order_[rank]].pattern->pattern(), nullptr) < 0) return;
    }
    // A set that failed to compile must never be matched: it crashes. Without it, find is linear.
    if (set->Compile()) set_ = std::move(set);
  }

  std::vector<entry> entries_;
  std::unordered_map<std::string, std::size_t> keys_;
  std::vector<std::uint32_t> order_;  // rank -> index
  std::vector<node> nodes_;
  std::string labels_;
  std::vector<std::uint32_t> ranks_;
  std::vector<std::uint32_t> in_set_;  // ranks, growing
  std::unique_ptr<RE2::Set> set_;
};

router::router() : impl_(std::make_unique<impl>()) {}
router::~router() = default;

std::size_t router::add(const std::string& pattern, int priority, const std::string& owner) {
  entry added;
  added.pattern = std::make_unique<RE2>(pattern, options());
  if (!added.pattern->ok()) {
    throw registration_error(owner + ": RE2 refuses the pattern '" + pattern +
                             "': " + added.pattern->error());
  }
  added.literal = literal_beginning(pattern);
  added.owner = owner;
  added.priority = priority;
  return impl_->add(std::move(added), pattern);
}

std::size_t router::add_name(const std::string& name, int priority, const std::string& owner) {
  entry added;
  added.literal = name;
  added.owner = owner;
  added.priority = priority;
  return impl_->add(std::move(added), name + " ...");
}

void router::build() {
  impl_->build();
}

std::optional<route> router::find(std::string_view line) const {
  return impl_->find(line);
}

std::size_t router::unindexed() const noexcept {
  return impl_->unindexed();
}

std::string literal_beginning(std::string_view pattern) {
  if (!pattern.starts_with('^')) return {};
  // `^` binds to the first branch only: with a `|` outside of groups the others are not anchored.
  int depth = 0;
  bool in_class = false;
  for (std::size_t i = 0; i < pattern.size(); ++i) {
    const char c = pattern[i];
    if (c == '\\') {
      if (i + 1 < pattern.size() && pattern[i + 1] == 'Q') return {};
      ++i;
    } else if (in_class) {
      if (c == ']') in_class = false;
    } else if (c == '[') {
      in_class = true;
      if (i + 1 < pattern.size() && pattern[i + 1] == '^') ++i;
      if (i + 1 < pattern.size() && pattern[i + 1] == ']') ++i;  // "[]a]" holds a bracket
    } else if (c == '(') {
      ++depth;
    } else if (c == ')') {
      --depth;
    } else if (c == '|' && depth == 0) {
      return {};
    }
  }
  constexpr std::string_view special = "\\.+*?()|[]{}^$";
  std::string literal;
  std::size_t i = 1;
  while (i < pattern.size()) {
    char c = pattern[i];
    std::size_t length = 1;
    if (c == '\\') {
      // An escaped punctuation mark is itself; an escaped letter or digit is a class or anchor.
      if (i + 1 == pattern.size()) break;
      c = pattern[i + 1];
      const bool punctuation =
          static_cast<unsigned char>(c) < 0x80 && c > ' ' &&
          !((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_');
      if (!punctuation) break;
      length = 2;
    } else if (special.find(c) != std::string_view::npos) {
      break;
    } else if (static_cast<unsigned char>(c) >= 0x80) {
      break;  // a quantifier would bind to the whole character, not to its last byte
    }
    const std::size_t after = i + length;
    if (after < pattern.size() &&
        (pattern[after] == '?' || pattern[after] == '*' || pattern[after] == '{')) {
      break;  // may be absent
    }
    literal += c;
    if (after < pattern.size() && pattern[after] == '+') break;
    i = after;
  }
  return literal;
}

}  // namespace mynah::core
